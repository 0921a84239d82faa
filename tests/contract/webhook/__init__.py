"""The webhook over real HTTP."""
