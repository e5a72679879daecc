"""A fiscal year of campaigns: their days, holidays, the closure, and where too many meet."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.queries.studio import DesignedCampaign, designed
from challenges.calendar import fiscal_year_start, holidays_between
from challenges.campaigns.organisation import Organisation
from challenges.campaigns.reaching import Aim, reached_people
from challenges.vocabulary import CampaignState, Employment

A_DAY = timedelta(days=1)
AT_ONCE = 3
"""So many at once are more than people should meet."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Days on which at least ``AT_ONCE`` campaigns meet the same people."""

    first_day: date
    last_day: date
    campaigns: tuple[DesignedCampaign, ...]
    people: int
    """Whom at least ``AT_ONCE`` of them reach, on its first day as the appointments stand."""


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """What the calendar of a year shows."""

    first_day: date
    last_day: date
    campaigns: tuple[DesignedCampaign, ...]
    """With days in it, by their first day."""
    holidays: tuple[tuple[date, str], ...]
    closure: tuple[date, date]
    """The closure of the prefecture over the New Year, both days included."""
    overlaps: tuple[Overlap, ...]

    def months(self) -> Iterator[tuple[date, list[DesignedCampaign]]]:
        """Each month by its first day, with the campaigns that have days in it."""
        for number in range(12):
            month = _month(self.first_day, number)
            after = _month(self.first_day, number + 1)
            yield (
                month,
                [
                    one
                    for one in self.campaigns
                    if one.first_day and one.last_day and month <= one.last_day
                    if one.first_day < after
                ],
            )


def fiscal_year(session: Session, *, on: date, kinds: Collection[Employment]) -> FiscalYear:
    """The fiscal year of that day. The number of statements does not grow with the campaigns."""
    first = fiscal_year_start(on)
    last = date(first.year + 1, 3, 31)
    campaigns = [
        one
        for one in designed(session, states=tuple(CampaignState))
        if one.first_day and one.last_day and one.first_day <= last and one.last_day >= first
    ]
    campaigns.sort(key=lambda one: (one.first_day or date.max, one.campaign.id))
    return FiscalYear(
        first_day=first,
        last_day=last,
        campaigns=tuple(campaigns),
        holidays=tuple(holidays_between(first, last)),
        closure=(date(first.year, 12, 29), date(first.year + 1, 1, 3)),
        overlaps=tuple(_overlaps(session, campaigns, (first, last), on=on, kinds=kinds)),
    )


def _month(first: date, number: int) -> date:
    return date(
        first.year + (first.month - 1 + number) // 12, (first.month - 1 + number) % 12 + 1, 1
    )


def _overlaps(
    session: Session,
    campaigns: Sequence[DesignedCampaign],
    year: tuple[date, date],
    *,
    on: date,
    kinds: Collection[Employment],
) -> Iterator[Overlap]:
    spans = [one for one in _spans(campaigns, year) if len(one[2]) >= AT_ONCE]
    if not spans:
        return
    organisation = Organisation.read(session)
    aims = {one.slug: Aim.of(one.draft.audience, organisation) for one in campaigns}
    counts = [
        reached_people(
            select(literal(number).label("number"), func.count().label("people")), on, kinds=kinds
        ).where(_reached_times(aims[one.slug] for one in together) >= AT_ONCE)
        for number, (_first, _last, together) in enumerate(spans)
    ]
    people = {row.number: row.people for row in session.execute(union_all(*counts))}
    for number, (first, last, together) in enumerate(spans):
        if people.get(number):
            yield Overlap(first, last, tuple(together), people[number])


def _reached_times(aims: Iterator[Aim] | Any) -> ColumnElement[int]:
    total: ColumnElement[int] = literal(0)
    for aim in aims:
        total = total + case((aim.holds(), 1), else_=0)
    return total


_Span = tuple[date, date, list[DesignedCampaign]]


def _spans(campaigns: Sequence[DesignedCampaign], year: tuple[date, date]) -> Iterator[_Span]:
    """The year cut wherever a campaign begins or ends, with those that run in each part."""
    first, last = year
    dated = [(one, one.first_day or last, one.last_day or first) for one in campaigns]
    begins = {first, *(begin for _one, begin, _end in dated)}
    begins |= {end + A_DAY for _one, _begin, end in dated}
    cuts = sorted(day for day in begins if first <= day <= last)
    for begin, end in zip(cuts, [day - A_DAY for day in cuts[1:]] + [last], strict=True):
        yield begin, end, [one for one, opens, closes in dated if opens <= begin <= closes]
