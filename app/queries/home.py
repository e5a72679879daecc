"""What reached a person, and what everybody did together, as Home tells it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from challenges.calendar import fiscal_year_start
from challenges.recognition.cheer_lists import RECEIVED, ShownCheer, newest_cheers
from challenges.recognition.queries import NEWS, News, news_in
from challenges.storage.sql import fetch_rows, united
from challenges.submissions.putting_aside import ASIDES, Aside, asides_in_order
from challenges.submissions.queries import STEPS_SINCE

NEWS_FOR = timedelta(days=14)
"""How long Home tells of a completion that the calendar accepted or the DX office took back."""
NEWS_AT_ONCE = 2
CHEERS_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Reached:
    """What Home shows beside the next step."""

    news: News
    cheers: list[ShownCheer]
    """The newest that the person has not thanked for."""
    asides: list[Aside]
    steps: int
    """Of everybody in this fiscal year."""


def reached(session: Session, person_id: int, *, at: datetime, today: date) -> Reached:
    """What reached the person by that time. One statement."""
    asked = {
        "person_id": person_id,
        "viewer_id": person_id,
        "since": at - NEWS_FOR,
        "month": fiscal_year_start(today),
        "all": False,
        "at_most": max(NEWS_AT_ONCE, CHEERS_AT_ONCE),
        "skipped": 0,
    }
    rows = fetch_rows(session, _REACHED, asked).all()
    return Reached(
        news=news_in((row for row in rows if row.part == "news"), limit=NEWS_AT_ONCE),
        cheers=newest_cheers(row for row in rows if row.part == "cheer")[:CHEERS_AT_ONCE],
        asides=asides_in_order(row for row in rows if row.part == "aside"),
        steps=next(row.steps for row in rows if row.part == "together"),
    )


_REACHED = united(news=NEWS, cheer=RECEIVED, aside=ASIDES, together=STEPS_SINCE)
