"""Pages of lists. The links to the next and previous page keep the filters of the current one.

If a page shows several lists (``Lists``), each has a page number of its own in the address:
?submissions=2&stuck=3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for

Row = TypeVar("Row")
LAST_PAGE = 999_999
"""Keeps the offset within the range that PostgreSQL accepts."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The ``rows`` of page ``number``, counted from 1. ``name`` is its parameter in the address."""

    rows: Sequence[Row]
    number: int
    has_next: bool
    name: str

    @classmethod
    def of(cls, rows: Sequence[Row], *, number: int, size: int, name: str = "page") -> "Page[Row]":
        """A page from up to ``size + 1`` rows: the extra row says that there is a next page."""
        return cls(rows=rows[:size], number=number, has_next=len(rows) > size, name=name)

    @property
    def prev_url(self) -> str | None:
        return self._url(self.number - 1) if self.number > 1 else None

    @property
    def next_url(self) -> str | None:
        return self._url(self.number + 1) if self.has_next else None

    @property
    def first_url(self) -> str:
        return self._url(1)

    def _url(self, number: int) -> str:
        kept: dict[str, Any] = {
            **(request.view_args or {}),
            **request.args.to_dict(flat=False),
            self.name: number,
        }
        return url_for(request.endpoint or "", **kept)


@dataclass(frozen=True)
class Lists:
    """The lists of the page at ``endpoint``, by the parameters that hold their page numbers."""

    endpoint: str
    names: tuple[str, ...]
    size: int
    are_anchored: bool = False
    """Whether each list stands in an element whose id is the name of the list."""

    def numbers(self) -> dict[str, Any]:
        """The current page of each list by its name; lists on their first page are omitted."""
        found = {name: page_number(name) for name in self.names}
        return {name: number for name, number in found.items() if number > 1}

    def window(self, name: str) -> dict[str, int]:
        """``limit`` and ``offset`` for the query of a list: one row more than the page shows."""
        return {"limit": self.size + 1, "offset": (page_number(name) - 1) * self.size}

    def portion(self, rows: Sequence[Row], name: str) -> "Portion[Row]":
        """The page of one list, from the rows that ``window`` asked for."""
        return Portion(rows[: self.size], page_number(name), len(rows) > self.size, name, self)


@dataclass(frozen=True)
class Portion(Page[Row]):
    """A page of one of several lists.

    Its links always lead to the page at ``lists.endpoint``: the current address may be that of a
    form that was refused.
    """

    lists: Lists

    def _url(self, number: int) -> str:
        anchor = self.name if self.lists.are_anchored else None
        return url_for(
            self.lists.endpoint, _anchor=anchor, **{**self.lists.numbers(), self.name: number}
        )


def page_number(name: str = "page") -> int:
    """The page number in the address or the form, or 1 if it is missing or out of range."""
    number = number_in_request(name, otherwise=1)
    return number if 0 < number <= LAST_PAGE else 1


def number_in_request(name: str, *, otherwise: int) -> int:
    """The number in the address or the form, or ``otherwise`` if there is none."""
    # At most 18 digits, so that the number fits into a BIGINT.
    text = request.values.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else otherwise
