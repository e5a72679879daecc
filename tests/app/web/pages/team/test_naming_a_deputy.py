"""Naming a deputy, and ending a deputyship."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from challenges.calendar import day_of
from challenges.people.models import Membership
from challenges.vocabulary import MembershipKind, SubmissionState
from tests.app.web.days import in_words


def name(browser, cast, **data):
    today = day_of(datetime.now(UTC)).isoformat()
    return browser.post("/deputies", data={"unit": cast.section.id, "first_day": today, **data})


def test_a_named_deputy_can_accept_submissions(as_, cast, submit, state_of):
    browser = as_(cast.manager)
    assert name(browser, cast, deputy="colleague").status_code == 303
    text = browser.get("/team").text
    today = in_words(day_of(datetime.now(UTC)))
    assert f"{today}から、山本 樹さんに代理をお願いしました。" in text
    submission_id = submit(cast.staff)
    assert as_(cast.colleague).post(f"/submissions/{submission_id}/acceptances").status_code == 303
    assert state_of(submission_id) is SubmissionState.ACCEPTED


def test_a_term_begins_on_the_day_the_form_is_sent(as_, cast, session):
    """The form names no day, so one that is left open over midnight names no wrong one."""
    browser, today = as_(cast.manager), day_of(datetime.now(UTC))
    field = re.search(r'<input id="first_day"[^>]*>', browser.get("/team").text)[0]
    assert 'value=""' in field
    assert "required" not in field
    last = today + timedelta(days=7)
    name(browser, cast, deputy="colleague", first_day="", last_day=last.isoformat())
    said = f"{in_words(today)}から{in_words(last)}まで、山本 樹さんに代理をお願いしました。"
    assert said in browser.get("/team").text
    term = session.scalars(select(Membership).order_by(Membership.id.desc())).first()
    assert (term.valid_from, term.valid_to) == (today, last)


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({"deputy": "nobody"}, "deputy", "この職員番号の人は見つかりません。"),
        ({"deputy": "colleague", "first_day": "7月"}, "first_day", "日付を選んでください。"),
        ({"deputy": "colleague", "last_day": "2026-02-30"}, "last_day", "日付を選んでください。"),
        ({"deputy": "colleague", "last_day": "2020-01-01"}, "last_day", "代理の最後の日は"),
    ],
)
def test_bad_input_is_explained_beside_its_field(as_, cast, count, data, field, sentence):
    before = count(Membership.id)
    answer = name(as_(cast.manager), cast, **data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'id="{field}-error"' in answer.text
    assert f'value="{data["deputy"]}"' in answer.text
    assert count(Membership.id) == before


def test_naming_the_same_deputy_twice_is_refused(as_, cast):
    answer = name(as_(cast.manager), cast, deputy="deputy")
    assert answer.status_code == 422
    assert "もう代理になっています" in answer.text


@pytest.mark.parametrize("who", ["staff", "outsider", "dx"])
def test_nobody_names_deputies_for_a_unit_they_do_not_manage(as_, cast, count, who):
    before = count(Membership.id)
    assert name(as_(getattr(cast, who)), cast, deputy="colleague").status_code == 403
    assert count(Membership.id) == before


def test_an_unknown_unit_is_a_404(as_, cast):
    assert name(as_(cast.manager), cast, deputy="colleague", unit="x").status_code == 404


def test_a_manager_ends_a_deputyship(as_, cast, session):
    term = session.scalars(select(Membership).where(Membership.kind == MembershipKind.DEPUTY)).one()
    assert as_(cast.outsider).post(f"/deputies/{term.id}/endings").status_code == 403
    answer = as_(cast.manager).post(f"/deputies/{term.id}/endings")
    assert (answer.status_code, answer.location) == (303, "/team")
    assert as_(cast.deputy).get("/team").status_code == 403


def test_a_deputy_can_step_down_and_lands_on_home(as_, cast, session):
    term = session.scalars(select(Membership).where(Membership.kind == MembershipKind.DEPUTY)).one()
    browser = as_(cast.deputy)
    assert "代理を終える" in browser.get("/team").text
    assert "代理をお願いする" not in browser.get("/team").text
    answer = browser.post(f"/deputies/{term.id}/endings")
    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize("days_ahead", [0, 5], ids=["begun", "to come"])
def test_a_button_that_ends_a_deputyship_may_be_pressed_twice(as_, cast, session, days_ahead):
    browser = as_(cast.manager)
    first_day = day_of(datetime.now(UTC)) + timedelta(days=days_ahead)
    name(browser, cast, deputy="colleague", first_day=first_day.isoformat())
    browser.get("/team")
    term_id = session.scalars(select(Membership.id).order_by(Membership.id.desc())).first()
    for _ in range(2):
        answer = browser.post(f"/deputies/{term_id}/endings")
        assert (answer.status_code, answer.location) == (303, "/team")
        assert "代理を終えました。" in browser.get("/team").text
    assert as_(cast.colleague).get("/team").status_code == 403


@pytest.mark.parametrize("who", ["staff", "dx"])
def test_who_manages_nothing_finds_no_deputyship_that_is_gone(as_, cast, who):
    assert as_(getattr(cast, who)).post("/deputies/999/endings").status_code == 404
