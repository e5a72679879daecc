"""Accepting several ticked submissions with one button."""

import pytest

from challenges.submissions.models import Completion


def test_ticked_submissions_are_accepted_together(as_, cast, submit, count):
    ids = [submit(cast.staff), submit(cast.staff, slug="why-the-seal"), submit(cast.colleague)]
    browser = as_(cast.manager)
    assert browser.post("/submissions/acceptances", data={"submission": ids[:2]}).status_code == 303
    text = browser.get("/team").text
    assert "2件をまとめて確認しました。" in text
    assert "一人が待っています。" in text
    assert count(Completion.id) == 2


def test_each_card_has_a_checkbox_that_belongs_to_the_bulk_form(as_, cast, submit):
    ids = [submit(cast.staff), submit(cast.colleague)]
    text = as_(cast.manager).get("/team").text
    for submission_id, name in zip(ids, ("浜口", "山本"), strict=True):
        card = text.partition(f'<li class="card" id="submission-{submission_id}">')[2].partition(
            "</li>"
        )[0]
        described = f'aria-describedby="whose-{submission_id}"'
        assert (
            f'name="submission" value="{submission_id}" form="bulk" hx-preserve {described}' in card
        )
        assert f"<span>{name}さんの一歩を、あとでまとめて確認する</span>" in card
    assert 'name="submission"' not in text.partition('<form id="bulk"')[2]


def test_a_single_submission_has_no_checkbox(as_, cast, submit):
    submit(cast.staff)
    text = as_(cast.manager).get("/team").text
    assert "まとめて確認する" not in text
    assert 'name="submission"' not in text


def test_ticking_nothing_is_refused(as_, cast, submit, count):
    submit(cast.staff)
    submit(cast.colleague)
    answer = as_(cast.manager).post("/submissions/acceptances")
    assert answer.status_code == 422
    assert "確認する申請を選んでください。" in answer.text
    assert count(Completion.id) == 0


@pytest.mark.parametrize("other", ["manager", "dx"])
def test_one_forbidden_submission_stops_all_of_them(as_, cast, submit, count, other):
    ids = [submit(cast.staff), submit(getattr(cast, other))]
    assert (
        as_(cast.manager).post("/submissions/acceptances", data={"submission": ids}).status_code
        == 403
    )
    assert count(Completion.id) == 0


def test_one_decided_meanwhile_is_reported_and_the_rest_accepted(as_, cast, submit, count):
    ids = [submit(cast.staff), submit(cast.colleague)]
    as_(cast.deputy).post(f"/submissions/{ids[0]}/acceptances")
    browser = as_(cast.manager)
    browser.post("/submissions/acceptances", data={"submission": ids})
    text = browser.get("/team").text
    assert "1件をまとめて確認しました。" in text
    assert "1件は、ほかの人が先に進めていました。" in text
    assert count(Completion.id) == 2
