"""Background work at /office: how far it is, cancelling, trying again, and who may."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from app.jobs.models import Job, JobState
from app.jobs.starting import start


@pytest.fixture
def job(session, cast):
    """``job(state, …)``: a job that dx asked for."""

    def make(state=JobState.WAITING, *, key="a", **values):
        made = start(session, "recount", {}, key, at=now(), asked_by_id=cast.dx.id, total=2000)
        made.state = state
        for name, value in values.items():
            setattr(made, name, value)
        session.commit()
        return made

    return make


def test_progress_is_shown(as_, cast, job):
    job(done=1500, leased_until=now() + timedelta(minutes=1))
    text = as_(cast.dx).get("/office").text
    assert '<progress max="2000" value="1500"' in text
    assert "1,500 / 2,000" in text
    assert "進んでいます" in text
    assert cast.dx.name in text


def test_page_is_in_english_too(as_, cast, job):
    cast.dx.language = "en"
    job(JobState.PARKED, last_error="nobody knows how to do this kind of work: recount")
    text = as_(cast.dx).get("/office").text
    assert "Background work" in text
    assert "This release does not know how to do this work." in text
    assert "Cancel</button>" in text.replace("</span>", "")


def test_parked_job_says_why_and_is_tried_again(as_, cast, session, job):
    parked = job(JobState.PARKED, last_error="LookupError: <b>", attempts=3)
    browser = as_(cast.dx)
    text = browser.get("/office").text
    assert "LookupError: &lt;b&gt;" in text
    assert "1件が止まっています。" in text
    answer = browser.post(f"/office/jobs/{parked.id}/retries")
    assert (answer.status_code, answer.location) == (303, "/office")
    assert (parked.state, parked.attempts) == (JobState.WAITING, 0)


def test_job_is_cancelled(as_, cast, session, job):
    waiting = job()
    browser = as_(cast.dx)
    answer = browser.post(f"/office/jobs/{waiting.id}/cancellations", follow_redirects=True)
    assert "作業を取りやめます。" in answer.text
    assert "まもなく取りやめます" in answer.text
    assert waiting.cancel_wished_at is not None


def test_cancelling_what_has_ended_says_so_and_changes_nothing(as_, cast, session, job):
    ended = job(JobState.DONE)
    answer = as_(cast.dx).post(f"/office/jobs/{ended.id}/cancellations", follow_redirects=True)
    assert "作業はもう終わっています。" in answer.text
    assert ended.state is JobState.DONE


def test_silent_relay_is_told_of_when_a_job_waits(as_, cast, job):
    job(due_at=now() - timedelta(minutes=6))
    assert "動いていないようです" in as_(cast.dx).get("/office").text


@pytest.mark.parametrize("path", ["retries", "cancellations"])
@pytest.mark.parametrize("who", ["staff", "manager", "outsider"])
def test_nobody_else_may(as_, cast, session, job, who, path):
    parked = job(JobState.PARKED)
    answer = as_(getattr(cast, who)).post(f"/office/jobs/{parked.id}/{path}")
    assert answer.status_code == 403
    assert session.scalars(select(Job.state)).all() == [JobState.PARKED]


@pytest.mark.parametrize("path", ["retries", "cancellations"])
def test_stranger_and_unknown_job(as_, client, cast, session, job, path):
    parked = job(JobState.PARKED)
    assert client.post(f"/office/jobs/{parked.id}/{path}").location.startswith("/sign-in")
    assert as_(cast.dx).post(f"/office/jobs/99999/{path}").status_code == 404
    assert as_(cast.dx).get(f"/office/jobs/{parked.id}/{path}").status_code == 405
    assert parked.state is JobState.PARKED
