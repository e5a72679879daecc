"""Giving words for a step that a person has done."""

import pytest
from sqlalchemy import select

from challenges.outbox import Fact
from challenges.recognition import endorsing
from challenges.recognition.models import Endorsement
from challenges.submissions.models import Completion
from tests.app.web.htmx import partial

GOOD = "手順を残したので、次の人が助かります。"


def test_words_reach_the_person(as_, cast, completed_step, session):
    browser = as_(cast.manager)
    path = f"/completions/{completed_step(cast.staff)}/endorsements"
    assert browser.post(path, data={"words": GOOD, "praise": "STEADINESS"}).status_code == 303
    assert "浜口 汐里さんにお墨付きを贈りました。" in browser.get("/team").text
    assert GOOD in as_(cast.staff).get("/").text


@pytest.mark.parametrize(("length", "status"), [(9, 422), (10, 303), (400, 303), (401, 422)])
def test_words_have_ten_to_four_hundred_characters(
    as_, cast, completed_step, count, length, status
):
    words = "あ" * length
    answer = as_(cast.manager).post(
        f"/completions/{completed_step(cast.staff)}/endorsements",
        data={"words": words, "praise": "STEADINESS"},
    )
    assert answer.status_code == status
    assert count(Endorsement.id) == (status == 303)
    if status == 422:
        assert f"{words}</textarea>" in answer.text
        assert "何が良かったかを10文字から400文字で書いてください。" in answer.text


@pytest.mark.parametrize("who", ["colleague", "outsider", "dx", "staff"])
def test_nobody_else_can_endorse(as_, cast, completed_step, count, who):
    answer = as_(getattr(cast, who)).post(
        f"/completions/{completed_step(cast.staff)}/endorsements",
        data={"words": GOOD, "praise": "STEADINESS"},
    )
    assert answer.status_code == 403
    assert count(Endorsement.id) == 0


def test_endorsing_twice_counts_once(as_, cast, completed_step, session):
    path, browser = f"/completions/{completed_step(cast.staff)}/endorsements", as_(cast.manager)
    assert [
        browser.post(path, data={"words": GOOD, "praise": "STEADINESS"}).status_code
        for _ in range(2)
    ] == [303, 303]
    assert session.scalars(select(Fact.kind).where(Fact.kind == "completion_endorsed")).all() == [
        "completion_endorsed"
    ]
    answer = browser.post(
        path, data={"words": "もう一度、よかったと言いたいです。", "praise": "STEADINESS"}
    )
    assert "もう一度、よかったと言いたいです。</blockquote>" in answer.text
    assert answer.status_code == 422
    assert "この達成には、もうお墨付きを贈っています。" in answer.text
    assert session.scalars(select(Endorsement.words)).one() == GOOD


def test_only_the_giver_can_withdraw_words(as_, cast, completed_step, session, now):
    completion = session.get_one(Completion, completed_step(cast.staff))
    given = endorsing.endorse(
        session, completion, by_id=cast.manager.id, kinds=["STEADINESS"], words=GOOD, at=now
    )
    session.commit()
    path = f"/endorsements/{given}/withdrawals"
    assert as_(cast.deputy).post(path).status_code == 403
    assert [as_(cast.manager).post(path).status_code for _ in range(2)] == [303, 303], (
        "pressed twice"
    )
    assert GOOD not in as_(cast.manager).get("/team").text
    assert GOOD not in as_(cast.staff).get("/").text


def test_htmx_gets_only_the_recent_steps(as_, cast, completed_step):
    path = f"/completions/{completed_step(cast.staff)}/endorsements"
    answer = as_(cast.manager).post(
        path,
        data={"words": GOOD, "praise": "STEADINESS"},
        headers=partial("section#recent"),
        follow_redirects=True,
    )
    assert answer.text.strip().startswith('<section id="recent"')
    assert "お墨付きを贈りました" in answer.text
