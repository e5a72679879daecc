"""What is loaded, which submissions wait, and how the lists are paged."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert

from app.clock import now
from app.jobs.starting import start
from app.slack.posts.models import PostState, SlackPost
from app.web.rendering import PAGE_SIZE
from challenges.calendar import day_of, is_working_day, noon_of, working_days_before
from challenges.outbox import Delivery, DeliveryState, Fact
from challenges.people.models import Person
from challenges.submissions import submitting
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import SubmissionState


@pytest.fixture
def many_stuck(session, cast):
    """Parked posts, one more than a page shows."""
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


def test_the_overview_shows_what_is_loaded_and_that_slack_is_off(as_, cast):
    text = as_(cast.dx).get("/office").text
    assert "Slackはまだつながっていません" in text
    assert text.count(">24<") == 2, "challenges and badges"
    assert '第1版 ・ <time datetime="2025-04-01">2025年4月1日</time>に読み込み' in text
    assert '第2版 ・ <time datetime="2025-04-01">2025年4月1日</time>に読み込み' in text
    assert "最新の異動 <time" in text
    assert "2024年4月1日</time>" in text


def test_empty_lists_say_so(as_, cast):
    text = as_(cast.dx).get("/office").text
    assert "すべて届きました。" in text
    assert "待っている申請はありません。" in text
    assert "止まっているものはありません。" in text


def test_waiting_submissions_are_listed_by_age_in_working_days(as_, cast, session, catalogue):
    today = day_of(now())
    ages = {"why-the-seal": 2, "meeting-as-post": 4, "stop-declaration": 0, "give-back-15": 3}
    for slug, age in ages.items():
        step, since = catalogue.by_slug[slug].steps[0], noon_of(working_days_before(today, age))
        submission = submitting.open_submission(
            session, person_id=cast.staff.id, step_id=step.id, version=1, at=since
        )
        submission.state = SubmissionState.WAITING
        submission.waiting_since = since
        submission.reviewing_unit_id = cast.section.id
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


def test_the_heading_links_to_what_is_stuck_above_the_submissions(as_, cast, parked):
    text = as_(cast.dx).get("/office").text
    assert '<h1><a href="/office?stuck=1#stuck">2件が止まっています。</a></h1>' in text
    assert text.index('id="stuck"') < text.index('id="submissions"')


def test_each_list_is_paged_independently(as_, cast, many_stuck, waiting_submissions):
    waiting_submissions(PAGE_SIZE + 1)
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
def test_all_delivered_is_only_said_when_nothing_is_stuck(as_, cast, parked, address):
    assert "すべて届きました" not in as_(cast.dx).get(address).text


@pytest.mark.parametrize(
    "address",
    ["/office?stuck={0}&submissions={0}", "/office/completions?q=staff&page={0}"],
    ids=["office", "completions"],
)
@pytest.mark.parametrize("number", ["0", "1000000", "9999999999"])
def test_an_invalid_page_number_means_the_first_page(as_, cast, parked, done, address, number):
    answer = as_(cast.dx).get(address.format(number))
    assert answer.status_code == 200
    assert "このページには、もう何もありません。" not in answer.text


def test_a_page_past_the_end_links_back(as_, cast, parked):
    text = as_(cast.dx).get("/office?stuck=3&submissions=4").text
    assert text.count("このページには、もう何もありません。") == 2
    assert "待っている申請はありません" not in text
    assert 'href="/office?stuck=1&amp;submissions=4#stuck"' in text


def test_a_retry_returns_to_the_same_page_of_the_list(as_, cast, many_stuck):
    browser = as_(cast.dx)
    assert '<input type="hidden" name="stuck" value="2">' in browser.get("/office?stuck=2").text
    answer = browser.post(f"/office/posts/{many_stuck[-1].id}/retries", data={"stuck": "2"})
    assert answer.location == "/office?stuck=2"


def test_statement_count_does_not_grow_with_the_overview(
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


def test_the_shares_of_unnoticed_steps_have_a_page_of_their_own(as_, cast):
    browser = as_(cast.dx)
    assert 'href="/office/unnoticed"' in browser.get("/office").text
    text = browser.get("/office/unnoticed").text
    assert re.findall(r"<h1>(.*?)</h1>", text) == ["言葉が届いていない一歩"]
    assert "まだ示せる数はありません。" in text


def test_in_english_the_pages_have_no_japanese_but_names(
    as_, cast, session, post_of, delivery_of, done, waiting_submissions
):
    cast.dx.language = "en"
    post_of("badge:7:first-step", "not_in_channel", path="/badges/first-step")
    post_of("badge:8:first-step", "元になった授与やお墨付きが取り消されました。", ts="1.2")
    delivery_of("step_climbed", "badges", completion_id=done.id)
    waiting_submissions(1)
    browser = as_(cast.dx)
    for address in (
        "/office",
        "/office/unnoticed",
        "/office/completions?q=staff",
        f"/office/completions/{done.id}",
        "/office?stuck=9",
    ):
        text = re.sub(r"<[^>]*>", "", browser.get(address).text.partition("<main")[2])
        for name in ("浜口 汐里", "山本 樹", "西 光", "デジタル部/改革課", "日本語"):
            text = text.replace(name, "")
        assert re.findall("[ぁ-んァ-ヶ一-龠]+", text) == []
    assert "Your badges" not in browser.get(f"/office/completions/{done.id}").text


@pytest.mark.parametrize("language", ["ja", "en"])
def test_large_numbers_are_grouped_wherever_they_stand(as_, cast, session, language):
    cast.dx.language = language
    people = [{"employee_number": f"n{n}", "name": "職員", "kana": ""} for n in range(4_475)]
    session.execute(insert(Person), people)
    told = {"kind": "step_climbed", "about": {}, "occurred_at": now(), "fanned_out_at": now()}
    facts = session.scalars(insert(Fact).returning(Fact.id), [told] * 1_234).all()
    parked = {"subscriber": "badges", "state": DeliveryState.PARKED, "due_at": now()}
    session.execute(insert(Delivery), [{"fact_id": number, **parked} for number in facts])
    start(session, "recount", {}, "a", at=now(), total=9_876).done = 5_432
    text = as_(cast.dx).get("/office").text
    shown = re.sub(r"<[^>]*>|[a-z-]+=\"[^\"]*\"", " ", text)
    for grouped in ("4,481", "1,234", "5,432", "9,876"):
        assert grouped in shown
        assert grouped.replace(",", "") not in shown
    browser = as_(cast.dx)
    browser.post("/office/retries")
    assert "1,234" in browser.get("/office").text
