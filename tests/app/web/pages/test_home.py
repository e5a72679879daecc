"""Home: where the person stands, what is next, and who noticed."""

import re
from datetime import date, timedelta

import pytest

from app.clock import now
from challenges.calendar import day_of
from challenges.people import consents
from challenges.people.models import UncountedPeriod
from challenges.recognition import deciding_with_words, endorsing
from challenges.submissions import habits, overdue, reviewing, submitting
from challenges.submissions.models import Submission
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import SubmissionState

JOINED = date(2024, 4, 1)
WORDS = "相手を決めてから書いたのが良かったです。"


def heading(page):
    return re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)[1].strip()


def stairs(page):
    """The text under each of the three stairs: learn, produce, challenge."""
    cards = (
        page[page.index('id="stairs"') :].partition("</section>")[0].split('<div class="card">')[1:]
    )
    return [
        " ".join(re.search(r'<p class="small">(.*?)</p>', card, re.DOTALL)[1].split())
        for card in cards
    ]


def under_way(page):
    """The section with what was begun and is not done."""
    return page.partition('id="begun"')[2].partition("</section>")[0]


@pytest.fixture
def home(as_, cast):
    """``home()``: the page as staff sees it."""
    return lambda: as_(cast.staff).get("/").text


def test_a_newcomer_sees_one_small_thing_to_try(home):
    page = home()
    assert heading(page) == "次の一歩は、5分でできます。"
    assert "やってみよう、慣れていこう。" in page
    assert page.count(">やってみる</a>") == 1
    assert stairs(page) == ["はじめの一歩を待っています"] * 3
    assert "職場の人から言葉が届くことがあります。" in page
    assert "ここの記録は、人事評価・昇任・配置に使いません" in page


def test_on_days_that_do_not_count_nothing_is_suggested(home, session, cast, climb):
    climb(cast.staff, "first-hello", at=now())
    session.add(UncountedPeriod(person_id=cast.staff.id, first_day=day_of(now())))
    session.commit()
    page = home()
    assert heading(page) == "積んだ石は、そのままです。"
    assert "やってみる</a>" not in page
    assert "あと少しで届くバッジ" not in page
    session.query(UncountedPeriod).update({"last_day": day_of(now()), "first_day": JOINED})
    session.commit()
    assert heading(home()) == "積んだ石は、そのままです。"
    session.query(UncountedPeriod).update({"last_day": day_of(now()) - timedelta(days=1)})
    session.commit()
    assert "やってみる</a>" in home()


def test_on_days_that_do_not_count_nobody_waits_for_a_manager(
    as_, cast, session, step_of, catalogue
):
    step = next(one for one in catalogue.challenges if one.steps[0].check == "manager").steps[0]
    submission = submitting.open_submission(
        session, person_id=cast.staff.id, step_id=step.id, version=1, at=now()
    )
    submission.state, submission.waiting_since = SubmissionState.WAITING, now()
    submission.reviewing_unit_id = cast.section.id
    session.add(submission)
    session.commit()
    assert "返事を待っています" in as_(cast.manager).get("/").text
    session.add(UncountedPeriod(person_id=cast.manager.id, first_day=day_of(now())))
    session.commit()
    assert "返事を待っています" not in as_(cast.manager).get("/").text
    assert "返事を待っています" in as_(cast.deputy).get("/").text


def test_the_stairs_say_what_comes_next(home, session, cast, step_of, climb):
    climb(cast.staff, "first-hello", at=now())
    climb(cast.staff, "thread-week", at=now())
    habit = step_of("thread-week", 2)
    for days in (2, 1):
        habits.record_day(
            session,
            person_id=cast.staff.id,
            step=habit,
            version=1,
            day=day_of(now()) - timedelta(days=days),
            reflection="続けました",
            at=now(),
        )
    page = home()
    assert heading(page) == "続きは、もう始まっています。"
    assert "2日やってみました。あと1日で「慣れた」です。" in page
    assert stairs(page) == [
        "次は「慣れた」",
        "「慣れた」まで、あと1日（2 / 3日）",
        "はじめの一歩を待っています",
    ]


def test_all_three_stages_of_a_mindset_are_named(home, cast, climb):
    for step in (1, 2, 3):
        climb(cast.staff, "first-hello", step, at=now())
    assert stairs(home())[0] == "やってみた ・ 慣れた ・ ひろげた"


def test_a_submission_sent_back_comes_first(home, session, cast, catalogue):
    challenge = catalogue.by_slug["meeting-as-post"]
    evidence = Evidence("投稿に替えました")
    submitting.submit(
        session,
        person_id=cast.staff.id,
        step=challenge.steps[0],
        version=challenge.version,
        evidence=evidence,
        at=now(),
    )
    assert "確認を待っています" in under_way(home())
    [submission] = session.query(Submission)
    reviewing.send_back(
        session, submission, by_id=cast.manager.id, question="どの会議でしたか。", at=now()
    )
    page = home()
    assert "どの会議でしたか。" in page
    assert "中村 岳さんから" in page
    assert page.count(">書き足す</a>") == 1
    assert under_way(page) == ""


def test_received_words_are_shown_with_their_author(home, session, cast, climb):
    done = climb(cast.staff, "first-hello", at=now())
    endorsing.endorse(session, done, by_id=cast.manager.id, words=WORDS, at=now())
    page = home()
    assert WORDS in page
    assert "中村 岳さんのお墨付き" in page


@pytest.mark.parametrize("how", ["accepted", "overdue"])
def test_an_accepted_step_is_announced(home, session, cast, catalogue, how):
    step, before = catalogue.by_slug["meeting-as-post"].steps[0], now() - timedelta(days=20)
    evidence = Evidence("投稿に替えました")
    submitting.submit(
        session, person_id=cast.staff.id, step=step, version=1, evidence=evidence, at=before
    )
    if how == "accepted":
        reviewing.accept(session, session.query(Submission).one(), by_id=cast.manager.id, at=now())
        told = ("あなたの一歩を確認しました。", "中村 岳さん")
    else:
        overdue.accept_overdue(session, at=now())
        told = ("5開庁日を過ぎたため自動で達成になりました。",)
    page = home().partition('id="noticed"')[2].partition("</section>")[0]
    assert all(one in page for one in told)
    assert "その会議、投稿で" in page


def test_an_acceptance_with_words_is_announced_once(home, session, cast, catalogue):
    step = catalogue.by_slug["meeting-as-post"].steps[0]
    submitting.submit(
        session,
        person_id=cast.staff.id,
        step=step,
        version=1,
        evidence=Evidence("替えました"),
        at=now(),
    )
    deciding_with_words.accept(
        session, session.query(Submission).one(), by_id=cast.manager.id, at=now(), words=WORDS
    )
    page = home()
    assert WORDS in page
    assert "確認しました。" not in page


def test_drafts_and_habits_are_found_again(home, session, cast, step_of, climb):
    draft = step_of("why-the-seal")
    about = {"person_id": cast.staff.id, "version": 1, "at": now()}
    submitting.save_draft(session, step=draft, reflection="まだ途中", link="", **about)
    climb(cast.staff, "thread-week", at=now())
    climb(cast.staff, "first-hello", at=now())
    for slug in ("thread-week", "first-hello"):
        habits.record_day(
            session, step=step_of(slug, 2), day=day_of(now()), reflection="続けました", **about
        )
    page = home()
    assert "下書き" in under_way(page)
    assert 'href="/challenges/why-the-seal#step-1"' in under_way(page)
    assert (
        page.count("1日やってみました。あと2日で「慣れた」です。") == 2
    )  # they are suggested, and named once


@pytest.mark.parametrize(
    ("who", "told"), [("manager", True), ("deputy", True), ("staff", False), ("outsider", False)]
)
def test_every_page_tells_a_manager_that_people_wait(as_, session, cast, catalogue, who, told):
    step = catalogue.by_slug["meeting-as-post"].steps[0]
    evidence = Evidence("替えました")
    submitting.submit(
        session, person_id=cast.colleague.id, step=step, version=1, evidence=evidence, at=now()
    )
    browser = as_(getattr(cast, who))
    assert ("一人があなたの返事を待っています。" in browser.get("/").text) is told
    assert ('<span class="count">1<' in browser.get("/badges").text) is told


def test_a_person_is_compared_only_with_their_own_past(home, cast, climb):
    this_month = day_of(now()).replace(day=1)
    last_month = now() - timedelta(days=day_of(now()).day)
    climb(cast.staff, "first-hello", at=last_month)
    for slug in ("thread-week", "quick-hands", "give-back-15"):
        climb(cast.staff, slug, at=now())
        climb(cast.colleague, slug, at=now())
    assert day_of(last_month) < this_month
    assert "今月は3歩。先月のあなたより2歩多く進みました。" in home()


def test_the_steps_of_everybody_form_one_path(home, cast, climb):
    for person in (cast.staff, cast.colleague, cast.manager):
        climb(person, "first-hello", at=now())
    assert "今年度、みんなで3歩。次の峠まであと97歩。" in home()


def test_nothing_is_asked_of_a_person_who_rests(home, session, cast, climb):
    climb(cast.staff, "first-hello", at=now())
    consents.pause(session, cast.staff, at=now())
    page = home()
    assert heading(page) == "いまは一時停止中です。"
    assert ">やってみる</a>" not in page
    assert stairs(page)[0] == "次は「慣れた」"


def test_a_person_who_completed_everything_is_asked_to_help(home, cast, climb, catalogue):
    for challenge in catalogue.offered(to_manager=False):
        for step in challenge.steps:
            climb(cast.staff, challenge.slug, step.number, at=now())
    assert heading(home()) == "いま登れる段は、すべて登りました。"
