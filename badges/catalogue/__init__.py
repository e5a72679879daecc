"""Badges as they are defined in files, stored and published."""
