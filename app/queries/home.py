"""What a person has begun, what reached them, and what everybody did together, as Home tells it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from challenges.calendar import fiscal_year_start
from challenges.recognition import pulse
from challenges.recognition.cheer_lists import RECEIVED, ShownCheer, newest_cheers
from challenges.recognition.queries import NEWS, News, news_in
from challenges.storage.sql import fetch_rows, united
from challenges.submissions.putting_aside import ASIDES, Aside, asides_in_order
from challenges.submissions.queries import (
    OPEN_SUBMISSIONS,
    STEPS_SINCE,
    OpenSubmission,
    opened_in_order,
)

NEWS_FOR = timedelta(days=14)
"""How long Home tells of a completion that the calendar accepted or the DX office took back."""
NEWS_AT_ONCE = 2
CHEERS_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Told:
    """What Home tells beside what was climbed."""

    submissions: dict[int, OpenSubmission]
    """What the person has begun, by step id."""
    news: News
    cheers: list[ShownCheer]
    """The newest that the person has not thanked for."""
    asides: list[Aside]
    steps: int
    """Of everybody in this fiscal year."""
    is_pulse_open: bool
    """Whether the person can still answer the question of the quarter."""


def told(session: Session, person_id: int, *, secret: str, at: datetime, today: date) -> Told:
    """What there is to tell the person by that time. One statement."""
    asked = {
        "person_id": person_id,
        "viewer_id": person_id,
        "since": at - NEWS_FOR,
        "month": fiscal_year_start(today),
        "all": False,
        "at_most": max(NEWS_AT_ONCE, CHEERS_AT_ONCE),
        "skipped": 0,
        **pulse.asked_of_open(person_id, secret=secret, on=today),
    }
    rows = fetch_rows(session, _TOLD, asked).all()
    return Told(
        submissions=opened_in_order(row for row in rows if row.part == "open"),
        news=news_in((row for row in rows if row.part == "news"), limit=NEWS_AT_ONCE),
        cheers=newest_cheers(row for row in rows if row.part == "cheer")[:CHEERS_AT_ONCE],
        asides=asides_in_order(row for row in rows if row.part == "aside"),
        steps=next(row.steps for row in rows if row.part == "together"),
        is_pulse_open=next(row.is_pulse_open for row in rows if row.part == "pulse"),
    )


_TOLD = united(
    open=OPEN_SUBMISSIONS.order_by(None),
    news=NEWS,
    cheer=RECEIVED,
    aside=ASIDES,
    together=STEPS_SINCE,
    pulse=pulse.OPEN,
)
