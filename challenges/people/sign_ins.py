"""Sign-ins: begun, seen, listed and ended. Whether one still lets its person in is asked with
everything else about them, in app/queries/viewer.py.

A new session epoch ends all of them (accounts.py, leaving.py): a sign-in that is under way in the
same moment has the old epoch and is over too.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, delete, select, update
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.people.models import Person, SignIn
from challenges.storage.sql import fields_of


@dataclass(frozen=True, slots=True)
class Device:
    """Where somebody signs in: names of the browser and the system, "" if unknown."""

    browser: str = ""
    system: str = ""
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class SignInLine:
    """A sign-in as its person sees it."""

    id: int
    browser: str
    system: str
    is_shared: bool
    begun_at: datetime
    last_seen_on: date


def begin(
    session: Session,
    person_id: int,
    *,
    epoch: int,
    device: Device,
    at: datetime,
    lasts: timedelta,
) -> str:
    """Begin a sign-in that lasts at most ``lasts``. Returns its key.

    ``epoch`` is the session epoch under which the person was let in.
    """
    begun = SignIn(
        person_id=person_id,
        key=secrets.token_urlsafe(16),
        epoch=epoch,
        browser=device.browser,
        system=device.system,
        is_shared=device.is_shared,
        begun_at=at,
        ends_at=at + lasts,
        last_seen_on=day_of(at),
    )
    session.add(begun)
    session.flush()
    return begun.key


def note_seen(session: Session, sign_in_id: int, *, on: date) -> None:
    """Write down the day. Does nothing if somebody else does so at this moment."""
    # Two pages of one person may come first on a day. Neither waits for the other.
    not_yet = select(SignIn.id).where(SignIn.id == sign_in_id, SignIn.last_seen_on < on)
    free = not_yet.with_for_update(skip_locked=True).scalar_subquery()
    session.execute(update(SignIn).where(SignIn.id == free).values(last_seen_on=on))


def end(session: Session, person_id: int, sign_in_id: int) -> bool:
    """End one sign-in of the person. False if they have none of that id."""
    is_theirs = (SignIn.id == sign_in_id, SignIn.person_id == person_id)
    ended = session.scalar(delete(SignIn).where(*is_theirs).returning(SignIn.id))
    return ended is not None


def lines(
    person_id: int, *, here: int, at: datetime, idle: timedelta, limit: int, offset: int
) -> Select[*tuple[Any, ...]]:
    """The statement for where the person is signed in: the one with the id ``here``, then the last
    seen first.

    Only the day is known, so a sign-in unused for longer than ``idle`` may be listed for the rest
    of that day.
    """
    return (
        select(
            SignIn.id,
            SignIn.browser,
            SignIn.system,
            SignIn.is_shared,
            SignIn.begun_at,
            SignIn.last_seen_on,
        )
        .join(Person, Person.id == SignIn.person_id)
        .where(Person.id == person_id, SignIn.epoch == Person.session_epoch)
        .where(SignIn.ends_at > at, SignIn.last_seen_on >= day_of(at - idle))
        .order_by((SignIn.id == here).desc(), SignIn.last_seen_on.desc(), SignIn.id.desc())
        .limit(limit)
        .offset(offset)
    )


def in_order(rows: Iterable[Row[*tuple[Any, ...]]], *, here: int) -> list[SignInLine]:
    """The rows of ``lines`` as they are listed."""
    found = [SignInLine(**fields_of(row, SignInLine)) for row in rows]
    found.sort(key=lambda one: (one.id == here, one.last_seen_on, one.id), reverse=True)
    return found


def forget_ended(session: Session, *, at: datetime, limit: int) -> int:
    """Delete up to ``limit`` sign-ins that are over. Returns how many there were."""
    over = select(SignIn.id).where(SignIn.ends_at <= at).order_by(SignIn.ends_at).limit(limit)
    gone = session.scalars(delete(SignIn).where(SignIn.id.in_(over)).returning(SignIn.id))
    return len(gone.all())
