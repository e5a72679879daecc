"""How people sign in: the account a name belongs to, its password, its sessions, its language."""

import unicodedata
from dataclasses import dataclass

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from challenges.errors import AlreadyDecided, InvalidField
from challenges.languages import LANGUAGES
from challenges.people.models import Person


def set_language(person: Person, language: str) -> None:
    """Choose the language of the screens. Raises InvalidField for one we do not have."""
    if language not in LANGUAGES:
        raise InvalidField("日本語か英語を選んでください。", field="language")
    person.language = language


def set_password(session: Session, person_id: int, *, password_hash: str, epoch: int) -> int:
    """Keep a new password and end every session and one-time link; the new session epoch.

    ``epoch`` is the one that was seen when the person was let in. Raises AlreadyDecided where it is
    no longer that.
    """
    changed: int | None = session.scalar(
        update(Person)
        .where(
            Person.id == person_id, Person.session_epoch == epoch, Person.deactivated_at.is_(None)
        )
        .values(password_hash=password_hash, session_epoch=epoch + 1)
        .returning(Person.session_epoch)
    )
    if changed is None:
        raise AlreadyDecided
    return changed


def renew_hash(session: Session, person_id: int, *, password_hash: str, epoch: int) -> None:
    """Keep the same password in another form, unless it is no longer the one that was seen at
    ``epoch``."""
    session.execute(
        update(Person)
        .where(
            Person.id == person_id, Person.session_epoch == epoch, Person.deactivated_at.is_(None)
        )
        .values(password_hash=password_hash)
    )


def sign_out_everywhere(person: Person) -> None:
    """End every session and every one-time link of the person."""
    person.session_epoch = Person.session_epoch + 1  # reckoned by the database


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
    """The account with that employee number or e-mail address; width and case of what was typed are
    no obstacle."""
    plain = plain_name(name)
    if not plain.isprintable():
        return None
    numbers = {plain, plain.upper(), plain.lower()}
    named = or_(Person.employee_number.in_(numbers), Person.email == plain.lower())
    best_first = (
        (Person.employee_number == plain).desc(),
        Person.employee_number.in_(numbers).desc(),
    )
    row = session.execute(_accounts().where(named).order_by(*best_first)).first()
    return None if row is None else Account(*row)


def plain_name(name: str) -> str:
    """One spelling for everything that means the same account name."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def accounts_without_password(session: Session) -> list[Account]:
    """Everybody who is here and has never set a password, by employee number."""
    wanted = _accounts().where(Person.password_hash.is_(None), Person.deactivated_at.is_(None))
    return [Account(*row) for row in session.execute(wanted.order_by(Person.employee_number))]


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


def with_number(session: Session, employee_number: str) -> Person | None:
    """The person with that employee number, for naming a deputy. One statement."""
    return session.scalar(select(Person).where(Person.employee_number == employee_number.strip()))
