"""Jobs about campaigns: counting anew after a change of rules or appointments, and the snapshots of
every night.

A fact starts the first, because the domain knows no jobs.
"""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.config import counted_employments
from app.jobs.handling import Chunk, ReadsFirst
from app.jobs.models import Job
from app.jobs.starting import UNFINISHED, start
from challenges.campaigns.counting import recount_some
from challenges.campaigns.events import CampaignMoved, CampaignPublished
from challenges.campaigns.models import Campaign
from challenges.campaigns.snapshots import Taken, keep, take_due
from challenges.campaigns.subscribers import SUBSCRIBER
from challenges.outbox import Delivery, DeliveryState, Fact
from challenges.people.events import AppointmentsChanged

RECOUNT_CAMPAIGN = "recount-campaign"
SNAPSHOT_CAMPAIGNS = "snapshot-campaigns"

HEARD = tuple(event.kind for event in (CampaignPublished, CampaignMoved, AppointmentsChanged))
"""Kinds of the facts after which campaigns are counted anew."""
AT_ONCE = 50
"""People between two looks at the time."""


def on_campaign_published(session: Session, fact: Fact, at: datetime) -> None:
    """Other steps may count by its rules."""
    _start(session, fact, at)


def on_campaign_moved(session: Session, fact: Fact, at: datetime) -> None:
    """Other days count."""
    _start(session, fact, at)


def on_appointments_changed(session: Session, fact: Fact, at: datetime) -> None:
    """People may have been in an audience, or in none, on days gone by. The fact does not say who,
    so all campaigns are counted."""
    _start(session, fact, at)


def recount_campaign(session: Session, job: Job, chunk: Chunk) -> bool:
    """Count the campaign of the job for everybody, or all campaigns if it names none."""
    while not chunk.is_over():
        last = recount_some(
            session,
            job.arguments.get("campaign_id"),
            after=job.cursor or 0,
            limit=AT_ONCE,
            at=chunk.at,
        )
        if last is None:
            return False
        job.cursor = last
        job.done += AT_ONCE
    return True


def _take_snapshot(session: Session, _job: Job, at: datetime) -> Taken | None:
    return take_due(session, at=at, kinds=counted_employments())


def _keep_snapshot(session: Session, job: Job, _chunk: Chunk, /, *, known: Taken | None) -> bool:
    if known is None:
        return False
    # What is not kept is due again.
    job.done += keep(session, known)
    return True


# Adding up a large prefecture takes seconds.
snapshot_campaigns = ReadsFirst(read=_take_snapshot, write=_keep_snapshot)
"""Makes what is missing of the snapshots up to yesterday, one in a chunk."""


def campaigns_recounting(session: Session) -> set[int]:
    """Ids of the campaigns whose counts need not be up to date: they are being counted anew, or
    will be. Three statements."""
    jobs = select(Job.arguments).where(Job.kind == RECOUNT_CAMPAIGN, Job.state.in_(UNFINISHED))
    waiting = (Delivery.subscriber == SUBSCRIBER) & (Delivery.state == DeliveryState.WAITING)
    facts = (
        select(Fact.about)
        .outerjoin(Delivery, Delivery.fact_id == Fact.id)
        .where(Fact.kind.in_(HEARD), or_(Fact.fanned_out_at.is_(None), waiting))
    )
    named = {one.get("campaign_id") for one in (*session.scalars(jobs), *session.scalars(facts))}
    return set(session.scalars(select(Campaign.id))) if None in named else named


def _start(session: Session, fact: Fact, at: datetime) -> None:
    # The key names the fact: a job that is half through would not look again at the people whom it
    # has passed.
    about = {key: fact.about[key] for key in ("campaign_id",) if key in fact.about}
    start(session, RECOUNT_CAMPAIGN, about, f"{RECOUNT_CAMPAIGN}:{fact.id}", at=at)
