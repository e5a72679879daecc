"""The jobs about notices: each of an audience hears once, whatever happens to the job, and what is
old is forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.jobs.handling import Chunk
from app.jobs.models import Job
from app.jobs.noticing import (
    FORGET_NOTICES,
    TELL_AUDIENCE,
    TELL_OF_ENDS,
    forget_notices,
    on_campaign_opened,
    tell_audience,
    tell_of_ends,
)
from app.notices.choosing import choose_kinds
from app.notices.forgetting import KEPT, KEPT_UNREAD
from app.notices.kinds import NoticeKind
from app.notices.models import Notice
from challenges.calendar import midnight_of, working_days_before
from challenges.campaigns.events import CampaignOpened
from challenges.outbox import record
from challenges.people import consents
from challenges.vocabulary import CampaignState


@pytest.fixture
def do_chunks(session):
    """``do_chunks(handler, job, at)``: the whole job, one piece of it in each chunk."""

    def run(handler, job, at, chunks=1000):
        for _number in range(chunks):
            looks = iter((False, True, True))
            chunk = Chunk(at=at, ends=0)
            object.__setattr__(chunk, "is_over", lambda looks=looks: next(looks))
            if not handler(session, job, chunk):
                return
            session.flush()

    return run


def jobs(session, kind=TELL_AUDIENCE):
    return session.scalars(select(Job).where(Job.kind == kind).order_by(Job.id)).all()


def told(session, kind):
    return sorted(session.scalars(select(Notice.person_id).where(Notice.kind == kind)))


@pytest.fixture
def opened(session, campaign_of, at):
    """A campaign whose opening was told, and the job that it started."""
    campaign = campaign_of(at=at)
    session.flush()
    fact = record(session, CampaignOpened(occurred_at=at, campaign_id=campaign.id))
    session.flush()
    on_campaign_opened(session, fact, at)
    return campaign


def test_an_opening_starts_one_job_however_often_it_is_heard(session, opened, at):
    fact = record(session, CampaignOpened(occurred_at=at, campaign_id=opened.id))
    session.flush()
    on_campaign_opened(session, fact, at)
    assert [one.arguments for one in jobs(session)] == [
        {"campaign_id": opened.id, "kind": "CAMPAIGN_OPENS"}
    ]


def test_everybody_of_the_audience_hears_once(session, opened, cast, at, do_chunks, monkeypatch):
    monkeypatch.setattr("app.jobs.noticing.PEOPLE_AT_ONCE", 1)
    [job] = jobs(session)
    do_chunks(tell_audience, job, at)
    everybody = sorted(
        one.id
        for one in (
            cast.staff,
            cast.colleague,
            cast.manager,
            cast.deputy,
            cast.outsider,
            cast.dx,
        )
    )
    assert told(session, NoticeKind.CAMPAIGN_OPENS) == everybody
    job.cursor = None
    do_chunks(tell_audience, job, at)
    assert told(session, NoticeKind.CAMPAIGN_OPENS) == everybody


def test_a_job_that_was_stopped_goes_on_where_it_was(session, opened, at, do_chunks, monkeypatch):
    monkeypatch.setattr("app.jobs.noticing.PEOPLE_AT_ONCE", 2)
    [job] = jobs(session)
    do_chunks(tell_audience, job, at, chunks=1)
    first = told(session, NoticeKind.CAMPAIGN_OPENS)
    assert (len(first), job.cursor) == (2, first[-1])
    do_chunks(tell_audience, job, at)
    assert len(told(session, NoticeKind.CAMPAIGN_OPENS)) == 6


def test_who_rests_or_switched_it_off_hears_nothing(session, opened, cast, at, do_chunks):
    consents.pause(session, cast.staff, at=at)
    choose_kinds(session, cast.colleague.id, off={NoticeKind.CAMPAIGN_OPENS}, at=at)
    session.flush()
    do_chunks(tell_audience, jobs(session)[0], at)
    heard = told(session, NoticeKind.CAMPAIGN_OPENS)
    assert cast.staff.id not in heard
    assert cast.colleague.id not in heard
    assert cast.manager.id in heard


def test_a_campaign_that_was_stopped_meanwhile_is_not_told_of(session, opened, at, do_chunks):
    opened.state = CampaignState.CLOSED
    session.flush()
    do_chunks(tell_audience, jobs(session)[0], at)
    assert told(session, NoticeKind.CAMPAIGN_OPENS) == []


def test_an_end_is_told_three_working_days_before(session, campaign_of, at, do_chunks):
    campaign = campaign_of(at=at)
    session.flush()
    soon = midnight_of(working_days_before(campaign.last_day, 3))
    do_chunks(tell_of_ends, Job(kind=TELL_OF_ENDS, done=0), soon - timedelta(minutes=1))
    assert jobs(session) == []
    do_chunks(tell_of_ends, Job(kind=TELL_OF_ENDS, done=0), soon)
    [job] = jobs(session)
    assert job.arguments == {"campaign_id": campaign.id, "kind": "CAMPAIGN_ENDS"}
    do_chunks(tell_audience, job, soon)
    assert len(told(session, NoticeKind.CAMPAIGN_ENDS)) == 6


def test_the_next_morning_nobody_hears_of_the_end_again(session, campaign_of, at, do_chunks):
    campaign = campaign_of(at=at)
    session.flush()
    soon = midnight_of(working_days_before(campaign.last_day, 3))
    for days in range(3):
        morning = soon + timedelta(days=days)
        do_chunks(tell_of_ends, Job(kind=TELL_OF_ENDS, done=0), morning)
        job = jobs(session)[-1]
        job.cursor = None
        do_chunks(tell_audience, job, morning)
    assert len(told(session, NoticeKind.CAMPAIGN_ENDS)) == 6


def test_more_days_for_a_campaign_make_its_end_news_again(session, campaign_of, at, do_chunks):
    campaign = campaign_of(at=at)
    session.flush()
    soon = midnight_of(working_days_before(campaign.last_day, 3))
    do_chunks(tell_of_ends, Job(kind=TELL_OF_ENDS, done=0), soon)
    do_chunks(tell_audience, jobs(session)[0], soon)
    campaign.last_day += timedelta(days=14)
    session.flush()
    later = midnight_of(working_days_before(campaign.last_day, 3))
    job = jobs(session)[0]
    job.cursor = None
    do_chunks(tell_audience, job, later)
    assert len(told(session, NoticeKind.CAMPAIGN_ENDS)) == 12


@pytest.fixture
def notice(session, cast):
    """``notice(happened_at, **more)``: one notice of staff."""

    def make(happened_at, **more):
        number = session.scalar(select(func.count()).select_from(Notice))
        one = Notice(
            person_id=cast.staff.id,
            kind=NoticeKind.BADGE,
            key=f"badge:{number}",
            subject_id=1,
            happened_at=happened_at,
            listed_at=happened_at,
            rises_at=happened_at,
            **more,
        )
        session.add(one)
        session.flush()
        return one.id

    return make


def test_what_is_old_is_forgotten_and_nothing_else(session, notice, at, do_chunks, monkeypatch):
    monkeypatch.setattr("app.jobs.noticing.ROWS_AT_ONCE", 1)
    minute = timedelta(minutes=1)
    year, two = at - KEPT, at - KEPT_UNREAD
    kept = [
        notice(year + minute, read_at=at),
        notice(year + minute, withdrawn_at=at),
        notice(year - minute),
        notice(two + minute),
        notice(at),
    ]
    notice(year - minute, read_at=at)
    notice(year - minute, withdrawn_at=at)
    notice(two - minute)
    job = Job(kind=FORGET_NOTICES, done=0)
    do_chunks(forget_notices, job, at)
    assert sorted(session.scalars(select(Notice.id))) == kept
    assert job.done == 3
