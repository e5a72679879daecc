"""The private mirror: only one's own, and stored nowhere."""

from datetime import timedelta

import pytest
from sqlalchemy import inspect, text


@pytest.mark.parametrize("who", ["staff", "dx"])
def test_people_who_manage_nobody_have_none(as_, cast, who):
    browser = as_(getattr(cast, who))
    assert browser.get("/team/mirror").status_code == 403
    assert browser.post("/team/mirror/dismissals").status_code == 403


def test_managers_and_deputies_see_their_own(as_, cast, climb, session, now):
    climb(cast.manager, "first-hello", at=now)
    session.commit()
    manager, deputy = (as_(one).get("/team/mirror").text for one in (cast.manager, cast.deputy))
    assert "<b>1歩</b>" in manager
    assert "<b>0歩</b>" in deputy
    assert "先の四半期は0歩" in manager


def rows(session):
    names = inspect(session.get_bind()).get_table_names()
    return {
        name: session.execute(text(f'SELECT count(*) FROM "{name}"')).scalar()  # noqa: S608  # ours
        for name in names
    }


def test_looking_and_putting_aside_leave_no_trace(as_, cast, session):
    browser = as_(cast.manager)
    browser.get("/team")
    session.expire_all()
    before = rows(session)
    browser.get("/team/mirror")
    browser.post("/team/mirror/dismissals")
    session.expire_all()
    assert rows(session) == before


def test_a_suggestion_put_aside_returns_on_monday(as_, cast, monkeypatch, now):
    browser = as_(cast.manager)
    assert "今週は出さない" in browser.get("/team/mirror").text
    assert browser.post("/team/mirror/dismissals").location == "/team/mirror"
    assert "今週は出さない" not in browser.get("/team/mirror").text
    monkeypatch.setattr("app.web.pages.mirror.now", lambda: now + timedelta(days=7))
    assert "今週は出さない" in browser.get("/team/mirror").text


def test_it_speaks_english(as_, cast):
    cast.manager.language = "en"
    page = as_(cast.manager).get("/team/mirror").text
    assert "Only you can see this." in page
    assert "last quarter: 0" in page
