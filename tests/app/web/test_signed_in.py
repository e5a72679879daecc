"""How long a sign-in lasts, on an own and on a shared computer, and what it leaves behind."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import select

from app.clock import now
from app.config import Config, ConfigWrong
from app.factory import create_app
from app.identity import passwords
from challenges.calendar import day_of
from challenges.people.models import SignIn

PASSWORD = "みかんの木の下で待っている。"
MOMENT, MINUTE, HOUR, DAY = (
    timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days")
)
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36 Edg/126.0"


@pytest.fixture
def staff(cast):
    cast.staff.password_hash = passwords.hash_password(PASSWORD)
    return cast.staff


@pytest.fixture
def enter(client):
    def enter(browser=client, **more):
        form = {"name": "staff", "password": PASSWORD, **more}
        answer = browser.post("/sign-in", data=form, headers={"User-Agent": EDGE})
        assert answer.status_code == 303
        return answer

    return enter


def is_in(browser):
    return browser.get("/settings").status_code == 200


def age(browser, unused):
    """Let the cookie say that it was last used so long ago."""
    with browser.session_transaction() as cookie:
        cookie["seen"] = int((now() - unused).timestamp())


def seen(browser):
    with browser.session_transaction() as cookie:
        return cookie["seen"]


@pytest.mark.parametrize(
    ("is_shared", "unused", "still"),
    [
        (False, 12 * HOUR - MINUTE, True),
        (False, 12 * HOUR + MOMENT, False),
        (True, 15 * MINUTE - 5 * MOMENT, True),
        (True, 15 * MINUTE + MOMENT, False),
    ],
)
def test_a_sign_in_ends_when_it_is_not_used(staff, as_, is_shared, unused, still):
    browser = as_(staff, is_shared=is_shared)
    age(browser, unused)
    assert is_in(browser) is still


def test_use_keeps_a_sign_in_alive(staff, as_):
    browser = as_(staff)
    for _ in range(5):
        age(browser, 11 * HOUR)
        assert is_in(browser)
        assert now().timestamp() - seen(browser) < 60


def test_the_cookie_is_not_renewed_with_every_answer(staff, as_):
    browser = as_(staff)
    browser.get("/settings")
    assert "Set-Cookie" not in browser.get("/settings").headers
    age(browser, HOUR)
    assert "Set-Cookie" in browser.get("/settings").headers


@pytest.mark.parametrize(("days", "still"), [(13.9, True), (14.1, False)])
def test_a_sign_in_ends_after_two_weeks_however_much_it_is_used(staff, as_, days, still):
    browser = as_(staff, at=now() - days * DAY)
    age(browser, MINUTE)
    assert is_in(browser) is still


def test_an_old_copy_of_a_cookie_is_too_old_though_its_owner_goes_on(staff, as_, app):
    browser, thief = as_(staff), app.test_client()
    age(browser, 13 * HOUR)
    thief.set_cookie("stepup", browser.get_cookie("stepup").value)
    age(browser, MINUTE)
    assert is_in(browser)
    assert not is_in(thief)


def test_the_limits_are_settings(config, staff, session):
    session.commit()
    app = create_app(replace(config, sign_in_idle=HOUR, sign_in_lasts=2 * DAY))
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    browser.post("/sign-in", data={"name": "staff", "password": PASSWORD})
    begun = session.scalars(select(SignIn)).one()
    assert begun.ends_at - begun.begun_at == 2 * DAY
    age(browser, 61 * MINUTE)
    assert not is_in(browser)
    app.extensions["stepup_database"].dispose()


@pytest.mark.parametrize("name", ["SIGN_IN_IDLE_HOURS", "SIGN_IN_DAYS"])
@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", "99999", "１"])
def test_an_impossible_limit_is_refused(monkeypatch, tmp_path, name, value):
    monkeypatch.setenv("STEPUP_INSTANCE", str(tmp_path))
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigWrong, match=f"{name} must be a whole number"):
        Config.from_environment()


def test_limits_come_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("STEPUP_INSTANCE", str(tmp_path))
    assert Config.from_environment().sign_in_idle == 12 * HOUR
    assert Config.from_environment().sign_in_lasts == 14 * DAY
    monkeypatch.setenv("SIGN_IN_IDLE_HOURS", "1")
    monkeypatch.setenv("SIGN_IN_DAYS", "3")
    found = Config.from_environment()
    assert (found.sign_in_idle, found.sign_in_lasts) == (HOUR, 3 * DAY)


def test_a_person_is_told_why_they_are_signed_out(staff, as_):
    browser = as_(staff)
    age(browser, 13 * HOUR)
    answer = browser.get("/challenges")
    assert answer.location == "/sign-in?next=%2Fchallenges"
    assert "しばらく使わなかったので" in browser.get(answer.location).text
    assert "しばらく使わなかったので" not in browser.get("/sign-in").text


def test_a_cookie_of_the_first_version_signs_nobody_in(staff, client):
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = f"{staff.id}.{staff.session_epoch}", True
    answer = client.get("/challenges")
    assert answer.location == "/sign-in?next=%2Fchallenges"
    assert client.get(answer.location).status_code == 200


def test_a_sign_in_is_a_row_with_the_device_in_words(staff, enter, session):
    enter()
    row = session.scalars(select(SignIn)).one()
    assert (row.person_id, row.browser, row.system) == (staff.id, "Edge", "Windows")
    assert (row.is_shared, row.last_seen_on) == (False, day_of(now()))


# The day it was last seen


@pytest.fixture
def of_yesterday(staff, as_, session):
    """A browser whose sign-in was last seen yesterday."""
    browser = as_(staff)
    row = session.scalars(select(SignIn)).one()
    row.last_seen_on = day_of(now() - DAY)
    session.commit()
    return browser


def last_seen(session) -> date:
    session.rollback()
    session.expire_all()
    return session.scalars(select(SignIn.last_seen_on)).one()


def test_the_day_is_written_after_the_first_page_of_a_day(
    of_yesterday, session, app, count_statements
):
    engine = app.extensions["stepup_database"].engine
    with count_statements(engine) as first:
        of_yesterday.get("/settings").close()
    assert last_seen(session) == day_of(now())
    with count_statements(engine) as second:
        of_yesterday.get("/settings").close()
    assert [one for one in first if one.startswith("UPDATE")] != []
    assert [one for one in second if one.startswith("UPDATE")] == []


def test_no_page_waits_for_somebody_who_writes(of_yesterday, session, database):
    """A writer holds its turn: the page comes, and the day is written with the next one."""
    written, may_end = Event(), Event()

    def write() -> None:
        with database.writing() as other:
            other.scalars(select(SignIn).with_for_update()).one().browser = "Firefox"
            other.flush()
            written.set()
            assert may_end.wait(20)

    writer = Thread(target=write)
    writer.start()
    assert written.wait(20)
    answer = of_yesterday.get("/settings")
    answer.close()
    assert answer.status_code == 200
    may_end.set()
    writer.join()
    assert last_seen(session) == day_of(now() - DAY)
    of_yesterday.get("/settings").close()
    assert last_seen(session) == day_of(now())


def test_a_page_needs_no_more_statements_to_find_who_asks(staff, as_, app, count_statements):
    browser = as_(staff)
    browser.get("/badges")
    with count_statements(app.extensions["stepup_database"].engine) as statements:
        browser.get("/badges")
    assert len([one for one in statements if "sign_in" in one]) == 1


# A shared computer


def test_a_shared_computer_keeps_no_lasting_cookie(staff, enter, client):
    answer = enter(shared="1")
    [cookie] = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("stepup=")
    assert "Expires" not in cookie
    assert "Max-Age" not in cookie


def test_an_own_computer_is_remembered_but_the_session_is_not(staff, enter):
    session_cookie, device = sorted(enter().headers.getlist("Set-Cookie"), reverse=True)
    assert session_cookie.startswith("stepup=")
    assert "Max-Age" not in session_cookie
    assert device.startswith("stepup-device=")
    assert {"HttpOnly", "SameSite=Lax", "Max-Age=31536000"} <= set(device.split("; "))


def test_signing_in_as_shared_takes_the_device_cookie_away(staff, enter, client):
    enter()
    assert client.get_cookie("stepup-device")
    client.post("/sign-out")
    enter(shared="1")
    assert client.get_cookie("stepup-device") is None


def test_pages_of_a_shared_computer_say_so_to_their_scripts(staff, as_):
    own, shared = as_(staff).get("/settings"), as_(staff, is_shared=True).get("/settings")
    assert 'data-shared="15"' in shared.text
    assert "js/shared.js" in shared.text
    assert "data-shared" not in own.text
    assert "js/shared.js" not in own.text
    assert shared.headers["Cache-Control"] == "no-store"


def test_a_new_password_on_a_shared_computer_leaves_it_shared(staff, as_, session):
    browser = as_(staff, is_shared=True)
    new = "峠の茶屋でひとやすみする。"
    form = {"present": PASSWORD, "password": new, "again": new}
    assert browser.post("/settings/passwords", data=form).status_code == 303
    assert browser.get_cookie("stepup-device") is None
    assert 'data-shared="15"' in browser.get("/settings").text
    browser.post("/settings/sign-ins/endings")
    assert 'data-shared="15"' in browser.get("/settings").text
    assert browser.get_cookie("stepup-device") is None


def test_the_choice_is_kept_when_the_password_was_wrong(staff, client):
    answer = client.post("/sign-in", data={"name": "staff", "password": "x", "shared": "1"})
    assert re.search(r'<input type="checkbox" id="shared"[^>]* checked', answer.text)


def test_a_draft_is_kept_under_the_persons_name_alone(staff, cast, as_, session):
    browser = as_(staff, is_shared=True)
    words = "まだ途中のことばです"
    form = {"reflection": words, "draft": "1"}
    assert browser.post("/challenges/first-hello/steps/1/submissions", data=form).status_code == 303
    browser.post("/sign-out")
    assert words not in as_(cast.colleague).get("/challenges/first-hello").text
    assert words in as_(staff).get("/challenges/first-hello").text


# What operators read


def requests(capfd):
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if "{" in line]
    return [line for line in lines if line["event"] == "request"]


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("POST", "/challenges/first-hello/steps/1/submissions", 303),
        ("POST", "/settings/consents", 303),
        ("POST", "/challenges/first-hello/steps/9/submissions", 404),
        ("GET", "/office", 403),
        ("GET", "/challenges/no-such", 404),
    ],
)
def test_the_log_names_who_changes_something_or_meets_an_error(
    staff, as_, capfd, method, address, status
):
    from_afar = {"REMOTE_ADDR": "203.0.113.9"}
    form = {"reflection": "書きました"} if method == "POST" else None
    answer = as_(staff).open(address, method=method, data=form, environ_base=from_afar)
    assert answer.status_code == status
    [line] = requests(capfd)
    assert (line["person"], line["address"]) == (staff.id, "203.0.113.9")


def test_the_log_names_nobody_who_only_reads(cast, every_page, capfd):
    capfd.readouterr()
    for page in every_page:
        page.browser.get(page.address)
        page.browser.head(page.address)
    read = requests(capfd)
    assert len(read) == 2 * len(every_page)
    assert {line["person"] for line in read} == {None}


def test_a_page_that_only_leads_on_names_nobody(staff, as_, capfd):
    browser = as_(staff)
    assert browser.get("/sign-in").status_code in {302, 303}
    assert [line["person"] for line in requests(capfd)] == [None]


def test_signing_in_and_out_is_logged_with_the_person(staff, enter, client, capfd):
    enter()
    client.post("/sign-out")
    assert [line["person"] for line in requests(capfd)] == [staff.id] * 2


@pytest.mark.parametrize(("proxies", "believed"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_the_logged_address_is_that_of_trusted_proxies(config, capfd, proxies, believed):
    app = create_app(replace(config, trusted_proxies=proxies))
    app.test_client().get("/sign-in", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})
    assert [line["address"] for line in requests(capfd)] == [believed]
    app.extensions["stepup_database"].dispose()
