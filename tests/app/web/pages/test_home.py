"""Home: where the person stands, what is next, and who noticed."""

import re
from datetime import date, timedelta

import pytest

from app.clock import now
from challenges.calendar import day_of
from challenges.people import consents
from challenges.people.models import UncountedPeriod
from challenges.recognition import deciding_with_words, endorsing
from challenges.submissions import (
    habits,
    overdue,
    reviewing,
    submitting,
    voiding,
    withdrawing,
)
from challenges.submissions.models import Completion, Submission
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


def section(page, name):
    return page.partition(f'id="{name}"')[2].partition("</section>")[0]


@pytest.fixture
def practise(session, cast, step_of, climb):
    """``practise("first-hello", 2, 0)``: staff did that habit two days ago and today."""

    def record(slug, *back):
        climb(cast.staff, slug, at=now() - timedelta(days=20))
        step = step_of(slug, 2)
        for days in back:
            done = habits.record_day(
                session,
                person_id=cast.staff.id,
                step=step,
                version=1,
                day=day_of(now()) - timedelta(days=days),
                reflection="続けました",
                at=now(),
            )
        return done

    return record


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
    assert stairs(home())[0] == "やってみた、慣れた、ひろげた"


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
    endorsing.endorse(
        session, done, by_id=cast.manager.id, kinds=["STEADINESS"], words=WORDS, at=now()
    )
    page = home()
    assert WORDS in page
    assert "中村 岳さんのお墨付き" in page


@pytest.mark.parametrize("how", ["accepted", "overdue"])
def test_an_accepted_step_is_announced_where_it_belongs(home, session, cast, catalogue, how):
    step, before = catalogue.by_slug["meeting-as-post"].steps[0], now() - timedelta(days=20)
    evidence = Evidence("投稿に替えました")
    submitting.submit(
        session, person_id=cast.staff.id, step=step, version=1, evidence=evidence, at=before
    )
    if how == "accepted":
        reviewing.accept(session, session.query(Submission).one(), by_id=cast.manager.id, at=now())
        told = ("あなたの一歩を確認しました。", "中村 岳さん", "その会議、投稿で")
        right, wrong = "noticed", "changes"
    else:
        overdue.accept_overdue(session, at=now())
        told = ("5開庁日を過ぎたため自動で達成になりました。", "その会議、投稿で")
        right, wrong = "changes", "noticed"
    page = home()
    assert all(one in section(page, right) for one in told)
    assert "その会議、投稿で" not in section(page, wrong)


def test_what_the_calendar_did_does_not_push_people_out(home, session, cast, catalogue, climb):
    done = climb(cast.staff, "first-hello", at=now() - timedelta(days=30))
    endorsing.endorse(
        session,
        done,
        by_id=cast.manager.id,
        kinds=["STEADINESS"],
        words=WORDS,
        at=now() - timedelta(days=29),
    )
    for slug in ("meeting-as-post", "why-the-seal", "stop-declaration"):
        step = catalogue.by_slug[slug].steps[0]
        submitting.submit(
            session,
            person_id=cast.staff.id,
            step=step,
            version=1,
            evidence=Evidence("しました"),
            at=now() - timedelta(days=20),
        )
    overdue.accept_overdue(session, at=now())
    page = home()
    assert WORDS in section(page, "noticed")
    assert section(page, "changes").count("自動で達成になりました。") == 2


@pytest.mark.parametrize(("days_ago", "is_told"), [(1, True), (13, True), (15, False)])
def test_home_tells_for_two_weeks_what_the_office_took_back(
    home, session, cast, climb, days_ago, is_told
):
    done, then = climb(cast.staff, "first-hello", at=now()), now() - timedelta(days=days_ago)
    voiding.void(session, done, by_id=cast.dx.id, reason="二重に記録されていました。", at=then)
    told = "DX事務局が、この達成を取り消しました。"
    page = home()
    assert (told in section(page, "changes")) is is_told
    assert "二重に記録" not in page, "the reason stands at the step"
    climb(cast.staff, "first-hello", at=now())
    assert told not in home(), "climbed again"


def test_ones_own_withdrawal_is_no_news(home, session, cast, climb):
    done = climb(cast.staff, "dx-words", at=now())
    withdrawing.withdraw(session, done, by_id=cast.staff.id, at=now())
    assert 'id="changes"' not in home()


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
        session,
        session.query(Submission).one(),
        by_id=cast.manager.id,
        at=now(),
        kinds=["STEADINESS"],
        words=WORDS,
    )
    page = home()
    assert WORDS in page
    assert "確認しました。" not in page


def test_a_habit_recorded_today_is_not_urged(home, practise):
    practise("first-hello", 1, 0)
    page = home()
    assert heading(page) != "続きは、もう始まっています。"
    assert "日で「慣れた」です。" not in page
    assert "2日分の記録 ・ 今日の分は記録しました" in under_way(page)
    assert 'href="/challenges/first-hello#step-2"' in under_way(page)


def test_a_habit_not_recorded_today_comes_first(home, practise):
    practise("thread-week", 0)
    practise("first-hello", 1)
    page = home()
    assert heading(page) == "続きは、もう始まっています。"
    assert page.partition("</h1>")[2].partition("</article>")[0].count("はじめの一声") == 1
    assert "スレッド週間" in under_way(page)


def test_a_habit_withdrawn_with_all_its_days_is_left_to_its_person(home, session, cast, practise):
    done = session.get_one(Completion, practise("first-hello", 3, 2, 1))
    withdrawing.withdraw(session, done, by_id=cast.staff.id, at=now())
    page = home()
    assert "あと0日" not in page
    assert "3日分の記録" in under_way(page)
    assert stairs(page)[0] == "「慣れた」の日がそろっています"


@pytest.mark.parametrize(
    ("left", "said"),
    [
        ("recorded", "今日の分は、記録しました。"),
        ("waiting", "いまは、返事を待つだけです。"),
        ("begun", "途中のものが残っています。"),
    ],
)
def test_home_does_not_say_that_everything_is_climbed_when_it_is_not(
    home, session, cast, climb, catalogue, practise, left, said
):
    slug = "meeting-as-post" if left == "waiting" else "first-hello"
    for challenge in catalogue.offered(to_manager=False):
        for step in challenge.steps if challenge.slug != slug else ():
            climb(cast.staff, challenge.slug, step.number, at=now())
    if left == "waiting":
        about = {"person_id": cast.staff.id, "version": 1, "at": now()}
        step = catalogue.by_slug[slug].steps[0]
        submitting.submit(session, step=step, evidence=Evidence("替えました"), **about)
    elif left == "recorded":
        practise(slug, 0)
    else:
        done = session.get_one(Completion, practise(slug, 3, 2, 1))
        withdrawing.withdraw(session, done, by_id=cast.staff.id, at=now())
    page = home()
    assert heading(page) == said
    assert under_way(page) != ""


@pytest.mark.parametrize(
    ("slug", "is_offered"), [("quick-hands", True), ("meeting-as-post", True), ("dx-words", False)]
)
def test_already_doing_is_offered_where_its_form_is(
    as_, home, cast, climb, catalogue, slug, is_offered
):
    """A quiz is answered, not told of."""
    for challenge in catalogue.offered(to_manager=False):
        for step in challenge.steps if challenge.slug != slug else ():
            climb(cast.staff, challenge.slug, step.number, at=now())
    link = f'href="/challenges/{slug}?already=1#'
    assert (link in home()) is is_offered
    assert ('id="already"' in as_(cast.staff).get(f"/challenges/{slug}").text) is is_offered


def test_minutes_are_no_headline_for_a_step_of_several_days(home, cast, climb, catalogue):
    """Only that step is left to begin."""
    for challenge in catalogue.offered(to_manager=False):
        for step in challenge.steps if challenge.slug != "thread-week" else ():
            climb(cast.staff, challenge.slug, step.number, at=now())
    page = home()
    assert heading(page) == "次の一歩は、5日に分けて進めます。"
    assert "5日間" in page.partition("</h1>")[2].partition("</article>")[0]


def test_drafts_and_habits_are_found_again(home, session, cast, step_of, climb):
    draft = step_of("why-the-seal")
    about = {"person_id": cast.staff.id, "version": 1, "at": now()}
    submitting.save_draft(session, step=draft, reflection="まだ途中", link="", **about)
    climb(cast.staff, "thread-week", at=now())
    climb(cast.staff, "first-hello", at=now())
    for slug in ("thread-week", "first-hello"):
        yesterday = day_of(now()) - timedelta(days=1)
        habits.record_day(
            session, step=step_of(slug, 2), day=yesterday, reflection="続けました", **about
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


@pytest.mark.parametrize(
    ("who", "address", "words"),
    [
        ("staff", "/challenges", ("キーワード", "まだ登っていないものだけ")),
        ("staff", "/", ("あと少しで届くバッジ",)),
        ("staff", "/office", ("このページはDX事務局だけが開けます。",)),
        ("manager", "/office/completions", ("このページはDX事務局だけが開けます。",)),
    ],
)
def test_the_words_that_people_understood_are_there(as_, cast, climb, who, address, words):
    climb(cast.staff, "first-hello")
    text = as_(getattr(cast, who)).get(address).text
    for one in words:
        assert one in text
