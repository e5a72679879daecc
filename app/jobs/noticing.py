"""Jobs about notices: telling the audience of a campaign, and those whose term as manager or deputy
begins of what waits for them, and forgetting what is old.

A fact starts the first, so that no relay holds a transaction for thousands of people.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from app.jobs.handling import Chunk
from app.jobs.models import Job
from app.jobs.starting import start
from app.notices.campaigns import about_to_end, tell_some
from app.notices.forgetting import forget_old
from app.notices.kinds import NoticeKind
from app.notices.waiting import tell_who_decides, waiting_in
from challenges.calendar import day_of
from challenges.outbox import Fact

TELL_AUDIENCE = "tell-audience"
TELL_OF_ENDS = "tell-of-ends"
TELL_WHO_DECIDES = "tell-who-decides"
FORGET_NOTICES = "forget-notices"

PEOPLE_AT_ONCE = 100
ROWS_AT_ONCE = 200
"""Between two looks at the time."""


def on_campaign_opened(session: Session, fact: Fact, at: datetime) -> None:
    """Its audience hears of it, by a job."""
    _start(session, fact.about["campaign_id"], NoticeKind.CAMPAIGN_OPENS, at=at)


def on_appointments_changed(session: Session, fact: Fact, at: datetime) -> None:
    """Others may manage a unit from now on. The fact does not say which, so all are looked at."""
    # The key names the fact: a job that is half through would not look again at what it has passed.
    start(session, TELL_WHO_DECIDES, {}, f"{TELL_WHO_DECIDES}:{fact.id}", at=at)


def tell_who_decides_today(session: Session, job: Job, chunk: Chunk) -> bool:
    """Make the notices of everything that waits fit those who decide today."""
    while not chunk.is_over():
        waiting = waiting_in(session, after=job.cursor or 0, limit=ROWS_AT_ONCE)
        if not waiting:
            return False
        tell_who_decides(session, waiting, at=chunk.at)
        job.cursor = waiting[-1]
        job.done += len(waiting)
    return True


def tell_of_ends(session: Session, job: Job, chunk: Chunk) -> bool:
    """Start telling the audiences of the campaigns that are about to end. Whoever was told is not
    told again."""
    for campaign_id in about_to_end(session, on=day_of(chunk.at)):
        _start(session, campaign_id, NoticeKind.CAMPAIGN_ENDS, at=chunk.at)
        job.done += 1
    return False


def tell_audience(session: Session, job: Job, chunk: Chunk) -> bool:
    """Tell the people of a campaign, in the order of their ids."""
    about = job.arguments
    while not chunk.is_over():
        last = tell_some(
            session,
            about["campaign_id"],
            NoticeKind(about["kind"]),
            after=job.cursor or 0,
            limit=PEOPLE_AT_ONCE,
            at=chunk.at,
        )
        if last is None:
            return False
        job.cursor = last
        job.done += PEOPLE_AT_ONCE
    return True


def forget_notices(session: Session, job: Job, chunk: Chunk) -> bool:
    """Delete notices that were read a year ago and more."""
    while not chunk.is_over():
        gone = forget_old(session, at=chunk.at, limit=ROWS_AT_ONCE)
        job.done += gone
        if not gone:
            return False
    return True


def _start(session: Session, campaign_id: int, kind: NoticeKind, *, at: datetime) -> None:
    about = {"campaign_id": campaign_id, "kind": kind.value}
    start(session, TELL_AUDIENCE, about, f"{TELL_AUDIENCE}:{campaign_id}:{kind.value}", at=at)
