"""Withdrawing a completion: what stays is told before, stays, and can be climbed again."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from challenges.calendar import day_of
from challenges.recognition import endorsing
from challenges.submissions import submitting
from challenges.submissions.models import Completion, Practice, Submission
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import SubmissionState
from tests.app.web.htmx import partial

WORDS = {3: "朝に試した", 2: "昼に<b>続けた", 1: "夕方も続いた"}
PATH = "/challenges/first-hello/steps/2"


def back(days):
    return day_of(now()) - timedelta(days=days)


@pytest.fixture
def done(as_, cast, session, climb):
    """The id of a habit that staff finished on three days, each with its words."""
    climb(cast.staff, "first-hello", at=now() - timedelta(days=5))
    browser = as_(cast.staff)
    for days, words in WORDS.items():
        browser.post(f"{PATH}/days", data={"day": back(days).isoformat(), "reflection": words})
    return session.scalars(select(Completion.id).order_by(Completion.id.desc())).first()


@pytest.fixture
def staircase(as_, cast):
    """``staircase()``: the page of the challenge as staff sees it."""
    return lambda: as_(cast.staff).get("/challenges/first-hello").text


def test_the_page_shows_the_days_and_words_that_stay(as_, cast, done):
    page = as_(cast.staff).get(f"/completions/{done}/withdrawal").text
    assert "記録した3日とひとことは、そのまま残ります。" in page
    boxes = re.findall(r'type="checkbox"[^>]*name="day" value="([^"]+)"', page)
    assert boxes == [back(days).isoformat() for days in WORDS]
    assert "checked" not in page
    assert "夕方も続いた" in page
    assert "昼に&lt;b&gt;続けた" in page


def test_withdrawn_days_stand_at_three_of_three_and_can_be_finished(
    as_, cast, session, done, staircase
):
    browser = as_(cast.staff)
    said = browser.post(f"/completions/{done}/withdrawals", follow_redirects=True).text
    assert "達成を取り下げました。記録した日とひとことは残っています。" in said
    page = staircase()
    assert "3 / 3" in page
    assert all(words.replace("<", "&lt;").replace(">", "&gt;") in page for words in WORDS.values())
    assert "この3日で達成に戻す</button>" in page
    assert f'action="{PATH}/days"' not in page, "no day is missing"
    answer = browser.post(f"{PATH}/completions", headers=partial("section#climb"))
    assert answer.status_code == 303
    assert "の石を置きました" in browser.get(answer.location).text
    assert session.get_one(Completion, done).voided_at is not None


def test_a_ticked_day_is_the_only_one_that_goes(as_, cast, session, done, staircase):
    browser, wrong = as_(cast.staff), back(2).isoformat()
    browser.post(f"/completions/{done}/withdrawals", data={"day": wrong})
    page = staircase()
    assert "2 / 3" in page
    assert "朝に試した" in page
    assert "続けた" not in page.partition('id="days-2"')[2].partition("</section>")[0]
    assert browser.post(f"{PATH}/completions").status_code == 422
    answer = browser.post(
        f"{PATH}/days", data={"day": "today", "reflection": "きょうも"}, follow_redirects=True
    )
    assert "の石を置きました" in answer.text


def test_ticking_every_day_leaves_none(as_, cast, session, done, staircase):
    days = [back(number).isoformat() for number in WORDS]
    answer = as_(cast.staff).post(
        f"/completions/{done}/withdrawals", data={"day": days}, follow_redirects=True
    )
    assert "達成を取り下げました。" in answer.text
    assert session.scalars(select(Practice)).all() == []
    assert "0 / 3" in staircase()


def test_an_impossible_day_changes_nothing(as_, cast, session, done):
    answer = as_(cast.staff).post(f"/completions/{done}/withdrawals", data={"day": "yesterday"})
    assert answer.status_code == 422
    assert session.get_one(Completion, done).voided_at is None


@pytest.mark.parametrize("who", ["colleague", "manager", "outsider", "dx"])
def test_nobody_else_withdraws_removes_days_or_finishes(as_, cast, session, done, who):
    browser = as_(getattr(cast, who))
    data = {"day": back(2).isoformat()}
    assert browser.get(f"/completions/{done}/withdrawal").status_code == 403
    assert browser.post(f"/completions/{done}/withdrawals", data=data).status_code == 403
    as_(cast.staff).post(f"/completions/{done}/withdrawals")
    assert browser.post(f"{PATH}/completions").status_code == 422, "they have no days of their own"
    assert len(session.scalars(select(Practice)).all()) == 3
    assert session.scalar(select(Completion.id).where(Completion.id > done)) is None


def test_finishing_is_for_habits_alone(as_, cast):
    answer = as_(cast.staff).post("/challenges/first-hello/steps/1/completions")
    assert answer.status_code == 404


def test_finishing_twice_shows_the_completion_there_is(as_, cast, session, done):
    browser = as_(cast.staff)
    browser.post(f"/completions/{done}/withdrawals")
    first, second = (browser.post(f"{PATH}/completions") for _ in range(2))
    assert (second.status_code, second.location) == (303, first.location)


@pytest.mark.parametrize(
    ("slug", "evidence", "told"),
    [
        ("first-hello", Evidence("声をかけました"), "書いたものは、あなたの下書きに残ります。"),
        (
            "ask-when-stuck",
            Evidence("聞けました", "https://chat.example.jp/1"),
            "書いたものは、あなたの下書きに残ります。",
        ),
        ("dx-words", Evidence(quiz_score=90), "クイズは、もう一度答えます。"),
    ],
)
def test_other_steps_say_what_stays_and_keep_it(as_, cast, session, step_of, slug, evidence, told):
    step, browser = step_of(slug), as_(cast.staff)
    about = {"person_id": cast.staff.id, "step": step, "version": step.challenge.version}
    done = submitting.submit(session, evidence=evidence, at=now(), **about)
    assert told in browser.get(f"/completions/{done}/withdrawal").text
    browser.post(f"/completions/{done}/withdrawals")
    page = browser.get(f"/challenges/{slug}").text
    if evidence.reflection:
        assert f"{evidence.reflection}</textarea>" in page
        assert (evidence.link or "") in page
        assert "下書きがあります。" in page
    else:
        assert session.scalars(select(Submission)).one().state is SubmissionState.WITHDRAWN
        assert "問題をひらく" in page


def test_what_was_already_being_done_is_in_its_own_form_again(as_, cast, session):
    browser, path = as_(cast.staff), "/challenges/meeting-as-post"
    browser.post(
        f"{path}/steps/1/submissions", data={"already": "1", "reflection": "毎週しています"}
    )
    done = session.scalars(select(Completion.id)).one()
    browser.post(f"/completions/{done}/withdrawals")
    page = browser.get(path).text
    form = page.partition('<details class="fold" id="already" open>')[2].partition("</details>")[0]
    assert "毎週しています</textarea>" in form
    assert "毎週しています</textarea>" not in page.partition('id="already"')[0]


def test_endorsements_that_go_with_it_are_named_before(as_, cast, session, climb):
    done = climb(cast.staff, "first-hello", at=now())
    browser, path = as_(cast.staff), f"/completions/{done.id}/withdrawal"
    assert "見えなくなるお墨付き" not in browser.get(path).text
    words = "相手を決めてから書いたのが良かったです。"
    endorsing.endorse(
        session, done, by_id=cast.manager.id, kinds=["STEADINESS"], words=words, at=now()
    )
    page = browser.get(path).text
    assert "中村 岳さん" in page.partition("いっしょに見えなくなるお墨付き")[2]


@pytest.mark.parametrize("slug", ["dx-words", "first-hello"])
def test_no_way_back_is_promised_where_there_is_none(as_, cast, climb, retire, slug):
    """What was written becomes a draft, which can be brought to its end; a quiz of an ended
    challenge cannot be taken again."""
    done, browser = climb(cast.staff, slug, at=now()), as_(cast.staff)
    done.submission.reflection = "" if slug == "dx-words" else "声をかけました"
    retire(slug)
    page = browser.get(f"/completions/{done.id}/withdrawal").text
    assert ("もう一度登ることはできません。" in page) is (slug == "dx-words")
    browser.post(f"/completions/{done.id}/withdrawals")
    answer = browser.post(f"/challenges/{slug}/steps/1/submissions", data={"reflection": "はい"})
    assert answer.status_code == (404 if slug == "dx-words" else 303)


def test_withdrawing_a_submission_says_that_the_words_go(as_, cast, session):
    browser, path = as_(cast.staff), "/challenges/meeting-as-post"
    browser.post(f"{path}/steps/1/submissions", data={"reflection": "替えました"})
    assert "取り下げて、書いたものも消す</button>" in browser.get(path).text


def test_what_the_office_took_back_is_still_there(as_, cast, session, done, staircase):
    office = as_(cast.dx)
    office.post(f"/completions/{done}/voidings", data={"reason": "別の段の記録でした"})
    page = staircase()
    assert "別の段の記録でした" in page
    assert "夕方も続いた" in page
    assert "3 / 3" in page
    told = office.get(f"/office/completions/{done}").text
    assert "本人がこの段にそのあと書いたものは、取り下げになります。" in told
    assert "夕方も続いた" not in told
    office.post(f"/completions/{done}/restorings")
    assert "この3日で達成に戻す" not in staircase()
    assert "夕方も続いた" in staircase()
