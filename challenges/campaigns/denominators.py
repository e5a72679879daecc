"""Who is counted among the people whom a campaign reaches, and since which day.

The audience on the first day, and whoever joined it later, each from the first day on which they
count. People who count on none of those days are in no share at all, neither above nor below.
"""

from collections.abc import Collection
from datetime import date

from sqlalchemy import CTE, ColumnElement, Date, Select, case, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from challenges.campaigns.audience import audience_of
from challenges.campaigns.models import CampaignVersion
from challenges.people.counting import is_asked_on
from challenges.people.models import Membership, UncountedPeriod
from challenges.storage.days import day_after
from challenges.vocabulary import Employment


def reached_people(version: CampaignVersion, *, until: date, kinds: Collection[Employment]) -> CTE:
    """Everybody reached up to that day: ``person_id``, and ``unit_id`` of the main appointment of
    the first ``day`` on which they count.

    Who has left since is in it, because their appointment held on that day.
    """
    # One piece for both, so that the units below those of the version are found once.
    belongs = _belongs(version, until, kinds)
    days = union_all(
        _on_the_first_day(version, belongs), _after_days_off(version, belongs, until)
    ).subquery()
    place = func.row_number().over(partition_by=days.c.person_id, order_by=days.c.day)
    ordered = select(days.c.person_id, days.c.unit_id, days.c.day, place.label("place")).subquery()
    first = select(ordered.c.person_id, ordered.c.unit_id, ordered.c.day)
    return first.where(ordered.c.place == 1).cte("reached")


# The first day on which somebody counts is the first of an appointment within the campaign, or the
# day after a period that does not count. No other day has to be looked at.


def _on_the_first_day(
    version: CampaignVersion, belongs: ColumnElement[bool]
) -> Select[int, int, date]:
    begins = _first_day_within(version)
    return (
        select(Membership.person_id, Membership.unit_id, begins.label("day"))
        .where(belongs)
        .where(is_asked_on(begins, person_id=Membership.person_id))
    )


def _after_days_off(
    version: CampaignVersion, belongs: ColumnElement[bool], until: date
) -> Select[int, int, date]:
    off = aliased(UncountedPeriod)
    back = day_after(off.last_day)
    return (
        select(Membership.person_id, Membership.unit_id, back.label("day"))
        .join(off, off.person_id == Membership.person_id)
        .where(belongs, off.last_day.is_not(None))
        .where(back >= _first_day_within(version), back <= until)
        .where(or_(Membership.valid_to.is_(None), back <= Membership.valid_to))
        .where(is_asked_on(back, person_id=Membership.person_id))
    )


def _first_day_within(version: CampaignVersion) -> ColumnElement[date]:
    starts_on = literal(version.starts_on, Date)
    return case((Membership.valid_from > starts_on, Membership.valid_from), else_=starts_on)


def _belongs(
    version: CampaignVersion, until: date, kinds: Collection[Employment]
) -> ColumnElement[bool]:
    """A main appointment on some day of the campaign, in its audience and of a kind that counts."""
    goes_on = or_(Membership.valid_to.is_(None), Membership.valid_to >= version.starts_on)
    counts = or_(Membership.employment.is_(None), Membership.employment.in_(kinds))
    return (
        Membership.is_primary
        & (Membership.valid_from <= until)
        & goes_on
        & counts
        & audience_of(version)
    )
