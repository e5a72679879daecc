"""The sending loop: write letters, mark each before its text leaves, and note what became of it.

No transaction is open while the server is spoken to. Any number of workers may run it: the mark is
a conditional update, so one of them sends a letter and the others pass it by.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Update,
    and_,
    bindparam,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.config import Config
from app.db.sessions import Database
from app.notices import letter_planning
from app.notices.letter_models import (
    SENDING_LASTS,
    Letter,
    LetterKind,
    LetterState,
    LetterWish,
)
from app.notices.letter_writing import Writer, due_letters
from app.notices.mail import (
    Connection,
    Later,
    Mail,
    Outcome,
    Refused,
    Sent,
    ServerAway,
    Unknown,
    as_bytes,
)
from challenges.people.models import Person

AT_ONCE = 50
"""Letters written before the first of them is sent."""
MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(minutes=5)
"""Until a letter that was put off is tried again; three times as long after each further time."""
WAITS_FOR = timedelta(days=3)
"""After that a letter that never left is too old to be of use."""
DIED = "the worker died, or the server never answered, after the text was on the way"
TOO_OLD = "the mail server was away for too long"


@dataclass(kw_only=True)
class Sender:
    """What a worker needs to send letters."""

    database: Database
    config: Config
    connection: Connection
    clock: Callable[[], datetime]
    writer: Writer = field(init=False)

    def __post_init__(self) -> None:
        self.writer = Writer(self.config)


def sender(database: Database, config: Config, *, clock: Callable[[], datetime]) -> Sender | None:
    """A sender for these settings, or None if there is no mail server."""
    if config.mail_server is None:
        return None
    return Sender(
        database=database, config=config, connection=Connection(config.mail_server), clock=clock
    )


def send_some(worker: Sender) -> int:
    """Answer requests, then write and send a batch of letters. Returns how many it dealt with.

    Raises ServerAway if the mail server is; nothing is lost then.
    """
    with worker.database.reading() as session:
        has_request = letter_planning.has_password_request(session)
        has_lost = session.scalar(select(Letter.id).where(_is_lost(worker.clock())).limit(1))
    if has_request or has_lost:
        with worker.database.writing() as session:
            letter_planning.answer_password_requests(session, at=worker.clock())
            give_up_lost(session, at=worker.clock())
    at = worker.clock()
    with worker.database.reading() as session:
        letters = due_letters(session, at=at, limit=AT_ONCE)
        mails = worker.writer.write(session, letters, at=at) if letters else {}
    if not letters:
        worker.connection.close()
        return 0
    _send(worker, letters, mails)
    return len(letters)


def send_all(worker: Sender) -> int:
    """Send until nothing is due. Returns how many letters were dealt with."""
    total = 0
    while count := send_some(worker):
        total += count
    return total


def give_up_lost(session: Session, *, at: datetime) -> None:
    """What a dead worker left is unknown. What waited too long is refused."""
    died = {"state": LetterState.UNKNOWN, "ended_at": at, "last_error": DIED}
    too_old = {"state": LetterState.REFUSED, "ended_at": at, "last_error": TOO_OLD}
    for where, values in ((_has_died(at), died), (_is_too_old(at), too_old)):
        session.execute(update(Letter).where(where).values(values))


def _has_died(at: datetime) -> ColumnElement[bool]:
    return (Letter.state == LetterState.SENDING) & (Letter.sending_at <= at - SENDING_LASTS)


def _is_too_old(at: datetime) -> ColumnElement[bool]:
    return (Letter.state == LetterState.WANTED) & (Letter.asked_at <= at - WAITS_FOR)


def _is_lost(at: datetime) -> ColumnElement[bool]:
    return or_(_has_died(at), _is_too_old(at))


@dataclass
class _Results:
    """Outcomes that are not saved yet: each is saved with the next mark, so that a letter costs one
    transaction."""

    worker: Sender
    kept: list[tuple[Letter, Outcome, bool]] = field(default_factory=list)
    """With whether the letter was marked by us before."""

    def save(self, session: Session) -> None:
        for letter, outcome, was_marked in self.kept:
            note(session, letter, outcome, was_marked=was_marked, at=self.worker.clock())
        self.kept.clear()

    def save_alone(self) -> None:
        if self.kept:
            with self.worker.database.writing() as session:
                self.save(session)


def _send(worker: Sender, letters: list[Letter], mails: dict[int, Mail]) -> None:
    results = _Results(worker)
    try:
        for letter in letters:
            _send_one(worker, letter, mails.get(letter.id), results)
    finally:
        results.save_alone()


def _send_one(worker: Sender, letter: Letter, mail: Mail | None, results: _Results) -> None:
    if mail is None:
        with worker.database.writing() as session:
            _cancel(session, letter, at=worker.clock())
        return
    try:
        message = as_bytes(mail, server=worker.connection.server, at=worker.clock())
    except ValueError as error:
        results.kept.append((letter, Refused(f"cannot be written: {error}"), False))
        return
    trouble = worker.connection.offer(mail.to)
    if trouble is not None:
        results.kept.append((letter, trouble, False))
        return
    with worker.database.writing() as session:
        results.save(session)
        is_ours = mark(session, letter, at=worker.clock())
    if is_ours:
        results.kept.append((letter, worker.connection.hand_over(message), True))
    else:
        worker.connection.withdraw()


def mark(session: Session, letter: Letter, *, at: datetime) -> bool:
    """Mark a letter as being sent. False if another worker was quicker, or if it is not wanted any
    more; then it is cancelled. Commit before its text leaves."""
    if session.execute(_MARK, {"letter_id": letter.id, "now": at}).first() is not None:
        return True
    _cancel(session, letter, at=at)
    return False


_IS_DUE = and_(
    Letter.id == bindparam("letter_id"),
    Letter.state == LetterState.WANTED,
    Letter.due_at <= bindparam("now"),
)
_IS_STILL_WANTED = exists().where(
    LetterWish.person_id == Letter.person_id,
    LetterWish.ended_at.is_(None),
    Person.id == Letter.person_id,
    Person.paused_at.is_(None),
    Person.deactivated_at.is_(None),
)
"""Somebody may have unsubscribed, paused or left since the letter was written."""

# Built once: thousands of letters go out on a Monday morning.
_MARK = (
    update(Letter)
    .where(_IS_DUE, or_(Letter.kind != LetterKind.WEEKLY, _IS_STILL_WANTED))
    .values(state=LetterState.SENDING, sending_at=bindparam("now"))
    .returning(Letter.id)
    .execution_options(synchronize_session=False)
)
_CANCEL = (
    update(Letter)
    .where(_IS_DUE)
    .values(state=LetterState.CANCELLED, ended_at=bindparam("now"))
    .execution_options(synchronize_session=False)
)


def _cancel(session: Session, letter: Letter, *, at: datetime) -> None:
    session.execute(_CANCEL, {"letter_id": letter.id, "now": at})


def note(
    session: Session, letter: Letter, outcome: Outcome, *, was_marked: bool, at: datetime
) -> None:
    """Note what became of a letter. One that was not marked by this worker may be under way by
    another's hand, and is then left alone.

    A letter that was given up as unknown while its server was slow becomes what it was.
    """
    ours = (LetterState.SENDING, LetterState.UNKNOWN) if was_marked else (LetterState.WANTED,)
    values = _values(letter, outcome, at=at)
    new = {f"new_{name}": value for name, value in values.items()}
    session.execute(_setting(tuple(values)), {"letter_id": letter.id, "ours": ours, **new})


@cache
def _setting(names: tuple[str, ...]) -> Update:
    """Set these columns of a letter, if it is in one of the states ``ours``."""
    return (
        update(Letter)
        .where(Letter.id == bindparam("letter_id"))
        .where(Letter.state.in_(bindparam("ours", expanding=True)))
        .values({name: bindparam(f"new_{name}") for name in names})
        .execution_options(synchronize_session=False)
    )


def _values(letter: Letter, outcome: Outcome, *, at: datetime) -> dict[str, object]:
    if isinstance(outcome, Sent):
        return {"state": LetterState.SENT, "ended_at": at, "last_error": None}
    ended = {"ended_at": at, "last_error": outcome.reason}
    if isinstance(outcome, Unknown):
        return {"state": LetterState.UNKNOWN, **ended}
    attempts = letter.attempts + 1
    if isinstance(outcome, Later) and attempts < MOST_ATTEMPTS:
        due_at = at + FIRST_PAUSE * 3 ** (attempts - 1)
        waits = {"state": LetterState.WANTED, "sending_at": None, "due_at": due_at}
        return {**waits, "attempts": attempts, "last_error": outcome.reason}
    return {"state": LetterState.REFUSED, "attempts": attempts, **ended}


__all__ = [
    "Sender",
    "ServerAway",
    "give_up_lost",
    "mark",
    "note",
    "send_all",
    "send_some",
    "sender",
]
