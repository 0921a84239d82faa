"""The file of tracked tasks: TinyDB over a journal that survives kills, full disks and many processes."""
