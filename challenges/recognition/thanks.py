"""What the receiver of a cheer does with it: lets others see it, or says 「ありがとう」, which ends
the exchange."""

from datetime import datetime

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
    record(session, CheerThanked.of(cheer, at=at))
    session.flush()


def show(session: Session, cheer: Cheer, *, to_others: bool, by_id: int) -> None:
    """Let those who see the completion see the cheer too, or no longer.

    Raises NotAllowed and RuleBroken, as ``thank`` does.
    """
    _must_be_receiver(session, cheer, by_id=by_id)
    cheer.shown_to_others = to_others
    session.flush()


def _must_be_receiver(session: Session, cheer: Cheer, *, by_id: int) -> None:
    if cheer.receiver_id != by_id:
        raise NotAllowed("この応援を受け取った本人だけができます。")
    session.refresh(cheer, with_for_update=True)
    if cheer.taken_back_at is not None:
        raise RuleBroken("この応援は、置いた人が取り消しました。")
