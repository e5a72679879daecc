"""Guessing passwords is slow for everybody, tells nothing, and locks nobody out of a device they
know (docs/adr/0012)."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from app.identity import passwords

PASSWORD = "みかんの木の下で待っている。"
HASHED = passwords.hash_password(PASSWORD)
WRONG = "職員番号（またはメール）かパスワードが違うようです"
SPELLINGS = ["staff", "STAFF", " ｓｔａｆｆ ", "staff@pref.example.jp", "Staff@Pref.Example.JP"]
AT_ONCE = 32


@pytest.fixture
def staff(cast):
    cast.staff.password_hash = HASHED
    return cast.staff


@pytest.fixture
def config(config):
    """Few tries for an account, so that a test need not make a hundred."""
    return replace(config, sign_in_limits=("10 per minute", "30 per minute", "11 per hour"))


@pytest.fixture
def enter(client):
    def enter(name="staff", password=PASSWORD, browser=client, address="127.0.0.1", **more):
        return browser.post(
            "/sign-in",
            data={"name": name, "password": password, **more},
            environ_base={"REMOTE_ADDR": address},
        )

    return enter


@pytest.fixture
def strangers(app, enter):
    """``strangers(11)``: so many wrong tries from as many addresses, by every name in turn."""

    def guess(count, names=SPELLINGS):
        return [
            enter(
                names[n % len(names)], "guess", browser=app.test_client(), address=f"10.9.{n}.1"
            ).status_code
            for n in range(count)
        ]

    return guess


def refusals(capfd):
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if "{" in line]
    return [line for line in lines if line["event"] == "sign-in refused"]


def test_a_name_allows_ten_wrong_tries_a_minute(staff, enter, app):
    answers = [enter(password="wrong", address=f"10.0.0.{n}").status_code for n in range(12)]
    assert answers == [401] * 10 + [429] * 2
    limited = enter(address="10.0.9.9")
    assert limited.status_code == 429
    assert "1分ほど待ってから" in limited.text
    assert limited.headers["Retry-After"] == "60"
    assert enter("ｓｔａｆｆ", address="10.0.9.9").status_code == 429


def test_an_address_allows_thirty_wrong_tries_a_minute(staff, enter):
    answers = [enter(f"guess{n}").status_code for n in range(31)]
    assert answers == [401] * 30 + [429]
    assert enter().status_code == 429
    assert enter(address="10.0.0.2").status_code == 303


def test_a_blocked_address_uses_up_nobody_elses_tries(staff, enter):
    for n in range(30):
        enter(f"guess{n}")
    assert {enter(password="guess").status_code for _ in range(12)} == {429}
    assert enter(password="guess", address="10.0.0.2").status_code == 401


def test_a_blocked_name_uses_up_no_tries_of_the_address(staff, enter):
    assert [enter(password="guess").status_code for _ in range(40)] == [401] * 10 + [429] * 30
    assert enter("somebody else", "guess").status_code == 401


def test_a_whole_unit_can_sign_in_from_one_address(staff, cast, enter, app):
    cast.colleague.password_hash = HASHED
    names = ("staff", "staff@pref.example.jp", "colleague")
    browsers = [app.test_client() for _ in range(40)]
    answers = [enter(names[n % 3], browser=one).status_code for n, one in enumerate(browsers)]
    assert set(answers) == {303}


@pytest.mark.parametrize(
    "name", ["staff", "staff@pref.example.jp", "nobody", "nobody@pref.example.jp"]
)
def test_every_spelling_of_a_name_shares_one_limit(staff, enter, name):
    typed = [name, name.upper(), f" {name.title()}　"]
    answers = [enter(typed[n % 3], "guess", address=f"10.1.0.{n}").status_code for n in range(12)]
    assert answers == [401] * 10 + [429] * 2


def test_a_network_of_addresses_has_one_limit(staff, enter):
    guesses = [
        enter(f"guess{n}", "guess", address=f"2001:db8:1:2::{n:x}").status_code for n in range(31)
    ]
    assert guesses == [401] * 30 + [429]
    assert enter("guess", "guess", address="2001:db8:1:3::1").status_code == 401
    assert enter("guess", "guess", address="::ffff:10.2.0.1").status_code == 401


def test_an_account_is_guessed_at_only_so_often_whichever_name(staff, enter, strangers, capfd):
    assert set(strangers(11)) == {401}
    for name in SPELLINGS:
        answer = enter(name, address="10.8.0.1")
        assert (answer.status_code, WRONG in answer.text) == (401, True)
    assert [line["reason"] for line in refusals(capfd)] == ["wrong password"] * 11 + [
        "too many tries of this account"
    ] * len(SPELLINGS)


def test_one_account_that_is_guessed_at_leaves_the_others_alone(staff, cast, enter, strangers):
    cast.colleague.password_hash = HASHED
    strangers(13)
    assert enter("colleague", address="10.8.0.1").status_code == 303


def test_right_passwords_do_not_count(staff, enter, strangers, app):
    strangers(10)
    for n in range(5):
        answer = enter(browser=app.test_client(), address=f"10.8.0.{n}")
        assert answer.status_code == 303


def test_limits_do_not_reveal_that_two_names_are_one_person(staff, app, enter):
    def told(name, n):
        answer = enter(name, "guess", browser=app.test_client(), address=f"10.3.{n}.1")
        return answer.status_code, sorted(answer.headers.keys())

    for n in range(10):
        told("staff", n)
    blocked = told("staff", 20)
    assert blocked[0] == 429
    same, other, unknown = (
        told(f"{name}@pref.example.jp", 30) for name in ("staff", "other", "nobody")
    )
    assert same[0] == other[0] == unknown[0] == 401
    assert same[1:] == other[1:] == unknown[1:]


def test_an_account_that_strangers_guess_at_looks_like_no_account(staff, app, enter, strangers):
    strangers(11)

    def page(name):
        answer = enter(name, browser=app.test_client(), address="10.8.0.1")
        return answer.status_code, WRONG in answer.text, sorted(answer.headers.keys())

    assert page("staff@pref.example.jp") == page("nobody@pref.example.jp") == page("nobody")


def test_strangers_lock_nobody_out_of_a_known_device(staff, enter, client, strangers, app):
    assert enter().status_code == 303
    client.post("/sign-out")
    strangers(30)
    for n in range(30):
        enter(f"guess{n}", "guess", browser=app.test_client())  # from the same address
    assert enter(browser=app.test_client(), address="10.8.0.1").status_code in {401, 429}
    assert enter().status_code == 303


def test_a_known_device_has_ten_tries_a_minute_too(staff, enter, client):
    enter()
    client.post("/sign-out")
    assert [enter(password="guess").status_code for _ in range(12)] == [401] * 10 + [429] * 2


def test_a_device_is_known_for_its_own_people_alone(staff, cast, enter, client, strangers):
    cast.colleague.password_hash = HASHED
    enter("colleague")
    client.post("/sign-out")
    strangers(11)
    assert enter(address="10.8.0.1").status_code == 401
    assert enter("colleague", address="10.8.0.1").status_code == 303


def test_a_device_knows_several_people(staff, cast, enter, client, strangers):
    cast.colleague.password_hash = HASHED
    for name in ("staff", "colleague"):
        enter(name)
        client.post("/sign-out")
    strangers(11)
    assert enter(address="10.8.0.1").status_code == 303


@pytest.mark.parametrize("value", ["", "x", "WyJ4IixbMV1d.x", "あ"])
def test_a_forged_device_cookie_is_worth_nothing(staff, enter, client, strangers, value):
    strangers(11)
    client.set_cookie("stepup-device", value)
    assert enter(address="10.8.0.1").status_code == 401


def test_a_device_cookie_opens_nothing(staff, enter, client):
    enter()
    client.delete_cookie("stepup")
    assert client.get("/settings").status_code == 302


@pytest.mark.parametrize("names", [["staff"], SPELLINGS])
def test_tries_at_once_do_not_outrun_the_counter(app, session, staff, names, capfd):
    """32 at once from as many addresses: no more are checked than the limits allow."""
    session.commit()

    def attempt(n):
        return FlaskClient(app, app.response_class).post(
            "/sign-in",
            data={"name": names[n % len(names)], "password": "guess"},
            environ_base={"REMOTE_ADDR": f"10.7.{n}.1"},
        )

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = Counter(one.status_code for one in pool.map(attempt, range(AT_ONCE)))
    checked = [line["reason"] for line in refusals(capfd)].count("wrong password")
    assert answers.keys() <= {401, 429}
    assert checked == (10 if len(names) == 1 else 11)


def test_wrong_tries_at_the_present_password_are_counted(staff, as_):
    browser = as_(staff)

    def change(present):
        new = {"password": "short", "again": "short"}
        return browser.post("/settings/passwords", data={"present": present, **new}).status_code

    assert [change(PASSWORD) for _ in range(12)] == [422] * 12  # right, but the new one is not good
    assert [change("guess") for _ in range(11)] == [422] * 10 + [429]
    assert change(PASSWORD) == 429


def test_invitations_that_are_over_count_for_the_address(client):
    answers = [client.post("/invitations/x", data={}).status_code for _ in range(31)]
    assert answers == [410] * 30 + [429]


# What operators read


@pytest.mark.parametrize(
    ("name", "password", "reason"),
    [
        ("staff", "guess", "wrong password"),
        ("nobody", PASSWORD, "unknown name"),
        ("colleague", PASSWORD, "no password yet"),
        ("outsider", PASSWORD, "has left"),
    ],
)
def test_a_failed_sign_in_is_logged_with_address_and_reason(
    staff, cast, at, enter, capfd, name, password, reason
):
    cast.outsider.password_hash, cast.outsider.deactivated_at = HASHED, at
    enter(name, password, address="10.6.0.1")
    [line] = refusals(capfd)
    assert (line["level"], line["address"], line["reason"]) == ("warning", "10.6.0.1", reason)
    assert line["person"] == (getattr(cast, name).id if hasattr(cast, name) else None)
    assert "guess" not in json.dumps(line)


def test_a_password_typed_as_the_name_is_not_logged(staff, enter, capfd):
    enter(PASSWORD, "")
    assert PASSWORD not in capfd.readouterr().err


def test_a_try_too_many_and_a_used_link_are_logged(staff, enter, client, capfd):
    for _ in range(11):
        enter(password="guess")
    client.get("/invitations/x")
    assert [line["reason"] for line in refusals(capfd)][-2:] == ["too many tries", "link is over"]
