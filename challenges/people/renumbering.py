"""One person under two employee numbers: yearly contracts get new ones.

The person keeps everything under the new number. The old one is kept too, so that a list which
still has it is noticed.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.exc import IntegrityError, InvalidRequestError
from sqlalchemy.orm import Session

from challenges.errors import RuleBroken
from challenges.outbox import record
from challenges.people.events import AppointmentsChanged
from challenges.people.last_of_office import office_keeps_somebody
from challenges.people.models import FormerNumber, Membership, Person, SignIn, UncountedPeriod
from challenges.storage.sql import PERSONNEL, take_turn


class NumberOfSomebodyElse(RuleBroken):
    """The new number cannot be given to the person who has the old one."""


def give_new_number(session: Session, person: Person, number: str, *, at: datetime) -> None:
    """Let a person go on under another employee number.

    If somebody was already imported under it, their appointments become the person's own. A second
    call changes nothing. Raises NumberOfSomebodyElse if that one has done something, or was there
    at the same time, and LastOfTheOffice if the new post takes a role from the office's last.
    """
    take_turn(session, PERSONNEL)
    _read_again(session, person)
    if person.employee_number == number:
        return
    held_before = session.get(FormerNumber, number)
    if held_before and held_before.person_id != person.id:
        raise NumberOfSomebodyElse(f"職員番号 {number} は、別の人の前の番号です。")
    if held_before:
        session.delete(held_before)
    double = session.scalar(select(Person).where(Person.employee_number == number))
    if double:
        first = select(func.min(Membership.valid_from)).where(_is_of(double))
        first_day = session.scalar(first)
        with office_keeps_somebody(session):
            _absorb(session, person, double, first_day)
        record(session, AppointmentsChanged.from_day(first_day or date.max, at=at))
    session.add(FormerNumber(employee_number=person.employee_number, person_id=person.id))
    person.employee_number = number
    session.flush()


def _read_again(session: Session, person: Person) -> None:
    """Learn what whoever had the turn before made of the person."""
    number = person.employee_number
    try:
        session.refresh(person)
    except InvalidRequestError as error:
        sentence = f"職員番号 {number} の記録は、いま別の番号のものになりました。"
        raise NumberOfSomebodyElse(sentence) from error


def _absorb(session: Session, person: Person, double: Person, first_day: date | None) -> None:
    """Move what the personnel list said of the double to the person, and remove the double.

    ``first_day`` is that of the first appointment of the double.
    """
    if first_day:
        _end_before(session, person, first_day, number=double.employee_number)
    for model in (Membership, UncountedPeriod, FormerNumber):
        session.execute(
            update(model).where(model.person_id == double.id).values(person_id=person.id)
        )
    # Having signed in is nothing that they did: the person signs in again, as themselves.
    session.execute(delete(SignIn).where(SignIn.person_id == double.id))
    email, is_active = double.email, double.deactivated_at is None
    password_hash = double.password_hash
    try:
        with session.begin_nested():
            gone = delete(Person).where(Person.id == double.id)
            session.execute(gone, execution_options={"synchronize_session": False})
    except IntegrityError as error:
        # Something that they did refers to them.
        sentence = (
            f"職員番号 {double.employee_number} の人には、もう記録があります。"
            "二人の記録を一つにすることはできません。"
        )
        raise NumberOfSomebodyElse(sentence) from error
    session.expunge(double)
    person.email = email or person.email
    if password_hash:
        # They were invited under the new number: the password chosen then is the one they know.
        person.password_hash = password_hash
        person.session_epoch += 1
    person.deactivated_at = None if is_active else person.deactivated_at


def _end_before(session: Session, person: Person, first_day: date, *, number: str) -> None:
    """End the appointments that the person still has on that day."""
    begun_later = select(Membership.id).where(_is_of(person), Membership.valid_from >= first_day)
    if session.scalar(begun_later.limit(1)):
        # Only the console shows this, in Japanese alone. In a call of the error it would be taken
        # for a sentence to translate.
        sentence = (
            f"職員番号 {person.employee_number} と {number} には、{first_day} からの発令が"
            "両方にあります。同じ人か、確かめてください。"
        )
        raise NumberOfSomebodyElse(sentence)
    goes_on = Membership.valid_to.is_(None) | (Membership.valid_to >= first_day)
    session.execute(
        update(Membership)
        .where(_is_of(person), goes_on)
        .values(valid_to=first_day - timedelta(days=1))
    )


def _is_of(person: Person) -> ColumnElement[bool]:
    return Membership.person_id == person.id
