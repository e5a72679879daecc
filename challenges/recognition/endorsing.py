"""A manager endorses a completion, with words that say what was good about it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.errors import (
    CannotEndorseOneself,
    NotAllowed,
    NotTheirManager,
    RuleBroken,
)
from challenges.outbox import record
from challenges.people import org_chart
from challenges.recognition.events import CompletionEndorsed, EndorsementWithdrawn
from challenges.recognition.models import Endorsement
from challenges.recognition.praising import Praise, checked
from challenges.storage.sql import upsert
from challenges.submissions.models import Completion
from challenges.words.kinds import SealedBecause, TextKind, TextRef, Written
from challenges.words.sealing import seal

EDITABLE_FOR = timedelta(days=1)
"""How long an endorsement may be reworded. It may be withdrawn at any time."""


def endorse(
    session: Session,
    completion: Completion,
    *,
    by_id: int,
    words: str,
    kinds: Iterable[str],
    at: datetime,
) -> int:
    """Record that a manager vouches for a completion; the endorsement's id. ``kinds`` are values
    of PraiseKind. A second call with the same praise changes nothing.

    Raises CannotEndorseOneself, NotTheirManager, InvalidField, RuleBroken (the manager has endorsed
    it with other words, or it does not stand).
    """
    must_be_endorsable_by(session, completion, by_id=by_id, at=at)
    praise = checked(words, kinds)
    return vouch(session, completion, by_id=by_id, praise=praise, at=at)


def vouch(
    session: Session, completion: Completion, *, by_id: int, praise: Praise, at: datetime
) -> int:
    """Store an endorsement; its id. The caller has checked the person and the praise.

    Raises RuleBroken if the manager has endorsed the completion with other words.
    """
    said: dict[str, Any] = {"words": praise.words, "praise": praise.kinds, "given_at": at}
    insert = upsert(session, Endorsement).values(
        completion_id=completion.id, person_id=completion.person_id, endorser_id=by_id, **said
    )
    endorsement_id: int | None = session.scalar(
        insert.on_conflict_do_update(
            index_elements=["completion_id", "endorser_id"],
            set_={**said, "withdrawn_at": None, "edited_at": None},
            where=Endorsement.withdrawn_at.is_not(None),
        ).returning(Endorsement.id)
    )
    if endorsement_id is None:
        return _given_before(session, completion.id, by_id=by_id, praise=praise)
    told = CompletionEndorsed(
        occurred_at=at,
        endorsement_id=endorsement_id,
        completion_id=completion.id,
        person_id=completion.person_id,
    )
    record(session, told)
    session.flush()
    return endorsement_id


def _given_before(session: Session, completion_id: int, *, by_id: int, praise: Praise) -> int:
    """The id of the endorsement, if it says the same: the button was pressed twice. Raises
    RuleBroken otherwise."""
    given = session.scalars(
        select(Endorsement).filter_by(completion_id=completion_id, endorser_id=by_id)
    ).one()
    if Praise(given.words, given.praise) != praise:
        raise RuleBroken("この達成には、もうお墨付きを贈っています。")
    return given.id


def reword(
    session: Session,
    endorsement: Endorsement,
    *,
    by_id: int,
    words: str,
    kinds: Iterable[str],
    at: datetime,
) -> None:
    """Let one's own endorsement say something else, within a day of giving it. Saying the same
    again changes nothing.

    Raises NotAllowed, InvalidField, RuleBroken (it was withdrawn, or the day is over).
    """
    if endorsement.endorser_id != by_id:
        raise NotAllowed("直せるのは、贈った本人だけです。")
    praise = checked(words, kinds)
    # Locked, because the DX office may mask the words at the same moment.
    session.refresh(endorsement, with_for_update=True)
    if Praise(endorsement.words, endorsement.praise) == praise and not endorsement.withdrawn_at:
        return
    before = endorsement.words
    changed = session.execute(
        update(Endorsement)
        .where(Endorsement.id == endorsement.id, Endorsement.withdrawn_at.is_(None))
        .where(Endorsement.given_at > at - EDITABLE_FOR)
        .values(words=praise.words, praise=praise.kinds, edited_at=at)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise RuleBroken(
            "お墨付きを直せるのは、贈ってから一日のあいだです。取り下げることはできます。"
        )
    if praise.words != before:
        _seal(session, endorsement, before, because=SealedBecause.REWORDED, at=at)
    # Told again rather than as a kind of its own: who heard of it reads the row as it is now.
    record(session, CompletionEndorsed.of(endorsement, at=at))
    session.flush()


def must_be_endorsable_by(
    session: Session, completion: Completion, *, by_id: int, at: datetime
) -> None:
    """Raise CannotEndorseOneself, NotTheirManager or RuleBroken unless the completion stands and
    ``by_id`` manages its unit, or a unit where its person works today."""
    if completion.person_id == by_id:
        raise CannotEndorseOneself
    today = day_of(at)
    units = org_chart.units_on(session, completion.person_id, today)
    if completion.unit_id is not None:
        units.append(completion.unit_id)
    if not org_chart.manages_any(session, by_id, unit_ids=units, on=today):
        raise NotTheirManager
    if completion.voided_at is not None:
        raise RuleBroken("この達成は取り下げられました。")


def withdraw(session: Session, endorsement: Endorsement, *, by_id: int, at: datetime) -> None:
    """Take one's own endorsement back. A second call changes nothing. Raises NotAllowed."""
    if endorsement.endorser_id != by_id:
        raise NotAllowed("取り下げられるのは、贈った本人だけです。")
    changed = session.execute(
        update(Endorsement)
        .where(Endorsement.id == endorsement.id, Endorsement.withdrawn_at.is_(None))
        .values(withdrawn_at=at)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        return
    session.refresh(endorsement, ["words"])  # the UPDATE has locked it
    _seal(session, endorsement, endorsement.words, because=SealedBecause.TAKEN_BACK, at=at)
    endorsement.words = ""
    record(session, EndorsementWithdrawn.of(endorsement, at=at))
    session.flush()


def _seal(
    session: Session, endorsement: Endorsement, words: str, *, because: SealedBecause, at: datetime
) -> None:
    text = TextRef(TextKind.ENDORSEMENT, endorsement.id)
    written = Written(words=words, writer_id=endorsement.endorser_id, at=endorsement.given_at)
    seal(session, text, written, because=because, at=at)
