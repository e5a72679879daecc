"""What happens to people apart from the personnel list: deputies, roles, consents, rest, language,
and leaving.

The list itself comes in by importing.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.errors import N_, InvalidField, NotTheirManager, RuleBroken
from challenges.people import org_chart
from challenges.people.models import Membership, Person, Unit
from challenges.vocabulary import MembershipKind


class AlreadyDeputy(RuleBroken):
    sentence = N_("この人は、その期間にもう代理になっています。")


@dataclass(frozen=True)
class Term:
    """From when to when, days of the Tokyo calendar, both included. Without a last day it is
    open-ended."""

    first_day: date
    last_day: date | None = None


def name_deputy(
    session: Session, *, unit: Unit, deputy: Person, term: Term, by: Person | None, at: datetime
) -> Membership:
    """Let somebody stand in for the manager of a unit. ``by`` is its manager, or None: the operator
    at the console.

    Raises NotTheirManager, InvalidField, AlreadyDeputy.
    """
    _must_manage(session, unit, by, at=at)
    if term.last_day and term.last_day < max(term.first_day, day_of(at)):
        raise InvalidField(
            "代理の最後の日は、最初の日と今日より前にはできません。", field="last_day"
        )
    if deputy.deactivated_at:
        raise InvalidField(
            "この人は在籍していません。代理にはほかの人を選んでください。", field="deputy"
        )
    _must_be_free(session, unit, deputy, term)
    row = Membership(
        person_id=deputy.id,
        unit_id=unit.id,
        kind=MembershipKind.DEPUTY,
        is_primary=False,
        valid_from=term.first_day,
        valid_to=term.last_day,
    )
    session.add(row)
    session.flush()
    return row


def deputy_terms(
    session: Session, *, unit: Unit, deputy: Person, at: datetime
) -> Sequence[Membership]:
    """The terms, running or to come, in which somebody stands in for the manager of a unit."""
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
    """End a deputy's time at once. Today was the last day, for what was decided on it; one to come
    never was.

    The deputy may step back too. Raises NotTheirManager, RuleBroken where it is no deputy's
    membership.
    """
    if membership.kind is not MembershipKind.DEPUTY:
        raise RuleBroken("これは代理の在籍ではありません。")
    if by is None or by.id != membership.person_id:
        _must_manage(session, membership.unit, by, at=at)
    today = day_of(at)
    if membership.valid_from > today:
        session.delete(membership)
    elif membership.ended_at is None and (
        membership.valid_to is None or membership.valid_to >= today
    ):
        membership.valid_to, membership.ended_at = today, at
    session.flush()


def _must_manage(session: Session, unit: Unit, by: Person | None, *, at: datetime) -> None:
    if by and not org_chart.manages(session, by.id, unit_id=unit.id, on=day_of(at)):
        raise NotTheirManager


def _must_be_free(session: Session, unit: Unit, deputy: Person, term: Term) -> None:
    overlapping = select(Membership.id).where(
        Membership.person_id == deputy.id,
        Membership.unit_id == unit.id,
        Membership.kind != MembershipKind.STAFF,
        org_chart.lasts_to(term.first_day),
        Membership.valid_from <= (term.last_day or date.max),
    )
    if session.scalar(overlapping.limit(1)):
        raise AlreadyDeputy
