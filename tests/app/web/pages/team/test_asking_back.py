"""Asking a person about a submission instead of accepting it."""

from challenges.vocabulary import SubmissionState


def test_asking_sends_the_submission_back_with_the_question(as_, cast, submit, session, state_of):
    submission_id, browser = submit(cast.staff), as_(cast.manager)
    answer = browser.post(
        f"/submissions/{submission_id}/questions", data={"question": "どの会議でしたか。"}
    )
    assert answer.status_code == 303
    assert "浜口 汐里さんに聞きました。" in browser.get("/team").text
    assert state_of(submission_id) is SubmissionState.SENT_BACK
    assert "どの会議でしたか。" in as_(cast.staff).get("/challenges/meeting-as-post").text


def test_a_short_question_is_kept_in_the_form_and_changes_nothing(as_, cast, submit, state_of):
    submission_id = submit(cast.staff)
    answer = as_(cast.manager).post(
        f"/submissions/{submission_id}/questions", data={"question": "なぜ"}
    )
    assert answer.status_code == 422
    assert "質問を5文字から400文字で書いてください。" in answer.text
    assert "なぜ</textarea>" in answer.text
    assert state_of(submission_id) is SubmissionState.WAITING
