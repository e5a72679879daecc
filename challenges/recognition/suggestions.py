"""Whom a manager may have overlooked, reckoned when asked for. Nothing of it is stored or logged,
and nobody but the manager is told.

The subjects are direct reports of whom the manager sees steps: whoever takes no part, pauses or
shows nothing is not among them, and nor is who does not want to be.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from challenges.calendar import midnight_of
from challenges.people import org_chart
from challenges.people.counting import is_asked_on
from challenges.people.models import Membership, Person, Unit
from challenges.people.visibility import allows
from challenges.recognition.models import Cheer, Endorsement
from challenges.recognition.overlooked import Estimate, Heard, Sureness, estimate, exposure
from challenges.recognition.pulse_models import NotSuggested
from challenges.storage.days import tokyo_day
from challenges.storage.sql import fetch_rows, upsert
from challenges.submissions.models import Completion
from challenges.vocabulary import Consent, DecidedHow, MembershipKind

LOOKED_BACK = timedelta(days=182)
AT_MOST = 3
"""People named at once."""
NEW_FOR = timedelta(days=183)
"""How long somebody is new in a unit, which the page then says."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody the manager may have overlooked."""

    person_id: int
    name: str
    joined_on: date
    """The day since which they have been in the unit."""
    is_new: bool
    sureness: Sureness
    by_manager: bool
    """The manager has said little to them."""
    by_peers: bool
    """Others have said little to them."""


@dataclass(slots=True)
class _Report:
    """A direct report with the words for what could be seen of them."""

    person_id: int
    name: str
    joined_on: date
    days_with_manager: list[int]
    days_with_peers: list[int]
    from_manager: int = 0
    from_peers: int = 0


def suggestions(session: Session, manager_id: int, *, on: date) -> list[Suggestion]:
    """The direct reports most likely overlooked by the manager or by their peers, the surest
    first, at most three. One statement."""
    reports = _reports(session, manager_id, on=on)
    by_manager = estimate([Heard(r.from_manager, exposure(r.days_with_manager)) for r in reports])
    by_peers = estimate([Heard(r.from_peers, exposure(r.days_with_peers)) for r in reports])
    found = [
        (max(own.chance, others.chance), _suggestion(report, own, others, on=on))
        for report, own, others in zip(reports, by_manager, by_peers, strict=True)
        if own.is_worth_a_look or others.is_worth_a_look
    ]
    found.sort(key=lambda one: (-one[0], one[1].person_id))
    return [suggestion for _, suggestion in found[:AT_MOST]]


def set_suggested(session: Session, person_id: int, *, wanted: bool) -> None:
    """Let managers be reminded of the person, or no longer. Saying it again changes nothing."""
    if wanted:
        row = session.get(NotSuggested, person_id)
        if row is not None:
            session.delete(row)
        return
    row_of = upsert(session, NotSuggested).values(person_id=person_id)
    session.execute(row_of.on_conflict_do_nothing())


def _suggestion(
    report: _Report, by_manager: Estimate, by_peers: Estimate, *, on: date
) -> Suggestion:
    surest = max(by_manager, by_peers, key=lambda one: one.chance)
    return Suggestion(
        person_id=report.person_id,
        name=report.name,
        joined_on=report.joined_on,
        is_new=on - report.joined_on < NEW_FOR,
        sureness=surest.sureness,
        by_manager=by_manager.is_worth_a_look,
        by_peers=by_peers.is_worth_a_look,
    )


def _reports(session: Session, manager_id: int, *, on: date) -> list[_Report]:
    found: dict[int, _Report] = {}
    asked = {
        "manager_id": manager_id,
        "on_day": on,
        "since": midnight_of(on - LOOKED_BACK),
    }
    for row in fetch_rows(session, _STEPS, asked):
        report = found.setdefault(
            row.person_id, _Report(row.person_id, row.name, row.joined_on, [], [])
        )
        # What happened before they came together, neither could speak of.
        if row.happened_on >= max(row.joined_on, row.managed_since):
            report.days_with_manager.append((on - row.happened_on).days)
            report.from_manager += row.from_manager
        if row.is_open and row.happened_on >= row.joined_on:
            report.days_with_peers.append((on - row.happened_on).days)
            report.from_peers += row.from_peers
    return list(found.values())


def _statement() -> Select[*tuple[Any, ...]]:
    """One row for each visible step of each direct report, with the words for it."""
    managing = aliased(Membership)
    manager_id: BindParameter[int] = bindparam("manager_id")
    report, unit = aliased(Membership), aliased(Unit)
    is_open = allows(Consent.STEPS)
    was_accepted_by_manager = and_(
        Completion.decided_by_id == manager_id, Completion.decided_how == DecidedHow.MANAGER
    )
    return (
        select(
            Person.id.label("person_id"),
            Person.name,
            report.valid_from.label("joined_on"),
            managing.valid_from.label("managed_since"),
            tokyo_day(Completion.happened_at).label("happened_on"),
            is_open.label("is_open"),
            _words(lambda giver: giver == manager_id).label("from_manager"),
            _words(lambda giver: giver != manager_id).label("from_peers"),
        )
        .join(report, report.person_id == Person.id)
        .join(unit, unit.id == report.unit_id)
        .join(managing, _reports_to(report, unit, managing))
        .join(Completion, Completion.person_id == Person.id)
        .where(managing.person_id == manager_id, managing.kind == MembershipKind.MANAGER)
        .where(org_chart.holds_on(org_chart.ON_DAY, of=managing))
        .where(org_chart.holds_on(org_chart.ON_DAY, of=report), report.is_primary)
        .where(*_may_be_subject(manager_id))
        .where(Completion.voided_at.is_(None))
        .where(Completion.happened_at >= bindparam("since", type_=Completion.happened_at.type))
        .where(is_open | was_accepted_by_manager)
        .order_by(Person.id, Completion.id)
    )


def _reports_to(
    report: type[Membership], unit: type[Unit], managing: type[Membership]
) -> ColumnElement[bool]:
    """Staff of the managed unit, and the managers of the units right below it."""
    is_staff = (report.kind == MembershipKind.STAFF) & (unit.id == managing.unit_id)
    is_below = (report.kind == MembershipKind.MANAGER) & (unit.parent_id == managing.unit_id)
    return is_staff | is_below


def _may_be_subject(manager_id: ColumnElement[Any]) -> Sequence[ColumnElement[bool]]:
    does_not_want = exists().where(NotSuggested.person_id == Person.id)
    return (
        Person.id != manager_id,
        Person.deactivated_at.is_(None),
        Person.paused_at.is_(None),
        is_asked_on(org_chart.ON_DAY),
        ~does_not_want,
    )


def _words(by: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[int]:
    """Standing endorsements and cheers of the ``Completion`` of the statement."""
    endorsed = select(func.count()).where(
        Endorsement.completion_id == Completion.id,
        Endorsement.withdrawn_at.is_(None),
        by(Endorsement.endorser_id),
    )
    cheered = select(func.count()).where(
        Cheer.completion_id == Completion.id, Cheer.taken_back_at.is_(None), by(Cheer.giver_id)
    )
    return (
        endorsed.correlate(Completion).scalar_subquery()
        + cheered.correlate(Completion).scalar_subquery()
    )


_STEPS = _statement()
