"""How far a campaign is on its way to its goal: the pieces of its picture that have grown. Pure."""

from dataclasses import dataclass

PIECES = 24
"""Of every picture, each for the same part of the goal."""


@dataclass(frozen=True, slots=True)
class Growth:
    """The pieces grown, and what the next one still needs: steps, or people."""

    grown: int
    missing: int | None
    """None where the picture is whole, or nobody has set a goal."""


def growth(have: int, goal: int) -> Growth:
    """The growth of a picture whose last piece grows with ``goal`` steps or people."""
    return _grown(have, numerator=goal, denominator=1)


def growth_by_share(people: int, *, reached: int, per_cent: int) -> Growth:
    """The same for a goal that so many per cent of the people ``reached`` take part."""
    return _grown(people, numerator=reached * per_cent, denominator=100)


def _grown(have: int, *, numerator: int, denominator: int) -> Growth:
    """The goal is a fraction, because a per cent of some people is hardly ever a whole number."""
    if numerator <= 0:
        return Growth(0, None)
    grown = min(PIECES, have * PIECES * denominator // numerator)
    if grown == PIECES:
        return Growth(grown, None)
    needed = -(-(grown + 1) * numerator // (PIECES * denominator))
    return Growth(grown, needed - have)
