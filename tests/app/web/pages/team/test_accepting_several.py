"""Accepting what one has read with one button."""

import re
from datetime import timedelta

import pytest

from challenges.submissions import overdue, reviewing, withdrawing
from challenges.submissions.models import Completion, Submission


def test_what_was_read_is_accepted_together(as_, cast, submit, count):
    ids = [submit(cast.staff), submit(cast.staff, slug="why-the-seal"), submit(cast.colleague)]
    browser = as_(cast.manager)
    assert browser.post("/submissions/acceptances", data={"submission": ids[:2]}).status_code == 303
    text = browser.get("/team").text
    assert "2件をまとめて確認しました。" in text
    assert "一人が待っています。" in text
    assert count(Completion.id) == 2


def test_every_row_is_ticked_and_belongs_to_the_form_at_the_end(as_, cast, submit):
    ids = [submit(cast.staff), submit(cast.colleague)]
    text = as_(cast.manager).get("/team").text
    for submission_id, name in zip(ids, ("浜口", "山本"), strict=True):
        row = text.partition(f'<li id="submission-{submission_id}">')[2].partition("</li>")[0]
        tick = re.search(r'<input type="checkbox"[^>]*>', row)[0]
        assert f'name="submission" value="{submission_id}" form="bulk" checked' in tick
        assert f'aria-describedby="whose-{submission_id}"' in tick
        assert f"{name}さんの一歩を、まとめて確認する</span>" in row
    assert 'name="submission"' not in text.partition('<form id="bulk"')[2]


def test_a_single_submission_has_no_checkbox(as_, cast, submit):
    submit(cast.staff)
    text = as_(cast.manager).get("/team").text
    assert "まとめて確認する" not in text
    assert 'name="submission"' not in text


def test_a_row_with_half_written_words_comes_back_without_its_tick(as_, cast, submit):
    ids = [submit(cast.staff), submit(cast.colleague)]
    answer = as_(cast.manager).post(f"/submissions/{ids[0]}/questions", data={"question": "なぜ"})
    ticked = re.findall(r'name="submission" value="(\d+)" form="bulk" checked', answer.text)
    assert ticked == [str(ids[1])]


def test_choosing_nothing_is_refused(as_, cast, submit, count):
    submit(cast.staff)
    submit(cast.colleague)
    answer = as_(cast.manager).post("/submissions/acceptances")
    assert answer.status_code == 422
    assert "確認する申請を選んでください。" in answer.text
    assert count(Completion.id) == 0


@pytest.mark.parametrize("other", ["manager", "dx"])
def test_one_forbidden_submission_stops_all_of_them(as_, cast, submit, count, other):
    ids = [submit(cast.staff), submit(getattr(cast, other))]
    assert (
        as_(cast.manager).post("/submissions/acceptances", data={"submission": ids}).status_code
        == 403
    )
    assert count(Completion.id) == 0


@pytest.fixture
def meanwhile(session, cast, now):
    """What happened to a submission after the manager opened the page, by its name."""

    def withdrawn(submission):
        withdrawing.withdraw_submission(session, submission, by_id=submission.person_id, at=now)

    def reworded(submission):
        withdrawing.reopen_submission(session, submission, by_id=submission.person_id, at=now)

    def accepted(submission):
        reviewing.accept(session, submission, by_id=cast.deputy.id, at=now)

    def asked(submission):
        question = "どの会議でしたか。"
        reviewing.send_back(session, submission, by_id=cast.deputy.id, question=question, at=now)

    def too_late(submission):
        submission.waiting_since = now - timedelta(days=30)
        session.commit()
        overdue.accept_overdue(session, at=now)

    happenings = {one.__name__: one for one in (withdrawn, reworded, accepted, asked, too_late)}

    def happen(name, submission_id):
        happenings[name](session.get_one(Submission, submission_id))
        session.commit()

    return happen


BECAME = {
    "withdrawn": "本人が取り下げていました。",
    "reworded": "本人が書き直しています。",
    "accepted": "田中 渚さんが先に確認していました。",
    "asked": "田中 渚さんが先に聞いていました。",
    "too_late": "5開庁日を過ぎたため自動で達成になっていました。",
}


@pytest.mark.parametrize("name", BECAME)
def test_what_did_not_wait_any_more_is_told_and_the_rest_accepted(
    as_, cast, submit, meanwhile, name
):
    ids = [submit(cast.staff), submit(cast.colleague)]
    meanwhile(name, ids[0])
    browser = as_(cast.manager)
    browser.post("/submissions/acceptances", data={"submission": ids})
    text = browser.get("/team").text
    assert "1件をまとめて確認しました。" in text
    assert "1件は、先に動いていたため確認していません。" in text
    assert f"浜口 汐里さんの「その会議、投稿で」は、{BECAME[name]}" in text
    assert "山本 樹さんの「その会議、投稿で」は、" not in text


@pytest.mark.parametrize("name", BECAME)
def test_where_nothing_waited_the_page_does_not_speak_of_zero(
    as_, cast, submit, count, meanwhile, name
):
    ids = [submit(cast.staff), submit(cast.colleague)]
    for submission_id in ids:
        meanwhile(name, submission_id)
    before = count(Completion.id)
    browser = as_(cast.manager)
    browser.post("/submissions/acceptances", data={"submission": ids})
    text = browser.get("/team").text
    assert "0件" not in text
    assert "2件は、先に動いていたため確認していません。" in text
    assert text.count(BECAME[name]) == 2
    assert "確認を取り消す</button>" not in text
    assert count(Completion.id) == before


def test_a_long_list_of_what_did_not_wait_is_cut(as_, cast, crowd, session, meanwhile):
    crowd(8)
    ids = [one.id for one in session.query(Submission) if one.state == "WAITING"]
    for submission_id in ids:
        meanwhile("withdrawn", submission_id)
    browser = as_(cast.manager)
    browser.post("/submissions/acceptances", data={"submission": ids})
    text = browser.get("/team").text
    assert "8件は、先に動いていたため確認していません。" in text
    assert text.count("本人が取り下げていました。") == 5
    assert "ほかに3件。" in text


@pytest.mark.parametrize("name", BECAME)
@pytest.mark.parametrize("act", ["acceptances", "questions"])
def test_a_single_decision_that_comes_too_late_says_what_happened(
    as_, cast, submit, meanwhile, name, act
):
    submission_id = submit(cast.staff)
    meanwhile(name, submission_id)
    data = {"question": "どこの会議でしたか。"} if act == "questions" else {}
    answer = as_(cast.manager).post(f"/submissions/{submission_id}/{act}", data=data)
    assert answer.status_code == 422
    assert f"浜口 汐里さんの「その会議、投稿で」は、{BECAME[name]}" in answer.text
