"""What people of the unit did lately."""

from sqlalchemy import select

from challenges.people import consents
from challenges.submissions.models import Completion
from challenges.vocabulary import Consent

GOOD = "手順を残したので、次の人が助かります。"


def test_steps_are_hidden_without_consent(as_, cast, climb, session, now):
    climb(cast.staff, "first-hello", at=now)
    session.commit()
    assert "はじめの一声" not in as_(cast.manager).get("/team").text


def test_a_name_links_to_steps_shown_with_consent(as_, cast, completed_step):
    completed_step(cast.staff)
    browser = as_(cast.manager)
    assert f'<a href="/people/{cast.staff.id}">浜口 汐里さん</a>' in browser.get("/team").text
    assert "はじめの一声" in browser.get(f"/people/{cast.staff.id}").text


def test_a_name_is_no_link_without_visible_steps(as_, cast, submit):
    browser = as_(cast.manager)
    browser.post(f"/submissions/{submit(cast.staff)}/acceptances")
    text = browser.get("/team").text
    assert ">浜口 汐里さん ・ その会議、投稿で</h3>" in text
    assert f"/people/{cast.staff.id}" not in text


def test_recent_steps_are_paged_and_forms_return_to_their_page(as_, cast, crowd, session):
    crowd()
    browser = as_(cast.manager)
    text = browser.get("/team?steps=2").text
    assert "steps=3" in text
    assert '<input type="hidden" name="steps" value="2">' in text
    completion_id = session.scalars(
        select(Completion.id).order_by(Completion.happened_at.desc()).offset(15)
    ).first()
    path = f"/completions/{completion_id}/endorsements"
    refused = browser.post(path, data={"words": "短い", "steps": "2"})
    assert refused.status_code == 422
    assert "短い</textarea>" in refused.text
    assert 'href="/team?steps=3"' in refused.text
    assert (
        browser.post(path, data={"words": GOOD, "praise": "STEADINESS", "steps": "2"}).location
        == "/team?steps=2"
    )


def shown(browser):
    """The band of what is worth noticing."""
    return browser.get("/team").text.partition('id="recent"')[2].partition("</section>")[0]


def test_pausing_showing_nothing_and_not_taking_part_look_alike(as_, cast, session, climb, now):
    browser = as_(cast.manager)
    takes_no_part = shown(browser)
    climb(cast.staff, "first-hello", at=now)
    session.commit()
    shows_nothing = shown(browser)
    consents.set_consent(session, cast.staff, Consent.STEPS, given=True, at=now)
    session.commit()
    assert cast.staff.name in shown(browser)
    consents.pause(session, cast.staff, at=now)
    session.commit()
    assert takes_no_part == shows_nothing == shown(browser)
    consents.resume(session, cast.staff, at=now)
    session.commit()
    assert cast.staff.name in shown(browser)
