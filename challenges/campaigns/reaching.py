"""Whom an audience would reach on a day, and who would review what they do.

For the lint, which asks before anything is published. What counts once it is, audience.py decides.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from challenges.campaigns.definitions import CampaignAudience, CampaignDefinition
from challenges.campaigns.lint.values import KnownUnit, Reached
from challenges.campaigns.organisation import Organisation
from challenges.people.counting import counts_on, is_asked_on
from challenges.people.models import Membership, Person
from challenges.people.org_chart import MANAGING, holds_on
from challenges.submissions.models import Completion
from challenges.vocabulary import DecidedHow, Employment, MembershipKind

REVIEW_TAKES = timedelta(days=31)
"""What was reviewed in a time happened at most so long before it."""


@dataclass(frozen=True, slots=True)
class Aim:
    """An audience with the ids of its units, those below included."""

    everyone: bool
    managers: bool
    new_since: date | None
    unit_ids: frozenset[int]

    @classmethod
    def of(cls, audience: CampaignAudience, organisation: Organisation) -> "Aim":
        """The audience of a definition. Units that nobody knows are left out."""
        ids = {found for path in audience.units if (found := organisation.find(path)) is not None}
        return cls(
            everyone=audience.everyone,
            managers=audience.managers,
            new_since=audience.new_since,
            unit_ids=frozenset(organisation.at_and_below(ids)),
        )

    def holds(self) -> ColumnElement[bool]:
        """Whether the main appointment of the statement lies in it."""
        ways: list[ColumnElement[bool]] = [true() if self.everyone else false()]
        if self.managers:
            ways.append(Membership.kind == MembershipKind.MANAGER)
        if self.new_since is not None:
            ways.append(Membership.valid_from >= self.new_since)
        if self.unit_ids:
            ways.append(Membership.unit_id.in_(sorted(self.unit_ids)))
        return or_(*ways)


def reached_people(
    what: Select[*tuple[Any, ...]], on: date, *, kinds: Collection[Employment]
) -> Select[*tuple[Any, ...]]:
    """``what`` of all who count on that day, each with their main appointment of the day."""
    return (
        what.select_from(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.is_primary, holds_on(on), counts_on(on, kinds=kinds))
    )


def known_units_of(
    session: Session,
    definition: CampaignDefinition,
    organisation: Organisation,
    *,
    days: tuple[date, date],
    kinds: Collection[Employment],
) -> dict[str, KnownUnit]:
    """The chosen units by their paths, with the people at and below each on both days."""
    found = {path: organisation.find(path) for path in definition.audience.units}
    if not found:
        return {}
    first, last = (_people_by_unit(session, on, kinds=kinds) for on in days)
    known = {}
    for path, unit_id in found.items():
        if unit_id is not None:
            below = organisation.at_and_below([unit_id])
            known[path] = KnownUnit(
                people_first=sum(first.get(one, 0) for one in below),
                people_last=sum(last.get(one, 0) for one in below),
            )
    return known


def _people_by_unit(session: Session, on: date, *, kinds: Collection[Employment]) -> dict[int, int]:
    what = select(Membership.unit_id, func.count().label("people"))
    rows = session.execute(reached_people(what, on, kinds=kinds).group_by(Membership.unit_id))
    return {row.unit_id: row.people for row in rows}


def reached_by(
    session: Session,
    aim: Aim,
    organisation: Organisation,
    *,
    on: date,
    first: date,
    kinds: Collection[Employment],
    reviewed_since: datetime | None,
) -> Reached:
    """Whom the audience holds on that day, and whether it is empty on the ``first``.

    Who would review them is left out where ``reviewed_since`` is None: no step asks a manager.
    """
    held = aliased(Membership)
    manages = exists().where(
        held.person_id == Person.id, held.kind.in_(MANAGING), holds_on(on, of=held)
    )
    what = select(
        Membership.unit_id,
        func.count().label("people"),
        func.sum(case((manages, 1), else_=0)).label("managers"),
    )
    rows = session.execute(
        reached_people(what, on, kinds=kinds).where(aim.holds()).group_by(Membership.unit_id)
    ).all()
    people = {row.unit_id: row.people for row in rows}
    found = Reached(
        people=sum(people.values()),
        managers=sum(row.managers for row in rows),
        is_empty_on_first_day=_is_empty(session, aim, first, kinds=kinds),
    )
    if reviewed_since is None:
        return found
    reviewing = _Reviewing.read(session, organisation, on=on)
    them = reached_people(select(Person.id, Membership.unit_id), on, kinds=kinds).where(
        aim.holds(), Person.id.in_(_managers(on).with_only_columns(Membership.person_id))
    )
    for row in session.execute(them):
        reviewing.add(row.unit_id, person_id=row.id)
        people[row.unit_id] -= 1
    for unit_id, count in people.items():
        reviewing.add(unit_id, people=count)
    return replace(
        found,
        without_reviewer=sum(reviewing.without.values()),
        units_without_reviewer=tuple(
            name for id_, name in organisation.names.items() if reviewing.without[id_]
        ),
        reviewers=len(reviewing.reviewers),
        reviews=_reviews(session, [row.unit_id for row in rows], since=reviewed_since),
    )


def _is_empty(session: Session, aim: Aim, on: date, *, kinds: Collection[Employment]) -> bool:
    anybody = reached_people(select(Person.id), on, kinds=kinds).where(aim.holds()).limit(1)
    return session.execute(anybody).first() is None


@dataclass
class _Reviewing:
    """Who would review whom, by the rule of ``org_chart.reviewing_unit``."""

    organisation: Organisation
    managers: Mapping[int, set[int]]
    """The ids of the managers of each unit."""
    reviewers: set[int] = field(default_factory=set)
    without: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    """People without a reviewer, by the id of their unit."""

    @classmethod
    def read(cls, session: Session, organisation: Organisation, *, on: date) -> "_Reviewing":
        managers: defaultdict[int, set[int]] = defaultdict(set)
        for row in session.execute(_managers(on)):
            managers[row.unit_id].add(row.person_id)
        return cls(organisation, managers)

    def add(self, unit_id: int, *, people: int = 1, person_id: int | None = None) -> None:
        """People of a unit, or one who is a manager and does not review themself."""
        if not people:
            return
        for above in self.organisation.upward(unit_id):
            if found := self.managers.get(above, set()) - {person_id}:
                self.reviewers |= found
                return
        self.without[unit_id] += people


def _managers(on: date) -> Select[*tuple[Any, ...]]:
    """The managers of that day who may be asked for something, with their units."""
    return (
        select(Membership.unit_id, Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.kind == MembershipKind.MANAGER, holds_on(on))
        .where(Person.deactivated_at.is_(None), is_asked_on(on))
    )


def _reviews(session: Session, unit_ids: list[int], *, since: datetime) -> int:
    """What managers accepted since then of what people did in those units."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Completion)
            .where(Completion.unit_id.in_(unit_ids), Completion.decided_by_id.is_not(None))
            # Through the index, which knows the time of the deed and not of the decision.
            .where(Completion.happened_at >= since - REVIEW_TAKES, Completion.decided_at >= since)
            .where(Completion.decided_how == DecidedHow.MANAGER)
        )
        or 0
    )
