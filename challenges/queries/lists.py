"""Lists of ids in a statement."""

from collections.abc import Collection


def padded(ids: Collection[int]) -> list[int]:
    """The ids in one of few lengths, the last one said again: a database prepares a statement for each length."""
    found = list(ids)
    length = 1 << (len(found) - 1).bit_length() if found else 0
    return found + found[-1:] * (length - len(found))
