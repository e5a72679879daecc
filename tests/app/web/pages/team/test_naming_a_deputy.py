"""Naming a deputy, and ending a deputyship."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from challenges.calendar import day_of
from challenges.people.models import Membership
from challenges.vocabulary import MembershipKind, SubmissionState


def name(browser, cast, **data):
    today = day_of(datetime.now(UTC)).isoformat()
    return browser.post("/deputies", data={"unit": cast.section.id, "first_day": today, **data})


def test_a_named_deputy_can_accept_submissions(as_, cast, submit, state_of):
    browser = as_(cast.manager)
    assert name(browser, cast, deputy="colleague").status_code == 303
    text = browser.get("/team").text
    assert "山本 樹さんに代理をお願いしました。" in text
    submission_id = submit(cast.staff)
    assert as_(cast.colleague).post(f"/submissions/{submission_id}/acceptances").status_code == 303
    assert state_of(submission_id) is SubmissionState.ACCEPTED


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({"deputy": "nobody"}, "deputy", "この職員番号の人は見つかりません。"),
        ({"deputy": "colleague", "first_day": "7月"}, "first_day", "日付を選んでください。"),
        ({"deputy": "colleague", "first_day": ""}, "first_day", "日付を選んでください。"),
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
