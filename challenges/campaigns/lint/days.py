"""Findings about when: the days of a campaign, holidays, and other campaigns on the same days."""

from collections.abc import Iterator
from datetime import date, timedelta

from challenges.calendar import is_working_day
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.lint import codes
from challenges.campaigns.lint.values import AT_ONCE, Facts, Finding, Meeting, error, warning

LONGEST = 366
"""Days of a campaign. A longer one is a year typed wrong."""
YEARS = (2000, 2199)
"""Years in which a campaign may lie, so that days can be added and taken away."""


def days_of(first: date, last: date) -> list[date]:
    """The days from ``first`` to ``last``, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def working_days(first: date, last: date) -> int:
    """Working days from ``first`` to ``last``, both included."""
    return sum(map(is_working_day, days_of(first, last)))


def period_of(definition: CampaignDefinition) -> tuple[date, date] | None:
    """Its first and last day, or None if they are missing, the wrong way round or too far apart."""
    first, last = definition.first_day, definition.last_day
    if first is None or last is None or not YEARS[0] <= first.year <= last.year <= YEARS[1]:
        return None
    return (first, last) if 0 <= (last - first).days < LONGEST else None


def findings_of_days(definition: CampaignDefinition, facts: Facts) -> Iterator[Finding]:
    """What to mend or to think about in the days."""
    if definition.first_day is None:
        yield error(codes.FIRST_DAY_MISSING, "first_day")
    if definition.last_day is None:
        yield error(codes.LAST_DAY_MISSING, "last_day")
    if definition.first_day and definition.last_day and not period_of(definition):
        is_reversed = definition.last_day < definition.first_day
        yield error(
            codes.DAYS_REVERSED if is_reversed else codes.PERIOD_TOO_LONG,
            "last_day",
            first_day=definition.first_day,
            last_day=definition.last_day,
            longest=LONGEST,
        )
    if period := period_of(definition):
        yield from _begun(*period, facts)
        yield from _closed(*period)
        yield from _crowded(facts)


def _begun(first: date, last: date, facts: Facts) -> Iterator[Finding]:
    if facts.is_published:
        return
    if last < facts.today:
        yield error(codes.PERIOD_OVER, "last_day", last_day=last)
    elif first < facts.today:
        yield warning(codes.BEGINS_IN_PAST, "first_day", first_day=first)


def _closed(first: date, last: date) -> Iterator[Finding]:
    days, working = (last - first).days + 1, working_days(first, last)
    if 2 * working < days:
        yield warning(codes.MOSTLY_CLOSED, "first_day", days=days, working=working)
    if closure := [day for day in days_of(first, last) if _is_closure(day)]:
        yield warning(codes.OVER_CLOSURE, "first_day", days=len(closure))


def _is_closure(day: date) -> bool:
    """Whether it is one of the days from 29 December to 3 January."""
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)


def _crowded(facts: Facts) -> Iterator[Finding]:
    crowds = [one for one in facts.meetings if len(one.campaigns) >= AT_ONCE and one.people]
    if crowds:
        yield _crowd(max(crowds, key=lambda one: one.people))


def _crowd(meeting: Meeting) -> Finding:
    return warning(
        codes.CROWDED,
        "first_day",
        campaigns=meeting.campaigns,
        count=len(meeting.campaigns) + 1,
        most=AT_ONCE,
        first_day=meeting.first_day,
        last_day=meeting.last_day,
        people=meeting.people,
    )
