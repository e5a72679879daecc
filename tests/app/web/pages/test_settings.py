"""What each person decides for themselves alone: consents, a rest, the password."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.identity import passwords
from challenges.people.consents import consents_of
from challenges.people.models import ConsentGiven, Person
from challenges.vocabulary import Consent

PASSWORD = "みかんの木の下で待っている。"
NEW = "峠の茶屋でひとやすみする。"
HASHED = passwords.hash_password(PASSWORD)


@pytest.fixture
def staff(cast):
    cast.staff.password_hash = HASHED
    return cast.staff


def change(browser, present=PASSWORD, password=NEW, again=None):
    form = {"present": present, "password": password, "again": password if again is None else again}
    return browser.post("/settings/passwords", data=form)


def test_everything_is_off_at_first(staff, as_):
    page = as_(staff).get("/settings")
    assert page.status_code == 200
    assert " checked" not in page.text


def test_ticked_consents_are_given_and_the_others_withdrawn(staff, as_, session):
    browser = as_(staff)
    assert browser.post("/settings/consents", data={"SLACK": "1", "STEPS": "1"}).status_code == 303
    assert consents_of(session, staff.id) == {Consent.SLACK, Consent.STEPS}
    assert browser.get("/settings").text.count(" checked") == 2
    browser.post("/settings/consents", data={"BADGES": "1"})
    assert consents_of(session, staff.id) == {Consent.BADGES}
    withdrawn = session.scalars(
        select(ConsentGiven).where(ConsentGiven.withdrawn_at.is_not(None))
    ).all()
    assert {row.consent for row in withdrawn} == {Consent.SLACK, Consent.STEPS}


def test_nobody_can_consent_for_somebody_else(cast, as_, session):
    as_(cast.manager).post(
        "/settings/consents", data={"SLACK": "1", "person_id": cast.staff.id, "id": cast.staff.id}
    )
    assert consents_of(session, cast.staff.id) == set()


def test_a_rest_begins_and_ends_when_the_person_says_so(staff, as_):
    browser = as_(staff)
    browser.post("/settings/pauses")
    assert staff.paused_at is not None
    assert "いまは一時停止中です" in browser.get("/settings").text
    browser.post("/settings/resumptions")
    assert staff.paused_at is None


@pytest.mark.parametrize(
    "path",
    ["/settings/consents", "/settings/pauses", "/settings/resumptions", "/settings/passwords"],
)
def test_a_stranger_changes_nothing_and_looking_changes_nothing(client, staff, as_, session, path):
    assert client.post(path).status_code == 302
    assert as_(staff).get(path).status_code == 405
    assert (staff.paused_at, staff.password_hash, consents_of(session, staff.id)) == (
        None,
        HASHED,
        set(),
    )


def test_a_signed_out_visitor_is_sent_to_sign_in(client):
    answer = client.get("/settings")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=%2Fsettings")


def test_a_new_password_keeps_this_session_and_ends_the_others(staff, as_, session):
    here, there = as_(staff), as_(staff)
    answer = change(here)
    assert (answer.status_code, answer.location) == (303, "/settings")
    assert here.get("/settings").status_code == 200
    assert there.get("/settings").status_code == 302
    assert passwords.verify(session.get_one(Person, staff.id).password_hash, NEW)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"present": "not mine"}, "いまのパスワードが違うようです"),
        ({"password": "short"}, "パスワードは12文字以上にしてください"),
        ({"password": "staff@pref.example.jp"}, "そのまま使わないでください"),
        ({"again": "something else"}, "二つのパスワードが同じではありません"),
    ],
)
def test_a_poor_password_changes_nothing(staff, as_, form, sentence):
    answer = change(as_(staff), **form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert staff.password_hash == HASHED


def test_a_person_without_a_password_cannot_set_one_here(cast, as_):
    assert change(as_(cast.colleague), present="").status_code == 422
    assert cast.colleague.password_hash is None


def test_the_current_password_can_be_tried_ten_times(staff, as_):
    browser = as_(staff)
    assert [change(browser, present="guess").status_code for _ in range(11)] == [422] * 10 + [429]
    assert change(browser).status_code == 429


def test_a_form_from_another_site_is_refused(app, staff, as_):
    app.config["WTF_CSRF_ENABLED"] = True
    browser: FlaskClient = as_(staff)
    assert browser.post("/settings/pauses").status_code == 400
    assert browser.post("/sign-out-everywhere").status_code == 400
    assert (staff.paused_at, staff.session_epoch) == (None, 0)
