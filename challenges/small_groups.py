"""The size below which a group is never shown as a number."""

SMALLEST_GROUP = 10
"""Groups below ten are never shown as numbers."""
