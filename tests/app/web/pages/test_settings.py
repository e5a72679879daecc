"""What each person decides for themselves alone: consents, a rest, the password, and where they are
signed in."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import now
from app.identity import passwords
from app.queries.settings import sharing
from app.slack.posts.models import PostState, SlackPost
from challenges.calendar import day_of
from challenges.people.models import ConsentGiven, Person, SignIn
from challenges.vocabulary import Consent
from tests.app.web.days import in_words

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
    assert sharing(session, staff.id).given == {Consent.SLACK, Consent.STEPS}
    assert browser.get("/settings").text.count(" checked") == 2
    browser.post("/settings/consents", data={"BADGES": "1"})
    assert sharing(session, staff.id).given == {Consent.BADGES}
    withdrawn = session.scalars(
        select(ConsentGiven).where(ConsentGiven.withdrawn_at.is_not(None))
    ).all()
    assert {row.consent for row in withdrawn} == {Consent.SLACK, Consent.STEPS}


@pytest.fixture
def posted(session, cast):
    """``posted(person, 2)``: so many posts about them are visible on Slack."""

    def show(person, count=1, **more):
        for number in range(count):
            values = {"person_id": person.id, "message": {}, "ts": f"{number}.1", **more}
            times = {"due_at": now(), "wished_at": now(), "posted_at": now()}
            key = f"badge:{person.id}:{number}{more.get('state', '')}"
            session.add(SlackPost(key=key, **{"state": PostState.POSTED} | values, **times))
        session.flush()

    return show


QUESTION = "これも消しますか"


def test_who_withdraws_is_asked_about_posts_that_went_out(staff, as_, session, posted):
    browser = as_(staff)
    browser.post("/settings/consents", data={"SLACK": "1"})
    posted(staff, 2)
    assert QUESTION not in browser.get("/settings").text
    answer = browser.post("/settings/consents", data={})
    assert answer.location == "/settings"
    page = browser.get("/settings").text
    assert "Slackに残っている2件の投稿も消すかどうか" in page
    assert QUESTION in page
    assert "2件をSlackから消す" in page
    assert {post.state for post in session.query(SlackPost)} == {PostState.POSTED}


def test_who_has_no_post_is_asked_nothing(staff, as_, cast, posted):
    browser = as_(staff)
    posted(cast.colleague)
    assert browser.post("/settings/consents", data={}).location == "/settings"
    assert QUESTION not in browser.get("/settings").text


def test_posts_are_taken_away_once_and_only_ones_own(staff, as_, cast, session, posted):
    posted(staff, 2)
    posted(cast.colleague, 1, endorser_id=None)
    posted(cast.manager, 1, endorser_id=staff.id)
    browser = as_(staff)
    answer = browser.post("/settings/post-removals", follow_redirects=True)
    assert "3件の投稿を、Slackから消します。" in answer.text
    assert "3件を消しているところです。" in answer.text
    assert QUESTION not in answer.text
    states = {post.person_id: post.state for post in session.query(SlackPost)}
    assert states == {
        staff.id: PostState.REMOVING,
        cast.colleague.id: PostState.POSTED,
        cast.manager.id: PostState.REMOVING,
    }
    again = browser.post("/settings/post-removals", follow_redirects=True)
    assert "Slackに残っている投稿はありません。" in again.text


def test_the_person_hears_what_slack_did_not_let_go(staff, as_, posted):
    posted(staff, 1, state=PostState.PARKED, unwished_at=now(), last_error="cant_delete_message")
    page = as_(staff).get("/settings").text
    assert "1件は、まだ消せていません。" in page
    assert "消しているところです" not in page


def test_the_office_sees_what_could_not_be_taken_away(staff, cast, as_, posted):
    posted(staff, 1, state=PostState.PARKED, unwished_at=now(), last_error="cant_delete_message")
    page = as_(cast.dx).get("/office").text
    assert "Slackの投稿を消す" in page
    assert "この投稿はアプリからは消せません" in page
    assert staff.name in page


def test_the_settings_page_takes_one_statement_of_its_own(
    app, staff, as_, posted, count_statements
):
    browser = as_(staff)
    posted(staff, 2)
    browser.get("/settings")
    with count_statements(app.extensions["stepup_database"].engine) as statements:
        browser.get("/settings")
    assert len(statements) == 2  # who asks, and all that the page says


def test_nobody_can_consent_for_somebody_else(cast, as_, session):
    as_(cast.manager).post(
        "/settings/consents", data={"SLACK": "1", "person_id": cast.staff.id, "id": cast.staff.id}
    )
    assert sharing(session, cast.staff.id).given == set()


def test_a_rest_begins_and_ends_when_the_person_says_so(staff, as_):
    browser = as_(staff)
    said = browser.post("/settings/pauses", follow_redirects=True).text
    assert staff.paused_at is not None
    assert f"{in_words(day_of(staff.paused_at))}から参加を一時停止しています。" in said
    assert "いまは一時停止中です" in browser.get("/settings").text
    said = browser.post("/settings/resumptions", follow_redirects=True).text
    assert staff.paused_at is None
    assert f"おかえりなさい。{in_words(day_of(now()))}から参加しています。" in said


@pytest.mark.parametrize(
    "path",
    [
        "/settings/consents",
        "/settings/post-removals",
        "/settings/pauses",
        "/settings/resumptions",
        "/settings/passwords",
        "/settings/sign-ins/endings",
        "/settings/sign-ins/1/endings",
    ],
)
def test_a_stranger_changes_nothing_and_looking_changes_nothing(client, staff, as_, session, path):
    assert client.post(path).status_code == 302
    assert as_(staff).get(path).status_code == 405
    assert (staff.paused_at, staff.password_hash, sharing(session, staff.id).given) == (
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
        ({"password": "password1234"}, "よく使われる言葉や並び"),
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


def test_a_form_from_another_site_is_refused(app, staff, as_):
    app.config["WTF_CSRF_ENABLED"] = True
    browser: FlaskClient = as_(staff)
    assert browser.post("/settings/pauses").status_code == 400
    assert browser.post("/settings/sign-ins/endings").status_code == 400
    assert (staff.paused_at, staff.session_epoch) == (None, 0)


# Where the person is signed in


def listed(browser):
    """Each device of the list with the address that ends its sign-in, and whether it is here."""
    section = re.search(
        r'<section class="card" id="sign_ins">.*?</section>', page_of(browser), re.S
    )
    return [
        (
            re.search(r"<b>(.*?)</b>", one)[1],
            re.search(r'action="([^"]+)"', one)[1],
            "この端末" in one,
        )
        for one in re.findall(r"<li>.*?</li>", section[0], re.S)
    ]


def page_of(browser):
    answer = browser.get("/settings")
    assert answer.status_code == 200
    return answer.text


def is_in(browser):
    return browser.get("/settings").status_code == 200


def test_every_sign_in_is_listed_and_this_one_is_marked(staff, cast, as_):
    browser, _there, _other = as_(staff), as_(staff), as_(cast.colleague)
    assert [(device, here) for device, _action, here in listed(browser)] == [
        ("Windows の Edge", True),
        ("Windows の Edge", False),
    ]


def test_an_english_reader_sees_the_device_in_english(staff, as_):
    staff.language = "en"
    assert "<b>Edge on Windows</b>" in page_of(as_(staff))


def test_one_sign_in_is_ended_and_the_others_go_on(staff, as_):
    here, there, third = as_(staff), as_(staff), as_(staff)
    _here, _third, (_device, action, _is_here) = listed(here)
    answer = here.post(action)
    assert (answer.status_code, answer.location) == (303, "/settings")
    assert "その端末でサインアウトしました" in page_of(here)
    assert [is_in(browser) for browser in (here, there, third)] == [True, False, True]
    here.post(action)
    assert "もうサインアウトしています" in page_of(here)


def test_ending_the_sign_in_of_this_device_signs_out(staff, as_, session):
    browser = as_(staff)
    [(_device, action, _here)] = listed(browser)
    assert action == "/sign-out"
    own = session.scalars(select(SignIn.id)).one()
    answer = browser.post(f"/settings/sign-ins/{own}/endings")
    assert answer.location == "/sign-in"
    assert "Clear-Site-Data" in answer.headers
    assert not is_in(browser)


def test_nobody_ends_the_sign_in_of_somebody_else(staff, cast, as_, session):
    theirs = as_(staff)
    own = session.scalars(select(SignIn.id)).one()
    for person in (cast.colleague, cast.manager, cast.outsider, cast.dx):
        browser = as_(person)
        assert browser.post(f"/settings/sign-ins/{own}/endings").status_code == 303
        assert browser.post("/settings/sign-ins/endings").status_code == 303
    assert is_in(theirs)


def test_all_others_are_ended_at_once_and_this_one_goes_on(staff, cast, as_):
    here, there, third, other = as_(staff), as_(staff), as_(staff), as_(cast.colleague)
    assert here.post("/settings/sign-ins/endings").location == "/settings"
    assert [is_in(browser) for browser in (here, there, third, other)] == [True, False, False, True]
    assert [is_here for _device, _action, is_here in listed(here)] == [True]


def test_ending_all_others_also_ends_a_copy_of_this_cookie(staff, as_, app):
    here, thief = as_(staff), app.test_client()
    thief.set_cookie("stepup", here.get_cookie("stepup").value)
    here.post("/settings/sign-ins/endings")
    assert is_in(here)
    assert not is_in(thief)


def test_many_sign_ins_are_shown_in_pages(staff, as_):
    browsers = [as_(staff) for _ in range(12)]
    assert len(listed(browsers[0])) == 10
    assert "sign_ins=2#sign_ins" in page_of(browsers[0])
    assert browsers[0].get("/settings?sign_ins=2").text.count("Windows の Edge</b>") == 2


def test_a_sign_in_on_a_shared_computer_is_listed_as_such(staff, as_):
    as_(staff, is_shared=True)
    assert page_of(as_(staff)).count("（共有のパソコン）") == 1


def test_a_sign_in_unused_for_days_is_not_listed(staff, as_):
    as_(staff, at=now() - timedelta(days=2))
    assert len(listed(as_(staff))) == 1


def test_the_settings_take_one_statement_for_all_sign_ins(app, staff, as_, count_statements):
    engine = app.extensions["stepup_database"].engine
    browser = as_(staff)
    browser.get("/settings")
    with count_statements(engine) as one:
        browser.get("/settings")
    for _ in range(5):
        as_(staff)
    with count_statements(engine) as six:
        browser.get("/settings")
    assert len(one) == len(six) == 2
