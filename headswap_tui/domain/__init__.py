"""What a task is, how it stands and what can go wrong: pure and typed, no framework, no input or output."""
