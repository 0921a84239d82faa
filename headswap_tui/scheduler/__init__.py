"""When to ask, whom and how often: pure, with time and chance as arguments."""
