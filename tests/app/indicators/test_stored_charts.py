"""Charts drawn ahead are the ones a page would draw, and never those of other values."""

import time
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.indicators.charts import draw
from app.indicators.models import Measure, Source
from app.indicators.stored_charts import StoredChart, drawings
from app.indicators.telling import readings
from app.jobs.handling import Chunk
from app.jobs.models import Job
from app.jobs.redrawing import REDRAW_CHARTS, redraw, redraw_charts
from tests.app.indicators.measuring import CALM, FIRST, measure


def draw_ahead(session: Session, at: datetime, **arguments: list[str]) -> Job:
    job = Job(kind=REDRAW_CHARTS, arguments=arguments, key="x", done=0, due_at=at, created_at=at)
    assert not redraw_charts(session, job, Chunk(at, time.monotonic() + 60))
    return job


def count(session: Session) -> int | None:
    return session.scalar(select(func.count()).select_from(StoredChart))


def test_the_job_draws_what_has_values_in_both_languages(session: Session, at: datetime) -> None:
    measure(session, "copier-pages", CALM)
    job = draw_ahead(session, at)
    assert count(session) == 2
    assert job.done == job.total
    one = readings(session, until=at, slugs=("copier-pages",))["copier-pages", None]
    for language in ("ja", "en"):
        assert drawings(session, [one], language)["copier-pages"] == draw(one, language)


def test_a_stored_chart_is_placed_and_not_drawn(session: Session, at: datetime) -> None:
    measure(session, "copier-pages", CALM)
    draw_ahead(session, at)
    for row in session.scalars(select(StoredChart)):
        row.wide = "stored"
    session.flush()
    [one] = readings(session, until=at, slugs=("copier-pages",)).values()
    assert drawings(session, [one], "ja")["copier-pages"].wide == "stored"


def test_what_is_published_later_is_drawn_until_the_job_has_run(
    session: Session, at: datetime
) -> None:
    measure(session, "copier-pages", CALM)
    draw_ahead(session, at)
    later = at + timedelta(days=1)
    correction = {"period": FIRST, "value": 77, "published_at": later, "reason": "数え間違い"}
    session.add(Measure(indicator="copier-pages", version=1, source=Source.COMPUTED, **correction))
    [now] = readings(session, until=later, slugs=("copier-pages",)).values()
    assert drawings(session, [now], "ja")["copier-pages"] == draw(now, "ja")

    [before] = readings(session, until=at, slugs=("copier-pages",)).values()
    assert before.series.values[0] == 30
    draw_ahead(session, later, indicators=["copier-pages"])
    assert count(session) == 2


def test_a_publication_may_ask_for_the_job_at_once(session: Session, at: datetime) -> None:
    redraw(session, ["tried-share", "copier-pages", "tried-share"], at=at)
    [job] = session.scalars(select(Job).where(Job.kind == REDRAW_CHARTS))
    assert job.arguments == {"indicators": ["copier-pages", "tried-share"]}
