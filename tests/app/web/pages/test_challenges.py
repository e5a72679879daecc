"""The list of challenges and one staircase."""

import pytest
from sqlalchemy import select

from app.clock import now
from challenges.recognition import endorsing
from challenges.submissions import reviewing, submitting
from challenges.submissions.models import Submission
from challenges.vocabulary import SubmissionState


def test_the_list_shows_every_challenge_i_may_try(as_, cast):
    text = as_(cast.staff).get("/challenges").text + as_(cast.staff).get("/challenges?page=2").text
    assert "はじめの一声" in text
    assert "まず自分から" not in text


def test_a_manager_sees_what_is_meant_for_managers(as_, cast):
    assert "まず自分から" in as_(cast.manager).get("/challenges?q=自分から").text


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("mindset=LEARN", "はじめの一声", "スレッド週間"),
        ("project=meetings", "その会議、投稿で", "はじめの一声"),
        ("q=会議", "その会議、投稿で", "絵文字の約束"),
        ("q=ｽﾚｯﾄﾞ", "スレッド週間", "DXことば10問"),
        ("q=thread", "スレッド週間", "うちのデータ"),
        ("q=AI", "AI下書き体験", "うちのデータ"),
        ("q=AI", "AI下書き体験", "はじめの一声"),  # "again" and "email" are there
        ("stage=TRY&untried=1", "はじめの一声", "ちょうど合うものが見つかりませんでした"),
        (
            "mindset=RUBBISH&minutes=x&stage=1&page=-3",
            "はじめの一声",
            "ちょうど合うものが見つかりませんでした",
        ),
        ("q=そんなことばはない", "ちょうど合うものが見つかりませんでした", "はじめの一声"),
    ],
)
def test_filters_stay_in_the_address(as_, cast, query, shown, hidden):
    text = as_(cast.staff).get(f"/challenges?{query}").text
    assert shown in text
    assert hidden not in text


def test_the_not_yet_tried_filter_leaves_out_tried_challenges(as_, cast, climb, session):
    climb(cast.staff, "first-hello")
    session.commit()
    assert "はじめの一声" not in as_(cast.staff).get("/challenges?untried=1").text
    assert "はじめの一声" in as_(cast.staff).get("/challenges?stage=HABIT").text


def test_challenges_under_way_can_be_filtered(as_, cast, step_of, session):
    submitting.save_draft(
        session,
        person_id=cast.staff.id,
        step=step_of("why-the-seal"),
        version=1,
        reflection="途中",
        link="",
        at=now(),
    )
    browser = as_(cast.staff)
    assert "途中のもの 1件" in browser.get("/challenges").text
    page = browser.get("/challenges?begun=1").text
    assert "押印の理由さがし" in page
    assert "下書きがあります。" in page
    assert "はじめの一声" not in page


def test_beyond_the_last_page_is_the_last_page(as_, cast):
    browser = as_(cast.staff)
    assert (
        browser.get("/challenges?page=99").text.count("card-link")
        == browser.get("/challenges?page=2").text.count("card-link")
        > 0
    )


def test_an_invalid_page_number_means_the_first_page(as_, cast):
    assert "はじめの一声" in as_(cast.staff).get("/challenges?page=9999999999").text


def test_htmx_gets_only_the_list(as_, cast):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "section#found"}
    text = as_(cast.staff).get("/challenges?q=会議", headers=headers).text
    assert text.strip().startswith('<section id="found"')
    assert "<html" not in text


def test_a_page_says_what_the_next_step_asks_and_who_checks_it(as_, cast):
    text = as_(cast.staff).get("/challenges/meeting-as-post").text
    assert "管理職（または代理）が確かめます" in text
    assert "確認をお願いする" in text


@pytest.mark.parametrize(
    "path",
    ["/challenges/none-such", "/challenges/first-hello/quiz", "/challenges/start-with-myself"],
)
def test_an_unknown_challenge_is_a_404_page(as_, cast, path):
    answer = as_(cast.staff).get(path)
    assert answer.status_code == 404
    assert "そのページは見つかりません" in answer.text


def test_the_quiz_of_an_ended_challenge_is_neither_shown_nor_marked(as_, cast, retire):
    retire("dx-words")
    browser = as_(cast.staff)
    assert browser.get("/challenges/dx-words").status_code == 200
    assert browser.get("/challenges/dx-words/quiz").status_code == 404
    assert browser.post("/challenges/dx-words/quiz").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/", "/challenges", "/challenges/first-hello", "/challenges/dx-words/quiz", "/people/1"],
)
def test_a_signed_out_visitor_is_sent_to_sign_in(client, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/challenges",
        "/challenges/first-hello",
        "/people/{id}",
        "/badges",
        "/badges/first-step",
        "/settings",
    ],
)
def test_a_page_costs_the_same_few_statements_whatever_the_history(
    app, as_, cast, climb, count_statements, session, path
):
    browser, engine = as_(cast.staff), app.extensions["stepup_database"].engine
    path = path.format(id=cast.staff.id)
    browser.get(path)
    with count_statements(engine) as few:
        assert browser.get(path).status_code == 200
    for slug in (
        "first-hello",
        "thread-week",
        "ask-when-stuck",
        "quick-hands",
        "good-failure",
        "give-back-15",
    ):
        for person in (cast.staff, cast.colleague, cast.manager):
            climb(person, slug)
    session.commit()
    with count_statements(engine) as many:
        assert browser.get(path).status_code == 200
    most = {"/": 3, "/challenges": 2, "/badges": 3, "/settings": 2}.get(path, 5)
    assert len(few) == len(many) <= most, many


# What was begun can be brought to its end.


def test_a_submission_on_an_ended_challenge_can_be_answered(as_, cast, session, retire):
    path = "/challenges/meeting-as-post/steps/1/submissions"
    browser = as_(cast.staff)
    browser.post(path, data={"reflection": "投稿に替えました"})
    submission = session.scalars(select(Submission)).one()
    retire("meeting-as-post")
    reviewing.send_back(
        session, submission, by_id=cast.manager.id, question="どの会議でしたか。", at=now()
    )
    session.commit()
    page = browser.get("/challenges/meeting-as-post").text
    assert "始めていた段は最後まで続けられます。" in page
    assert "どの会議でしたか。" in page
    assert f'action="/submissions/{submission.id}/withdrawals"' in page
    assert browser.post(path, data={"reflection": "月曜の定例です"}).status_code == 303
    session.refresh(submission)
    assert (submission.state, submission.reflection) == (SubmissionState.WAITING, "月曜の定例です")
    assert browser.post(f"/submissions/{submission.id}/revisions").status_code == 303
    assert "月曜の定例です</textarea>" in browser.get("/challenges/meeting-as-post").text


def test_an_ended_challenge_cannot_be_begun(as_, cast, session, retire):
    retire("dx-words", "first-hello")
    browser = as_(cast.staff)
    page = browser.get("/challenges/first-hello").text
    assert "募集を終えました" in page
    assert "やってみた</button>" not in page
    assert (
        browser.post(
            "/challenges/first-hello/steps/1/submissions", data={"reflection": "はい"}
        ).status_code
        == 404
    )
    assert browser.get("/challenges/dx-words/quiz").status_code == 404
    assert session.scalar(select(Submission)) is None


def test_a_former_deputy_still_sees_steps_completed_as_deputy(as_, cast, session, climb):
    slug = "start-with-myself"
    done = climb(cast.colleague, slug, at=now())
    session.commit()
    browser = as_(cast.colleague)
    page = browser.get(f"/challenges/{slug}").text
    assert f'href="/completions/{done.id}/withdrawal"' in page
    assert "この日を記録する" not in page
    assert (
        browser.post(f"/challenges/{slug}/steps/2/days", data={"day": "2026-01-01"}).status_code
        == 404
    )
    assert as_(cast.staff).get(f"/challenges/{slug}").status_code == 404


def test_a_challenge_says_what_it_cannot_be_done_without(as_, cast):
    text = as_(cast.staff).get("/challenges/meeting-as-post").text
    assert "パソコンを使います" in text
    assert "Slackを使います" in text
    assert "Slackを使います" not in as_(cast.staff).get("/challenges/why-the-seal").text


def test_a_climbed_step_shows_its_endorsement_and_what_was_good(as_, cast, session, climb):
    done = climb(cast.staff, "first-hello", at=now())
    endorsing.endorse(
        session,
        done,
        by_id=cast.manager.id,
        words="朝のひとことで、<b>課</b>が明るくなりました。",
        kinds=["TEAMWORK", "STEADINESS"],
        at=now(),
    )
    session.commit()
    page = as_(cast.staff).get("/challenges/first-hello").text
    assert "中村 岳さんのお墨付き" in page
    assert "&lt;b&gt;課" in page
    praised = page.split('class="praised"')[1].split("</ul>")[0]
    assert praised.index("地道さ") < praised.index("チームワーク")
    assert "中村 岳さんのお墨付き" not in as_(cast.colleague).get("/challenges/first-hello").text
