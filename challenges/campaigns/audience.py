"""Whom a campaign reaches, as pieces of statements.

A person is judged by their main appointment (本務) of the day alone: concurrent ones (兼務) and
deputyships put nobody into an audience.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, exists, false, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from challenges.campaigns.definitions import CampaignAudience
from challenges.campaigns.models import CampaignUnit, CampaignVersion
from challenges.people.counting import counts_on
from challenges.people.models import Membership, Person, Unit
from challenges.people.org_chart import holds_on, is_at_or_above
from challenges.people.units import known_units, unit_key
from challenges.storage.sql import padded_ids
from challenges.vocabulary import Employment, MembershipKind


def fits_audience(
    *, version: type[CampaignVersion] = CampaignVersion, of: type[Membership] = Membership
) -> ColumnElement[bool]:
    """SQL: whether a main appointment belongs to the audience of a version of the statement.

    The caller sees to it that it is the main one (``is_main_on``). For few people and many
    versions; for a whole audience see ``whole_audience``.
    """
    upper, lower = aliased(Unit), aliased(Unit)
    lies_in_a_unit = exists().where(
        CampaignUnit.version_id == version.id,
        upper.id == CampaignUnit.unit_id,
        lower.id == of.unit_id,
        is_at_or_above(upper, lower),
    )
    return or_(
        version.everyone,
        version.managers & (of.kind == MembershipKind.MANAGER),
        of.valid_from >= version.new_since,
        # The appointment and the version are those of the statement around, wherever this stands.
        lies_in_a_unit.correlate_except(CampaignUnit, upper, lower),
    )


def is_main_on(
    on: date | ColumnElement[date], *, of: type[Membership] = Membership
) -> ColumnElement[bool]:
    """SQL: whether it is the appointment by which its person is judged on that day."""
    return of.is_primary & holds_on(on, of=of)


def whole_audience(
    *, everyone: bool, managers: bool, new_since: date | None, units: Select[int] | None
) -> ColumnElement[bool]:
    """SQL: whether a ``Membership`` of the statement belongs to this audience. ``units`` are the
    ids of the units it names; those below are found once for the whole statement."""
    chosen: list[ColumnElement[bool]] = [false()]
    if everyone:
        return literal(True)
    if managers:
        chosen.append(Membership.kind == MembershipKind.MANAGER)
    if new_since:
        chosen.append(Membership.valid_from >= new_since)
    if units is not None:
        chosen.append(Membership.unit_id.in_(select(_with_those_below(units).c.id)))
    return or_(*chosen)


def audience_of(version: CampaignVersion) -> ColumnElement[bool]:
    """SQL: the same for the audience of a published version."""
    return whole_audience(
        everyone=version.everyone,
        managers=version.managers,
        new_since=version.new_since,
        units=_units_of(version.id),
    )


def reach(
    session: Session, audience: CampaignAudience, *, on: date, kinds: Collection[Employment]
) -> int:
    """How many people the audience holds on that day, of those who count on it.

    ``kinds`` are the kinds of employment that count. Two statements, one if no unit is chosen.
    """
    unit_ids = _ids_of(session, audience.units)
    belongs = whole_audience(
        everyone=audience.everyone,
        managers=audience.managers,
        new_since=audience.new_since,
        units=select(Unit.id).where(Unit.id.in_(padded_ids(unit_ids))) if unit_ids else None,
    )
    people = (
        select(func.count())
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(is_main_on(on), belongs, counts_on(on, kinds=kinds))
    )
    return session.scalars(people).one()


def units_reached(session: Session, campaign_id: int) -> list[int]:
    """The ids of the units that the version in force names, and of all units below them.

    Empty where it names none; it may reach people otherwise. One statement.
    """
    in_force = select(CampaignVersion.id).where(
        CampaignVersion.campaign_id == campaign_id, CampaignVersion.replaced_at.is_(None)
    )
    named = select(CampaignUnit.unit_id.label("id")).where(
        CampaignUnit.version_id.in_(in_force.scalar_subquery())
    )
    below = _with_those_below(named)
    return list(session.scalars(select(below.c.id).order_by(below.c.id)))


def campaigns_reaching(
    session: Session, person_id: int, *, on: date, campaign_ids: Collection[int]
) -> set[int]:
    """Of these campaigns, the ids of those that reach the person on that day. One statement."""
    reaching: Select[Any] = (
        select(CampaignVersion.campaign_id)
        .join(Membership, (Membership.person_id == person_id) & is_main_on(on))
        .where(
            CampaignVersion.campaign_id.in_(padded_ids(campaign_ids)),
            CampaignVersion.replaced_at.is_(None),
            fits_audience(),
        )
    )
    return set(session.scalars(reaching))


def _units_of(version_id: int) -> Select[int]:
    return select(CampaignUnit.unit_id.label("id")).where(CampaignUnit.version_id == version_id)


def _with_those_below(units: Select[int]) -> CTE:
    # Without a name of its own: a statement may hold several audiences.
    below = units.cte(recursive=True)
    return below.union(select(Unit.id).join(below, Unit.parent_id == below.c.id))


def _ids_of(session: Session, paths: Collection[str]) -> set[int]:
    known = known_units(session) if paths else {}
    return {known[key].id for path in paths if (key := unit_key(path)) in known}
