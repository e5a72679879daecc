"""Words of the demo that somebody told the office of: one case waits, one is masked, one stands.

Nobody who can sign in wrote or received them, so that every visitor of the office may decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.demo.people import DemoPerson
from app.demo.world import World
from app.studio import words_desk
from challenges.moderation.events import WordsMasked
from challenges.moderation.reporting import Concern, report
from challenges.moderation.texts import find_text
from challenges.outbox import Fact
from challenges.recognition.models import Cheer
from challenges.words.kinds import TextKind, TextRef

LATELY = timedelta(days=30)
READ_AFTER, DECIDED_AFTER = timedelta(minutes=20), timedelta(hours=2)
"""How long after a cheer its receiver tells of it, and how long after it the office decides."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a cheer says, and what became of it."""

    words: str
    concern: Concern
    note: str
    mask: str = ""
    """The reason that its writer reads."""
    stands: str = ""
    """The note of the office."""


TOLD = (
    Told(
        "田中様の苦情の件も、これで説明しやすくなりましたね。",
        Concern.PRIVATE,
        "窓口に来られた方のお名前が入っています。",
    ),
    Told(
        "やっとできたんですね。ふつうは、もっと早いですよ。",
        Concern.HURTFUL,
        "",
        mask="人と比べる言い方がありました。よかったところを、もう一度書いてもらえるとうれしいです。",
    ),
    Told(
        "新しい図書館の打合せも、この形にしたいです。",
        Concern.INTERNAL,
        "まだ公表していない話かもしれません。",
        stands="先月の記者発表で公表しています。このままにします。",
    ),
)


def add_reports(session: Session, world: World, people: Sequence[DemoPerson]) -> None:
    """Let receivers of cheers tell the office of them, and the office decide about all but one."""
    met = [one.id for one in people if one.account or one.story]
    for told, cheer in zip(TOLD, _cheers(session, met, world.days.at), strict=False):
        cheer.words = told.words
        session.flush()
        _tell(session, told, cheer, by_id=world.dx_office[0], now=world.days.at)
    # Fanned out already, so that no relay carries it to anybody.
    masked = update(Fact).where(Fact.kind == WordsMasked.kind)
    session.execute(masked.values(fanned_out_at=Fact.occurred_at))


def _cheers(session: Session, met: Sequence[int], at: datetime) -> list[Cheer]:
    """The last cheers with words that are old enough for a decision, but for those of ``met``."""
    found = (
        select(Cheer)
        .where(Cheer.words != "", Cheer.taken_back_at.is_(None), Cheer.shown_to_others.is_(False))
        .where(Cheer.given_at >= at - LATELY, Cheer.given_at <= at - DECIDED_AFTER)
        .where(Cheer.giver_id.not_in(met), Cheer.receiver_id.not_in(met))
        .order_by(Cheer.given_at.desc(), Cheer.id)
    )
    return list(session.scalars(found.limit(len(TOLD))))


def _tell(session: Session, told: Told, cheer: Cheer, *, by_id: int, now: datetime) -> None:
    ref = TextRef(TextKind.CHEER, cheer.id)
    text = find_text(session, ref)
    if text is None:
        return
    report(
        session,
        text,
        by_id=cheer.receiver_id,
        concern=told.concern,
        note=told.note,
        at=min(cheer.given_at + READ_AFTER, now),
    )
    decided = min(cheer.given_at + DECIDED_AFTER, now)
    if told.mask:
        words_desk.mask(session, ref, by_id=by_id, reason=told.mask, at=decided)
    elif told.stands:
        words_desk.let_stand(session, ref, by_id=by_id, note=told.stands, at=decided)
