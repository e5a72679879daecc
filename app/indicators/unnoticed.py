"""Shares of people whom no word reached, for managers of managers and the DX office.

Of those with a step in the last settled month, the share of whom no step was endorsed or cheered:
of the whole, and of departments and sections with ten such people and more. One table for the
whole prefecture, so that what two readers see does not tell more than the table does. It names
nobody, and no goal and no order follows from it. Who it is, only the manager asks (recognition/
suggestions.py).
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.indicators.activity import MonthCount, UnitMonth
from app.indicators.periods import settled_on
from challenges.campaigns.unit_rows import Organisation
from challenges.groups import WHOLE, Group
from challenges.suppression import suppress

_NAME = "unnoticed"


@dataclass(frozen=True, slots=True)
class UnnoticedShare:
    """A department (depth 0) or section (depth 1) whose share may be told."""

    unit_id: int
    name: str
    depth: int
    share: int
    """Per cent, in steps of five points and more."""


@dataclass(frozen=True, slots=True)
class UnnoticedShares:
    """The table of one month."""

    month: date
    whole: int | None
    """Per cent. None: fewer than ten people took a step, or it would tell of a small unit."""
    units: list[UnnoticedShare]
    """In the order of the organisation."""


def unnoticed_shares(session: Session, *, on: date) -> UnnoticedShares | None:
    """The table of the last month that is settled and counted on that day; None before the first.

    At most three statements.
    """
    month = _newest_month(session, on=on)
    if month is None:
        return None
    organisation, numbers = Organisation.read(session), _numbers(session, month)
    sums: dict[int, tuple[int, int]] = {}
    for unit_id, numbers_here in numbers.items():
        for key in (WHOLE, *organisation.shown(unit_id)):
            sums[key] = _added(sums.get(key, (0, 0)), numbers_here)
    placed = organisation.placed(numbers)
    shown = suppress(
        [
            _group(one.unit_id, sums, parent=one.parent_id or WHOLE, is_outside=one.is_outside)
            for one in placed
        ],
        whole=_group(WHOLE, sums),
        shares=[_NAME],
    )
    units = [
        UnnoticedShare(one.unit_id, one.name, one.depth, share)
        for one in placed
        if (share := shown.groups[one.unit_id].shares[_NAME]) is not None
    ]
    return UnnoticedShares(month, shown.whole.shares[_NAME], units)


def _newest_month(session: Session, *, on: date) -> date | None:
    counted = select(MonthCount.month).where(MonthCount.counted_until.is_(None))
    newest_first = session.scalars(counted.order_by(MonthCount.month.desc()).limit(3))
    return next((month for month in newest_first if settled_on(month) <= on), None)


def _numbers(session: Session, month: date) -> dict[int, tuple[int, int]]:
    """By unit, people with a step in the month and those of them whom no word reached."""
    rows = session.execute(
        select(UnitMonth.unit_id, UnitMonth.tried, UnitMonth.unnoticed).where(
            UnitMonth.month == month
        )
    )
    return {row.unit_id: (row.tried, row.unnoticed) for row in rows}


def _added(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


def _group(
    key: int, sums: dict[int, tuple[int, int]], *, parent: int = WHOLE, is_outside: bool = False
) -> Group:
    tried, unnoticed = sums.get(key, (0, 0))
    return Group(key, base=tried, parent=parent, is_outside=is_outside, counts={_NAME: unnoticed})
