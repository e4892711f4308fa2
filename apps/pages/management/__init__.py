"""Management commands that see every app."""
