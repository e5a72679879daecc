"""The submissions that wait for a manager."""

import re
from datetime import date

import pytest

from challenges.calendar import day_of, noon_of, working_days_before
from challenges.people.models import Membership, Unit
from challenges.submissions import overdue
from challenges.submissions.models import Submission
from challenges.vocabulary import MembershipKind


def test_an_empty_queue_says_nobody_is_waiting(as_, cast):
    text = as_(cast.manager).get("/team").text
    assert "待っている人はいません。" in text
    assert "みんなに返事が届いています" in text


@pytest.mark.parametrize(
    ("numbers", "heading"),
    [
        ([1], "一人が待っています。"),
        ([2], "一人が待っています。（二件）"),
        ([1, 1], "二人が待っています。"),
        ([2, 1], "二人が待っています。（三件）"),
    ],
)
def test_the_heading_counts_people_and_submissions(as_, cast, submit, numbers, heading):
    for person, number in zip((cast.staff, cast.colleague), numbers, strict=False):
        for slug in ("meeting-as-post", "why-the-seal")[:number]:
            submit(person, slug=slug)
    assert f"<h1>{heading}</h1>" in as_(cast.manager).get("/team").text


def test_english_headings_use_figures(as_, cast, submit, session):
    cast.manager.language = "en"
    submit(cast.staff)
    submit(cast.colleague)
    assert "二" not in as_(cast.manager).get("/team").text


def test_a_card_shows_the_person_the_challenge_and_the_words(as_, cast, submit, now):
    submit(cast.staff, link="https://example.jp/notes?a=1&b=2")
    text = as_(cast.manager).get("/team").text
    assert "浜口 汐里さん" in text
    assert "その会議、投稿で" in text
    assert "会議を投稿に替えました" in text
    assert (
        'href="https://example.jp/notes?a=1&amp;b=2" target="_blank" rel="noopener noreferrer"'
        in text
    )
    assert "（新しいタブ）" in text


@pytest.mark.parametrize("waits", range(8))
def test_a_card_shows_the_day_of_automatic_acceptance(as_, cast, submit, session, now, waits):
    """For how the days are counted around weekends and holidays see test_reviewing."""
    made = noon_of(working_days_before(day_of(now), waits))
    submit(cast.staff, at=made)
    due = overdue.due_on(made)
    sentence = (
        f"{due.month}月{due.day}日</time>に自動で達成になります。"
        if due > day_of(now)
        else "まもなく自動で達成になります。"
    )
    assert sentence in as_(cast.manager).get("/team").text
    assert overdue.accept_overdue(session, at=now) == (due <= day_of(now))


@pytest.mark.parametrize(
    ("language", "label"), [("ja", "浜口さんの一歩を確認する"), ("en", "Accept 浜口 汐里’s step")]
)
def test_the_accept_button_names_the_person(as_, cast, submit, language, label):
    cast.manager.language = language
    submit(cast.staff)
    assert f'aria-label="{label}"' in as_(cast.manager).get("/team").text


def test_a_card_shows_the_earlier_question(as_, cast, submit):
    as_(cast.manager).post(
        f"/submissions/{submit(cast.staff)}/questions", data={"question": "どの会議でしたか。"}
    )
    submit(cast.staff, words="月曜の連絡会です")
    text = as_(cast.manager).get("/team").text
    assert "前に聞いたこと" in text
    assert "どの会議でしたか。" in text
    assert "月曜の連絡会です" in text


def test_user_text_is_escaped(as_, cast, submit, session):
    cast.staff.name = "<b>浜口</b>"
    submit(cast.staff, words="<script>alert(1)</script>\"'><img src=x onerror=alert(2)>")
    text = as_(cast.manager).get("/team").text
    assert "<script>alert(1)" not in text
    assert "<img src=x" not in text
    assert "<b>浜口" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_a_javascript_link_is_never_rendered(as_, cast, submit, session):
    """The form refuses such a link; the page must not trust the database either."""
    submission_id = submit(cast.staff)
    session.get_one(Submission, submission_id).link = "javascript:alert(1)"
    session.commit()
    assert "javascript:" not in as_(cast.manager).get("/team").text


def test_a_manager_of_two_units_sees_both_in_one_queue(as_, cast, submit, session):
    post = {"kind": MembershipKind.MANAGER, "is_primary": False, "valid_from": date(2024, 4, 1)}
    session.add(Membership(person_id=cast.manager.id, unit_id=cast.other_section.id, **post))
    submit(cast.dx)
    submit(cast.staff)
    text = as_(cast.manager).get("/team").text
    assert "二人が待っています。" in text
    assert "改革課、森林課" in text
    assert '<select id="unit"' in text


def test_a_managers_own_submission_waits_in_the_unit_above(as_, cast, submit, session):
    department = session.get_one(Unit, cast.section.parent_id)
    post = {"kind": MembershipKind.MANAGER, "is_primary": False, "valid_from": date(2024, 4, 1)}
    session.add(Membership(person_id=cast.dx.id, unit_id=department.id, **post))
    submission_id = submit(cast.manager)
    assert "中村 岳さん" in as_(cast.dx).get("/team").text
    assert f'id="submission-{submission_id}"' not in as_(cast.deputy).get("/team").text


def test_statement_count_does_not_grow_with_the_queue(
    app, as_, cast, submit, completed_step, crowd, count_statements
):
    browser, engine = as_(cast.manager), app.extensions["stepup_database"].engine
    submit(cast.staff)
    completed_step(cast.staff)
    browser.get("/team")
    with count_statements(engine) as for_one:
        assert "一人が待っています。" in browser.get("/team").text
    crowd()
    with count_statements(engine) as for_sixty:
        assert "61人が待っています。" in browser.get("/team").text
    # Who is looking, their reports and own stairs, the queue, recent steps.
    assert len(for_one) == len(for_sixty) <= 4


def test_a_long_queue_is_paged_oldest_first(as_, cast, crowd):
    crowd()
    browser = as_(cast.manager)
    first, last, beyond = (browser.get(f"/team?page={number}").text for number in (1, 6, 9))
    assert first.count('id="submission-') == last.count('id="submission-') == 10
    assert first.index("職員00") < first.index("職員09")
    assert 'href="/team?page=2"' in first
    assert 'rel="prev"' in beyond
    assert "60人が待っています。" in beyond


@pytest.mark.parametrize("number", ["0", "-1", "x", "9999999999", "99999999999999999999", "１"])
def test_an_invalid_page_number_means_the_first_page(as_, cast, submit, number):
    submit(cast.staff)
    text = as_(cast.manager).get(f"/team?page={number}&steps={number}").text
    assert 'id="submission-' in text


@pytest.mark.parametrize(
    "name", ["浜口 汐里", "<b>浜口</b> & 汐里", "\ue001\ue000 9000000000000000001"]
)
def test_a_row_has_the_same_forms_whether_drawn_once_or_alone(as_, cast, submit, session, name):
    """Rows are drawn one by one only after a form was refused (app/web/rows.py)."""
    cast.staff.name = name
    rows = [submit(cast.staff), submit(cast.staff, slug="why-the-seal"), submit(cast.colleague)]
    browser = as_(cast.manager)
    usual = browser.get("/team").text
    refused = browser.post("/deputies", data={"person": "nobody"})
    assert refused.status_code == 422
    for id_ in rows:
        assert _answers(usual, id_) == _answers(refused.text, id_)
        assert f"/submissions/{id_}/acceptances" in _answers(usual, id_)


def _answers(text, id_):
    form = text.partition(f'id="answer-{id_}"')[2].partition("</form>")[0]
    without_token = re.sub(r'name="csrf_token" value="[^"]*"', "", form)
    return "".join(without_token.split())
