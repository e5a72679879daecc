"""Every text that people write for others to read: its column, its writer, and to whom it is said.

A new column for words of people fails tests/challenges/moderation/test_every_text.py until it
stands here, or there with the reason why it need not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, false, func, null, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from challenges.campaigns.nominations import Nomination
from challenges.people.models import Person
from challenges.recognition.models import Cheer, Endorsement
from challenges.storage.sql import fetch_rows, padded_ids
from challenges.submissions.models import Completion, Submission
from challenges.vocabulary import SubmissionState
from challenges.words.kinds import TextKind, TextRef
from challenges.words.withheld import Withheld, withheld

_Column = InstrumentedAttribute[Any] | ColumnElement[Any]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where texts of one kind stand."""

    table: type[Any]
    words: InstrumentedAttribute[Any]
    writer_id: InstrumentedAttribute[Any]
    written_at: _Column
    step_id: _Column
    campaign_id: _Column
    is_over: ColumnElement[bool]
    """Whether the writer took it back."""
    to_id: _Column
    """To whom it is said; NULL where it is said to nobody alone."""
    link: InstrumentedAttribute[Any] | None = None


_NOBODY: ColumnElement[Any] = null()


def _step_of(completion_id: InstrumentedAttribute[int]) -> ColumnElement[Any]:
    step_id = select(Completion.step_id).where(Completion.id == completion_id)
    return step_id.scalar_subquery()


PLACES: Mapping[TextKind, Place] = {
    TextKind.STEP: Place(
        table=Submission,
        words=Submission.reflection,
        link=Submission.link,
        writer_id=Submission.person_id,
        written_at=func.coalesce(Submission.submitted_at, Submission.created_at),
        step_id=Submission.step_id,
        campaign_id=_NOBODY,
        is_over=Submission.state == SubmissionState.WITHDRAWN,
        to_id=_NOBODY,
    ),
    TextKind.QUESTION: Place(
        table=Submission,
        words=Submission.question,
        writer_id=Submission.asked_by_id,
        written_at=Submission.asked_at,
        step_id=Submission.step_id,
        campaign_id=_NOBODY,
        is_over=false(),
        to_id=Submission.person_id,
    ),
    TextKind.ENDORSEMENT: Place(
        table=Endorsement,
        words=Endorsement.words,
        writer_id=Endorsement.endorser_id,
        written_at=Endorsement.given_at,
        step_id=_step_of(Endorsement.completion_id),
        campaign_id=_NOBODY,
        is_over=Endorsement.withdrawn_at.is_not(None),
        to_id=Endorsement.person_id,
    ),
    TextKind.CHEER: Place(
        table=Cheer,
        words=Cheer.words,
        writer_id=Cheer.giver_id,
        written_at=Cheer.given_at,
        step_id=_step_of(Cheer.completion_id),
        campaign_id=_NOBODY,
        is_over=Cheer.taken_back_at.is_not(None),
        to_id=Cheer.receiver_id,
    ),
    TextKind.NOMINATION: Place(
        table=Nomination,
        words=Nomination.words,
        writer_id=Nomination.person_id,
        written_at=Nomination.begun_at,
        step_id=_NOBODY,
        campaign_id=Nomination.campaign_id,
        is_over=Nomination.ended_at.is_not(None),
        to_id=_NOBODY,
    ),
}


@dataclass(frozen=True, slots=True)
class FoundText:
    """A text as its column has it by now."""

    ref: TextRef
    words: str
    """As stored: a standing sentence where they are withheld."""
    link: str | None
    writer_id: int
    writer: str
    written_at: datetime
    step_id: int | None
    campaign_id: int | None
    to_id: int | None
    is_over: bool
    """Its writer took it back, so nobody reads it any more."""

    @property
    def withheld(self) -> Withheld | None:
        return withheld(self.words)

    @property
    def is_readable(self) -> bool:
        """Whether there are words that somebody could read."""
        return bool(self.words or self.link) and not self.is_over and self.withheld is None


def find_text(session: Session, ref: TextRef, *, locked: bool = False) -> FoundText | None:
    """The text, or None if there never was one. One statement. ``locked``: until the end of the
    transaction nobody else changes its row, not even its writer."""
    if locked:
        place = PLACES[ref.kind]
        session.execute(select(place.table.id).where(place.table.id == ref.id).with_for_update())
    return find_texts(session, [ref]).get(ref)


def find_texts(session: Session, refs: Iterable[TextRef]) -> dict[TextRef, FoundText]:
    """Those of the texts that are there. One statement for each kind among them."""
    ids: dict[TextKind, set[int]] = {}
    for ref in refs:
        ids.setdefault(ref.kind, set()).add(ref.id)
    found = {}
    for kind, wanted in ids.items():
        rows = fetch_rows(session, _STATEMENTS[kind], {"ids": padded_ids(sorted(wanted))})
        for row in rows.mappings():
            ref = TextRef(kind, row["id"])
            found[ref] = FoundText(ref=ref, **{name: row[name] for name in _READ})
    return found


_READ = tuple(one.name for one in fields(FoundText) if one.name != "ref")


def replace_words(session: Session, ref: TextRef, *, words: str, link: str | None) -> None:
    """Write other words into the column of a text. The caller has locked it."""
    place = PLACES[ref.kind]
    values: dict[Any, Any] = {place.words: words}
    if place.link is not None:
        values[place.link] = link
    session.execute(update(place.table).where(place.table.id == ref.id).values(values))


def _statement(place: Place) -> Select[*tuple[Any, ...]]:
    return (
        select(
            place.table.id,
            func.coalesce(place.words, "").label("words"),
            (null() if place.link is None else place.link).label("link"),
            place.writer_id.label("writer_id"),
            Person.name.label("writer"),
            place.written_at.label("written_at"),
            place.step_id.label("step_id"),
            place.campaign_id.label("campaign_id"),
            place.to_id.label("to_id"),
            place.is_over.label("is_over"),
        )
        .select_from(place.table)
        .join(Person, Person.id == place.writer_id)
        .where(place.table.id.in_(bindparam("ids", expanding=True, type_=Integer)))
    )


_STATEMENTS = {kind: _statement(place) for kind, place in PLACES.items()}
