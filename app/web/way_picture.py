"""Where the months stand on the picture of 「わたしの道のり」, from the harbour to the pass. Pure.

templates/way/picture.html draws them, lying for a desk and standing for a phone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from challenges.progress.way import MonthOnTheWay

_LYING = (
    *((118, 262), (206, 240), (294, 250), (382, 226), (470, 210), (558, 220)),
    *((646, 192), (734, 166), (822, 172), (898, 140), (966, 112), (1026, 84)),
)
_STANDING = (
    *((84, 664), (190, 626), (262, 572), (188, 522), (94, 478), (150, 424)),
    *((246, 384), (274, 324), (190, 280), (112, 236), (174, 180), (252, 134)),
)


@dataclass(frozen=True, slots=True)
class Station:
    """A month at its place, in the units of the picture."""

    month: MonthOnTheWay
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class WayPicture:
    """One drawing of a year."""

    width: int
    height: int
    trail: str
    """The path data of the whole way."""
    walked: str
    """That of the part up to the present month; "" where the year has just begun."""
    stations: list[Station]


def lying(months: Sequence[MonthOnTheWay]) -> WayPicture:
    """For a desk: from the harbour at the left to the pass at the right."""
    return _picture(months, _LYING, width=1120, height=320)


def standing(months: Sequence[MonthOnTheWay]) -> WayPicture:
    """For a phone: from the harbour below to the pass above."""
    return _picture(months, _STANDING, width=358, height=740)


def _picture(
    months: Sequence[MonthOnTheWay], places: Sequence[tuple[int, int]], *, width: int, height: int
) -> WayPicture:
    behind = [place for place, month in zip(places, months, strict=True) if not month.is_ahead]
    is_lying = width > height
    return WayPicture(
        width,
        height,
        trail=_trail(places, is_lying=is_lying),
        walked=_trail(behind, is_lying=is_lying),
        stations=[Station(month, *place) for place, month in zip(places, months, strict=True)],
    )


def _trail(places: Iterable[tuple[int, int]], *, is_lying: bool) -> str:
    """A bent line through the places: each bend leaves a place in the direction of the picture."""
    found, before = "", (0, 0)
    for x, y in places:
        if not found:
            found = f"M{x} {y}"
        elif is_lying:
            middle = (before[0] + x) // 2
            found += f"C{middle} {before[1]} {middle} {y} {x} {y}"
        else:
            middle = (before[1] + y) // 2
            found += f"C{before[0]} {middle} {x} {middle} {x} {y}"
        before = (x, y)
    return found
