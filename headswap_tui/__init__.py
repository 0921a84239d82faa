"""A terminal dashboard for head swap tasks."""

__version__ = "0.1.0"
