"""Anyone cheers what they see of others: one tap for a stamp, with words if they like.

An endorsement vouches, and only managers give it; a cheer applauds, and never counts by volume.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.errors import N_, InvalidField, NotAllowed, RuleBroken
from challenges.outbox import record
from challenges.people import org_chart
from challenges.recognition import budgets
from challenges.recognition.events import Cheered, CheerTakenBack
from challenges.recognition.models import Cheer
from challenges.recognition.seeing import SeenCompletion, seen_completions
from challenges.recognition.stamps import Stamp
from challenges.storage.sql import padded_ids, upsert
from challenges.submissions.models import Completion
from challenges.text import as_written, is_longer
from challenges.words.kinds import SealedBecause, TextKind, TextRef, Written
from challenges.words.sealing import seal

LONGEST_WORDS = 200
MOST_AT_ONCE = 30
"""People who can be cheered at once."""


class CannotCheerOneself(NotAllowed):
    """Nobody applauds themselves."""

    sentence = N_("自分を応援することはできません。")


class CompletionNotSeen(NotAllowed):
    """The giver does not see the completion. Whether it exists is not said."""

    sentence = N_("この達成は、いまは応援できません。本人が見せていないか、取り下げられています。")


@dataclass(frozen=True, slots=True)
class Applause:
    """What somebody says, to one person or to several."""

    stamp: Stamp
    words: str = ""


def cheer(
    session: Session,
    completion_ids: Collection[int],
    applause: Applause,
    *,
    by_id: int,
    at: datetime,
    under_badges: Collection[int] = (),
) -> list[int]:
    """Cheer these completions, one of the week's budget each; the ids of the cheers that are new.
    The same stamp once more on a completion changes nothing and costs nothing.

    ``under_badges`` as in ``seen_completions``. Raises CannotCheerOneself, CompletionNotSeen,
    InvalidField (words too long), BudgetSpent, RuleBroken (too many at once, or other words are
    there). Then nobody is cheered.
    """
    wanted = sorted(set(completion_ids))
    if not wanted or len(wanted) > MOST_AT_ONCE:
        raise RuleBroken(
            "一度に応援できるのは、%(most)s人までです。", most=MOST_AT_ONCE, field="people"
        )
    words = checked(applause.words)
    seen = _seen_by_giver(session, wanted, by_id=by_id, at=at, under_badges=under_badges)
    made = _give(session, seen, Applause(applause.stamp, words), by_id=by_id, at=at)
    if len(made) < len(seen):
        _same_words(session, wanted, Applause(applause.stamp, words), by_id=by_id)
    if made:
        budgets.spend(session, by_id, heads=len(made), at=at)
    for cheer_id, completion_id in made.items():
        _tell(session, cheer_id, seen[completion_id], by_id=by_id, at=at)
    session.flush()
    return list(made)


def checked(words: str) -> str:
    """The words as they are stored. Raises InvalidField if they are too long."""
    words = as_written(words)
    if is_longer(words, LONGEST_WORDS):
        raise InvalidField(
            "ひとことは%(longest)s文字までです。", field="words", longest=LONGEST_WORDS
        )
    return words


def _seen_by_giver(
    session: Session,
    wanted: list[int],
    *,
    by_id: int,
    at: datetime,
    under_badges: Collection[int],
) -> dict[int, SeenCompletion]:
    seen = seen_completions(
        session, wanted, viewer_id=by_id, on=day_of(at), under_badges=under_badges
    )
    for completion_id in wanted:
        if completion_id not in seen:
            completion = session.get(Completion, completion_id)
            is_own = completion is not None and completion.person_id == by_id
            raise CannotCheerOneself if is_own else CompletionNotSeen
    return seen


def _give(
    session: Session,
    seen: dict[int, SeenCompletion],
    applause: Applause,
    *,
    by_id: int,
    at: datetime,
) -> dict[int, int]:
    """Store those that are not there yet: completion id by the id of the cheer."""
    own_units = org_chart.units_on(session, by_id, day_of(at))
    rows: list[dict[str, Any]] = [
        {
            "completion_id": completion_id,
            "giver_id": by_id,
            "receiver_id": seen[completion_id].person_id,
            "stamp": applause.stamp,
            "words": applause.words,
            "given_at": at,
            "week": budgets.week_of(at),
            "refunded": False,
            "shown_to_others": False,
            "other_unit": seen[completion_id].unit_id not in {None, *own_units},
        }
        # In one order, so that two who meet on the same keys never wait for each other.
        for completion_id in sorted(seen)
    ]
    insert = upsert(session, Cheer).values(rows).on_conflict_do_nothing()
    made = session.execute(insert.returning(Cheer.id, Cheer.completion_id))
    return {row.id: row.completion_id for row in made}


def _same_words(
    session: Session, completion_ids: list[int], applause: Applause, *, by_id: int
) -> None:
    """Raise RuleBroken if the giver has left the stamp on one of them with other words, which
    would be lost. With the same words the button was pressed twice."""
    other = session.scalars(
        select(Cheer.id)
        .where(Cheer.completion_id.in_(padded_ids(completion_ids)), Cheer.giver_id == by_id)
        .where(Cheer.stamp == applause.stamp, Cheer.taken_back_at.is_(None))
        .where(Cheer.words != applause.words)
        .limit(1)
    ).first()
    if other is not None:
        raise RuleBroken(
            "このしるしでは、もう応援しています。"
            "言葉を変えるときは、前の応援を取り消してから、もう一度置いてください。",
            field="stamp",
        )


def take_back(session: Session, cheer: Cheer, *, by_id: int, at: datetime) -> None:
    """Take one's own cheer back, at any time. Within its week that refunds it. A second call
    changes nothing. Raises NotAllowed."""
    if cheer.giver_id != by_id:
        raise NotAllowed("応援を取り消せるのは、置いた本人だけです。")
    is_this_week = cheer.week == budgets.week_of(at)
    changed = session.execute(
        update(Cheer)
        .where(Cheer.id == cheer.id, Cheer.taken_back_at.is_(None))
        .values(taken_back_at=at, refunded=is_this_week)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        return
    if is_this_week:
        budgets.refund(session, by_id, week=cheer.week)
    _seal(session, cheer, at=at)
    record(session, CheerTakenBack.of(cheer, at=at))
    session.flush()


def _seal(session: Session, cheer: Cheer, *, at: datetime) -> None:
    session.refresh(cheer, ["words"])  # the UPDATE has locked it
    text = TextRef(TextKind.CHEER, cheer.id)
    written = Written(words=cheer.words, writer_id=cheer.giver_id, at=cheer.given_at)
    seal(session, text, written, because=SealedBecause.TAKEN_BACK, at=at)
    cheer.words = ""


def _tell(
    session: Session, cheer_id: int, seen: SeenCompletion, *, by_id: int, at: datetime
) -> None:
    told = Cheered(
        occurred_at=at,
        cheer_id=cheer_id,
        giver_id=by_id,
        receiver_id=seen.person_id,
        completion_id=seen.completion_id,
    )
    record(session, told)
