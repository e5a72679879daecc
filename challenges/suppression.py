"""The size below which a group is never shown as a number, because one could tell who is in it."""

SMALLEST_GROUP = 10
"""People a group needs before its number is shown."""
