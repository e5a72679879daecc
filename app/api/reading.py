"""What a list of the API is, and one request for a page of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.api.parameters import ListParameters
from app.api.rows import Row
from app.queries.open_data import Mark
from challenges.calendar import day_of

Key = int | str
Keyed = Sequence[tuple[Key, Row]]
"""Rows, each with the key that the next page goes on after."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One request for a page of a list."""

    session: Session
    asked: Any
    """Parameters of the kind that the list takes."""
    until: datetime
    """As of when."""
    at: datetime
    """Now."""
    after: Key | None
    """The key of the last row read before; None at the beginning."""
    limit: int
    """Rows to read at most."""

    @property
    def today(self) -> date:
        return day_of(self.at)


@dataclass(frozen=True)
class OpenList:
    """One list. Its name is the last part of its address."""

    name: str
    about: str
    row: type[Row]
    parameters: type[ListParameters]
    key: type[int] | type[str]
    mark: Callable[[Reading], Mark]
    """What tells that it changed: at most one cheap statement."""
    page: Callable[[Reading], Keyed]


def by_slug(reading: Reading, found: Iterable[tuple[str, Row]]) -> Keyed:
    """A page of what is in memory anyway, by slug."""
    after = str(reading.after or "")
    return sorted(((key, row) for key, row in found if key > after), key=lambda one: one[0])[
        : reading.limit
    ]
