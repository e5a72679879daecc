"""Who reads what a person wrote for a step: without consent nobody new, with it colleagues, the
manager and the DX office; and above the form for failures, what has to be reported first."""

from dataclasses import replace

import pytest

from app.clock import now
from app.config import Config, ConfigWrong
from app.factory import create_app
from challenges.submissions.models import Completion, Submission

WORDS = "朝のあいさつを書きました"
FORM = {"reflection": WORDS}
STEP = "/challenges/first-hello/steps/1/submissions"


@pytest.fixture
def completion(as_, cast, session):
    """Staff climbed a step and showed the words to nobody."""
    assert as_(cast.staff).post(STEP, data=FORM).status_code == 303
    return session.query(Completion).one()


def readers(completion):
    return f"/completions/{completion.id}/readers"


def test_the_box_is_not_ticked_and_says_who_will_read(as_, cast):
    page = as_(cast.staff).get("/challenges/first-hello").text
    box = page.partition('id="shown-1"')[2].partition(">")[0]
    assert "checked" not in box
    assert "名前と一緒に同僚に見えます。あなたの管理職とDX事務局も読めます。" in page


def test_ticking_it_shows_the_words_from_then_on(as_, cast, session):
    as_(cast.staff).post(STEP, data={**FORM, "shown": "1"})
    assert session.query(Submission).one().words_shown_at is not None
    assert "ひとことをもう見せない" in as_(cast.staff).get("/challenges/first-hello").text


def test_a_refused_form_keeps_the_tick(as_, cast):
    answer = as_(cast.staff).post(STEP, data={"reflection": "", "shown": "1"})
    assert answer.status_code == 422
    assert "checked" in answer.text.partition('id="shown-1"')[2].partition(">")[0]


def test_one_changes_it_on_the_page_of_the_challenge(as_, cast, session, completion):
    browser = as_(cast.staff)
    answer = browser.post(readers(completion), data={"shown": "1"}, follow_redirects=True)
    assert "ひとことを見せることにしました。" in answer.text
    assert session.query(Submission).one().words_shown_at is not None
    answer = browser.post(readers(completion), follow_redirects=True)
    assert "ひとことは、もう見えません。" in answer.text
    assert session.query(Submission).one().words_shown_at is None


@pytest.mark.parametrize("who", ["colleague", "manager", "outsider", "dx"])
def test_nobody_changes_it_for_another(as_, cast, session, completion, who):
    answer = as_(getattr(cast, who)).post(readers(completion), data={"shown": "1"})
    assert answer.status_code == 403
    assert session.query(Submission).one().words_shown_at is None


def test_an_unknown_completion_is_a_404_page(as_, cast):
    assert as_(cast.staff).post("/completions/404/readers").status_code == 404


def test_signed_out_nobody_changes_anything(client, session, completion):
    assert client.post(readers(completion), data={"shown": "1"}).status_code == 302
    assert session.query(Submission).one().words_shown_at is None


@pytest.mark.parametrize(("shown", "is_read"), [({}, False), ({"shown": "1"}, True)])
def test_manager_and_office_read_what_is_shown_and_no_more(
    as_, cast, session, completion, shown, is_read
):
    as_(cast.staff).post(readers(completion), data=shown)
    assert (WORDS in as_(cast.manager).get("/team").text) is is_read
    assert (WORDS in as_(cast.dx).get(f"/office/completions/{completion.id}").text) is is_read
    assert WORDS not in as_(cast.colleague).get("/").text


def test_the_manager_of_another_unit_does_not_read_it(as_, cast, completion):
    as_(cast.staff).post(readers(completion), data={"shown": "1"})
    assert WORDS not in as_(cast.outsider).get("/team").text


def test_the_form_for_failures_says_what_is_reported_first(as_, cast):
    page = as_(cast.staff).get("/challenges/good-failure").text
    first, form = page.index("所定の報告を先に。"), page.index("steps/1/submissions")
    assert first < form
    assert "報告のしかた" not in page
    assert "所定の報告を先に" not in as_(cast.staff).get("/challenges/first-hello").text


def test_with_the_link_of_the_office_if_it_is_set(config, sign_in, cast):
    app = create_app(replace(config, incident_report_url="https://portal.example.jp/jiko"))
    page = sign_in(app.test_client(), cast.staff).get("/challenges/good-failure").text
    assert 'href="https://portal.example.jp/jiko"' in page
    app.extensions["stepup_database"].dispose()


def test_a_link_that_no_page_may_open_is_refused(monkeypatch):
    monkeypatch.setenv("INCIDENT_REPORT_URL", "javascript:alert(1)")
    with pytest.raises(ConfigWrong, match="INCIDENT_REPORT_URL"):
        Config.from_environment()


def test_a_habit_shows_its_last_words_once_it_is_climbed(as_, cast, climb, session):
    climb(cast.staff, "first-hello")
    done = climb(cast.staff, "first-hello", 2)
    done.submission.reflection = "三日目のひとこと"
    assert "ひとことも見せる" in as_(cast.staff).get("/challenges/first-hello").text
    assert now() > done.recorded_at
