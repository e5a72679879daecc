"""The page of notices, the way from each to its place, and the number at the bell."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.clock import now
from app.notices.completions import tell_of_cheer
from app.notices.kinds import NoticeKind
from app.notices.models import Notice, NoticeHours, NoticeOff
from app.notices.telling import Happening, tell
from challenges.people.models import Person
from challenges.recognition.models import Cheer
from challenges.recognition.stamps import Stamp

LONG_AGO = timedelta(days=14)


@pytest.fixture
def told(session, cast, climb):
    """``told(person, number=1, at=…)``: notices of an acceptance, counted by now."""
    completion = climb(cast.colleague, "first-hello")

    def make(person, number=1, at=None):
        at = at or now() - LONG_AGO
        for n in range(number):
            happening = Happening(
                kind=NoticeKind.ACCEPTED,
                key=f"accepted:{1000 + n}",
                subject_id=completion.id,
                step_id=completion.step_id,
                by_id=cast.manager.id,
                happened_at=at,
            )
            tell(session, happening, people=[person.id], at=at)
        session.commit()
        return session.scalars(select(Notice).where(Notice.person_id == person.id)).first()

    return make


def unread(browser, **headers):
    return browser.get("/notices/unread", headers=headers)


def test_opening_marks_as_read_and_leads_to_the_place(as_, cast, told, session):
    one = told(cast.staff)
    browser, other = as_(cast.staff), as_(cast.staff)
    text = browser.get("/notices").text
    assert "中村 岳さんが、一歩を確認しました" in text
    assert "「はじめの一声」のやってみた" in text
    assert "is-unread" in text
    answer = browser.post(f"/notices/{one.id}/openings")
    assert answer.status_code == 303
    assert answer.location.startswith("/challenges/first-hello")
    assert "is-unread" not in other.get("/notices").text, "on the other device as well"
    assert 'class="count"' not in unread(other).text


def test_looking_at_the_page_reads_nothing(as_, cast, told, session):
    told(cast.staff)
    as_(cast.staff).get("/notices")
    assert session.scalars(select(Notice.read_at)).all() == [None]


@pytest.mark.parametrize("who", ["colleague", "manager", "dx"])
def test_the_notice_of_another_is_not_found(as_, cast, told, session, who):
    one = told(cast.staff)
    browser = as_(getattr(cast, who))
    assert browser.post(f"/notices/{one.id}/openings").status_code == 404
    assert "一歩を確認しました" not in browser.get("/notices").text
    assert session.scalars(select(Notice.read_at)).all() == [None]


def test_a_withdrawn_one_says_so(as_, cast, told, session):
    one = told(cast.staff)
    session.execute(update(Notice).values(withdrawn_at=now()))
    answer = as_(cast.staff).post(f"/notices/{one.id}/openings", follow_redirects=True)
    assert "取り下げられました" in answer.text


def test_all_are_read_but_what_came_since_the_page_was_shown(as_, cast, told, session):
    told(cast.staff, 2)
    shown_at = now() - timedelta(days=1)
    session.execute(update(Notice).where(Notice.key == "accepted:1001").values(listed_at=now()))
    answer = as_(cast.staff).post("/notices/readings", data={"shown_at": shown_at.isoformat()})
    assert answer.status_code == 303
    of = select(Notice.key).where(Notice.read_at.is_(None))
    assert session.scalars(of).all() == ["accepted:1001"]


@pytest.mark.parametrize("shown_at", ["", "x", "2026-07-15T10:00", "9999-12-31T00:00:00+00:00"])
def test_a_form_without_a_time_reads_all(as_, cast, told, session, shown_at):
    told(cast.staff, 2)
    as_(cast.staff).post("/notices/readings", data={"shown_at": shown_at})
    assert session.scalar(select(func.count()).where(Notice.read_at.is_(None))) == 0


def test_the_unchanged_number_is_304(as_, cast, told, session):
    told(cast.staff, 3)
    browser = as_(cast.staff)
    first = unread(browser)
    assert ">3<" in first.text
    again = unread(browser, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    session.execute(update(Notice).where(Notice.key == "accepted:1000").values(read_at=now()))
    changed = unread(browser, **{"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert ">2<" in changed.text


def test_the_page_knows_the_tag_of_its_number(as_, cast, told):
    told(cast.staff, 3)
    browser = as_(cast.staff)
    assert f'data-tag="{unread(browser).headers["ETag"].strip(chr(34))}"' in browser.get("/").text


@pytest.mark.parametrize("number", [0, 1, 150])
def test_the_number_costs_one_statement_and_no_page_another(
    as_, app, cast, told, count_statements, number
):
    if number:
        told(cast.staff, number)
    browser = as_(cast.staff)
    browser.get("/notices")
    engine = app.extensions["stepup_database"].engine
    with count_statements(engine) as statements:
        unread(browser)
    assert len(statements) == 1
    with count_statements(engine) as statements:
        text = browser.get("/notices").text
    assert len(statements) <= 3
    assert text.count("notice-line") <= 20


def test_the_number_waits_for_the_hours_and_the_list_does_not(as_, cast, told, session):
    told(cast.staff)
    session.execute(update(Notice).values(rises_at=now() + timedelta(hours=1)))
    browser = as_(cast.staff)
    assert 'class="count"' not in unread(browser).text
    assert "is-unread" in browser.get("/notices").text


def test_a_pause_hides_the_number(as_, cast, told, session):
    told(cast.staff)
    session.execute(update(Person).values(paused_at=now()))
    browser = as_(cast.staff)
    assert 'class="count"' not in unread(browser).text
    assert "いまは一時停止中です。" in browser.get("/notices").text


def test_asking_for_the_number_keeps_no_sign_in_alive(as_, cast):
    browser = as_(cast.staff, is_shared=True)
    with browser.session_transaction() as cookie:
        cookie["seen"] = int((now() - timedelta(minutes=10)).timestamp())
    assert "Set-Cookie" not in unread(browser).headers
    assert "Set-Cookie" in browser.get("/notices").headers


@pytest.mark.parametrize("path", ["/notices", "/notices/unread", "/settings/notices"])
def test_a_stranger_sees_nothing(client, path):
    assert client.get(path).status_code == 302


def test_kinds_and_hours_are_chosen(as_, cast, session):
    browser = as_(cast.staff)
    kinds = [kind.value for kind in NoticeKind if kind is not NoticeKind.BADGE]
    form = {"kinds": kinds, "own": "1", "begins": "22:00", "ends": "06:00", "every_day": "1"}
    assert browser.post("/settings/notices", data=form).status_code == 303
    assert session.scalars(select(NoticeOff.kind)).all() == [NoticeKind.BADGE]
    own = session.scalars(select(NoticeHours)).one()
    assert (f"{own.begins:%H:%M}", f"{own.ends:%H:%M}", own.every_day) == ("22:00", "06:00", True)
    assert 'value="22:00"' in browser.get("/settings/notices").text
    everything = {"kinds": [kind.value for kind in NoticeKind]}
    assert browser.post("/settings/notices", data=everything).status_code == 303
    assert session.scalars(select(NoticeOff)).all() == []
    assert session.scalars(select(NoticeHours)).all() == []


@pytest.mark.parametrize(
    ("begins", "ends"), [("09:00", "09:00"), ("", "09:00"), ("x", "09:00"), ("09:00", "25:00")]
)
def test_hours_that_cannot_be_are_refused(as_, cast, session, begins, ends):
    form = {"own": "1", "begins": begins, "ends": ends}
    assert as_(cast.staff).post("/settings/notices", data=form).status_code == 422
    assert session.scalars(select(NoticeHours)).all() == []
    assert session.scalars(select(NoticeOff)).all() == []


def test_the_page_in_english(as_, cast, told, session):
    told(cast.staff)
    session.execute(update(Person).values(language="en"))
    text = as_(cast.staff).get("/notices").text
    assert "中村 岳 accepted your step" in text
    assert "Mark all as read" in text


@pytest.fixture
def cheer(session, cast, climb):
    """The colleague's cheer for a step of the staff member, and thanks for it, as they are told."""
    at = now() - LONG_AGO
    completion = climb(cast.staff, "first-hello", at=at)
    row = Cheer(
        completion_id=completion.id,
        giver_id=cast.colleague.id,
        receiver_id=cast.staff.id,
        stamp=Stamp.CAREFUL,
        words="秘密のことば",
        given_at=at,
        week=at.date(),
        thanked_at=at,
    )
    session.add(row)
    session.flush()
    tell_of_cheer(session, row, completion, at=at)
    session.commit()
    return row


def test_a_cheer_leads_to_its_step_and_the_thanks_to_what_one_gave(as_, cast, cheer, session):
    for person, sentence, place in (
        (
            cast.staff,
            f"{cast.colleague.name}さんから応援「ていねい」が届きました",
            "/challenges/first-hello",
        ),
        (cast.colleague, f"{cast.staff.name}さんが、あなたの応援に", "/cheers#given"),
    ):
        page = as_(person).get("/notices").text
        assert sentence in page
        assert "秘密のことば" not in page, "words are read where they are kept"
        one = session.scalars(select(Notice).where(Notice.person_id == person.id)).one()
        assert as_(person).post(f"/notices/{one.id}/openings").location.startswith(place)
