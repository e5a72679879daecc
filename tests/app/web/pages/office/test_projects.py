"""The DX office says what a project is called and from when it is offered."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from app.studio.models import AuditEntry
from app.web.rendering import PAGE_SIZE
from challenges.calendar import day_of
from challenges.catalogue.models import Project
from challenges.catalogue.projects import ProjectValues

FORM = {"ja": "学び合い", "en": "Learning together", "starts_on": "2026-08-03"}
ADDRESS = "/projects/learning/edits"


@pytest.fixture
def learning(session):
    return session.get_one(Project, "learning")


def test_the_office_edits_a_project_and_sees_it_in_the_list(as_, cast, session, learning):
    browser = as_(cast.dx)
    assert browser.post(ADDRESS, data=FORM).location == "/office/projects"
    session.expire_all()
    assert ProjectValues.of(learning) == ProjectValues(
        "学び合い", "Learning together", is_provisional=False, starts_on=date(2026, 8, 3)
    )
    text = browser.get("/office/projects").text
    assert "「学び合い」を保存しました。" in text
    assert "学び合い" in browser.get("/challenges").text


def test_a_working_title_and_an_open_day_can_be_said(as_, cast, session, learning):
    as_(cast.dx).post(ADDRESS, data={**FORM, "starts_on": "", "is_provisional": "1"})
    session.expire_all()
    assert (learning.is_provisional, learning.starts_on) == (True, None)
    text = as_(cast.dx).get("/office/projects").text
    assert "学び合い（仮称）" in text
    assert "未設定（始まっています）" in text


def test_the_form_shows_what_stands(as_, cast):
    text = as_(cast.dx).get("/office/projects/learning").text
    for value in ('value="デジタル学び"', 'value="Digital learning"', 'value="2023-07-03"'):
        assert value in text
    assert "checked" in text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("ja", " ", "名前を1〜40文字で入れてください。"),
        ("en", "x" * 41, "名前を1〜40文字で入れてください。"),
        ("starts_on", "2026-02-30", "日付を選んでください。"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_kept(
    as_, cast, session, learning, field, value, sentence
):
    before = ProjectValues.of(learning)
    answer = as_(cast.dx).post(ADDRESS, data={**FORM, field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'href="#{field}"' in answer.text
    assert "Learning together" in answer.text or field == "en"
    session.expire_all()
    assert ProjectValues.of(learning) == before


def test_an_edit_is_kept_with_what_was_there_before(as_, cast, session):
    browser = as_(cast.dx)
    browser.post(ADDRESS, data=FORM)
    browser.post(ADDRESS, data=FORM)  # changes nothing
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.by_id, entry.subject, entry.subject_name) == (cast.dx.id, "project", "学び合い")
    assert entry.before == {
        "ja": "デジタル学び",
        "en": "Digital learning",
        "is_provisional": True,
        "starts_on": "2023-07-03",
    }
    assert entry.after == {**FORM, "is_provisional": False}


@pytest.mark.parametrize("who", ["staff", "manager", "deputy", "outsider"])
def test_only_the_dx_office_may_edit_a_project(as_, cast, session, learning, who):
    browser = as_(getattr(cast, who))
    assert browser.get("/office/projects").status_code == 403
    assert browser.get("/office/projects/learning").status_code == 403
    assert browser.post(ADDRESS, data=FORM).status_code == 403
    session.expire_all()
    assert learning.wording["ja"]["name"] == "デジタル学び"


def test_an_unknown_or_retired_project_is_not_found(as_, cast, session, learning):
    browser = as_(cast.dx)
    assert browser.post("/projects/cooking/edits", data=FORM).status_code == 404
    learning.retired_at = now()
    session.commit()
    assert browser.get("/office/projects/learning").status_code == 404
    assert browser.post(ADDRESS, data=FORM).status_code == 404


def test_the_list_is_paged_and_its_statements_do_not_grow(
    as_, cast, app, session, count_statements
):
    browser = as_(cast.dx)
    engine = app.extensions["stepup_database"].engine
    browser.get("/office/projects")
    with count_statements(engine) as few:
        browser.get("/office/projects")
    for number in range(PAGE_SIZE):
        wording = {language: {"name": f"{number}", "about": ""} for language in ("ja", "en")}
        session.add(Project(slug=f"more-{number}", position=number + 9, wording=wording))
    session.commit()
    with count_statements(engine) as many:
        text = browser.get("/office/projects").text
    assert len(many) == len(few)
    assert text.count("<tr id=") == PAGE_SIZE
    assert "more-" in browser.get("/office/projects?page=2").text


def test_a_day_to_come_is_shown_as_such(as_, cast, session, learning):
    learning.starts_on = day_of(now()) + timedelta(days=1)
    session.commit()
    assert "から</b>" in as_(cast.dx).get("/office/projects").text
