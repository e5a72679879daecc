"""The DX office: what is loaded, what waits, what is stuck and why; void and restore."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from app.slack.posts.models import PostState, SlackGate, SlackPost
from app.web.rendering import PAGE_SIZE
from badges.models import Badge
from challenges.calendar import day_of, is_working_day, noon_of, working_days_before
from challenges.outbox import Delivery, DeliveryState, Fact
from challenges.people import consents
from challenges.people.models import Membership, Person
from challenges.submissions import reviewing, submitting, voiding, withdrawing
from challenges.submissions.models import Completion, Submission
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import Check, Consent, DecidedHow, SubmissionState


@pytest.fixture
def parked(session, cast):
    fact = Fact(kind="step_climbed", about={}, occurred_at=now(), fanned_out_at=now())
    session.add(fact)
    session.flush()
    delivery = Delivery(
        fact_id=fact.id,
        subscriber="badges",
        state=DeliveryState.PARKED,
        due_at=now(),
        last_error="KeyError: <b>",
    )
    post = SlackPost(
        key="badge:7",
        person_id=cast.staff.id,
        message={},
        state=PostState.PARKED,
        due_at=now(),
        wished_at=now(),
    )
    post.last_error = "channel_not_found"
    session.add_all([delivery, post])
    session.commit()
    return delivery, post


@pytest.fixture
def done(climb, cast, session):
    completion = climb(cast.staff, "first-hello")
    session.commit()
    return completion


def test_what_is_loaded_and_that_posts_wait_without_slack(as_, cast):
    text = as_(cast.dx).get("/office").text
    assert "Slackはまだつながっていません" in text
    assert ">24<" in text
    assert ">21<" in text
    assert "第1版 ・ 2025年4月1日に読み込み" in text
    assert "第2版 ・ 2025年4月1日に読み込み" in text
    assert "いちばん新しい異動 2024年4月1日" in text


def test_what_is_stuck_says_why_and_can_be_tried_again(as_, cast, session, parked):
    delivery, post = parked
    browser = as_(cast.dx)
    text = browser.get("/office").text
    assert "KeyError: &lt;b&gt;" in text
    assert "channel_not_found" in text
    assert browser.post(f"/office/deliveries/{delivery.id}/retries").status_code == 303
    assert browser.post(f"/office/posts/{post.id}/retries").status_code == 303
    assert (delivery.state, post.state) == (DeliveryState.WAITING, PostState.WAITING)


def test_what_is_stuck_can_be_tried_again_all_at_once(as_, cast, session, parked, post_of):
    for number in range(25):
        post_of(f"endorsement:{number}", "token_revoked")
    post_of("endorsement:99", None, state=PostState.POSTED)
    browser = as_(cast.dx)
    assert "止まっている27件をすべてもう一度試す" in browser.get("/office").text
    answer = browser.post("/office/retries", follow_redirects=True)
    assert "27件をもう一度試します。" in answer.text
    assert "すべてもう一度試す" not in answer.text
    assert {delivery.state for delivery in session.scalars(select(Delivery))} == {
        DeliveryState.WAITING
    }
    assert Counter(session.scalars(select(SlackPost.state))) == {
        PostState.WAITING: 26,
        PostState.POSTED: 1,
    }
    assert (
        "止まっているものはありません"
        in browser.post("/office/retries", follow_redirects=True).text
    )


def test_what_alone_is_stuck_has_one_button(as_, cast, post_of):
    post_of("endorsement:1", "token_revoked")
    text = as_(cast.dx).get("/office").text
    assert "もう一度試す" in text
    assert "すべてもう一度試す" not in text


def test_claims_that_wait_are_shown_by_age_with_the_working_days_they_have_waited(
    as_, cast, session, catalogue
):
    today = day_of(now())
    ages = {"why-the-seal": 2, "meeting-as-post": 4, "stop-declaration": 0, "give-back-15": 3}
    for slug, age in ages.items():
        step, since = catalogue.by_slug[slug].steps[0], noon_of(working_days_before(today, age))
        submission = submitting.open_submission(
            session, person_id=cast.staff.id, step_id=step.id, version=1, at=since
        )
        submission.state, submission.waiting_since, submission.reviewing_unit_id = (
            SubmissionState.WAITING,
            since,
            cast.section.id,
        )
        session.add(submission)
    text = as_(cast.dx).get("/office").text.partition('id="submissions"')[2]
    shown = re.findall(
        r'<th scope="row">(.*?)</th>.*?data-label="待っている開庁日">(\d+)<', text, re.DOTALL
    )
    title = {slug: catalogue.by_slug[slug].wording["ja"].title for slug in ages}
    is_day_off = not is_working_day(
        today
    )  # the last working day before it is then no whole one ago
    assert [(words, int(waited)) for words, waited in shown] == [
        (title["meeting-as-post"], 4 - is_day_off),
        (title["give-back-15"], 3 - is_day_off),
        (title["why-the-seal"], 2 - is_day_off),
        (title["stop-declaration"], 0),
    ]
    assert text.count(">デジタル部/改革課<") == 4


@pytest.fixture
def many_stuck(session, cast):
    """One more than a page shows."""
    posts = [
        SlackPost(
            key=f"badge:{cast.staff.id}:made-up-{number}",
            person_id=cast.staff.id,
            message={},
            state=PostState.PARKED,
            due_at=now() + timedelta(seconds=number),
            wished_at=now(),
            last_error=f"reason {number:02}",
        )
        for number in range(PAGE_SIZE + 1)
    ]
    session.add_all(posts)
    session.commit()
    return posts


@pytest.fixture
def claims_at(session, cast, catalogue):
    """``claims_at(3)``: so many submissions of colleague's that wait."""

    def make(count):
        steps = [step for one in catalogue.challenges for step in one.steps][:count]
        for step in steps:
            submission = submitting.open_submission(
                session, person_id=cast.colleague.id, step_id=step.id, version=1, at=now()
            )
            submission.state, submission.waiting_since = SubmissionState.WAITING, now()
            session.add(submission)

    return make


def test_each_list_has_a_page_of_its_own(as_, cast, many_stuck, claims_at):
    claims_at(PAGE_SIZE + 1)
    browser = as_(cast.dx)
    first = browser.get("/office").text
    assert 'href="/office?stuck=2#stuck"' in first
    assert 'href="/office?submissions=2#submissions"' in first
    assert "reason 20" not in first
    second = browser.get("/office?submissions=2").text
    assert "reason 00" in second
    assert 'href="/office?submissions=2&amp;stuck=2#stuck"' in second
    assert second.count("山本 樹") == 1
    both = browser.get("/office?submissions=2&stuck=2").text
    assert "reason 20" in both
    assert "reason 00" not in both
    assert both.count("山本 樹") == 1


@pytest.mark.parametrize("address", ["/office?page=2", "/office?submissions=2", "/office?stuck=2"])
def test_everything_has_arrived_is_said_only_where_it_has(as_, cast, parked, address):
    assert "すべて届きました" not in as_(cast.dx).get(address).text


@pytest.mark.parametrize(
    "address",
    ["/office?stuck={0}&submissions={0}", "/office/completions?q=staff&page={0}"],
    ids=["office", "completions"],
)
@pytest.mark.parametrize("number", ["0", "1000000", "9999999999"])
def test_a_page_number_that_cannot_be_meant_is_the_first_page(
    as_, cast, parked, done, address, number
):
    answer = as_(cast.dx).get(address.format(number))
    assert answer.status_code == 200
    assert "このページには、もう何もありません。" not in answer.text


def test_behind_the_last_page_there_is_a_way_back(as_, cast, parked):
    text = as_(cast.dx).get("/office?stuck=3&submissions=4").text
    assert text.count("このページには、もう何もありません。") == 2
    assert "待っている申請はありません" not in text
    assert 'href="/office?stuck=1&amp;submissions=4#stuck"' in text


def test_the_empty_lists_say_so(as_, cast):
    text = as_(cast.dx).get("/office").text
    assert "すべて届きました。" in text
    assert "待っている申請はありません。" in text
    assert "止まっているものはありません。" in text


def test_the_heading_leads_to_what_is_stuck_which_comes_before_the_claims(as_, cast, parked):
    text = as_(cast.dx).get("/office").text
    assert '<h1><a href="/office?stuck=1#stuck">2件が止まっています。</a></h1>' in text
    assert text.index('id="stuck"') < text.index('id="submissions"')


def test_after_another_try_one_is_on_the_same_page_of_the_list(as_, cast, many_stuck):
    browser = as_(cast.dx)
    assert '<input type="hidden" name="stuck" value="2">' in browser.get("/office?stuck=2").text
    answer = browser.post(f"/office/posts/{many_stuck[-1].id}/retries", data={"stuck": "2"})
    assert answer.location == "/office?stuck=2#stuck"


@pytest.fixture
def namesake(session, cast, climb):
    """Somebody else of the same name, in another office, whose list gave the kana in hiragana."""
    cast.staff.kana = "ハマグチ シオリ"
    other = Person(
        employee_number="100234", name=cast.staff.name, kana="はまぐち しおり", email=None
    )
    session.add(other)
    session.flush()
    session.add(
        Membership(person_id=other.id, unit_id=cast.other_section.id, valid_from=date(2025, 4, 1))
    )
    session.flush()
    climb(other, "first-hello")
    session.commit()
    return other


def rows(text):
    return text.count("<tr>") - 1


@pytest.mark.parametrize(
    "words",
    [
        "浜口汐里",
        "浜口 汐里",
        "浜口　汐里",
        "汐里",
        "はまぐちしおり",
        "はまぐち しおり",
        "ハマグチシオリ",
        "ハマグチ　シオリ",
        "ﾊﾏｸﾞﾁ ｼｵﾘ",
        "ﾊﾏｸﾞﾁｼｵﾘ",
        "しおり",
    ],
)
def test_a_person_is_found_however_the_name_is_typed(as_, cast, done, namesake, words):
    text = as_(cast.dx).get("/office/completions", query_string={"q": words}).text
    assert rows(text) == 2


def test_two_of_one_name_are_told_apart_by_number_and_office(as_, cast, done, namesake):
    text = as_(cast.dx).get("/office/completions?q=浜口").text
    for told in (">staff<", ">100234<", ">デジタル部/改革課<", ">農林部/森林課<"):
        assert told in text


@pytest.mark.parametrize(
    ("words", "is_found"), [("100234", True), ("１００２３４", True), ("10023", False)]
)
def test_an_employee_number_is_meant_whole(as_, cast, namesake, words, is_found):
    text = as_(cast.dx).get("/office/completions", query_string={"q": words}).text
    assert ("はじめの一声" in text) is is_found
    assert ("見つかりませんでした" in text) is not is_found


def test_case_plays_no_part(as_, cast, done, session):
    cast.staff.name = "Ana Silva"
    assert "はじめの一声" in as_(cast.dx).get("/office/completions?q=ana silva").text


@pytest.mark.parametrize(
    "words", ["%", "_", "|", "汐里|", "/", "\\", "\0", " ", "　", "x" * 5000, "' OR 1=1"]
)
def test_what_cannot_be_a_name_finds_nobody(as_, cast, done, words):
    answer = as_(cast.dx).get("/office/completions", query_string={"q": words})
    assert answer.status_code == 200
    assert "はじめの一声" not in answer.text


def test_the_search_costs_the_same_few_statements(
    app, as_, cast, count_statements, done, namesake, climb
):
    browser, engine = as_(cast.dx), app.extensions["stepup_database"].engine
    browser.get("/office/completions?q=staff")
    with count_statements(engine) as few:
        browser.get("/office/completions?q=staff")
    for slug in ("dx-words", "why-the-seal", "stop-declaration"):
        climb(cast.staff, slug)
    with count_statements(engine) as many:
        assert rows(browser.get("/office/completions?q=浜口").text) == 5
    assert len(few) == len(many) <= 5


def test_what_was_found_comes_in_pages_that_keep_the_words(as_, cast, session, climb):
    for number in range(PAGE_SIZE + 1):
        one = climb(cast.staff, "first-hello", at=now() + timedelta(minutes=number))
        voiding.void(session, one, by_id=cast.dx.id, reason="何度も書かれました", at=now())
    browser = as_(cast.dx)
    first = browser.get("/office/completions?q=浜口汐里")
    assert rows(first.text) == PAGE_SIZE
    second = browser.get("/office/completions?q=浜口汐里&page=2").text
    assert rows(second) == 1
    assert 'value="浜口汐里"' in second
    third = browser.get("/office/completions?q=浜口汐里&page=3").text
    assert "見つかりませんでした" not in third
    assert "このページには、もう何もありません。" in third


def test_void_with_a_reason_and_restore(as_, cast, session, done):
    browser = as_(cast.dx)
    assert "はじめの一声" in browser.get("/office/completions?q=staff").text
    assert (
        browser.post(f"/completions/{done.id}/voidings", data={"reason": "短い"}).status_code == 422
    )
    assert done.voided_at is None
    browser.post(f"/completions/{done.id}/voidings", data={"reason": "同じ記録が二つありました"})
    assert done.voided_at is not None
    assert "同じ記録が二つありました" in browser.get(f"/office/completions/{done.id}").text
    browser.post(f"/completions/{done.id}/restorings")
    assert done.voided_at is None


@pytest.mark.parametrize("who", ["staff", "manager", "deputy", "outsider"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/office"),
        ("get", "/office/completions?q=staff"),
        ("get", "/office/completions/{done}"),
        ("post", "/completions/{done}/voidings"),
        ("post", "/completions/{done}/restorings"),
        ("post", "/office/deliveries/{delivery}/retries"),
        ("post", "/office/posts/{post}/retries"),
        ("post", "/office/retries"),
    ],
)
def test_nobody_else_may(as_, cast, session, done, parked, who, method, path):
    delivery, post = parked
    if path.endswith("/restorings"):
        voiding.void(session, done, by_id=cast.dx.id, reason="同じ記録が二つありました", at=now())
        session.commit()

    def everything():
        return (
            done.voided_at,
            delivery.state,
            delivery.due_at,
            post.state,
            post.due_at,
            post.last_error,
        )

    before = everything()
    path = path.format(done=done.id, delivery=delivery.id, post=post.id)
    answer = getattr(as_(getattr(cast, who)), method)(
        path, **({"data": {"reason": "x" * 10}} if method == "post" else {})
    )
    assert answer.status_code == 403
    assert "DX事務局" in answer.text
    assert everything() == before


def test_a_stranger_is_shown_the_door(client):
    assert client.get("/office").location.startswith("/sign-in")


@pytest.mark.parametrize(
    "path",
    ["/office/completions/99999", "/completions/99999/restorings", "/office/posts/99999/retries"],
)
def test_what_is_not_there_is_said_in_words(as_, cast, path):
    browser = as_(cast.dx)
    answer = browser.get(path) if path.startswith("/office/completions") else browser.post(path)
    assert answer.status_code == 404


def test_the_page_costs_the_same_few_statements(
    app, as_, cast, count_statements, parked, session, catalogue
):
    browser, engine = as_(cast.dx), app.extensions["stepup_database"].engine
    browser.get("/office")
    with count_statements(engine) as few:
        browser.get("/office")
    for slug in ("meeting-as-post", "why-the-seal", "stop-declaration"):
        step = catalogue.by_slug[slug].steps[0]
        submitting.submit(
            session,
            person_id=cast.staff.id,
            step=step,
            version=1,
            evidence=Evidence("しました"),
            at=now(),
        )
    with count_statements(engine) as many:
        assert browser.get("/office").status_code == 200
    assert len(few) == len(many) <= 5


def test_a_silent_relay_is_told_of(as_, cast, session):
    browser = as_(cast.dx)
    session.add(Fact(kind="step_climbed", about={}, occurred_at=now() - timedelta(minutes=4)))
    assert "動いていないようです" not in browser.get("/office").text
    session.add(Fact(kind="step_climbed", about={}, occurred_at=now() - timedelta(minutes=6)))
    assert "動いていないようです" in browser.get("/office").text


def test_a_delivery_that_waits_for_its_next_try_is_no_silence(as_, cast, session):
    fact = Fact(
        kind="step_climbed", about={}, occurred_at=now() - timedelta(hours=2), fanned_out_at=now()
    )
    session.add(fact)
    session.flush()
    later = now() + timedelta(minutes=30)
    delivery = Delivery(
        fact_id=fact.id, subscriber="badges", state=DeliveryState.WAITING, due_at=later, attempts=5
    )
    session.add(delivery)
    browser = as_(cast.dx)
    assert "動いていないようです" not in browser.get("/office").text
    delivery.due_at = now() - timedelta(minutes=6)
    assert "動いていないようです" in browser.get("/office").text


@pytest.mark.parametrize(
    ("due", "asked", "is_silent"),
    [
        (6, None, True),  # and Slack was never asked
        (6, 6, True),
        (4, 20, False),
        (60, 1, False),  # a long queue, of which one post after another leaves
        (60, -10, False),  # Slack asked for a pause
        (-10, 60, False),  # nothing is due
    ],
)
def test_posts_that_nobody_sends_are_told_of(
    config, app, as_, cast, session, post_of, due, asked, is_silent
):
    app.extensions["stepup_config"] = replace(
        config, slack_bot_token="xoxb-test", slack_channel="C1"
    )
    post_of(
        "badge:7:first-step", None, state=PostState.WAITING, due_at=now() - timedelta(minutes=due)
    )
    if asked is not None:
        session.add(SlackGate(name="C1", opens_at=now() - timedelta(minutes=asked)))
    assert ("Slackへの投稿が5分以上進んでいない" in as_(cast.dx).get("/office").text) is is_silent


def test_without_slack_posts_wait_and_that_is_no_silence(as_, cast, post_of):
    post_of("badge:7:first-step", None, state=PostState.WAITING, due_at=now() - timedelta(days=6))
    text = as_(cast.dx).get("/office").text
    assert "進んでいない" not in text
    assert "Slackはまだつながっていません" in text


def test_the_person_reads_why_a_completion_was_voided_and_nobody_else_does(
    as_, cast, done, session
):
    consents.set_consent(session, cast.staff, Consent.STEPS, given=True, at=now())
    as_(cast.dx).post(
        f"/completions/{done.id}/voidings", data={"reason": "二重に記録されていました。"}
    )
    browser, own = as_(cast.staff), f"/people/{cast.staff.id}"
    for path in (own, "/challenges/first-hello"):
        page = browser.get(path).text
        assert "この達成はDX事務局が取り消しました。段はもう一度登れます。" in page
        assert "二重に記録されていました。" in page
    assert "新しいお知らせがあります" in browser.get("/").text
    assert "二重に記録" not in as_(cast.colleague).get(own).text
    assert "新しいお知らせがあります" not in as_(cast.colleague).get("/").text


def test_what_was_climbed_again_or_restored_tells_of_no_voiding(as_, cast, done, session, climb):
    voiding.void(session, done, by_id=cast.dx.id, reason="二重に記録されていました。", at=now())
    again = climb(cast.staff, "first-hello")
    page = as_(cast.staff).get("/challenges/first-hello").text
    assert "取り消しました" not in page
    voiding.void(session, again, by_id=cast.dx.id, reason="こちらも二重でした。", at=now())
    voiding.restore(session, done, at=now())
    page = as_(cast.staff).get("/challenges/first-hello").text
    assert "取り消しました" not in page
    assert "この達成を取り下げる" not in page
    assert "2026年7月15日" in page


def test_old_news_is_no_news_and_what_one_withdrew_oneself_never_was(
    as_, cast, done, session, climb
):
    voiding.void(
        session,
        done,
        by_id=cast.dx.id,
        reason="二重に記録されていました。",
        at=now() - timedelta(days=9),
    )
    withdrawing.withdraw(
        session, climb(cast.staff, "dx-words", at=now()), by_id=cast.staff.id, at=now()
    )
    assert "新しいお知らせがあります" not in as_(cast.staff).get("/").text
    assert "本人の取り下げ" not in as_(cast.staff).get(f"/people/{cast.staff.id}").text


def test_the_character_that_no_database_keeps_finds_nothing(as_, cast):
    assert as_(cast.dx).get("/office/completions?q=%00").status_code == 200


@pytest.fixture
def withdrawn(session, cast, climb):
    """What staff took back themself."""
    completion = climb(cast.staff, "dx-words", at=now())
    withdrawing.withdraw(session, completion, by_id=cast.staff.id, at=now())
    session.commit()
    return completion


def test_what_its_person_withdrew_says_so_and_cannot_be_given_again(as_, cast, withdrawn):
    browser = as_(cast.dx)
    found = browser.get("/office/completions?q=staff").text
    assert "本人の取り下げ" in found
    assert "取り消し済み" not in found
    text = browser.get(f"/office/completions/{withdrawn.id}").text
    assert "本人が取り下げた達成です。" in text
    assert "元に戻す</button>" not in text
    assert browser.post(f"/completions/{withdrawn.id}/restorings").status_code == 422
    assert withdrawn.voided_at is not None


def test_what_its_manager_took_back_accuses_nobody_and_cannot_be_given_again(
    as_, cast, session, catalogue
):
    """Also when its person drops the submission afterwards."""
    challenge = catalogue.by_slug["meeting-as-post"]
    asked = {
        "step": challenge.steps[0],
        "version": challenge.version,
        "evidence": Evidence(reflection="替えました"),
    }
    submitting.submit(session, person_id=cast.staff.id, at=now(), **asked)
    submission = session.scalars(select(Submission)).one()
    done = reviewing.accept(session, submission, by_id=cast.manager.id, at=now())
    withdrawing.withdraw_acceptance(
        session, session.get_one(Completion, done), by_id=cast.manager.id, at=now()
    )
    session.commit()
    browser = as_(cast.dx)
    for _ in range(2):
        assert "受けとめた人が元に戻した" in browser.get("/office/completions?q=staff").text
        text = browser.get(f"/office/completions/{done}").text
        assert "受けとめた人が元に戻した達成です。" in text
        assert "中村 岳さんが" in text
        assert "本人が取り下げ" not in text
        assert browser.post(f"/completions/{done}/restorings").status_code == 422
        withdrawing.withdraw_submission(session, submission, by_id=cast.staff.id)
        session.commit()


def test_what_the_office_took_back_says_why_and_by_whom(as_, cast, session, done):
    voiding.void(session, done, by_id=cast.dx.id, reason="二重に記録されていました。", at=now())
    browser = as_(cast.dx)
    assert "取り消し済み" in browser.get("/office/completions?q=staff").text
    text = browser.get(f"/office/completions/{done.id}").text
    assert "二重に記録されていました。" in text
    assert "西 光" in text
    assert "元に戻す</button>" in text


def test_what_was_climbed_again_is_not_offered_to_be_restored(as_, cast, session, done, climb):
    voiding.void(session, done, by_id=cast.dx.id, reason="二重に記録されていました。", at=now())
    climb(cast.staff, "first-hello")
    text = as_(cast.dx).get(f"/office/completions/{done.id}").text
    assert "元に戻す</button>" not in text
    assert "この段はそのあとでもう一度達成されています。" in text


def test_a_completion_says_whose_it_is_and_how_it_came_about(as_, cast, session, done, at):
    done.decided_how, done.decided_by_id, done.decided_at = (
        DecidedHow.MANAGER,
        cast.manager.id,
        at + timedelta(days=2),
    )
    done.submission.reflection = "みんなの前で話しました"
    text = as_(cast.dx).get(f"/office/completions/{done.id}").text
    for told in (
        "浜口 汐里 (staff)",
        "デジタル部/改革課",
        "2026年7月15日",
        "2026年7月17日",
        "管理職が受けとめて達成になりました",
        "中村 岳 (manager)",
        "書いてあります。本人のものなので、ここには出しません。",
    ):
        assert told in text
    assert "みんなの前で" not in text


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (DecidedHow.SELF, "本人の記録で"),
        (DecidedHow.QUIZ, "クイズに通って"),
        (DecidedHow.OVERDUE, "5開庁日を過ぎたので"),
    ],
)
def test_how_it_was_decided_is_said_in_words(as_, cast, done, how, words):
    done.decided_how = how
    text = as_(cast.dx).get(f"/office/completions/{done.id}").text
    assert words in text
    assert "決めた人" not in text


def step_checked_by(catalogue, check):
    return next(
        (one.slug, step.number)
        for one in catalogue.challenges
        for step in one.steps
        if step.check is check
    )


def test_a_link_is_shown_where_others_are_to_open_it(as_, cast, catalogue, climb):
    done = climb(cast.staff, *step_checked_by(catalogue, Check.LINK))
    done.submission.link = 'https://wiki.example.jp/x?a="><script>'
    text = as_(cast.dx).get(f"/office/completions/{done.id}").text
    assert 'href="https://wiki.example.jp/x?a=&#34;&gt;&lt;script&gt;"' in text
    assert '<span class="small">wiki.example.jp</span>' in text


@pytest.mark.parametrize(
    ("check", "link"),
    [
        (Check.SELF, "https://diary.example.jp/"),
        (Check.MANAGER, "https://diary.example.jp/"),
        (Check.LINK, "javascript:a"),
    ],
)
def test_other_links_are_not_shown(as_, cast, catalogue, climb, check, link):
    done = climb(cast.staff, *step_checked_by(catalogue, check))
    done.submission.link = link
    text = as_(cast.dx).get(f"/office/completions/{done.id}").text
    assert link not in text


def test_the_link_of_what_was_withdrawn_went_with_it(as_, cast, session, catalogue, climb):
    done = climb(cast.staff, *step_checked_by(catalogue, Check.LINK), at=now())
    done.submission.link = "https://wiki.example.jp/"
    withdrawing.withdraw(session, done, by_id=cast.staff.id, at=now())
    assert "wiki.example.jp" not in as_(cast.dx).get(f"/office/completions/{done.id}").text


def test_the_way_back_to_what_was_looked_for_stays(as_, cast, done):
    browser = as_(cast.dx)
    query = {"q": "浜口&汐", "page": "2"}
    asked = "q=%E6%B5%9C%E5%8F%A3%26%E6%B1%90&amp;page=2"
    assert (
        f"/office/completions/{done.id}?q=%E6%B5%9C%E5%8F%A3"
        in browser.get("/office/completions?q=浜口").text
    )
    text = browser.get(f"/office/completions/{done.id}", query_string=query).text
    assert f'href="/office/completions?{asked}"' in text
    assert f'action="/completions/{done.id}/voidings?{asked}"' in text
    answer = browser.post(
        f"/completions/{done.id}/voidings", query_string=query, data={"reason": "二重の記録でした"}
    )
    assert answer.location == f"/office/completions/{done.id}?{asked.replace('&amp;', '&')}"
    assert (
        f'action="/completions/{done.id}/restorings?{asked}"' in browser.get(answer.location).text
    )


def test_one_completion_costs_few_statements(app, as_, cast, count_statements, done, withdrawn):
    browser, engine = as_(cast.dx), app.extensions["stepup_database"].engine
    browser.get("/office/completions?q=staff")
    for one in (done, withdrawn):
        with count_statements(engine) as statements:
            assert browser.get(f"/office/completions/{one.id}").status_code == 200
        assert len(statements) <= 5


@pytest.fixture
def post_of(session, cast):
    """``post_of("endorsement:7", "not_in_channel", path=…)``: a parked post about staff."""

    def make(key, reason, *, path=None, **more):
        values = {
            "state": PostState.PARKED,
            "due_at": now(),
            "wished_at": now(),
            "last_error": reason,
            **more,
        }
        session.add(
            SlackPost(
                key=key, person_id=cast.staff.id, message={"path": path} if path else {}, **values
            ),
        )

    return make


@pytest.fixture
def delivery_of(session, cast):
    """``delivery_of("step_climbed", "badges", completion_id=…)``: a parked delivery about staff."""

    def make(kind, subscriber, **about):
        fact = Fact(
            kind=kind,
            about={"person_id": cast.staff.id, **about},
            occurred_at=now(),
            fanned_out_at=now(),
        )
        session.add(fact)
        session.flush()
        session.add(
            Delivery(
                fact_id=fact.id, subscriber=subscriber, state=DeliveryState.PARKED, due_at=now()
            )
        )

    return make


@pytest.mark.parametrize(
    ("key", "path", "words"),
    [
        ("badge:160:first-step", "/badges/first-step", "バッジの授与「最初の一歩」"),
        ("endorsement:5486", "/challenges/first-hello", "お墨付き「はじめの一声」"),
        ("endorsement:5486", "/challenges/gone", "お墨付き"),
        ("endorsement:5486", None, "お墨付き"),
        ("letter:1", None, "letter:1"),
    ],
)
def test_a_post_that_did_not_arrive_is_said_in_words(as_, cast, post_of, session, key, path, words):
    name = session.get_one(Badge, "first-step").definition["ja"]["name"]
    post_of(key, "x", path=path)
    text = as_(cast.dx).get("/office").text
    assert f'<th scope="row">{words.replace("最初の一歩", name)}</th>' in text
    assert '<td class="whole" data-label="だれの">浜口 汐里</td>' in text
    assert '<td data-label="行き先">Slackへの投稿</td>' in text


def test_a_post_that_should_go_says_so(as_, cast, post_of):
    post_of("badge:7:first-step", "cant_delete_message", ts="1.2")
    text = as_(cast.dx).get("/office").text
    assert '<td data-label="行き先">Slackの投稿を消す</td>' in text
    assert "アプリからは消せません" in text


@pytest.mark.parametrize(
    ("kind", "subscriber", "about", "words", "goes_to"),
    [
        (
            "step_climbed",
            "badges",
            {"completion_id": 1},
            "段の達成「はじめの一声」",
            "バッジの見直し",
        ),
        (
            "step_undone",
            "slack",
            {"completion_id": 1},
            "達成の取り消しや取り下げ「はじめの一声」",
            "Slackのお知らせの用意",
        ),
        (
            "step_restored",
            "slack",
            {"completion_id": 1},
            "達成の復活「はじめの一声」",
            "Slackのお知らせの用意",
        ),
        (
            "completion_endorsed",
            "slack",
            {"completion_id": 99},
            "お墨付き",
            "Slackのお知らせの用意",
        ),
        ("badge_awarded", "slack", {"badge": "gone"}, "バッジの授与", "Slackのお知らせの用意"),
        ("new_kind", "letters", {}, "new_kind", "letters"),
    ],
)
def test_a_delivery_is_said_in_words(
    as_, cast, done, delivery_of, kind, subscriber, about, words, goes_to
):
    if "completion_id" in about and about["completion_id"] == 1:
        about = {"completion_id": done.id}
    delivery_of(kind, subscriber, **about)
    text = as_(cast.dx).get("/office").text
    assert f'<th scope="row">{words}</th>' in text
    assert '<td class="whole" data-label="だれの">浜口 汐里</td>' in text
    assert f'<td data-label="行き先">{goes_to}</td>' in text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("not_in_channel", "チャンネルにアプリを招待してください"),
        ("channel_not_found", "SLACK_CHANNEL を確かめ"),
        ("is_archived", "別のチャンネルにしてください"),
        ("invalid_auth", "新しいトークンを入れて"),
        ("token_revoked", "新しいトークンを入れて"),
        ("account_inactive", "新しいトークンを入れて"),
        ("missing_scope", "権限が足りません"),
        ("msg_too_long", "お知らせが長すぎる"),
        ("restricted_action", "書ける人が限られています"),
        ("restricted_action_read_only_channel", "書ける人が限られています"),
        ("ratelimited", "もう一度試します"),
        (
            "the relay died each time it carried this; see its log",
            "配達係（relay）が、これを届ける途中で",
        ),
        (
            "nobody hears this any more: letters, new_kind",
            "受け取る先が、いまの版にはもうありません",
        ),
    ],
)
def test_what_slack_said_is_said_with_what_to_do(as_, cast, post_of, code, words):
    post_of("badge:7:first-step", code)
    text = as_(cast.dx).get("/office").text
    assert words in text
    assert f'<code class="small">{code}</code>' in text


def test_a_reason_nobody_knows_stands_as_it_is(as_, cast, post_of):
    post_of("badge:7:first-step", "something_new")
    text = as_(cast.dx).get("/office").text
    assert "<span>something_new</span>" in text


def test_an_office_that_reads_english_reads_no_japanese_but_names(
    as_, cast, session, post_of, delivery_of, done, claims_at
):
    cast.dx.language = "en"
    post_of("badge:7:first-step", "not_in_channel", path="/badges/first-step")
    post_of("badge:8:first-step", "元になった授与やお墨付きが取り消されました。", ts="1.2")
    delivery_of("step_climbed", "badges", completion_id=done.id)
    claims_at(1)
    browser = as_(cast.dx)
    for address in (
        "/office",
        "/office/completions?q=staff",
        f"/office/completions/{done.id}",
        "/office?stuck=9",
    ):
        text = re.sub(r"<[^>]*>", "", browser.get(address).text.partition("<main")[2])
        for name in ("浜口 汐里", "山本 樹", "西 光", "デジタル部/改革課", "日本語"):
            text = text.replace(name, "")
        assert re.findall("[ぁ-んァ-ヶ一-龠]+", text) == []
    assert "Your badges" not in browser.get(f"/office/completions/{done.id}").text
