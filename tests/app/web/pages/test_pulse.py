"""The question of the quarter: asked once, on a page that says what becomes of the answer."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from app.clock import now
from challenges.calendar import day_of
from challenges.people import consents
from challenges.people.models import Membership, Person
from challenges.recognition import pulse
from challenges.recognition.budgets import BASE, week_of
from challenges.recognition.models import Cheer
from challenges.recognition.pulse_models import PulseCount, PulseWords
from challenges.recognition.stamps import Stamp


@pytest.fixture(autouse=True)
def _crowd(session, cast):
    people = [Person(employee_number=f"c{n}", name=f"職員 {n}", kana="") for n in range(10)]
    session.add_all(people)
    session.flush()
    session.add_all(
        Membership(person_id=one.id, unit_id=cast.section.id, valid_from=date(2024, 4, 1))
        for one in people
    )
    session.commit()


def answers(session):
    return {row.value: row.answers for row in session.scalars(select(PulseCount)) if row.answers}


def send(browser, **form):
    return browser.post("/pulse/answers", data=form)


@pytest.fixture
def words_of_before(session, cast):
    """Words of a quarter that is over."""
    before = pulse.quarter_of(pulse.quarter_of(day_of(now())) - timedelta(days=1))
    for n, words in enumerate(("安心できた", "中村さんに笑われた")):
        session.add(PulseWords(key=f"{n:032}", quarter=before, words=words, is_read=False))
    session.commit()


def test_home_asks_until_one_has_answered(as_, cast, session):
    browser = as_(cast.staff)
    assert 'id="pulse"' in browser.get("/").text
    answer = send(browser, value="4", words="")
    assert (answer.status_code, answer.location) == (303, "/pulse")
    assert "だれの答えかは、だれにも分かりません" in browser.get("/pulse").text
    assert 'id="pulse"' not in browser.get("/").text
    assert 'id="pulse"' not in as_(cast.staff).get("/").text
    assert answers(session) == {4: 1}


def test_a_second_browser_does_not_ask_again(as_, cast):
    desk, phone = as_(cast.staff), as_(cast.staff)
    assert 'id="pulse"' in phone.get("/").text
    send(desk, value="4")
    assert 'id="pulse"' not in phone.get("/").text
    assert "もう答えていただいています" in phone.get("/pulse").text


def test_the_next_person_at_the_same_computer_is_asked(as_, cast, sign_in):
    browser = as_(cast.staff)
    send(browser, value="4")
    assert 'id="pulse"' in sign_in(browser, cast.colleague).get("/").text


def test_home_asks_nothing_of_who_takes_a_rest(as_, cast, session):
    consents.pause(session, cast.staff, at=now())
    assert 'id="pulse"' not in as_(cast.staff).get("/").text


def test_a_second_answer_is_not_counted(as_, cast, session):
    browser = as_(cast.staff)
    send(browser, value="4")
    send(as_(cast.staff), value="1")
    assert answers(session) == {4: 1}


@pytest.mark.parametrize("value", ["", "0", "6", "４", "44", "x"])
def test_without_one_of_the_five_the_words_stay_in_the_form(as_, cast, session, value):
    answer = send(as_(cast.staff), value=value, words="書いたもの")
    assert answer.status_code == 422
    assert "一つ選んでください。" in answer.text
    assert "書いたもの" in answer.text
    assert answers(session) == {}


def test_the_page_shows_no_number_and_no_words_of_this_quarter(as_, cast):
    send(as_(cast.staff), value="1", words="まだ見えないはず")
    for person in (cast.staff, cast.colleague, cast.manager, cast.dx):
        assert "まだ見えないはず" not in as_(person).get("/pulse").text
    assert "まだ見えないはず" not in as_(cast.dx).get("/office/pulse").text


def test_the_log_tells_neither_person_nor_address_nor_number(as_, cast, capsys):
    browser = as_(cast.staff)
    capsys.readouterr()
    number = {"X-Request-Id": "of-the-proxy-4711"}
    assert "X-Request-Id" not in browser.get("/pulse", headers=number).headers
    form = {"value": "4", "words": "ひとこと"}
    assert "X-Request-Id" not in browser.post("/pulse/answers", data=form, headers=number).headers
    browser.get("/settings")
    said = [json.loads(line) for line in capsys.readouterr().err.splitlines() if "{" in line]
    lines = [line for line in said if line.get("path", "").startswith("/pulse")]
    assert len(lines) == 2
    for line in lines:
        assert line["person"] is None
        assert line["address"] is None
        assert line["id"] is None
    assert number["X-Request-Id"] not in json.dumps(said)
    assert "ひとこと" not in json.dumps(said, ensure_ascii=False)


def test_the_office_reads_words_before_anybody_sees_them(as_, cast, words_of_before):
    office = as_(cast.dx)
    assert "安心できた" not in as_(cast.staff).get("/pulse").text
    assert "安心できた" in office.get("/office/pulse").text
    for key, decision in (("0", "show"), ("1", "delete")):
        form = {"key": key.zfill(32), "decision": decision}
        assert office.post("/office/pulse/words", data=form).status_code == 303
    page = as_(cast.staff).get("/pulse").text
    assert "安心できた" in page
    assert "中村さんに笑われた" not in page


def test_the_office_deletes_words_that_are_shown(as_, cast, words_of_before):
    office = as_(cast.dx)
    form = {"key": "0" * 32, "decision": "show"}
    office.post("/office/pulse/words", data=form)
    assert "気になるひとことがあれば" in as_(cast.staff).get("/pulse").text
    assert "このひとことを消す" in office.get("/office/pulse").text
    office.post("/office/pulse/words", data={**form, "decision": "delete"})
    assert "安心できた" not in office.get("/office/pulse").text
    assert "安心できた" not in as_(cast.staff).get("/pulse").text


@pytest.mark.parametrize("who", ["staff", "manager", "outsider"])
@pytest.mark.parametrize("path", ["", "/skips", "/skips/endings", "/words"])
def test_only_the_office_decides(as_, cast, who, path):
    browser = as_(getattr(cast, who))
    ask = browser.post if path else browser.get
    assert ask(f"/office/pulse{path}").status_code == 403


@pytest.mark.parametrize("path", ["/pulse", "/office/pulse"])
def test_a_visitor_is_sent_to_sign_in(client, path):
    assert client.get(path).status_code == 302


def test_the_office_skips_a_quarter(as_, cast, session):
    this = pulse.quarter_of(day_of(now())).isoformat()
    office = as_(cast.dx)
    office.post("/office/pulse/skips", data={"quarter": this})
    assert 'id="pulse"' not in as_(cast.staff).get("/").text
    assert send(as_(cast.staff), value="4").status_code == 422
    staff = as_(cast.staff)
    assert 'id="pulse"' not in staff.get("/").text
    office.post("/office/pulse/skips/endings", data={"quarter": this})
    assert 'id="pulse"' in staff.get("/").text
    assert send(as_(cast.staff), value="4").status_code == 303
    assert answers(session) == {4: 1}


@pytest.mark.parametrize("quarter", ["", "yesterday", "2020-01-01", "2026-99-99"])
def test_a_quarter_that_cannot_be_skipped_is_refused(as_, cast, quarter):
    answer = as_(cast.dx).post("/office/pulse/skips", data={"quarter": quarter})
    assert answer.status_code == 422


def test_the_office_reads_how_many_rings_there_are_and_never_whose(as_, cast, session, climb):
    pair = (cast.staff, cast.colleague)
    this_week = week_of(now())
    rows = [
        {
            "completion_id": done.id,
            "giver_id": giver.id,
            "receiver_id": done.person_id,
            "stamp": Stamp.HELPED,
            "words": "",
            "week": this_week - timedelta(weeks=weeks),
            "given_at": now() - timedelta(weeks=weeks),
            "taken_back_at": now(),
            "refunded": False,
            "shown_to_others": False,
            "other_unit": False,
        }
        for done, giver in (
            (climb(one, "first-hello", at=now()), two) for one, two in (pair, pair[::-1])
        )
        for weeks in range(1, 9)
        for _cheer in range(BASE)
    ]
    session.execute(insert(Cheer), rows)
    session.commit()
    page = as_(cast.dx).get("/office/pulse").text
    assert "輪は、1組と推定されます" in page
    for one in pair:
        assert one.name not in page
