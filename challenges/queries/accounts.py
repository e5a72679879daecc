"""Who may sign in: a person as the sign-in page, one-time links and the settings page see them."""

import unicodedata
from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from challenges.models import Consent, ConsentGiven, Person


@dataclass(frozen=True, slots=True)
class Account:
    """A person with what signing in needs. ``is_active`` is False for who has left."""

    id: int
    employee_number: str
    name: str
    email: str | None
    password_hash: str | None
    session_epoch: int
    language: str
    is_active: bool


def account(session: Session, person_id: int) -> Account | None:
    """The account of a person."""
    row = session.execute(_accounts().where(Person.id == person_id)).one_or_none()
    return None if row is None else Account(*row)


def account_named(session: Session, name: str) -> Account | None:
    """The account with that employee number or e-mail address; width and case of what was typed are no obstacle."""
    plain = plain_name(name)
    if not plain.isprintable():
        return None
    numbers = {plain, plain.upper(), plain.lower()}
    named = or_(Person.employee_number.in_(numbers), Person.email == plain.lower())
    best_first = (Person.employee_number == plain).desc(), Person.employee_number.in_(numbers).desc()
    row = session.execute(_accounts().where(named).order_by(*best_first)).first()
    return None if row is None else Account(*row)


def plain_name(name: str) -> str:
    """One spelling for everything that means the same account name."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def accounts_without_password(session: Session) -> list[Account]:
    """Everybody who is here and has never set a password, by employee number."""
    wanted = _accounts().where(Person.password_hash.is_(None), Person.deactivated_at.is_(None))
    return [Account(*row) for row in session.execute(wanted.order_by(Person.employee_number))]


def consents_of(session: Session, person_id: int) -> frozenset[Consent]:
    """What the person allows now."""
    given = select(ConsentGiven.consent).where(ConsentGiven.person_id == person_id, ConsentGiven.withdrawn_at.is_(None))
    return frozenset(session.scalars(given))


def _accounts() -> Select[int, str, str, str | None, str | None, int, str, bool]:
    return select(
        Person.id,
        Person.employee_number,
        Person.name,
        Person.email,
        Person.password_hash,
        Person.session_epoch,
        Person.language,
        Person.deactivated_at.is_(None),
    )
