"""The store on real files, with real processes, kills and faults."""
