"""A table as it is handed out, whatever the form of the file, and the name of that file. Pure.

Whoever builds one has hidden what may not be shown: a file says nothing that its page does not.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

Cell = str | int | float | date | datetime | None
"""None: there is no value, or it is hidden. Times are aware, and handed out as those of Tokyo."""

NO_VALUE = "—"
"""What stands for None."""
LONGEST_NAME = 80
"""Characters of a file name without its ending. Paths on Windows must stay below 260."""
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f\\/:*?"<>|]+')


class Kind(Enum):
    """What the cells of a column are, which decides how a workbook formats them."""

    TEXT = "text"
    COUNT = "count"
    PER_CENT = "per cent"
    """A whole number from 0 to 100."""
    DAYS = "days"
    """A number of days with one decimal."""
    DAY = "day"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Column:
    """A column. The heading names the unit: 「対象（人）」."""

    heading: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """A table to hand out."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    notes: Sequence[str] = field(default=())
    """What stands above it: as of when, for whom, in which unit, what is hidden and why."""


def file_name(day: date, *words: str) -> str:
    """A name that sorts by day, without its ending: 2026-07-15_会議をかるく_所属別."""
    parts = (_NOT_IN_NAMES.sub(" ", word).strip(" .") for word in words)
    return "_".join(filter(None, (day.isoformat(), *parts)))[:LONGEST_NAME].rstrip(" .")
