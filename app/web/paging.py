"""A page of a list, with the addresses of its neighbours that keep every filter of the present one.

Several lists on one page have each a number of its own in the address (``Lists``):
?submissions=2&stuck=3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for

Row = TypeVar("Row")
LAST = 999_999
"""PostgreSQL counts the rows to skip as an INTEGER."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """``rows`` of page ``number``, counted from 1, which the address calls ``name``."""

    rows: Sequence[Row]
    number: int
    has_next: bool
    name: str

    @classmethod
    def of(cls, rows: Sequence[Row], *, number: int, size: int, name: str = "page") -> "Page[Row]":
        """From up to ``size + 1`` rows: one more than is shown tells that there is a next page."""
        return cls(rows=rows[:size], number=number, has_next=len(rows) > size, name=name)

    @property
    def prev_url(self) -> str | None:
        return self._url(self.number - 1) if self.number > 1 else None

    @property
    def next_url(self) -> str | None:
        return self._url(self.number + 1) if self.has_next else None

    def _url(self, number: int) -> str:
        kept: dict[str, Any] = {
            **(request.view_args or {}),
            **request.args.to_dict(flat=False),
            self.name: number,
        }
        return url_for(request.endpoint or "", **kept)


@dataclass(frozen=True)
class Lists:
    """The lists of the page at ``endpoint``, by the names of their numbers in its address or in a
    form."""

    endpoint: str
    names: tuple[str, ...]
    size: int
    are_anchored: bool = False
    """Whether each stands in an element whose id is its name."""

    def numbers(self) -> dict[str, Any]:
        """Which page of each list the person is on; first pages are left out."""
        found = {name: page_called(name) for name in self.names}
        return {name: number for name, number in found.items() if number > 1}

    def cut(self, name: str) -> dict[str, int]:
        """What to ask a query for: one row more than is shown."""
        return {"limit": self.size + 1, "offset": (page_called(name) - 1) * self.size}

    def portion(self, rows: Sequence[Row], name: str) -> "Portion[Row]":
        return Portion(rows[: self.size], page_called(name), len(rows) > self.size, name, self)


@dataclass(frozen=True)
class Portion(Page[Row]):
    """A page of one of several lists. Its neighbours are pages of the same list, also where a form
    was just refused."""

    lists: Lists

    @property
    def first_url(self) -> str:
        return self._url(1)

    def _url(self, number: int) -> str:
        anchor = self.name if self.lists.are_anchored else None
        return url_for(
            self.lists.endpoint, _anchor=anchor, **{**self.lists.numbers(), self.name: number}
        )


def page_called(name: str = "page") -> int:
    """The page of a list that the address or the form asks for; the first where it cannot be
    meant."""
    number = number_called(name, otherwise=1)
    return number if 0 < number <= LAST else 1


def number_called(name: str, *, otherwise: int) -> int:
    """A number of the address or the form; ``otherwise`` where it is none."""
    text = request.values.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else otherwise
