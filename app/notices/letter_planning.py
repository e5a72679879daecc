"""Which letters there should be: the weekly ones, invitations, and answers to forgotten passwords.

Each is a row with a unique key, so that planning it twice leaves one.
"""

from datetime import date, datetime, time, timedelta

from sqlalchemy import delete, func, insert, literal, select
from sqlalchemy.orm import Session

from app.notices.letter_models import Letter, LetterKind, LetterState, LetterWish, PasswordRequest
from challenges.calendar import TOKYO, day_of, is_working_day
from challenges.people.accounts import account_named
from challenges.people.models import Person
from challenges.storage.sql import dialect_of, insert_in, insert_once

HOUR = time(8, 30)
"""When the weekly letter goes out, in Tokyo."""
PASSWORDS_AN_HOUR = 3
"""Letters with a link for a forgotten password that one person gets."""
WEEK = timedelta(days=7)


def monday_of(day: date) -> date:
    """The Monday of the week of that day."""
    return day - timedelta(days=day.weekday())


def goes_out_at(week: date) -> datetime | None:
    """When the letter of the week with that Monday goes out: 8:30 on its first working day. None
    for a week without any."""
    days = (week + timedelta(days=n) for n in range(7))
    first = next((day for day in days if is_working_day(day)), None)
    return None if first is None else datetime.combine(first, HOUR, TOKYO)


def went_out_before(week: date) -> datetime:
    """When the letter before that of this week went out."""
    while True:
        week -= WEEK
        if found := goes_out_at(week):
            return found


def plan_weekly(session: Session, *, after: int, limit: int, at: datetime) -> int | None:
    """Plan this week's letter for up to ``limit`` people with an id above ``after`` who wanted it
    when it was due. Returns the last id; None if nobody is left, or nothing goes out today."""
    day = day_of(at)
    due = goes_out_at(monday_of(day))
    if due is None or at < due or not is_working_day(day):
        return None
    wanting = (
        select(Person.id)
        .join(LetterWish, LetterWish.person_id == Person.id)
        .where(LetterWish.ended_at.is_(None), LetterWish.wanted_at <= due, Person.id > after)
        .where(Person.deactivated_at.is_(None), Person.paused_at.is_(None))
        .where(Person.email.is_not(None))
        .order_by(Person.id)
        .limit(limit)
    )
    ids = list(session.scalars(wanting))
    if ids:
        rows = [_row(person_id, monday_of(day), at) for person_id in ids]
        new = insert_in(dialect_of(session), Letter.__table__).on_conflict_do_nothing()
        session.execute(new, rows)
    return ids[-1] if len(ids) == limit else None


def _row(person_id: int, week: date, at: datetime) -> dict[str, object]:
    return {
        "person_id": person_id,
        "kind": LetterKind.WEEKLY,
        "key": week.isoformat(),
        "state": LetterState.WANTED,
        "asked_at": at,
        "due_at": at,
        "attempts": 0,
    }


def plan_invitation(session: Session, person_id: int, *, at: datetime) -> bool:
    """Plan a letter with a one-time link. False if one was planned in this very minute."""
    return _plan(session, person_id, LetterKind.INVITATION, at=at)


def ask_for_password(session: Session, name: str, *, at: datetime) -> None:
    """Note that somebody forgot the password of the account with that name, if there is one.

    It looks nothing up, so that nobody learns from it which names exist.
    """
    session.execute(insert(PasswordRequest).values(name=name[:254], asked_at=at))


def answer_password_requests(session: Session, *, at: datetime, limit: int = 20) -> int:
    """Plan a letter for each request whose name is that of an active person with an address, and
    forget the requests. Returns how many there were."""
    first = select(PasswordRequest.id).order_by(PasswordRequest.id).limit(limit)
    taken = delete(PasswordRequest).where(PasswordRequest.id.in_(first))
    requests = session.execute(taken.returning(PasswordRequest.name, PasswordRequest.asked_at))
    found = requests.all()
    for name, asked_at in found:
        account = account_named(session, name)
        if account is None or not account.is_active or not account.email:
            continue
        if _passwords_since(session, account.id, at=at) < PASSWORDS_AN_HOUR:
            _plan(session, account.id, LetterKind.PASSWORD, at=asked_at)
    return len(found)


def has_password_request(session: Session) -> bool:
    """Whether somebody waits for an answer. One statement."""
    return session.scalar(select(literal(1)).select_from(PasswordRequest).limit(1)) is not None


def _passwords_since(session: Session, person_id: int, *, at: datetime) -> int:
    hour = (Letter.kind == LetterKind.PASSWORD) & (Letter.asked_at > at - timedelta(hours=1))
    count = select(func.count()).select_from(Letter).where(Letter.person_id == person_id, hour)
    return session.scalar(count) or 0


def _plan(session: Session, person_id: int, kind: LetterKind, *, at: datetime) -> bool:
    planned = insert_once(
        session,
        Letter,
        person_id=person_id,
        kind=kind,
        key=f"{at.astimezone(TOKYO):%Y-%m-%dT%H:%M}",
        state=LetterState.WANTED,
        asked_at=at,
        due_at=at,
        attempts=0,
    )
    return planned is not None
