"""What a record looks like, as plain text with roles: pure, no widget, no colour; the widgets only paint it."""
