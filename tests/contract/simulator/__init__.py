"""The simulator against the published facts, over real HTTP."""
