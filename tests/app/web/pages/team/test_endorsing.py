"""Giving words for a step that a person has done."""

import pytest
from sqlalchemy import select

from challenges.outbox import Fact
from challenges.recognition import endorsing
from challenges.recognition.models import Endorsement
from challenges.recognition.praising import BEGINNINGS
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


# What was good, and rewording.


def test_the_kinds_reach_the_person_with_the_words(as_, cast, completed_step):
    data = {"words": GOOD, "praise": ["TEAMWORK", "CREATIVITY"]}
    path = f"/completions/{completed_step(cast.staff)}/endorsements"
    assert as_(cast.manager).post(path, data=data).status_code == 303
    kinds = "<li>創造性</li><li>チームワーク</li>"
    for browser, address in (
        (as_(cast.manager), "/team"),
        (as_(cast.staff), "/"),
        (as_(cast.staff), f"/people/{cast.staff.id}"),
    ):
        assert kinds in browser.get(address).text, address


def test_without_a_kind_the_form_comes_back_as_it_was(as_, cast, completed_step, count):
    done = completed_step(cast.staff)
    answer = as_(cast.manager).post(f"/completions/{done}/endorsements", data={"words": GOOD})
    assert answer.status_code == 422
    assert f'id="praise-step-{done}-error"' in answer.text
    assert "どこが良かったかを、一つ以上選んでください。" in answer.text
    assert f"{GOOD}</textarea>" in answer.text
    assert count(Endorsement.id) == 0


def test_ticked_kinds_stay_ticked_where_the_words_are_wrong(as_, cast, completed_step):
    path = f"/completions/{completed_step(cast.staff)}/endorsements"
    answer = as_(cast.manager).post(path, data={"words": "短い", "praise": ["DESIGN", "RESULTS"]})
    ticked = [
        tag for tag in answer.text.split("<input") if 'name="praise"' in tag and " checked" in tag
    ]
    assert [kind for tag in ticked for kind in ("DESIGN", "RESULTS") if kind in tag] == [
        "DESIGN",
        "RESULTS",
    ]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_beginning_is_offered_and_never_sent_alone(as_, cast, completed_step, count, language):
    cast.manager.language = language
    done, browser = completed_step(cast.staff), as_(cast.manager)
    page = browser.get(f"/team?giving={done}").text
    for beginning in BEGINNINGS[language]:
        assert f'data-text="{beginning}"' in page
        data = {"words": beginning * 3, "praise": "DESIGN"}
        assert browser.post(f"/completions/{done}/endorsements", data=data).status_code == 422
    assert count(Endorsement.id) == 0


@pytest.fixture
def given(session, cast, completed_step, now):
    completion = session.get_one(Completion, completed_step(cast.staff))
    number = endorsing.endorse(
        session, completion, by_id=cast.manager.id, words=GOOD, kinds=["DESIGN"], at=now
    )
    session.commit()
    return session.get_one(Endorsement, number)


BETTER = {"words": "次の人のために手順を残したのが良かったです。", "praise": "TEAMWORK"}


def test_words_are_reworded_in_place(as_, cast, given):
    browser = as_(cast.manager)
    page = browser.get(f"/team?giving={given.completion_id}").text
    assert f'action="/endorsements/{given.id}/wordings"' in page
    assert f"{GOOD}</textarea>" in page
    assert browser.post(f"/endorsements/{given.id}/wordings", data=BETTER).status_code == 303
    assert BETTER["words"] in as_(cast.staff).get("/").text
    assert GOOD not in as_(cast.staff).get("/").text


def test_after_a_day_words_can_only_be_withdrawn(as_, cast, given, session):
    given.given_at -= endorsing.EDITABLE_FOR
    session.commit()
    browser = as_(cast.manager)
    page = browser.get(f"/team?giving={given.completion_id}").text
    assert "/wordings" not in page
    assert f"/endorsements/{given.id}/withdrawals" in page
    answer = browser.post(f"/endorsements/{given.id}/wordings", data=BETTER)
    assert answer.status_code == 422
    assert "一日のあいだです。" in answer.text


@pytest.mark.parametrize("who", ["deputy", "staff", "colleague", "outsider", "dx"])
def test_nobody_else_rewords(as_, cast, given, session, who):
    answer = as_(getattr(cast, who)).post(f"/endorsements/{given.id}/wordings", data=BETTER)
    assert answer.status_code == 403
    session.expire_all()
    assert given.words == GOOD
