"""Taking back an acceptance within ten minutes."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from challenges.submissions import reviewing, totals, voiding, withdrawing
from challenges.submissions.models import Completion, Submission
from challenges.vocabulary import SubmissionState
from tests.app.web.htmx import partial

GOOD = "手順を残したので、次の人が助かります。"


BACK = "/completions/acceptance-withdrawals"


def offered(text):
    """The completions that the page offers to take back."""
    form = text.partition('<form id="take-back"')[2].partition("</form>")[0]
    return re.findall(r'name="completion" value="(\d+)"', form)


@pytest.mark.parametrize("headers", [{}, partial("div#team")], ids=["page", "fragment"])
def test_a_submission_taken_back_waits_in_its_old_place(
    as_, cast, submit, session, count, state_of, now, headers
):
    old, new = (
        submit(cast.staff, at=now - timedelta(hours=3)),
        submit(cast.colleague, at=now - timedelta(hours=2)),
    )
    browser = as_(cast.manager)
    text = browser.post(
        f"/submissions/{old}/acceptances", headers=headers, follow_redirects=True
    ).text
    assert "浜口 汐里さんの一歩を確認しました。" in text
    (completion_id,) = offered(text)
    text = browser.post(
        BACK, data={"completion": completion_id}, headers=headers, follow_redirects=True
    ).text
    assert "1件の確認を取り消しました。" in text
    assert "二人が待っています。" in text
    assert text.index(f'id="submission-{old}"') < text.index(f'id="submission-{new}"')
    assert state_of(old) is SubmissionState.WAITING
    assert session.scalars(select(Completion)).one().voided_at is not None
    assert count(Completion.id) == 1
    assert totals.differences(session) == []


def test_submissions_accepted_together_are_taken_back_together(
    as_, cast, submit, session, state_of
):
    ids = [submit(cast.staff), submit(cast.colleague)]
    browser = as_(cast.manager)
    back = offered(
        browser.post(
            "/submissions/acceptances", data={"submission": ids}, follow_redirects=True
        ).text
    )
    assert len(back) == 2
    assert (
        "2件の確認を取り消しました。"
        in browser.post(BACK, data={"completion": back}, follow_redirects=True).text
    )
    assert {state_of(submission_id) for submission_id in ids} == {SubmissionState.WAITING}


def test_taking_back_also_removes_the_words_given(as_, cast, submit):
    browser = as_(cast.manager)
    path = f"/submissions/{submit(cast.staff)}/acceptances"
    back = offered(
        browser.post(path, data={"words": GOOD, "praise": "STEADINESS"}, follow_redirects=True).text
    )
    assert GOOD in as_(cast.staff).get("/").text
    browser.post(BACK, data={"completion": back})
    assert GOOD not in as_(cast.staff).get("/").text


def test_taking_back_creates_no_notice_for_the_person(as_, cast, submit):
    browser = as_(cast.manager)
    (completion_id,) = offered(
        browser.post(f"/submissions/{submit(cast.staff)}/acceptances", follow_redirects=True).text
    )
    browser.post(BACK, data={"completion": completion_id})
    assert 'id="changes"' not in as_(cast.staff).get("/").text


def test_taking_back_is_offered_once(as_, cast, submit):
    browser = as_(cast.manager)
    browser.post(f"/submissions/{submit(cast.staff)}/acceptances")
    assert [len(offered(browser.get("/team").text)) for _ in range(2)] == [1, 0]


@pytest.mark.parametrize("who", ["deputy", "staff", "colleague", "outsider", "dx"])
def test_nobody_else_can_take_an_acceptance_back(as_, cast, submit, session, state_of, who):
    submission_id = submit(cast.staff)
    as_(cast.manager).post(f"/submissions/{submission_id}/acceptances")
    back = session.scalars(select(Completion.id)).all()
    assert as_(getattr(cast, who)).post(BACK, data={"completion": back}).status_code == 403
    assert state_of(submission_id) is SubmissionState.ACCEPTED


@pytest.mark.parametrize(
    "data", [{}, {"completion": "999"}, {"completion": "99999999999999999999"}]
)
def test_an_unknown_completion_is_a_404(as_, cast, data):
    assert as_(cast.manager).post(BACK, data=data).status_code == 404


def test_after_ten_minutes_it_is_too_late(as_, cast, submit, session, now, state_of):
    submission_id = submit(cast.staff)
    waiting = session.get_one(Submission, submission_id)
    done = reviewing.accept(session, waiting, by_id=cast.manager.id, at=now - timedelta(minutes=11))
    answer = as_(cast.manager).post(BACK, data={"completion": done})
    assert answer.status_code == 422
    assert "取り消せるのは、確認してから10分までです。" in answer.text
    assert state_of(submission_id) is SubmissionState.ACCEPTED


def take_back_alone(browser, session, completions, cast, now):
    browser.post(BACK, data={"completion": completions[0].id})


def void(browser, session, completions, cast, now):
    voiding.void(session, completions[0], by_id=cast.dx.id, reason="取り違えでした", at=now)


def withdraw(browser, session, completions, cast, now):
    withdrawing.withdraw(session, completions[0], by_id=completions[0].person_id, at=now)


@pytest.mark.parametrize("meanwhile", [take_back_alone, void, withdraw])
@pytest.mark.parametrize(
    ("language", "done", "left"),
    [
        ("ja", "2件の確認を取り消しました。", "1件は、先に取り消されていたため、そのままです。"),
        ("en", "Undone: 2.", "because they had been undone before: 1."),
    ],
)
def test_what_was_taken_back_before_is_told_and_the_rest_taken_back(
    as_, cast, submit, session, state_of, now, meanwhile, language, done, left
):
    ids = [submit(cast.staff), submit(cast.staff, slug="why-the-seal"), submit(cast.colleague)]
    cast.manager.language = language
    browser = as_(cast.manager)
    browser.post("/submissions/acceptances", data={"submission": ids})
    completions = session.scalars(select(Completion).order_by(Completion.id)).all()
    first = completions[0].submission_id
    meanwhile(browser, session, completions, cast, now)
    browser.get("/team")
    answer = browser.post(
        BACK, data={"completion": [one.id for one in completions]}, follow_redirects=True
    )
    assert done in answer.text
    assert left in answer.text
    waiting = {one for one in ids if state_of(one) is SubmissionState.WAITING}
    assert waiting >= set(ids) - {first}
    assert totals.differences(session) == []


def test_taking_back_twice_is_refused_the_second_time(as_, cast, submit, session):
    browser = as_(cast.manager)
    browser.post(f"/submissions/{submit(cast.staff)}/acceptances")
    back = session.scalars(select(Completion.id)).all()
    assert [browser.post(BACK, data={"completion": back}).status_code for _ in range(2)] == [
        303,
        422,
    ]


def test_taking_back_takes_at_most_ten_statements(
    app, as_, cast, submit, session, count_statements
):
    browser = as_(cast.manager)
    browser.post(f"/submissions/{submit(cast.staff)}/acceptances")
    back = session.scalars(select(Completion.id)).all()
    with count_statements(app.extensions["stepup_database"].engine) as statements:
        assert browser.post(BACK, data={"completion": back}).status_code == 303
    assert len(statements) <= 10, "\n".join(statements)
