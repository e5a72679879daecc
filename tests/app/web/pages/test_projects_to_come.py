"""What has not begun is shown with its day, and nobody can begin it before that day."""

from datetime import timedelta

import pytest

from app.clock import now
from challenges.calendar import day_of
from challenges.catalogue.models import CatalogueLoad, Project
from challenges.submissions import submitting
from challenges.submissions.models import Completion, Submission
from tests.app.web.days import in_words

REFUSED = "から始まります。それまでお待ちください。"
SUBMISSIONS = "/challenges/{}/steps/{}/submissions"


@pytest.fixture
def begins(session):
    """``begins(days=1)``: the project of communication begins tomorrow."""

    def set_day(*, days: int):
        day = day_of(now()) + timedelta(days=days)
        session.get_one(Project, "communication").starts_on = day
        session.add(CatalogueLoad(kind="projects", digest="", loaded_at=now()))
        session.commit()
        return day

    return set_day


def count(session, model):
    session.expire_all()
    return session.query(model).count()


def test_the_list_shows_the_day_after_what_can_be_begun(as_, cast, begins):
    day = begins(days=1)
    browser = as_(cast.staff)
    first, second = (browser.get(f"/challenges?page={page}").text for page in (1, 2))
    assert "はじめの一声" not in first
    assert "はじめの一声" in second
    assert f"{in_words(day)}</time>から" in second


def test_home_suggests_nothing_of_it(as_, cast, begins):
    assert "はじめの一声" in as_(cast.staff).get("/").text
    begins(days=1)
    assert "はじめの一声" not in as_(cast.staff).get("/").text


def test_its_page_can_be_read_and_has_no_form(as_, cast, begins):
    day = begins(days=1)
    text = as_(cast.staff).get("/challenges/first-hello").text
    assert f"{in_words(day)}</time>から始まります。どんな石段か" in text
    assert "/steps/1/submissions" not in text


@pytest.mark.parametrize(
    ("path", "data"),
    [
        (SUBMISSIONS.format("first-hello", 1), {"reflection": "書きました"}),
        (SUBMISSIONS.format("first-hello", 1), {"reflection": "書きました", "already": "1"}),
        (SUBMISSIONS.format("first-hello", 1), {"reflection": "途中です", "draft": "1"}),
        ("/challenges/first-hello/steps/2/days", {"reflection": "一日目", "day": "today"}),
    ],
)
def test_a_step_cannot_be_submitted_before_that_day(as_, cast, session, begins, path, data):
    day = begins(days=1)
    answer = as_(cast.staff).post(path, data=data)
    assert answer.status_code == 422
    assert REFUSED in answer.text
    assert in_words(day) in answer.text
    assert (count(session, Submission), count(session, Completion)) == (0, 0)


def test_it_opens_by_itself_on_its_day(as_, cast, session, begins):
    begins(days=0)
    browser = as_(cast.staff)
    assert "はじめの一声" in browser.get("/").text
    answer = browser.post(SUBMISSIONS.format("first-hello", 1), data={"reflection": "書きました"})
    assert answer.status_code == 303
    assert count(session, Completion) == 1


def test_whoever_has_begun_a_step_may_finish_it(as_, cast, session, step_of, begins):
    submitting.save_draft(
        session,
        person_id=cast.staff.id,
        step=step_of("first-hello"),
        version=1,
        reflection="途中です",
        link="",
        at=now(),
    )
    begins(days=1)
    answer = as_(cast.staff).post(
        SUBMISSIONS.format("first-hello", 1), data={"reflection": "書きました"}
    )
    assert answer.status_code == 303
    assert count(session, Completion) == 1


def test_what_is_not_for_me_is_not_found_before_its_day_either(as_, cast, begins):
    begins(days=1)
    answer = as_(cast.staff).post(
        SUBMISSIONS.format("start-with-myself", 1), data={"reflection": "書きました"}
    )
    assert answer.status_code == 404
