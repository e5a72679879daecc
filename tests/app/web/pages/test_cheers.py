"""Cheering what one sees, taking it back, thanking, and letting others see it."""

import re

import pytest
from sqlalchemy import select

from app.clock import now
from badges.subscribers import on_step_climbed
from challenges.outbox import Fact
from challenges.people import consents
from challenges.people.consents import set_consent
from challenges.recognition import budgets, cheering, endorsing
from challenges.recognition.cheering import Applause
from challenges.recognition.models import Cheer
from challenges.recognition.stamps import Stamp
from challenges.submissions import voiding
from challenges.vocabulary import Consent
from tests.app.web.htmx import partial


@pytest.fixture
def done(session, cast, climb):
    """A step that staff climbed and shows to the unit."""
    set_consent(session, cast.staff, Consent.STEPS, given=True, at=now())
    completion = climb(cast.staff, "first-hello", at=now())
    session.commit()
    return completion


@pytest.fixture
def cheer(session, cast, done):
    """The colleague's cheer for it."""
    applause = Applause(Stamp.HELPED, "次は自分も聞いてみます。")
    [cheer_id] = cheering.cheer(session, [done.id], applause, by_id=cast.colleague.id, at=now())
    session.commit()
    return session.get_one(Cheer, cheer_id)


def give(browser, completion, **form):
    return browser.post(f"/completions/{completion.id}/cheers", data={"stamp": "HELPED", **form})


def count(session):
    session.expire_all()
    return len(session.scalars(select(Cheer).where(Cheer.taken_back_at.is_(None))).all())


def test_a_persons_page_leads_to_the_form(as_, cast, done):
    text = as_(cast.colleague).get(f"/people/{cast.staff.id}").text
    assert f"/completions/{done.id}/cheers" in text


def test_the_form_shows_the_stamps_by_name_and_what_is_left(as_, cast, done):
    text = as_(cast.colleague).get(f"/completions/{done.id}/cheers").text
    assert text.count('name="stamp"') == 8
    for word in ("助かりました", "まねします", "いい問い", "ていねい"):
        assert word in text
    assert "今週はあと10回" in text


def test_the_form_opens_within_a_page(as_, cast, done):
    headers = partial(f"div#cheer-{done.id}")
    text = as_(cast.colleague).get(f"/completions/{done.id}/cheers", headers=headers).text
    assert text.count("<h1") == 0
    assert f'<div id="cheer-{done.id}"' in text


def test_one_tap_leaves_a_stamp(as_, cast, session, done):
    browser = as_(cast.colleague)
    answer = give(browser, done)
    assert answer.status_code == 303
    text = browser.get(answer.location).text
    assert "応援を届けました" in text
    assert "今週はあと9回" in text
    assert count(session) == 1


@pytest.mark.parametrize("who", ["outsider", "dx"])
def test_strangers_find_no_form_and_leave_no_stamp(as_, cast, session, done, who):
    browser = as_(getattr(cast, who))
    assert browser.get(f"/completions/{done.id}/cheers").status_code == 404
    assert give(browser, done).status_code == 403
    assert count(session) == 0


def test_nobody_cheers_themselves(as_, cast, session, done):
    browser = as_(cast.staff)
    assert browser.get(f"/completions/{done.id}/cheers").status_code == 404
    assert give(browser, done).status_code == 403
    assert count(session) == 0


@pytest.mark.parametrize("stamp", ["", "LOVE", "helped"])
def test_an_unknown_stamp_is_refused_and_keeps_the_words(as_, cast, session, done, stamp):
    answer = give(as_(cast.colleague), done, stamp=stamp, words="よかったです。")
    assert answer.status_code == 422
    assert "しるしを一つ選んでください。" in answer.text
    assert "よかったです。" in answer.text
    assert count(session) == 0


def test_the_answer_says_which_cap_stopped_it_and_when_it_lifts(as_, cast, session, done):
    budgets.spend(session, cast.colleague.id, heads=10, at=now())
    session.commit()
    answer = give(as_(cast.colleague), done, words="よかったです。")
    assert answer.status_code == 422
    renews_on = budgets.budget_of(session, cast.colleague.id, at=now()).renews_on
    day = f"{renews_on.year}年{renews_on.month}月{renews_on.day}日"
    assert (
        f"今週の応援はあと0回で、1人には足りません。{day}になると、また10回になります。"
        in answer.text
    )
    assert "よかったです。" in answer.text
    assert count(session) == 0


def test_several_are_cheered_at_once(as_, cast, session, done, climb):
    for person in (cast.manager, cast.deputy):
        set_consent(session, person, Consent.STEPS, given=True, at=now())
    others = [climb(cast.manager, "first-hello"), climb(cast.deputy, "first-hello")]
    session.commit()
    browser = as_(cast.colleague)
    for one in others:
        set_at = now()
        one.happened_at = set_at
    session.commit()
    text = browser.get(f"/completions/{done.id}/cheers?others=1").text
    assert [f'value="{one.id}"' in text for one in others] == [True, True]
    answer = give(browser, done, also=[one.id for one in others], others="1")
    assert "3人に応援を届けました" in browser.get(answer.location).text
    assert count(session) == 3


@pytest.mark.parametrize("also", ["9" * 30, "x", "-1", "²"])
def test_ticks_that_no_form_has_are_left_out(as_, cast, session, done, also):
    assert give(as_(cast.colleague), done, also=also).status_code == 303
    assert count(session) == 1


def test_those_who_show_nothing_or_rest_are_not_offered(as_, cast, session, done, climb):
    set_consent(session, cast.deputy, Consent.STEPS, given=True, at=now())
    hidden = [
        climb(cast.manager, "first-hello", at=now()),
        climb(cast.deputy, "dx-words", at=now()),
    ]
    consents.pause(session, cast.deputy, at=now())
    session.commit()
    text = as_(cast.colleague).get(f"/completions/{done.id}/cheers?others=1").text
    assert not any(f'value="{one.id}"' in text for one in hidden)


def test_a_cheer_is_taken_back_by_its_giver(as_, cast, session, cheer):
    browser = as_(cast.colleague)
    answer = browser.post(f"/cheers/{cheer.id}/withdrawals")
    assert answer.status_code == 303
    assert "今週の分に戻しました" in browser.get(answer.location).text
    assert count(session) == 0


@pytest.mark.parametrize(
    ("who", "status"), [("staff", 403), ("manager", 404), ("outsider", 404), ("dx", 404)]
)
def test_nobody_else_takes_it_back(as_, cast, session, cheer, who, status):
    assert as_(getattr(cast, who)).post(f"/cheers/{cheer.id}/withdrawals").status_code == status
    assert count(session) == 1


def test_the_receiver_sees_it_on_home_at_the_step_and_in_the_list(as_, cast, cheer):
    browser = as_(cast.staff)
    for address in ("/", "/challenges/first-hello", "/cheers"):
        text = browser.get(address).text
        assert "助かりました" in text, address
        assert "次は自分も聞いてみます。" in text
        assert "山本 樹さんから" in text


@pytest.mark.parametrize("who", ["manager", "deputy"])
def test_others_see_it_only_if_the_receiver_wants(as_, cast, cheer, who):
    address = f"/people/{cast.staff.id}"
    assert "次は自分も聞いてみます。" not in as_(getattr(cast, who)).get(address).text
    as_(cast.staff).post(f"/cheers/{cheer.id}/readers", data={"shown": "1"})
    assert "次は自分も聞いてみます。" in as_(getattr(cast, who)).get(address).text
    as_(cast.staff).post(f"/cheers/{cheer.id}/readers")
    assert "次は自分も聞いてみます。" not in as_(getattr(cast, who)).get(address).text


def test_thanking_ends_the_exchange_and_the_giver_sees_it(as_, cast, session, cheer):
    browser = as_(cast.staff)
    answer = browser.post(f"/cheers/{cheer.id}/thanks", data={"back": "home"})
    assert answer.location == "/"
    assert "「ありがとう」を届けました。" in browser.get("/").text
    assert "次は自分も聞いてみます。" not in browser.get("/").text
    assert "「ありがとう」が届きました" in as_(cast.colleague).get("/cheers").text
    browser.post(f"/cheers/{cheer.id}/thanks")
    kinds = session.scalars(select(Fact.kind)).all()
    assert kinds.count("cheer_thanked") == 1


@pytest.mark.parametrize("act", ["thanks", "readers"])
@pytest.mark.parametrize(("who", "status"), [("colleague", 403), ("manager", 404), ("dx", 404)])
def test_only_the_receiver_thanks_and_shows(as_, cast, session, cheer, act, who, status):
    answer = as_(getattr(cast, who)).post(f"/cheers/{cheer.id}/{act}", data={"shown": "1"})
    assert answer.status_code == status
    session.refresh(cheer)
    assert (cheer.thanked_at, cheer.shown_to_others) == (None, False)


def test_what_the_office_takes_back_hides_its_cheers(as_, cast, session, done, cheer):
    voiding.void(session, done, by_id=cast.dx.id, reason="別の段の記録でした。", at=now())
    session.commit()
    assert "次は自分も" not in as_(cast.staff).get("/cheers").text
    assert "次は自分も" not in as_(cast.staff).get("/").text
    voiding.restore(session, done, at=now())
    session.commit()
    assert "次は自分も" in as_(cast.staff).get("/cheers").text


def test_a_badge_is_cheered_through_its_last_completion(as_, cast, session, climb):
    done = climb(cast.staff, "first-hello", at=now())
    fact = session.scalars(select(Fact).where(Fact.kind == "step_climbed")).one()
    on_step_climbed(session, fact, now())
    set_consent(session, cast.staff, Consent.BADGES, given=True, at=now())
    session.commit()
    browser = as_(cast.outsider)
    text = browser.get(f"/people/{cast.staff.id}").text
    assert f"/completions/{done.id}/cheers" in text
    assert give(browser, done).status_code == 303
    assert count(session) == 1


def test_somebody_who_rests_looks_like_one_who_shows_nothing(as_, cast, session, done):
    page = f"/people/{cast.staff.id}"
    consents.pause(session, cast.staff, at=now())
    session.commit()
    resting = as_(cast.colleague).get(page).text
    consents.resume(session, cast.staff, at=now())
    set_consent(session, cast.staff, Consent.STEPS, given=False, at=now())
    session.commit()
    csrf = re.compile(r'csrf_token" value="[^"]*"|X-CSRFToken": "[^"]*"')
    assert csrf.sub("", resting) == csrf.sub("", as_(cast.colleague).get(page).text)


def test_a_cheer_and_an_endorsement_never_look_alike(as_, cast, session, done, cheer):
    words = "公開の場での一声、心強いです。"
    endorsing.endorse(
        session, done, by_id=cast.manager.id, words=words, kinds=["STEADINESS"], at=now()
    )
    session.commit()
    text = as_(cast.staff).get("/").text
    assert re.search(r'<figure class="words">\s*<blockquote>公開の場', text)
    assert not re.search(r'<figure class="words">\s*<blockquote>次は自分も', text)


def test_cheers_cost_the_same_statements_however_many(
    as_, cast, session, database, cheer, done, count_statements
):
    browser = as_(cast.staff)

    def cost(page):
        with count_statements(database.engine) as statements:
            assert browser.get(page).status_code == 200
        return len(statements)

    pages = ["/cheers", "/", "/challenges/first-hello"]
    few = [cost(page) for page in pages]
    for stamp in list(Stamp)[1:]:
        cheering.cheer(session, [done.id], Applause(stamp), by_id=cast.colleague.id, at=now())
    session.commit()
    assert [cost(page) for page in pages] == few


def test_words_of_people_are_escaped(as_, cast, done):
    browser = as_(cast.colleague)
    give(browser, done, words="<b>太字</b>")
    for reader in (cast.colleague, cast.staff):
        text = as_(reader).get("/cheers").text
        assert "<b>太字</b>" not in text
        assert "&lt;b&gt;太字&lt;/b&gt;" in text


def test_lists_are_paged(as_, cast, session, climb, catalogue):
    set_consent(session, cast.staff, Consent.STEPS, given=True, at=now())
    steps = [one.slug for one in catalogue.challenges[:11]]
    done = [climb(cast.staff, slug, at=now()) for slug in steps]
    for n, one in enumerate(done):
        giver = cast.colleague if n < 9 else cast.manager
        cheering.cheer(session, [one.id], Applause(Stamp.HELPED), by_id=giver.id, at=now())
    session.commit()
    browser = as_(cast.staff)
    assert browser.get("/cheers").text.count('class="laid-cheer"') == 10
    assert browser.get("/cheers?page=2").text.count('class="laid-cheer"') == 1
