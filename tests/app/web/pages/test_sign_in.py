"""Signing in with a password or a one-time link. A refused sign-in reveals nothing."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app.factory import create_app
from app.identity import invitations, passwords
from challenges.people import accounts, leaving
from challenges.people.accounts import account
from challenges.people.models import Person, SignIn

PASSWORD = "みかんの木の下で待っている。"
HASHED = passwords.hash_password(PASSWORD)
NEW = passwords.hash_password("峠の茶屋でひとやすみする。")
OLD = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
WRONG = "職員番号（またはメール）かパスワードが違うようです。もう一度確かめてください。"


@pytest.fixture
def staff(cast):
    cast.staff.password_hash = HASHED
    return cast.staff


@pytest.fixture
def enter(client):
    def enter(name="staff", password=PASSWORD, browser=client, **more):
        address = more.pop("address", "127.0.0.1")
        return browser.post(
            "/sign-in",
            data={"name": name, "password": password, **more},
            environ_base={"REMOTE_ADDR": address},
        )

    return enter


def is_in(browser):
    return browser.get("/settings").status_code == 200


@pytest.mark.parametrize(
    "name", ["staff", "STAFF", " ｓｔａｆｆ ", "staff@pref.example.jp", "STAFF@Pref.Example.jp"]
)
def test_a_person_signs_in_with_number_or_address(staff, enter, client, name):
    answer = enter(name)
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_in(client)


def test_every_failed_sign_in_gets_the_same_answer(staff, cast, enter, client):
    cast.outsider.password_hash = HASHED
    cast.outsider.deactivated_at = datetime(2026, 7, 1, tzinfo=UTC)
    names = {
        "staff": "wrong password",
        "nobody": PASSWORD,
        "colleague": PASSWORD,
        "outsider": PASSWORD,
        "": "",
    }
    pages = set()
    for name, password in names.items():
        answer = enter(name, password)
        assert answer.status_code == 401
        assert WRONG in answer.text
        pages.add(re.sub(r'value="[^"]*"|<code>\w+</code>|"X-CSRFToken": "[^"]*"', "", answer.text))
        assert not is_in(client)
    assert len(pages) == 1


@pytest.mark.parametrize("name", ["a\x00b", "%", "' OR 1=1 --", "あ" * 5000, "\ud7ff"])
def test_an_impossible_name_is_just_a_wrong_name(staff, enter, name):
    assert enter(name).status_code == 401


def test_typed_text_is_shown_again_escaped(enter):
    answer = enter('"><script>alert(1)</script>')
    assert "<script>alert" not in answer.text
    assert PASSWORD not in answer.text


@pytest.mark.parametrize("target", ["/challenges", "/challenges?stage=TRY&page=2", "/badges"])
def test_signing_in_leads_to_the_requested_page(staff, enter, target):
    assert enter(next=target).location == target


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "///evil.example",
        "",
    ],
)
def test_signing_in_never_leads_to_another_site(staff, enter, target):
    assert enter(next=target).location == "/"


def test_signing_in_never_leads_to_a_form_address(staff, enter):
    assert enter(next="/settings/sign-ins/endings").location == "/"


def test_a_signed_out_visitor_signs_in_and_returns(staff, client, enter):
    answer = client.get("/challenges?page=2")
    assert answer.status_code == 302
    page = client.get(answer.location)
    *_, target = re.findall(
        r'name="next" value="([^"]*)"', page.text
    )  # the first is that of the language button
    assert enter(next=target).location == "/challenges?page=2"


def test_a_signed_in_person_is_not_asked_again(staff, as_):
    assert as_(staff).get("/sign-in").location == "/"


def test_the_session_is_a_fresh_one(staff, enter, client):
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
        cookie["_user_id"] = "chosen by somebody else"
    enter()
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["_user_id"] != "chosen by somebody else"


def test_the_cookie_is_hidden_from_scripts_and_other_sites(staff, enter):
    cookie = enter().headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_under_https_the_cookies_belong_to_this_host_alone(staff, config, session):
    session.commit()
    address = "https://stepup.example.jp"
    app = create_app(replace(config, public_url=address))
    app.config["WTF_CSRF_ENABLED"] = False
    form = {"name": "staff", "password": PASSWORD}
    browser = app.test_client()
    cookies = browser.post("/sign-in", data=form, base_url=address).headers.getlist("Set-Cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {
        "__Host-stepup",
        "__Host-stepup-device",
    }
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
    assert browser.get("/settings", base_url=address).status_code == 200
    app.extensions["stepup_database"].dispose()


def test_renewing_an_old_hash_ends_no_session(staff, enter, app):
    staff.password_hash = OLD
    here, there = app.test_client(), app.test_client()
    assert enter(browser=here).status_code == 303
    renewed = staff.password_hash
    assert renewed != OLD
    assert enter(browser=there).status_code == 303
    assert staff.password_hash == renewed
    assert is_in(here)


@pytest.fixture
def meanwhile(app, database):
    """``meanwhile(act)``: run ``act(session)`` in another session right after the next sign-in has
    read the account."""
    engine = app.extensions["stepup_database"].engine
    waiting = []

    def note(_connection, _cursor, statement, *_rest):
        if waiting and "person.password_hash" in statement:
            act = waiting.pop()
            with database.writing() as session:
                act(session)

    event.listen(engine, "after_cursor_execute", note)
    yield waiting.append
    event.remove(engine, "after_cursor_execute", note)


ENDS = {
    "a new password": lambda session, staff: accounts.set_password(
        session, staff.id, password_hash=NEW, epoch=0
    ),
    "signed out everywhere": lambda session, staff: accounts.sign_out_everywhere(session, staff.id),
    "left": lambda session, staff: leaving.deactivate(
        session, session.get_one(Person, staff.id), at=datetime.now(UTC)
    ),
}


@pytest.mark.parametrize("how", ENDS)
def test_signing_out_everywhere_also_ends_a_sign_in_under_way(staff, enter, client, meanwhile, how):
    meanwhile(lambda session: ENDS[how](session, staff))
    answer = enter()
    assert staff.session_epoch == 1
    assert (answer.status_code, WRONG in answer.text) == (401, True)
    assert not is_in(client)


def test_renewing_a_hash_does_not_restore_an_old_password(staff, enter, meanwhile):
    staff.password_hash = OLD
    meanwhile(lambda session: ENDS["a new password"](session, staff))
    assert enter().status_code == 401
    assert staff.password_hash == NEW


def test_signing_out_ends_the_session(staff, enter, client):
    enter()
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").status_code == 303
    assert not is_in(client)


def copied(browser, app):
    """Another browser with the same cookies."""
    other = app.test_client()
    for name in ("stepup", "stepup-device"):
        if found := browser.get_cookie(name):
            other.set_cookie(name, found.value)
    return other


def test_a_copied_cookie_does_not_survive_signing_out(staff, enter, client, app):
    enter()
    thief = copied(client, app)
    assert is_in(thief)
    client.post("/sign-out")
    assert not is_in(thief)
    enter()
    assert not is_in(thief)


def test_signing_out_here_ends_no_other_sign_in(staff, cast, enter, app):
    cast.colleague.password_hash = HASHED
    here, there, other = app.test_client(), app.test_client(), app.test_client()
    enter(browser=here)
    enter(browser=there)
    enter("colleague", browser=other)
    here.post("/sign-out")
    assert [is_in(browser) for browser in (here, there, other)] == [False, True, True]


def test_signing_out_lets_the_browser_forget_the_pages(staff, enter, client):
    enter()
    answer = client.post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "サインアウトしました" in client.get("/sign-in").text


def test_a_signed_out_visitor_may_press_sign_out_again(client, session):
    assert client.post("/sign-out").status_code == 303


def test_signing_in_again_replaces_the_sign_in_of_this_browser(staff, cast, enter, client, app):
    cast.colleague.password_hash = HASHED
    enter()
    thief = copied(client, app)
    enter("colleague")
    assert is_in(client)
    assert not is_in(thief)


def test_a_person_who_left_is_signed_out_at_the_next_request(staff, enter, client, session, at):
    enter()
    assert is_in(client)
    leaving.deactivate(session, staff, at=at)
    assert not is_in(client)


@pytest.mark.parametrize("key", ["", "x", "1.0", 1, "あ", "x" * 5000])
def test_a_malformed_session_signs_nobody_in(client, key):
    with client.session_transaction() as cookie:
        cookie["_user_id"] = key
    assert client.get("/settings").status_code == 302


# One-time links


@pytest.fixture
def link(app, cast, session):
    def link(person=None, at=None):
        session.commit()
        found = account(session, (person or cast.staff).id)
        token = invitations.invite(
            found, secret=app.config["SECRET_KEY"], at=at or datetime.now(UTC)
        )
        return f"/invitations/{token}"

    return link


def choose(browser, url, password=PASSWORD, again=None):
    return browser.post(
        url, data={"password": password, "again": password if again is None else again}
    )


def test_a_link_greets_by_name_and_sets_the_password(cast, client, link, enter, app):
    url = link()
    assert "浜口 汐里さん" in client.get(url).text
    answer = choose(client, url)
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_in(client)
    assert enter(browser=app.test_client()).status_code == 303


def test_viewing_an_invitation_does_not_use_it_up(client, link):
    url = link()
    assert [client.get(url).status_code for _ in range(3)] == [200] * 3


def test_an_invitation_says_what_one_signs_in_with(cast, client, link):
    page = client.get(link()).text
    assert "次からは、この職員番号かメール（staff@pref.example.jp）と" in page
    username = re.search(r'<input id="username"[^>]*>', page)[0]
    assert {'type="text"', 'value="staff"', 'autocomplete="username"', "readonly"} <= set(
        username.strip("<>").split()
    )
    assert page.count('autocomplete="new-password"') == 2
    assert "このパスワードで始める" in page


def test_an_invitation_without_an_address_names_the_number_alone(cast, client, link):
    cast.staff.email = None
    page = client.get(link()).text
    assert "次からは、この職員番号と、これから決めるパスワード" in page
    assert "None" not in page


@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_invitation_leads_to_what_a_newcomer_reads(client, link, language):
    """The link in the sentence below the form: that in the footer is on every page."""
    url = link()
    page = client.get(url, headers={"Accept-Language": language}).text
    main = page.partition("<main")[2].partition("</main>")[0]
    assert re.search(r'<a href="/about">(.*?)</a>', main)[1] in {"はじめての方へ", "New here?"}
    answer = client.get("/about", headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert client.get(url).status_code == 200, "reading it leaves the link as it was"


def test_a_link_works_once_and_then_says_where_to_get_another(client, link, app):
    url = link()
    choose(client, url)
    for answer in (
        app.test_client().get(url),
        choose(app.test_client(), url, "another long password"),
    ):
        assert answer.status_code == 410
        assert "このリンクはもう使えません" in answer.text


def test_of_two_at_once_only_one_sets_the_password(app, link, session, cast):
    url, words = link(), [f"password number {n}" for n in range(8)]
    session.commit()
    browsers = [FlaskClient(app, app.response_class) for _ in words]
    with ThreadPoolExecutor(8) as pool:
        answers = [
            answer.status_code
            for answer in pool.map(lambda one, word: choose(one, url, word), browsers, words)
        ]
    assert answers.count(303) == 1
    assert set(answers) <= {303, 410, 422}
    session.expire_all()
    winner = words[answers.index(303)]
    assert passwords.verify(session.get_one(Person, cast.staff.id).password_hash, winner)


@pytest.mark.parametrize("why", ["old", "forged", "signed out everywhere", "left", "nonsense"])
def test_an_expired_link_opens_nothing(client, link, cast, session, at, why):
    url = link(at=datetime.now(UTC) - timedelta(days=7, seconds=1)) if why == "old" else link()
    if why == "forged":
        said, signature = url.rsplit(".", 1)
        url = f"{said}.{signature[::-1]}"
    if why == "signed out everywhere":
        accounts.sign_out_everywhere(session, cast.staff.id)
    if why == "left":
        leaving.deactivate(session, cast.staff, at=at)
    if why == "nonsense":
        url = "/invitations/%E3%81%82"
    assert client.get(url).status_code == 410
    assert choose(client, url).status_code == 410
    assert cast.staff.password_hash is None


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("short", None, "パスワードは12文字以上にしてください"),
        ("staff-staff-staff", None, "そのまま使わないでください"),
        ("qwertyuiop12", None, "よく使われる言葉や並び"),
        ("asa wa mikan to ocha", None, "よく使われる言葉や並び"),
        (PASSWORD, "something else", "二つのパスワードが同じではありません"),
    ],
)
def test_a_poor_password_is_reported_beside_its_field(
    client, link, cast, password, again, sentence
):
    answer = choose(client, link(), password, again)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert cast.staff.password_hash is None


def test_an_invitation_signs_in_its_person_whoever_was_signed_in(as_, cast, link, session):
    browser = as_(cast.outsider)
    choose(browser, link(cast.staff))
    with browser.session_transaction() as cookie:
        key = cookie["_user_id"]
    assert session.scalars(select(SignIn.key)).all() == [key]
    assert session.scalars(select(SignIn.person_id)).one() == cast.staff.id


def test_the_log_contains_no_secrets(client, link, capfd):
    url = link()
    client.get(url)
    assert url.rpartition("/")[2] not in capfd.readouterr().err


# Language


def test_the_language_is_kept_before_and_after_signing_in(staff, client, as_):
    assert (
        client.post("/language", data={"language": "en", "next": "/sign-in"}).location == "/sign-in"
    )
    assert '<html lang="en">' in client.get("/sign-in").text
    browser = as_(staff)
    browser.post("/language", data={"language": "en", "next": "//evil.example"})
    assert staff.language == "en"
    assert '<html lang="en">' in browser.get("/settings").text


def test_an_unknown_language_is_refused(client):
    assert client.post("/language", data={"language": "fr"}).status_code == 422


def test_an_open_page_reports_the_ended_session_and_keeps_its_form(client):
    headers = {
        "HX-Request": "true",
        "HX-Request-Type": "partial",
        "HX-Target": "section#climb",
        "HX-Current-URL": "http://localhost/challenges/first-hello",
    }
    answer = client.post(
        "/challenges/first-hello/steps/1/submissions", data={"reflection": "x"}, headers=headers
    )
    assert answer.status_code == 401
    assert answer.headers["HX-Retarget"] == "#flash"
    assert "書いたものはまだこの画面にあります" in answer.text
    assert 'href="/sign-in?next=/challenges/first-hello"' in answer.text
    assert "<html" not in answer.text
