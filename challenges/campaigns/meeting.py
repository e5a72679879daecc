"""Which other campaigns reach the same people on the same days."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from challenges.campaigns.lint.values import AT_ONCE, InLanguages, Meeting
from challenges.campaigns.models import Campaign, CampaignUnit, CampaignVersion
from challenges.campaigns.organisation import Organisation
from challenges.campaigns.reaching import Aim, reached_people
from challenges.languages import LANGUAGES
from challenges.vocabulary import CampaignState, Employment

A_DAY = timedelta(days=1)
RUNNING = (CampaignState.SCHEDULED, CampaignState.OPEN)
"""Campaigns that are still to come or under way."""


@dataclass(frozen=True, slots=True)
class _Other:
    name: InLanguages
    first_day: date
    last_day: date
    aim: Aim


def meetings_of(
    session: Session,
    aim: Aim,
    organisation: Organisation,
    period: tuple[date, date] | None,
    *,
    but: int | None,
    today: date,
    kinds: Collection[Employment],
) -> tuple[Meeting, ...]:
    """The days of the period on which at least ``AT_ONCE`` other campaigns run, and how many
    people of the audience so many of them reach: on the first of those days, or today if that is
    still to come (a secret). ``but`` is the id of the campaign itself.

    Three statements at most.
    """
    others = _others(session, organisation, *period, but=but) if period else []
    if period is None or len(others) < AT_ONCE:
        return ()
    spans = [one for one in _spans(*period, others) if len(one[2]) >= AT_ONCE]
    if not spans:
        return ()
    counts = [
        _people(number, aim, span[2], on=min(span[0], today), kinds=kinds)
        for number, span in enumerate(spans)
    ]
    people = {row.number: row.people for row in session.execute(union_all(*counts))}
    return tuple(
        Meeting(first, last, tuple(one.name for one in together), people.get(number, 0))
        for number, (first, last, together) in enumerate(spans)
    )


_Span = tuple[date, date, list[_Other]]


def _spans(first: date, last: date, others: list[_Other]) -> Iterator[_Span]:
    """The period cut wherever another campaign begins or ends, with those that run in each part."""
    begins = {first} | {one.first_day for one in others} | {one.last_day + A_DAY for one in others}
    cuts = sorted(day for day in begins if first <= day <= last)
    for begin, end in zip(cuts, [day - A_DAY for day in cuts[1:]] + [last], strict=True):
        yield begin, end, [one for one in others if one.first_day <= begin <= one.last_day]


def _people(
    number: int, aim: Aim, together: list[_Other], *, on: date, kinds: Collection[Employment]
) -> Select[*tuple[Any, ...]]:
    reached = [case((one.aim.holds(), 1), else_=0) for one in together]
    what = select(literal(number).label("number"), func.count().label("people"))
    # Built by hand: sum() begins with 0, which is no column.
    total: ColumnElement[int] = reached[0]
    for one in reached[1:]:
        total = total + one
    return reached_people(what, on, kinds=kinds).where(aim.holds(), total >= AT_ONCE)


def _others(
    session: Session, organisation: Organisation, first: date, last: date, *, but: int | None
) -> list[_Other]:
    rows = session.execute(
        select(CampaignVersion, Campaign.first_day, Campaign.last_day)
        .join(Campaign, Campaign.id == CampaignVersion.campaign_id)
        .where(CampaignVersion.number == Campaign.version, Campaign.state.in_(RUNNING))
        .where(Campaign.first_day <= last, Campaign.last_day >= first, Campaign.id != (but or 0))
        .order_by(Campaign.first_day, Campaign.id)
    ).all()
    units: dict[int, set[int]] = {row.CampaignVersion.id: set() for row in rows}
    for row in session.execute(
        select(CampaignUnit.version_id, CampaignUnit.unit_id).where(
            CampaignUnit.version_id.in_(units)
        )
    ):
        units[row.version_id].add(row.unit_id)
    return [_other(row, organisation.at_and_below(units[row.CampaignVersion.id])) for row in rows]


def _other(row: Any, unit_ids: set[int]) -> _Other:
    version: CampaignVersion = row.CampaignVersion
    return _Other(
        name=_name(version.definition),
        first_day=row.first_day,
        last_day=row.last_day,
        aim=Aim(
            everyone=version.everyone,
            managers=version.managers,
            new_since=version.new_since,
            unit_ids=frozenset(unit_ids),
        ),
    )


def _name(definition: Mapping[str, Any]) -> InLanguages:
    names = {language: definition.get(language, {}).get("name", "") for language in LANGUAGES}
    return {language: name or max(names.values()) for language, name in names.items()}
