"""Settings and credentials: read once at the start, typed, each value with the place it came from."""
