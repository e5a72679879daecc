"""The office writes what the dashboard says; a second person approves it."""

import re

import pytest

from app.indicators.statement_models import StatementKind
from app.web.wording.statements import slug_of

HEADLINE = {"month": "2026-06", "ja": "二つ良くなりました。", "en": "Two got better."}


def begin(client, kind="headline", **content):
    answer = client.post(f"/office/dashboard/{kind}", data=content or HEADLINE)
    assert answer.status_code == 303, answer.text
    return answer.location.rsplit("/", 1)[1]


def act(client, number, what, **more):
    path = f"/office/dashboard/statements/{number}"
    html = client.get(path).text
    edition = re.search(r'name="edition" value="(\d+)"', html)
    data = {"edition": edition[1] if edition else "", **more}
    return client.post(f"{path}/{what}" if what else path, data=data)


def test_words_go_from_one_person_through_a_second(as_, cast, as_dx2):
    dx = as_(cast.dx)
    number = begin(dx)
    assert act(dx, number, "submissions").status_code == 303
    assert act(dx, number, "approvals").status_code == 403

    assert "これを載せてよいですか" in as_dx2.get(f"/office/dashboard/statements/{number}").text
    assert act(as_dx2, number, "approvals").status_code == 303
    assert "見出し 2026年6月" in as_dx2.get("/office/dashboard").text


def test_what_is_missing_is_named_beside_its_field(as_, cast):
    dx = as_(cast.dx)
    number = begin(dx, month="2026-06", ja="二つ良くなりました。")
    answer = act(dx, number, "submissions")
    assert answer.status_code == 422
    assert "ここを書いてください。" in answer.text
    assert 'id="en-error"' in answer.text


def test_a_handed_back_draft_tells_why(as_, cast, as_dx2):
    dx = as_(cast.dx)
    number = begin(dx)
    act(dx, number, "submissions")
    assert act(as_dx2, number, "handbacks").status_code == 422
    act(as_dx2, number, "handbacks", reason="母数も書きましょう")
    assert "母数も書きましょう" in dx.get(f"/office/dashboard/statements/{number}").text


def test_who_saves_second_sees_the_words_of_the_first(as_, cast, as_dx2):
    dx = as_(cast.dx)
    number = begin(dx)
    first = dict(HEADLINE, ja="先に直した見出し", edition="1")
    assert dx.post(f"/office/dashboard/statements/{number}", data=first).status_code == 303
    second = dict(HEADLINE, ja="あとの見出し", edition="1")
    answer = as_dx2.post(f"/office/dashboard/statements/{number}", data=second)
    assert answer.status_code == 422
    assert "先に直した見出し" in answer.text
    assert "あとの見出し" in answer.text


def test_every_kind_has_a_form(as_, cast):
    dx = as_(cast.dx)
    for kind in StatementKind:
        assert dx.get(f"/office/dashboard/new/{slug_of(kind)}").status_code == 200
    assert dx.get("/office/dashboard/new/ranking").status_code == 404


@pytest.mark.parametrize("kind", ["reading", "correction", "change", "kpi-value"])
@pytest.mark.parametrize("subject", ["", "no-such-indicator"])
def test_what_a_statement_is_about_is_chosen_from_the_list(as_, cast, kind, subject):
    answer = as_(cast.dx).post(f"/office/dashboard/{kind}", data={**HEADLINE, "subject": subject})
    assert answer.status_code == 422
    assert "どの指標のことか、選んでください。" in answer.text


def test_nobody_carries_on_a_problem_that_was_never_named(as_, cast):
    answer = as_(cast.dx).post("/office/dashboard/problem", data={"ja": "x", "subject": "999"})
    assert answer.status_code == 404


def test_words_of_people_are_escaped(as_, cast):
    dx = as_(cast.dx)
    number = begin(dx, month="2026-06", ja="<b>良い</b>", en="x")
    assert "<b>良い</b>" not in dx.get(f"/office/dashboard/statements/{number}").text


@pytest.mark.parametrize("who", ["staff", "manager", "outsider"])
def test_only_the_office_writes_on_the_dashboard(as_, cast, who):
    number = begin(as_(cast.dx))
    other = as_(getattr(cast, who))
    path = f"/office/dashboard/statements/{number}"
    for get in ("/office/dashboard", "/office/dashboard/new/headline", path, f"{path}/edit"):
        assert other.get(get).status_code == 403
    for post in (
        "/office/dashboard/headline",
        path,
        *(f"{path}/{act}" for act in ("submissions", "approvals", "handbacks", "withdrawals")),
    ):
        assert other.post(post, data=HEADLINE).status_code == 403


def test_a_dropped_draft_is_no_longer_listed(as_, cast):
    dx = as_(cast.dx)
    number = begin(dx)
    assert f"/statements/{number}" in dx.get("/office/dashboard").text
    act(dx, number, "withdrawals")
    assert f"/statements/{number}" not in dx.get("/office/dashboard").text


def test_days_are_written_as_people_read_them(as_, cast):
    dx = as_(cast.dx)
    change = {"day": "2026-07-01", "ja": "様式が変わった", "en": "A new form"}
    number = begin(dx, "change", subject="copier-pages", **change)
    page = dx.get(f"/office/dashboard/statements/{number}").text
    assert "2026年7月1日" in page
    assert "2026-07-01" not in page
