"""Managers name deputies, who stand in for them from one day to another.

A deputyship is a membership of the kind DEPUTY. The personnel list does not bring in deputyships;
it only ends those of people who are transferred, see transfers.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.errors import N_, InvalidField, NotTheirManager, RuleBroken
from challenges.outbox import record
from challenges.people import org_chart
from challenges.people.coming import is_to_come
from challenges.people.events import DeputiesChanged
from challenges.people.leaving import lock_person
from challenges.people.models import Membership, Person, Unit
from challenges.storage.overlaps import refusing_overlaps
from challenges.vocabulary import MembershipKind


class AlreadyDeputy(RuleBroken):
    """The person manages the unit, or stands in for its manager, on a day of the term."""

    sentence = N_("この人は、その期間にもう代理になっています。")


@dataclass(frozen=True)
class Term:
    """Days of the Tokyo calendar, both included. Without a last day the term has no end."""

    first_day: date
    last_day: date | None = None


def name_deputy(
    session: Session, *, unit: Unit, deputy: Person, term: Term, by: Person | None, at: datetime
) -> Membership:
    """Let somebody stand in for the manager of a unit.

    ``by`` is a manager of the unit, or None for the operator at the console. Raises
    NotTheirManager, InvalidField for a term that is over or a person who has left, AlreadyDeputy.
    """
    _must_manage(session, unit, by, at=at)
    if term.last_day and term.last_day < max(term.first_day, day_of(at)):
        raise InvalidField(
            "代理の最後の日は、最初の日と今日より前にはできません。", field="last_day"
        )
    # The row of a person is locked while their memberships change. So the second of two requests
    # sees what the first one wrote, and so does a transfer.
    lock_person(session, deputy)
    if deputy.deactivated_at or _is_to_come(session, deputy, on=day_of(at)):
        raise InvalidField(
            "この人は在籍していません。代理にはほかの人を選んでください。", field="deputy"
        )
    _must_be_free(session, unit, deputy, term, today=day_of(at))
    deputyship = Membership(
        person_id=deputy.id,
        unit_id=unit.id,
        kind=MembershipKind.DEPUTY,
        is_primary=False,
        valid_from=term.first_day,
        valid_to=term.last_day,
        named_to=term.last_day,
    )
    with refusing_overlaps(session, AlreadyDeputy()):
        session.add(deputyship)
    record(session, DeputiesChanged(occurred_at=at, unit_id=unit.id))
    return deputyship


def deputy_terms(
    session: Session, *, unit: Unit, deputy: Person, at: datetime
) -> Sequence[Membership]:
    """The deputyships of a person in a unit, those under way and those to come."""
    return session.scalars(
        select(Membership).where(
            Membership.unit_id == unit.id,
            Membership.person_id == deputy.id,
            Membership.kind == MembershipKind.DEPUTY,
            org_chart.lasts_to(day_of(at)),
        )
    ).all()


def end_deputy(
    session: Session, membership: Membership, *, by: Person | None, at: datetime
) -> None:
    """End a deputyship at once. A deputyship that has not begun is deleted. A second call changes
    nothing.

    A manager of the unit may do so, the deputy, and the operator (``by`` is None). Raises
    NotTheirManager, and RuleBroken if the membership is no deputyship.
    """
    if membership.kind is not MembershipKind.DEPUTY:
        raise RuleBroken("これは代理の在籍ではありません。")
    if by is None or by.id != membership.person_id:
        _must_manage(session, membership.unit, by, at=at)
    today, is_it = day_of(at), Membership.id == membership.id
    if membership.valid_from > today:
        session.execute(delete(Membership).where(is_it))
        return
    record(session, DeputiesChanged(occurred_at=at, unit_id=membership.unit_id))
    goes_on = or_(Membership.valid_to.is_(None), Membership.valid_to >= today)
    # Today stays the last day, because of what the deputy has decided today. ``ended_at`` keeps
    # the rest of the day from counting. Of two requests, only the first finds a row.
    session.execute(
        update(Membership)
        .where(is_it, Membership.ended_at.is_(None), goes_on)
        .values(valid_to=today, ended_at=at)
        .execution_options(synchronize_session=False)
    )
    session.expire(membership)


def _must_manage(session: Session, unit: Unit, by: Person | None, *, at: datetime) -> None:
    if by and not org_chart.manages(session, by.id, unit_id=unit.id, on=day_of(at)):
        raise NotTheirManager


def _is_to_come(session: Session, person: Person, *, on: date) -> bool:
    statement = select(exists().where(Person.id == person.id, is_to_come(on)))
    return bool(session.scalar(statement))


def _must_be_free(session: Session, unit: Unit, deputy: Person, term: Term, *, today: date) -> None:
    is_manager = (Membership.kind == MembershipKind.MANAGER) & (Membership.valid_from <= today)
    overlapping = select(Membership.id).where(
        Membership.person_id == deputy.id,
        Membership.unit_id == unit.id,
        # Its manager cannot be its deputy, its staff can. Who is to become its manager is a secret
        # that a refusal would tell.
        is_manager | (Membership.kind == MembershipKind.DEPUTY),
        org_chart.lasts_to(term.first_day),
        Membership.valid_from <= (term.last_day or date.max),
    )
    if session.scalar(overlapping.limit(1)):
        raise AlreadyDeputy
