"""A page of a list, with the addresses of its neighbours that keep every filter of the present one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """``rows`` of page ``number``, counted from 1."""

    rows: Sequence[Row]
    number: int
    has_next: bool

    @classmethod
    def of(cls, rows: Sequence[Row], *, number: int, size: int) -> "Page[Row]":
        """From up to ``size + 1`` rows: one more than is shown tells that there is a next page."""
        return cls(rows=rows[:size], number=number, has_next=len(rows) > size)

    @property
    def prev_url(self) -> str | None:
        return self._url(self.number - 1) if self.number > 1 else None

    @property
    def next_url(self) -> str | None:
        return self._url(self.number + 1) if self.has_next else None

    def _url(self, number: int) -> str:
        kept: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(flat=False), "page": number}
        return url_for(request.endpoint or "", **kept)
