"""「6行で見る現況」, with the indicators that its lines name: each leads to its numbers and its
definition."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.indicators.readings import Reading
from app.web.wording.dashboard import wording


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a line."""

    text: str
    slug: str | None
    """Of the indicator whose name they are."""


def lines_of(text: str, readings: Sequence[Reading]) -> list[list[Piece]]:
    """Each line in pieces."""
    slugs = {wording(one).name: one.definition.slug for one in readings}
    # The longest first, because a name may begin with another.
    names = sorted(slugs, key=len, reverse=True)
    apart = re.compile(f"({'|'.join(map(re.escape, names))})" if names else "(?!)")
    return [
        [Piece(piece, slugs.get(piece)) for piece in apart.split(line) if piece]
        for line in text.splitlines()
    ]


def name_indicators(lines: Sequence[Sequence[Piece]]) -> bool:
    """Whether any of the lines names an indicator."""
    return any(piece.slug for line in lines for piece in line)
