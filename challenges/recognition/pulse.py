"""The pulse (安心の問い): one anonymous question a quarter. Its answers are counted and never kept.

An answer becomes three things that nothing joins: a counter that is one higher, a ticket that says
that somebody has answered, and words under a random key if there are any. Before you write anything
more down here, read docs/adr/0020-the-pulse-keeps-no-answers.md.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Date,
    Select,
    String,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.errors import N_, InvalidField, RuleBroken
from challenges.people import org_chart
from challenges.people.models import Membership, Person, Unit
from challenges.recognition.pools import pools
from challenges.recognition.pulse_models import PulseCount, PulseSkip, PulseTicket, PulseWords
from challenges.storage.sql import fetch_rows, take_turn, upsert
from challenges.text import as_written, is_longer

VALUES = (1, 2, 3, 4, 5)
UPPER_TWO = (4, 5)
"""What counts as finding it all right to fail."""
MOST_WORDS = 200
"""Characters."""
_TURN = "pulse"


class HasAnswered(RuleBroken):
    """One answer a person and quarter. It cannot be changed, because nobody knows which it was."""

    sentence = N_("この四半期の問いには、もう答えていただいています。")


class NotAsked(RuleBroken):
    """The office skips this quarter, or there are fewer than ten people to count."""

    sentence = N_("この四半期は、問いをお休みしています。")


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody chose, and what they may have added."""

    value: int
    words: str = field(default="", repr=False)


def quarter_of(day: date) -> date:
    """The first day of the quarter that a day is in."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarter_after(quarter: date) -> date:
    """The first day of the next quarter."""
    return date(quarter.year + quarter.month // 10, (quarter.month + 2) % 12 + 1, 1)


def ticket_of(person_id: int, quarter: date, *, secret: str) -> str:
    """What says that the person has answered. Only the app can tell whose it is."""
    said = f"pulse/{quarter.isoformat()}/{person_id}".encode()
    return hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()


def answer(session: Session, person_id: int, given: Answer, *, secret: str, at: datetime) -> None:
    """Count an answer.

    Raises InvalidField, NotAsked, and HasAnswered for a second one, however fast it comes.
    """
    checked = _checked(given)
    quarter = quarter_of(day_of(at))
    # One after the other, so that words can be laid anew and a quarter skipped in between.
    take_turn(session, _TURN)
    if is_skipped(session, quarter):
        raise NotAsked
    unit_id = _counting_unit(session, person_id, on=day_of(at))
    if unit_id is None:
        raise NotAsked
    _take_ticket(session, ticket_of(person_id, quarter, secret=secret), quarter)
    _count(session, quarter, unit_id, checked.value)
    if checked.words:
        _lay_words_anew(session, quarter, checked.words)


def is_open_to(session: Session, person_id: int, *, secret: str, on: date) -> bool:
    """Whether the person can still answer in the quarter of that day. One statement."""
    asked = asked_of_open(person_id, secret=secret, on=on)
    return bool(fetch_rows(session, OPEN, asked).one().is_pulse_open)


def asked_of_open(person_id: int, *, secret: str, on: date) -> dict[str, Any]:
    """The parameters of ``OPEN``."""
    quarter = quarter_of(on)
    return {"quarter": quarter, "ticket": ticket_of(person_id, quarter, secret=secret)}


def _open() -> Select[*tuple[Any, ...]]:
    quarter, ticket = bindparam("quarter", type_=Date), bindparam("ticket", type_=String)
    has_answered = exists().where(PulseTicket.quarter == quarter, PulseTicket.ticket == ticket)
    is_skipped = exists().where(PulseSkip.quarter == quarter)
    return select((~has_answered & ~is_skipped).label("is_pulse_open"))


OPEN = _open()
"""Whether the person with that ticket can still answer in that quarter."""


def is_skipped(session: Session, quarter: date) -> bool:
    """Whether the office lets the quarter pass without the question."""
    return session.get(PulseSkip, quarter) is not None


def skip(session: Session, quarter: date, *, by_id: int, at: datetime) -> None:
    """Do not ask in this quarter or the next. What was answered in it so far is thrown away.

    Raises RuleBroken for any other quarter.
    """
    _must_be_open(quarter, at)
    take_turn(session, _TURN)
    row = upsert(session, PulseSkip).values(quarter=quarter, skipped_by_id=by_id, skipped_at=at)
    session.execute(row.on_conflict_do_nothing())
    for table in (PulseCount, PulseTicket, PulseWords):
        session.execute(delete(table).where(table.quarter == quarter))


def ask_after_all(session: Session, quarter: date, *, at: datetime) -> None:
    """Ask in a quarter that was to be skipped. Raises RuleBroken if it is over."""
    _must_be_open(quarter, at)
    take_turn(session, _TURN)
    session.execute(delete(PulseSkip).where(PulseSkip.quarter == quarter))


def counts(session: Session, quarter: date) -> dict[int, int]:
    """How often each value was chosen in the whole prefecture. For what is published after the
    quarter alone. Empty if the question was not asked."""
    if is_skipped(session, quarter):
        return {}
    rows = session.execute(
        select(PulseCount.value, func.sum(PulseCount.answers).label("answers"))
        .where(PulseCount.quarter == quarter)
        .group_by(PulseCount.value)
    )
    return {row.value: int(row.answers) for row in rows}


def unread_words(session: Session, *, on: date, limit: int) -> Sequence[PulseWords]:
    """Words of quarters that are over and that nobody has read for names yet, in no order."""
    is_over = PulseWords.quarter < quarter_of(on)
    found = select(PulseWords).where(is_over, PulseWords.is_read.is_(False))
    return session.scalars(found.order_by(PulseWords.key).limit(limit)).all()


def shown_words(session: Session, *, on: date, limit: int, offset: int = 0) -> Sequence[PulseWords]:
    """Words that were read for names, of the newest quarter first."""
    is_over = PulseWords.quarter < quarter_of(on)
    found = select(PulseWords).where(is_over, PulseWords.is_read.is_(True))
    order = (PulseWords.quarter.desc(), PulseWords.key)
    return session.scalars(found.order_by(*order).limit(limit).offset(offset)).all()


def decide_on_words(session: Session, key: str, *, has_no_name: bool, on: date) -> bool:
    """Show words that name nobody; delete those that do, also when they are shown already. False if
    somebody else was quicker."""
    is_it = (PulseWords.key == key, PulseWords.quarter < quarter_of(on))
    decision = (
        update(PulseWords).where(*is_it, PulseWords.is_read.is_(False)).values(is_read=True)
        if has_no_name
        else delete(PulseWords).where(*is_it)
    )
    return session.execute(decision).rowcount == 1  # type: ignore[attr-defined, no-any-return]


def _checked(given: Answer) -> Answer:
    if given.value not in VALUES:
        raise InvalidField("一つ選んでください。", field="value")
    words = as_written(given.words)
    if is_longer(words, MOST_WORDS):
        raise InvalidField(
            "ひとことは%(most)s字までにしてください。", field="words", most=MOST_WORDS
        )
    return Answer(given.value, words)


def _must_be_open(quarter: date, at: datetime) -> None:
    this = quarter_of(day_of(at))
    if quarter not in (this, quarter_after(this)):
        raise RuleBroken("お休みにできるのは、この四半期と次の四半期だけです。")


def _counting_unit(session: Session, person_id: int, *, on: date) -> int | None:
    """The unit of ten and more in which the person's answer counts. Two statements."""
    own = org_chart.unit_on(session, person_id, on)
    rows = session.execute(
        select(Unit.id, Unit.parent_id, func.count(Person.id).label("people"))
        .outerjoin(
            Membership,
            (Membership.unit_id == Unit.id) & Membership.is_primary & org_chart.holds_on(on),
        )
        .outerjoin(Person, (Person.id == Membership.person_id) & Person.deactivated_at.is_(None))
        .group_by(Unit.id, Unit.parent_id)
    ).all()
    found = pools({row.id: row.parent_id for row in rows}, {row.id: row.people for row in rows})
    if not found:
        return None
    # Who has no unit on the day counts where the first of all does, which is no small group.
    return found[own] if own is not None else found[min(found)]


def _take_ticket(session: Session, ticket: str, quarter: date) -> None:
    # Who answered in earlier quarters is nobody's business any more.
    session.execute(delete(PulseTicket).where(PulseTicket.quarter < quarter))
    row = upsert(session, PulseTicket).values(quarter=quarter, ticket=ticket)
    taken = row.on_conflict_do_nothing().returning(PulseTicket.ticket)
    if session.execute(taken).first() is None:
        raise HasAnswered


def _count(session: Session, quarter: date, unit_id: int, value: int) -> None:
    # All five rows are written, so that neither their place in the file nor the number of the
    # transaction that PostgreSQL keeps with each row says which of them grew.
    rows = upsert(session, PulseCount).values(
        [
            {"quarter": quarter, "unit_id": unit_id, "value": one, "answers": int(one == value)}
            for one in VALUES
        ]
    )
    session.execute(
        rows.on_conflict_do_update(
            index_elements=["quarter", "unit_id", "value"],
            set_={"answers": PulseCount.answers + rows.excluded.answers},
        )
    )


def _lay_words_anew(session: Session, quarter: date, words: str) -> None:
    """Add words, and write all of the quarter again in a random order, for the same reason."""
    is_of_quarter = (PulseWords.quarter == quarter, PulseWords.is_read.is_(False))
    gone = delete(PulseWords).where(*is_of_quarter).returning(PulseWords.words)
    every = [*session.execute(gone).scalars(), words]
    rows = [
        {"key": secrets.token_hex(16), "quarter": quarter, "words": one, "is_read": False}
        for one in every
    ]
    rows.sort(key=lambda row: str(row["key"]))
    session.execute(insert(PulseWords), rows)
