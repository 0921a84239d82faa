"""Callbacks of the service as hints to ask now: never trusted, never more."""
