"""What a file of measures says and what it would change, before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from app.indicators.models import Variant
from app.indicators.published import Published, published
from challenges.errors import InvalidField

Key = tuple[str, date, Variant]


class Change(StrEnum):
    """What one row does to what is published."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """One thing that is wrong in the file."""

    line: int
    """From 1; 0 stands for the whole file."""
    column: str
    """The heading, or ""."""
    error: InvalidField

    @property
    def sentence(self) -> str:
        """In Japanese."""
        return str(self.error)

    def __str__(self) -> str:
        place = f"{self.line}行目" if self.line else ""
        column = f"「{self.column}」" if self.column else ""
        return f"{place}{column}: {self.sentence}" if place or column else self.sentence


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One value of the file, and what it does to the value that is published."""

    line: int
    indicator: str
    version: int
    period: date
    variant: Variant
    value: float
    denominator: float | None
    change: Change = Change.NEW
    before: float | None = None

    @property
    def key(self) -> Key:
        """What at most one value is published for."""
        return self.indicator, self.period, self.variant


@dataclass(frozen=True)
class Plan:
    """Everything that a file would do."""

    file_name: str
    headings: list[str]
    mapping: dict[str, str]
    rows: list[PlannedRow] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)

    def count(self, change: Change) -> int:
        """How many rows change so much."""
        return len(self.rows_with(change))

    def rows_with(self, change: Change) -> list[PlannedRow]:
        """The rows that change so much."""
        return [one for one in self.rows if one.change is change]

    @property
    def changes_nothing(self) -> bool:
        """Whether all of it is published already."""
        return all(one.change is Change.SAME for one in self.rows)


def compared(session: Session, found: Plan, *, at: datetime) -> Plan:
    """The plan with each row held against what is published at that time. One statement."""
    if not found.rows:
        return found
    there = _published(session, found.rows, at)
    return replace(found, rows=[_compared(one, there.get(one.key)) for one in found.rows])


def _published(session: Session, rows: Sequence[PlannedRow], at: datetime) -> dict[Key, Published]:
    there = published(
        session,
        until=at,
        indicators={one.indicator for one in rows},
        first=min(one.period for one in rows),
        last=max(one.period for one in rows),
    )
    return {(one.indicator, one.period, one.variant): one for one in there}


def _compared(row: PlannedRow, there: Published | None) -> PlannedRow:
    if there is None:
        return row
    is_same = (there.value, there.denominator, there.version) == (
        row.value,
        row.denominator,
        row.version,
    )
    return replace(row, change=Change.SAME if is_same else Change.CHANGED, before=there.value)
