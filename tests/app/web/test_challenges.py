"""The list of challenges and one staircase."""

import pytest

from app.clock import now
from challenges import submitting


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
        ("mindset=RUBBISH&minutes=x&stage=1&page=-3", "はじめの一声", "ちょうど合うものが見つかりませんでした"),
        ("q=そんなことばはない", "ちょうど合うものが見つかりませんでした", "はじめの一声"),
    ],
)
def test_filters_stay_in_the_address(as_, cast, query, shown, hidden):
    text = as_(cast.staff).get(f"/challenges?{query}").text
    assert shown in text
    assert hidden not in text


def test_not_yet_tried_leaves_out_what_was_tried(as_, cast, climb, session):
    climb(cast.staff, "first-hello")
    session.commit()
    assert "はじめの一声" not in as_(cast.staff).get("/challenges?untried=1").text
    assert "はじめの一声" in as_(cast.staff).get("/challenges?stage=HABIT").text


def test_what_is_under_way_can_be_looked_for(as_, cast, step_of, session):
    submitting.save_draft(
        session, person_id=cast.staff.id, step=step_of("why-the-seal"), version=1, reflection="途中", link="", at=now()
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


def test_htmx_gets_the_list_alone(as_, cast):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "section#found"}
    text = as_(cast.staff).get("/challenges?q=会議", headers=headers).text
    assert text.strip().startswith('<section id="found"')
    assert "<html" not in text


def test_a_page_says_what_the_next_step_asks_and_who_checks_it(as_, cast):
    text = as_(cast.staff).get("/challenges/meeting-as-post").text
    assert "管理職（または代理）が確かめます" in text
    assert "確認をお願いする" in text


@pytest.mark.parametrize(
    "path", ["/challenges/none-such", "/challenges/first-hello/quiz", "/challenges/start-with-myself"]
)
def test_what_is_not_there_is_said_in_words(as_, cast, path):
    answer = as_(cast.staff).get(path)
    assert answer.status_code == 404
    assert "そのページは見つかりません" in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/challenges", "/challenges/first-hello", "/challenges/dx-words/quiz", "/people/1"]
)
def test_a_stranger_is_shown_the_door(client, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


@pytest.mark.parametrize(
    "path",
    ["/", "/challenges", "/challenges/first-hello", "/people/{id}", "/badges", "/badges/first-step", "/settings"],
)
def test_a_page_costs_the_same_few_statements_whatever_the_history(
    app, as_, cast, climb, count_statements, session, path
):
    browser, engine = as_(cast.staff), app.extensions["stepup_database"].engine
    path = path.format(id=cast.staff.id)
    browser.get(path)
    with count_statements(engine) as few:
        assert browser.get(path).status_code == 200
    for slug in ("first-hello", "thread-week", "ask-when-stuck", "quick-hands", "good-failure", "give-back-15"):
        for person in (cast.staff, cast.colleague, cast.manager):
            climb(person, slug)
    session.commit()
    with count_statements(engine) as many:
        assert browser.get(path).status_code == 200
    assert len(few) == len(many) <= 5, many
