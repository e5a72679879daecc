"""The order of the organisation (建制順). By their paths, units would stand by the characters of
their names, in an order that nobody knows."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any


def in_order(rows: Iterable[Any]) -> list[Any]:
    """Rows of units in the order of the organisation, each followed by those below it. They have
    ``id``, ``parent_id`` and ``position``; whose unit above is not among them stands at the top."""
    known = {row.id: row for row in rows}
    below = defaultdict[int | None, list[Any]](list)
    for row in sorted(known.values(), key=lambda row: (row.position, row.id), reverse=True):
        below[row.parent_id if row.parent_id in known else None].append(row)
    found, to_do = [], below[None]
    while to_do:
        found.append(to_do.pop())
        to_do += below[found[-1].id]
    return found
