"""Whom a change of the rules touches, seen before it is made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, literal, or_, select
from sqlalchemy.orm import Session

from challenges.campaigns.audience import is_main_on, whole_audience
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import Campaign, CampaignStep, CampaignUnit, CampaignVersion
from challenges.campaigns.versions import days_of, steps_of, units_of, version_in_force
from challenges.people.models import Membership, Unit
from challenges.storage.days import tokyo_day
from challenges.storage.sql import padded_ids
from challenges.submissions.models import Completion


@dataclass(frozen=True, slots=True)
class Effects:
    """People whom a change touches, by the steps that they have climbed so far."""

    gained: int
    """People with steps that will count and do not yet."""
    lost: int
    """People whose steps stay counted, while another such step would no longer count."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """What decides whether a completion counts."""

    starts_on: date
    ends_on: date
    everyone: bool
    managers: bool
    new_since: date | None
    unit_ids: frozenset[int]
    step_ids: frozenset[int]
    until: datetime | None = None
    """What was recorded before counts by them; None for those in force."""


def effects(session: Session, campaign: Campaign, definition: CampaignDefinition) -> Effects:
    """How many people gain or lose by the definition, if it came into force now.

    A handful of statements, however many people there are.
    """
    published = _published(session, campaign.id)
    wanted = _fits(_wanted(session, campaign, definition))
    by_now = or_(false(), *map(_fits, published))
    in_force = or_(false(), *(_fits(rules) for rules in published if rules.until is None))
    return Effects(
        gained=_people(session, wanted & ~by_now),
        lost=_people(session, in_force & ~wanted),
    )


def _people(session: Session, touched: ColumnElement[bool]) -> int:
    counted = select(func.count(func.distinct(Completion.person_id)))
    return session.scalars(counted.where(Completion.voided_at.is_(None), touched)).one()


def _wanted(session: Session, campaign: Campaign, definition: CampaignDefinition) -> _Rules:
    audience = definition.audience
    first_day, last_day = days_of(definition, version_in_force(session, campaign))
    # A draft without days counts nothing yet.
    return _Rules(
        starts_on=first_day or date.max,
        ends_on=last_day or date.min,
        everyone=audience.everyone,
        managers=audience.managers,
        new_since=audience.new_since,
        unit_ids=frozenset(units_of(session, definition)),
        step_ids=frozenset(steps_of(session, definition)),
    )


def _published(session: Session, campaign_id: int) -> list[_Rules]:
    versions = session.scalars(
        select(CampaignVersion).where(CampaignVersion.campaign_id == campaign_id)
    ).all()
    ids = [one.id for one in versions]
    step = select(CampaignStep.version_id, CampaignStep.step_id.label("id"))
    unit = select(CampaignUnit.version_id, CampaignUnit.unit_id.label("id"))
    steps = _by_version(session.execute(step.where(CampaignStep.version_id.in_(ids))))
    units = _by_version(session.execute(unit.where(CampaignUnit.version_id.in_(ids))))
    return [
        _Rules(
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            everyone=one.everyone,
            managers=one.managers,
            new_since=one.new_since,
            unit_ids=frozenset(units.get(one.id, ())),
            step_ids=frozenset(steps.get(one.id, ())),
            until=one.replaced_at,
        )
        for one in versions
    ]


def _by_version(rows: Iterable[Any]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for row in rows:
        found.setdefault(row.version_id, set()).add(row.id)
    return found


def _fits(rules: _Rules) -> ColumnElement[bool]:
    """SQL: whether a ``Completion`` of the statement counts by them."""
    day = tokyo_day(Completion.happened_at)
    was_in_audience = exists().where(
        Membership.person_id == Completion.person_id,
        is_main_on(day),
        _is_reached(rules),
    )
    return and_(
        day.between(rules.starts_on, rules.ends_on),
        Completion.step_id.in_(rules.step_ids),
        literal(True) if rules.until is None else Completion.recorded_at < rules.until,
        was_in_audience.correlate(Completion),
    )


def _is_reached(rules: _Rules) -> ColumnElement[bool]:
    chosen = select(Unit.id).where(Unit.id.in_(padded_ids(rules.unit_ids)))
    return whole_audience(
        everyone=rules.everyone,
        managers=rules.managers,
        new_since=rules.new_since,
        units=chosen if rules.unit_ids else None,
    )
