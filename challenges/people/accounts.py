"""How people sign in: the account that a name belongs to, its password, its language.

Where they are signed in is the work of sign_ins.py.

Hashing passwords and making one-time links is the work of app/identity. Here is only what they
change.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, or_, select, update
from sqlalchemy.orm import Session

from challenges.errors import InvalidField, SessionEnded
from challenges.languages import LANGUAGES
from challenges.people.coming import is_to_come
from challenges.people.models import Membership, Person
from challenges.text import as_written, same_width, without_blanks


def set_language(person: Person, language: str) -> None:
    """Choose the language of the screens. Raises InvalidField for one that we do not have."""
    if language not in LANGUAGES:
        raise InvalidField("日本語か英語を選んでください。", field="language")
    person.language = language


def set_password(session: Session, person_id: int, *, password_hash: str, epoch: int) -> int:
    """Set a new password and end every sign-in and one-time link. Returns the new session epoch.

    ``epoch`` is the session epoch under which the person was let in. Raises SessionEnded if it is
    over, or if the person has left.
    """
    # One conditional update: of two requests that use the same link, the second finds no row.
    new_epoch: int | None = session.scalar(
        update(Person)
        .where(*_is_let_in(person_id, epoch))
        .values(password_hash=password_hash, session_epoch=epoch + 1)
        .returning(Person.session_epoch)
    )
    if new_epoch is None:
        raise SessionEnded
    return new_epoch


def renew_hash(session: Session, person_id: int, *, password_hash: str, epoch: int) -> None:
    """Store the same password under a newer hash.

    Does nothing if the password was changed since the session epoch ``epoch``.
    """
    session.execute(
        update(Person).where(*_is_let_in(person_id, epoch)).values(password_hash=password_hash)
    )


def _is_let_in(person_id: int, epoch: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Person.id == person_id,
        Person.session_epoch == epoch,
        Person.deactivated_at.is_(None),
    )


def sign_out_everywhere(session: Session, person_id: int) -> int:
    """End every sign-in and every one-time link of the person. Returns the new session epoch."""
    # The database adds, so that two requests at once do not both write the same number.
    ended = update(Person).where(Person.id == person_id)
    new_epoch = ended.values(session_epoch=Person.session_epoch + 1).returning(Person.session_epoch)
    return session.scalars(new_epoch).one()


@dataclass(frozen=True, slots=True)
class Account:
    """What signing in needs to know of a person. ``is_active`` is False once they have left."""

    id: int
    employee_number: str
    name: str
    email: str | None
    password_hash: str | None
    session_epoch: int
    language: str
    is_active: bool


def account(session: Session, person_id: int) -> Account | None:
    """The account of that person, or None if there is no such person."""
    row = session.execute(_accounts().where(Person.id == person_id)).one_or_none()
    return None if row is None else Account(**row._mapping)


def accounts_with(session: Session, person_ids: Collection[int]) -> list[Account]:
    """The accounts of these people, in no order. One statement."""
    rows = session.execute(_accounts().where(Person.id.in_(person_ids)))
    return [Account(**row._mapping) for row in rows]


def account_named(session: Session, name: str) -> Account | None:
    """The account with that employee number or e-mail address, or None.

    Width and case make no difference. An employee number counts before an address, and one in the
    case as typed before one in another.
    """
    plain = plain_name(name)
    # No account has unprintable characters, and NUL is nothing that is pasted by mistake.
    if not plain.isprintable() or "\0" in name:
        return None
    # Numbers are compared as typed, upper and lower case, so that the plain unique index answers.
    numbers = {plain, plain.upper(), plain.lower()}
    has_name = or_(Person.employee_number.in_(numbers), Person.email == plain.lower())
    best_first = (
        (Person.employee_number == plain).desc(),
        Person.employee_number.in_(numbers).desc(),
    )
    row = session.execute(_accounts().where(has_name).order_by(*best_first)).first()
    return None if row is None else Account(**row._mapping)


def plain_name(name: str) -> str:
    """One spelling for all ways to type the same account name, but for its case."""
    return without_blanks(same_width(as_written(name)))


def accounts_without_password(session: Session, *, on: date) -> list[Account]:
    """The accounts of active people who have never set a password, by employee number. Who is
    still to come on that day is left out."""
    statement = _accounts().where(
        Person.password_hash.is_(None), Person.deactivated_at.is_(None), ~is_to_come(on)
    )
    rows = session.execute(statement.order_by(Person.employee_number))
    return [Account(**row._mapping) for row in rows]


def _accounts() -> Select[int, str, str, str | None, str | None, int, str, bool]:
    """The columns are called like the fields of Account."""
    return select(
        Person.id,
        Person.employee_number,
        Person.name,
        Person.email,
        Person.password_hash,
        Person.session_epoch,
        Person.language,
        Person.deactivated_at.is_(None).label("is_active"),
    )


def with_number(session: Session, employee_number: str, *, on: date | None = None) -> Person | None:
    """The person with that employee number, however wide it is typed, or None.

    With ``on``, None too for somebody who is still to come for the first time on that day.
    """
    statement = select(Person).where(Person.employee_number == plain_name(employee_number))
    if on is not None:
        was_here = exists().where(Membership.person_id == Person.id, Membership.valid_from <= on)
        statement = statement.where(was_here | ~is_to_come(on))
    return session.scalar(statement)
