"""What happens to people apart from the personnel list: deputies, roles, consents, rest, language, and leaving.

The list itself comes in by importing.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from . import managing
from .errors import N_, FieldWrong, Moved, NotAllowed, NotTheirManager, RuleBroken
from .languages import LANGUAGES
from .models import Consent, ConsentGiven, Membership, MembershipKind, Person, Role, RoleGrant, Unit
from .tokyo import day_of
from .upserting import upsert

_BATCH = 500


class AlreadyDeputy(RuleBroken):
    sentence = N_("この人は、その期間にもう代理になっています。")


@dataclass(frozen=True)
class Term:
    """From when to when, days of the Tokyo calendar, both included. Without a last day it is open-ended."""

    first_day: date
    last_day: date | None = None


def name_deputy(
    session: Session, *, unit: Unit, deputy: Person, term: Term, by: Person | None, at: datetime
) -> Membership:
    """Let somebody stand in for the manager of an office. ``by`` is its manager, or None: the operator at the console.

    Raises NotTheirManager, FieldWrong, AlreadyDeputy.
    """
    _must_manage(session, unit, by, at=at)
    if term.last_day and term.last_day < max(term.first_day, day_of(at)):
        raise FieldWrong("代理の最後の日は、最初の日と今日より前にはできません。", field="last_day")
    if deputy.deactivated_at:
        raise FieldWrong("この人は在籍していません。代理にはほかの人を選んでください。", field="deputy")
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


def deputy_terms(session: Session, *, unit: Unit, deputy: Person, at: datetime) -> Sequence[Membership]:
    """The terms, running or to come, in which somebody stands in for the manager of an office."""
    return session.scalars(
        select(Membership).where(
            Membership.unit_id == unit.id,
            Membership.person_id == deputy.id,
            Membership.kind == MembershipKind.DEPUTY,
            managing.lasts_to(day_of(at)),
        )
    ).all()


def end_deputy(session: Session, membership: Membership, *, by: Person | None, at: datetime) -> None:
    """End a deputy's time at once. Today was the last day, for what was decided on it; one to come never was.

    The deputy may step back too. Raises NotTheirManager, RuleBroken where it is no deputy's membership.
    """
    if membership.kind is not MembershipKind.DEPUTY:
        raise RuleBroken("これは代理の在籍ではありません。")
    if by is None or by.id != membership.person_id:
        _must_manage(session, membership.unit, by, at=at)
    today = day_of(at)
    if membership.valid_from > today:
        session.delete(membership)
    elif membership.ended_at is None and (membership.valid_to is None or membership.valid_to >= today):
        membership.valid_to, membership.ended_at = today, at
    session.flush()


def grant_role(session: Session, person: Person, role: Role, *, at: datetime) -> bool:
    """Give a role; False where the person has it already."""
    if person.deactivated_at:
        raise NotAllowed("在籍していない人に役割は渡せません。")
    row = upsert(session, RoleGrant).values(person_id=person.id, role=role, granted_at=at)
    return session.scalar(row.on_conflict_do_nothing().returning(RoleGrant.id)) is not None


def revoke_role(session: Session, person: Person, role: Role, *, at: datetime) -> bool:
    """Take a role back; False where the person does not have it."""
    held = (RoleGrant.person_id == person.id, RoleGrant.role == role, RoleGrant.revoked_at.is_(None))
    return session.scalar(update(RoleGrant).where(*held).values(revoked_at=at).returning(RoleGrant.id)) is not None


def set_consent(session: Session, person: Person, consent: Consent, *, given: bool, at: datetime) -> None:
    """Give or withdraw a consent. Saying the same again changes nothing, not even its date."""
    if given:
        row = upsert(session, ConsentGiven).values(person_id=person.id, consent=consent, given_at=at)
        session.execute(row.on_conflict_do_nothing())
        return
    held = (ConsentGiven.person_id == person.id, ConsentGiven.consent == consent, ConsentGiven.withdrawn_at.is_(None))
    session.execute(update(ConsentGiven).where(*held).values(withdrawn_at=at))


def pause(person: Person, *, at: datetime) -> None:
    """Take a rest. What was earned stays; nothing is asked."""
    person.paused_at = person.paused_at or at


def resume(person: Person) -> None:
    """Come back from a rest."""
    person.paused_at = None


def set_language(person: Person, language: str) -> None:
    """Choose the language of the screens. Raises FieldWrong for one we do not have."""
    if language not in LANGUAGES:
        raise FieldWrong("日本語か英語を選んでください。", field="language")
    person.language = language


def set_password(session: Session, person_id: int, *, password_hash: str, epoch: int) -> int:
    """Keep a new password and end every session and one-time link; the new session epoch.

    ``epoch`` is the one that was seen when the person was let in. Raises Moved where it is no longer that.
    """
    changed: int | None = session.scalar(
        update(Person)
        .where(Person.id == person_id, Person.session_epoch == epoch, Person.deactivated_at.is_(None))
        .values(password_hash=password_hash, session_epoch=epoch + 1)
        .returning(Person.session_epoch)
    )
    if changed is None:
        raise Moved
    return changed


def renew_hash(session: Session, person_id: int, *, password_hash: str, epoch: int) -> None:
    """Keep the same password in another form, unless it is no longer the one that was seen at ``epoch``."""
    session.execute(
        update(Person)
        .where(Person.id == person_id, Person.session_epoch == epoch, Person.deactivated_at.is_(None))
        .values(password_hash=password_hash)
    )


def sign_out_everywhere(person: Person) -> None:
    """End every session and every one-time link of the person."""
    person.session_epoch = Person.session_epoch + 1  # reckoned by the database


def deactivate(session: Session, person: Person, *, at: datetime) -> None:
    """The person has left: out at the next request, posts end today. What they did stays."""
    session.flush()
    deactivate_all(session, [person.id], at=at)
    session.expire(person)


def deactivate_all(session: Session, person_ids: Sequence[int], *, at: datetime) -> None:
    """The same for many people at once."""
    today = day_of(at)
    for start in range(0, len(person_ids), _BATCH):
        theirs = person_ids[start : start + _BATCH]
        mine = Membership.person_id.in_(theirs)
        session.execute(
            update(Person)
            .where(Person.id.in_(theirs))
            .values(deactivated_at=at, session_epoch=Person.session_epoch + 1),
            execution_options={"synchronize_session": False},
        )
        lasting = or_(Membership.valid_to.is_(None), Membership.valid_to > today)
        for statement in (
            delete(Membership).where(mine, Membership.valid_from > today),
            update(Membership).where(mine, lasting).values(valid_to=today),
            update(RoleGrant)
            .where(RoleGrant.person_id.in_(theirs), RoleGrant.revoked_at.is_(None))
            .values(revoked_at=at),
        ):
            session.execute(statement, execution_options={"synchronize_session": False})


def _must_manage(session: Session, unit: Unit, by: Person | None, *, at: datetime) -> None:
    if by and not managing.manages(session, by.id, unit_id=unit.id, on=day_of(at)):
        raise NotTheirManager


def _must_be_free(session: Session, unit: Unit, deputy: Person, term: Term) -> None:
    overlapping = select(Membership.id).where(
        Membership.person_id == deputy.id,
        Membership.unit_id == unit.id,
        Membership.kind != MembershipKind.STAFF,
        managing.lasts_to(term.first_day),
        Membership.valid_from <= (term.last_day or date.max),
    )
    if session.scalar(overlapping.limit(1)):
        raise AlreadyDeputy
