"""Accepting one submission."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from challenges.recognition.models import Endorsement
from challenges.submissions import withdrawing
from challenges.submissions.models import Completion, Submission
from challenges.vocabulary import DecidedHow, SubmissionState
from tests.app.web.htmx import partial

GOOD = "手順を残したので、次の人が助かります。"


@pytest.mark.parametrize("who", ["manager", "deputy"])
def test_accepting_makes_a_completion_and_confirms_it(as_, cast, submit, session, state_of, who):
    submission_id, browser = submit(cast.staff), as_(getattr(cast, who))
    answer = browser.post(f"/submissions/{submission_id}/acceptances")
    assert (answer.status_code, answer.location) == (303, "/team")
    text = browser.get("/team").text
    assert "浜口 汐里さんの一歩を確認しました。申請した日の達成になります。" in text
    assert "待っている人はいません。" in text
    assert state_of(submission_id) is SubmissionState.ACCEPTED
    completion = session.scalars(select(Completion)).one()
    assert (completion.decided_by_id, completion.decided_how) == (
        getattr(cast, who).id,
        DecidedHow.MANAGER,
    )


def test_accepting_with_words_also_endorses(as_, cast, submit, session):
    browser = as_(cast.manager)
    browser.post(f"/submissions/{submit(cast.staff)}/acceptances", data={"words": GOOD})
    assert session.scalars(select(Endorsement.words)).one() == GOOD
    text = browser.get("/team").text
    assert "確認し、お墨付きを贈りました" in text
    assert "あなたの言葉" in text


def test_a_late_acceptance_keeps_the_day_of_the_submission(as_, cast, submit, session, now):
    made = now - timedelta(days=40)
    as_(cast.manager).post(f"/submissions/{submit(cast.staff, at=made)}/acceptances")
    completion = session.scalars(select(Completion)).one()
    assert completion.happened_at == made
    assert completion.decided_at > now - timedelta(minutes=1)


def test_blank_fields_do_not_block_accepting(as_, cast, submit, state_of):
    submission_id = submit(cast.staff)
    data = {"question": " \r\n ", "words": ""}
    assert (
        as_(cast.manager).post(f"/submissions/{submission_id}/acceptances", data=data).status_code
        == 303
    )
    assert state_of(submission_id) is SubmissionState.ACCEPTED


def test_short_words_are_kept_in_the_form_and_change_nothing(as_, cast, submit, count, state_of):
    submission_id = submit(cast.staff)
    answer = as_(cast.manager).post(
        f"/submissions/{submission_id}/acceptances", data={"words": "よかった！"}
    )
    assert answer.status_code == 422
    assert "何が良かったかを10文字から400文字で書いてください。" in answer.text
    assert f'id="words-submission-{submission_id}-error"' in answer.text
    assert "よかった！</textarea>" in answer.text
    assert "一人が待っています。" in answer.text
    assert state_of(submission_id) is SubmissionState.WAITING
    assert count(Completion.id) == 0


def test_a_withdrawn_submission_cannot_be_accepted(as_, cast, submit, session, count, now):
    submission_id = submit(cast.staff)
    withdrawing.withdraw_submission(
        session, session.get_one(Submission, submission_id), by_id=cast.staff.id, at=now
    )
    session.commit()
    answer = as_(cast.manager).post(f"/submissions/{submission_id}/acceptances")
    assert answer.status_code == 422
    assert "浜口 汐里さんの「その会議、投稿で」は、本人が取り下げていました。" in answer.text
    assert count(Completion.id) == 0


def test_accepting_twice_succeeds_and_counts_once(as_, cast, submit, count):
    path, browser = f"/submissions/{submit(cast.staff)}/acceptances", as_(cast.manager)
    assert [browser.post(path).status_code for _ in range(2)] == [303, 303]
    assert "一歩を確認しました。" in browser.get("/team").text
    assert count(Completion.id) == 1


def test_two_managers_accepting_at_once_make_one_completion(as_, cast, submit, session, count):
    path, start, answers = f"/submissions/{submit(cast.staff)}/acceptances", Barrier(2), []

    def click(browser):
        start.wait()
        answers.append(
            FlaskClient.open(browser, path, method="POST")
        )  # without the test's own session between

    threads = [Thread(target=click, args=(as_(person),)) for person in (cast.manager, cast.deputy)]
    session.commit()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    loser = max(answers, key=lambda answer: answer.status_code)
    assert "浜口 汐里さんの「その会議、投稿で」は、" in loser.text
    assert "さんが先に確認していました。" in loser.text
    assert "待っている人はいません。" in loser.text, "the loser sees how it stands now"
    assert count(Completion.id) == 1


def test_htmx_gets_both_columns_and_the_confirmation(as_, cast, submit):
    browser = as_(cast.manager)
    path = f"/submissions/{submit(cast.staff)}/acceptances"
    answer = browser.post(path, headers=partial("div#team"), follow_redirects=True)
    text = answer.text.strip()
    assert text.startswith('<div id="team"')
    assert "<html" not in text
    assert "確認しました" in text
    assert "会議を投稿に替えました" in text, "the accepted step is among the recent ones at once"
    assert "確認しました" not in browser.get("/team").text, "said once"


def test_htmx_gets_the_form_back_with_its_error(as_, cast, submit):
    path = f"/submissions/{submit(cast.staff)}/acceptances"
    answer = as_(cast.manager).post(path, data={"words": "短い"}, headers=partial("div#team"))
    assert answer.status_code == 422
    assert answer.text.strip().startswith('<div id="team"')
    assert 'aria-invalid="true"' in answer.text


def test_accepting_with_words_takes_at_most_ten_statements(
    app, as_, cast, submit, count_statements
):
    path, browser = f"/submissions/{submit(cast.staff)}/acceptances", as_(cast.manager)
    with count_statements(app.extensions["stepup_database"].engine) as statements:
        assert browser.post(path, data={"words": GOOD}).status_code == 303
    assert len(statements) <= 10, "\n".join(statements)
