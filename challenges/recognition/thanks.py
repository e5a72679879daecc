"""What the receiver of a cheer does with it: lets others see it, or says 「ありがとう」, which ends
the exchange."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from challenges.errors import NotAllowed, RuleBroken
from challenges.outbox import record
from challenges.recognition.events import CheerThanked
from challenges.recognition.models import Cheer


def thank(session: Session, cheer: Cheer, *, by_id: int, at: datetime) -> None:
    """Thank for a cheer; the giver sees it. A second call changes nothing.

    Raises NotAllowed unless it was given to ``by_id``, RuleBroken if it was taken back.
    """
    _must_be_receiver(session, cheer, by_id=by_id)
    if cheer.thanked_at is not None:
        return
    cheer.thanked_at = at
    told = CheerThanked(
        occurred_at=at,
        cheer_id=cheer.id,
        giver_id=cheer.giver_id,
        receiver_id=cheer.receiver_id,
        completion_id=cheer.completion_id,
    )
    record(session, told)
    session.flush()


def show(session: Session, cheer: Cheer, *, to_others: bool, by_id: int) -> None:
    """Let those who see the completion see the cheer too, or no longer.

    Raises NotAllowed and RuleBroken, as ``thank`` does.
    """
    _must_be_receiver(session, cheer, by_id=by_id)
    cheer.shown_to_others = to_others
    session.flush()


def show_all(session: Session, *, of_id: int, completion_id: int, to_others: bool) -> None:
    """The same for every cheer that the person received for one of their completions."""
    session.execute(
        update(Cheer)
        .where(Cheer.receiver_id == of_id, Cheer.completion_id == completion_id)
        .where(Cheer.taken_back_at.is_(None))
        .values(shown_to_others=to_others)
    )


def _must_be_receiver(session: Session, cheer: Cheer, *, by_id: int) -> None:
    if cheer.receiver_id != by_id:
        raise NotAllowed("この応援を受け取った本人だけができます。")
    session.refresh(cheer, with_for_update=True)
    if cheer.taken_back_at is not None:
        raise RuleBroken("この応援は、置いた人が取り消しました。")
