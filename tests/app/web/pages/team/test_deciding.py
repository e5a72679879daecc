"""What accepting and asking have in common: who may decide, and one form with two buttons."""

import re

import pytest

from challenges.recognition.models import Endorsement
from challenges.submissions.models import Completion, Submission
from challenges.vocabulary import SubmissionState
from tests.app.web.htmx import partial

GOOD = "手順を残したので、次の人が助かります。"
ASKED = "どの会議でしたか。"
NOT_ASKED = "質問が書かれています。聞いてみるか、消してから確認してください。"
NOT_GIVEN = "お墨付きの言葉が書かれています。確認するか、消してから聞いてみてください。"


@pytest.mark.parametrize("who", ["colleague", "outsider", "dx"])
@pytest.mark.parametrize("act", ["acceptances", "questions"])
def test_only_managers_and_deputies_of_the_unit_decide(
    as_, cast, submit, count, state_of, who, act
):
    submission_id = submit(cast.staff)
    data = {"question": "どの会議でしたか。", "words": GOOD, "praise": "STEADINESS"}
    answer = as_(getattr(cast, who)).post(f"/submissions/{submission_id}/{act}", data=data)
    assert answer.status_code == 403
    assert "管理職（または代理）だけができます" in answer.text
    assert state_of(submission_id) is SubmissionState.WAITING
    assert count(Completion.id) == count(Endorsement.id) == 0


@pytest.mark.parametrize("who", ["manager", "deputy", "staff"])
@pytest.mark.parametrize("act", ["acceptances", "questions"])
def test_nobody_decides_their_own_submission(as_, cast, submit, state_of, who, act):
    person = getattr(cast, who)
    submission_id = submit(person)
    answer = as_(person).post(
        f"/submissions/{submission_id}/{act}", data={"question": "どの会議でしたか。"}
    )
    assert answer.status_code == 403
    assert "自分の申請を自分で決めることはできません。" in answer.text
    assert state_of(submission_id) is SubmissionState.WAITING


@pytest.mark.parametrize(
    ("act", "field", "sentence"),
    [("acceptances", "question", NOT_ASKED), ("questions", "words", NOT_GIVEN)],
)
@pytest.mark.parametrize("headers", [{}, partial("div#team")], ids=["page", "fragment"])
def test_text_for_the_other_button_is_kept_and_nothing_changes(
    as_, cast, submit, session, count, state_of, act, field, sentence, headers
):
    submission_id = submit(cast.staff)
    data = {"question": ASKED, "words": GOOD}
    answer = as_(cast.manager).post(
        f"/submissions/{submission_id}/{act}", data=data, headers=headers
    )
    assert answer.status_code == 422
    assert sentence in answer.text.partition(f'id="{field}-submission-{submission_id}-error"')[2]
    assert all(f"{text}</textarea>" in answer.text for text in data.values())
    assert len(re.findall('<details[^>]* id="(?:ask|vouch)-[^>]* open>', answer.text)) == 2
    assert state_of(submission_id) is SubmissionState.WAITING
    assert count(Completion.id) == count(Endorsement.id) == 0
    assert session.get_one(Submission, submission_id).question is None


@pytest.mark.parametrize("target", [None, "#team"])
@pytest.mark.parametrize(
    ("act", "field", "written"),
    [("acceptances", "words", GOOD), ("questions", "question", "どの会議のことでしたか。")],
)
def test_text_survives_when_somebody_else_decided_first(
    as_, cast, submit, act, field, written, target
):
    submission_id = submit(cast.staff)
    as_(cast.deputy).post(f"/submissions/{submission_id}/acceptances")
    headers = partial(target) if target else {}
    answer = as_(cast.manager).post(
        f"/submissions/{submission_id}/{act}", data={field: written}, headers=headers
    )
    assert answer.status_code == 422
    assert (
        "浜口 汐里さんの「その会議、投稿で」は、田中 渚さんが先に確認していました。" in answer.text
    )
    assert f"<blockquote>{written}</blockquote>" in answer.text
    assert "まだ届けていません。" in answer.text
