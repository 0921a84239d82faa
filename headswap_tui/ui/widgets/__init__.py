"""Widgets that paint what the presentation says; no decisions about tasks here."""
