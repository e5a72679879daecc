"""Passwords and one-time links."""
