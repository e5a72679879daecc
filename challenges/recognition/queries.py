"""What others said about a person's steps.

Home and the own page ask these. Each statement is built once, because building one takes longer
than the database's answer.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    Subquery,
    bindparam,
    cast,
    exists,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from challenges.people.models import Person
from challenges.recognition.models import Endorsement
from challenges.recognition.seeing import NONE
from challenges.storage.sql import fetch_rows, fields_of, padded_ids
from challenges.submissions.models import Completion, CompletionVoid
from challenges.submissions.queries import STANDS
from challenges.vocabulary import DecidedHow, PraiseKind, VoidedHow


@dataclass(frozen=True, slots=True)
class Recognition:
    """Somebody noticed a step: an endorsement with its words, or a submission that a manager
    accepted without any."""

    words: str
    by: str
    at: datetime
    step_id: int
    praise: tuple[PraiseKind, ...] = ()
    endorsement_id: int | None = None
    """None where there are no words."""


@dataclass(frozen=True, slots=True)
class Change:
    """A completion changed without anybody who noticed it: the calendar accepted a submission, or
    the DX office took a completion back."""

    void_reason: str | None
    """None where the calendar accepted it."""
    at: datetime
    step_id: int


@dataclass(frozen=True, slots=True)
class News:
    """What reached a person: what people did, and what changed beside. Newest first."""

    noticed: list[Recognition]
    changes: list[Change]


def words_received(
    session: Session, person_id: int, *, limit: int, offset: int = 0
) -> list[Recognition]:
    """The newest standing endorsements a person received for what still stands. One statement."""
    rows = fetch_rows(
        session, _WORDS_RECEIVED, {"person_id": person_id, "at_most": limit, "skipped": offset}
    )
    return [Recognition(**row._mapping) for row in rows]


def words_on(
    session: Session, person_id: int, completion_ids: Collection[int]
) -> dict[int, list[Recognition]]:
    """The standing endorsements that the person received for these completions, by completion, the
    oldest first. One statement."""
    asked = {"person_id": person_id, "completion_ids": padded_ids(completion_ids) or NONE}
    return words_by_completion(fetch_rows(session, WORDS_ON, asked))


def words_by_completion(rows: Iterable[Row[*tuple[Any, ...]]]) -> dict[int, list[Recognition]]:
    """The endorsements of these rows in their order."""
    found: dict[int, list[Recognition]] = {}
    for row in rows:
        one = Recognition(**fields_of(row, Recognition))
        found.setdefault(row.completion_id, []).append(one)
    return found


def endorsers(session: Session, completion_id: int) -> list[str]:
    """The names of the people who endorsed a completion. One statement."""
    found = (
        select(Person.name)
        .join(Endorsement, Endorsement.endorser_id == Person.id)
        .where(Endorsement.completion_id == completion_id, Endorsement.withdrawn_at.is_(None))
        .order_by(Endorsement.given_at, Endorsement.id)
    )
    return list(session.scalars(found))


def news_in(rows: Iterable[Row[*tuple[Any, ...]]], *, limit: int) -> News:
    """The rows of ``NEWS``: up to ``limit`` of what people noticed, at whatever time, and of what
    changed since the day of the statement."""
    newest = sorted(rows, key=lambda row: row.at, reverse=True)
    noticed = [Recognition(**fields_of(row, Recognition)) for row in newest if row.by]
    changes = [Change(row.words, row.at, row.step_id) for row in newest if not row.by]
    return News(noticed[:limit], changes[:limit])


_NO_ID = cast(null(), Integer).label("endorsement_id")
"""PostgreSQL takes a bare NULL of a subquery for text, which does not unite with the ids."""
_ENDORSED = (
    select(
        Endorsement.words,
        Person.name.label("by"),
        Endorsement.given_at.label("at"),
        Completion.step_id,
        Endorsement.praise,
        Endorsement.id.label("endorsement_id"),
    )
    .join(Person, Person.id == Endorsement.endorser_id)
    .join(Completion, Completion.id == Endorsement.completion_id)
    .where(
        Endorsement.person_id == bindparam("person_id"), Endorsement.withdrawn_at.is_(None), STANDS
    )
)


_WORDS_RECEIVED = (
    _ENDORSED.order_by(Endorsement.given_at.desc(), Endorsement.id.desc())
    .limit(bindparam("at_most"))
    .offset(bindparam("skipped"))
)


WORDS_ON = (
    _ENDORSED.add_columns(Endorsement.completion_id)
    .where(Endorsement.completion_id.in_(bindparam("completion_ids", expanding=True)))
    .order_by(Endorsement.given_at, Endorsement.id)
)


def _accepted() -> Select[*tuple[Any, ...]]:
    """What a manager accepted without words."""
    with_words = exists().where(
        Endorsement.completion_id == Completion.id,
        Endorsement.endorser_id == Completion.decided_by_id,
        Endorsement.withdrawn_at.is_(None),
    )
    return (
        select(
            literal("").label("words"),
            Person.name.label("by"),
            Completion.decided_at.label("at"),
            Completion.step_id,
            literal("").label("praise"),
            _NO_ID,
        )
        .join(Person, Person.id == Completion.decided_by_id)
        .where(Completion.person_id == bindparam("person_id"), STANDS, ~with_words)
        .where(Completion.decided_how == DecidedHow.MANAGER)
    )


def _overdue() -> Select[*tuple[Any, ...]]:
    """What the calendar accepted."""
    return select(
        null().label("words"),
        null().label("by"),
        Completion.decided_at.label("at"),
        _STEP,
        null().label("praise"),
        _NO_ID,
    ).where(
        _MINE, STANDS, Completion.decided_how == DecidedHow.OVERDUE, Completion.decided_at >= _SINCE
    )


def _voided() -> Select[*tuple[Any, ...]]:
    """What the DX office took back, and its person has not climbed again."""
    again = aliased(Completion)
    climbed_again = exists().where(
        again.person_id == Completion.person_id,
        again.step_id == Completion.step_id,
        again.voided_at.is_(None),
    )
    return (
        select(
            CompletionVoid.reason.label("words"),
            null().label("by"),
            CompletionVoid.voided_at.label("at"),
            _STEP,
            null().label("praise"),
            _NO_ID,
        )
        .join(Completion, Completion.id == CompletionVoid.completion_id)
        .where(_MINE, ~climbed_again, CompletionVoid.restored_at.is_(None))
        .where(CompletionVoid.voided_how == VoidedHow.OFFICE, CompletionVoid.voided_at >= _SINCE)
    )


_MINE = Completion.person_id == bindparam("person_id")
_SINCE: ColumnElement[datetime] = bindparam("since", type_=Completion.decided_at.type)
_STEP = Completion.step_id.label("step_id")


def _news() -> Select[*tuple[Any, ...]]:
    newest = (
        _newest(union_all(*kinds).subquery())
        for kinds in ((_ENDORSED, _accepted()), (_overdue(), _voided()))
    )
    either = union_all(*(select(of.subquery()) for of in newest)).subquery()
    return select(either)


def _newest(of: Subquery) -> Select[*tuple[Any, ...]]:
    return select(of).order_by(of.c.at.desc()).limit(bindparam("at_most"))


NEWS = _news()
"""Takes the parameters person_id, since and at_most."""
