"""Where the team page reports a mistake in one of its forms."""

import pytest

from tests.app.web.htmx import partial

ASKED = "どの会議でしたか。"


@pytest.fixture
def mistakes(cast, submit, completed_step):
    """For each part of the page: address, form data, and the id of the field to correct."""
    ids, done = [submit(cast.staff), submit(cast.colleague)], completed_step(cast.staff)
    return [
        (
            f"/submissions/{ids[0]}/acceptances",
            {"question": ASKED},
            f"question-submission-{ids[0]}",
        ),
        (f"/submissions/{ids[1]}/acceptances", {"words": "短い"}, f"words-submission-{ids[1]}"),
        (f"/submissions/{ids[1]}/questions", {"question": "なぜ"}, f"question-submission-{ids[1]}"),
        ("/submissions/acceptances", {}, "bulk"),
        (f"/completions/{done}/endorsements", {"words": "短い"}, f"words-step-{done}"),
        (
            "/deputies",
            {"deputy": "nobody", "first_day": "2026-07-01", "unit": cast.section.id},
            "deputy",
        ),
        (
            "/deputies",
            {"deputy": "colleague", "first_day": "7月", "unit": cast.section.id},
            "first_day",
        ),
        (
            "/deputies",
            {"deputy": "deputy", "first_day": "2026-07-01", "unit": cast.section.id},
            "deputies",
        ),
    ]


def test_a_full_page_lists_mistakes_at_its_top_with_links(as_, cast, mistakes):
    browser = as_(cast.manager)
    for address, data, place in mistakes:
        answer = browser.post(address, data=data)
        assert answer.status_code == 422
        top, _, rest = answer.text.partition("<main")[2].partition('<div id="team"')
        assert f'<a href="#{place}">' in top, address
        assert f'id="{place}"' in rest, address


def test_a_fragment_reports_mistakes_beside_the_field_only(as_, cast, mistakes):
    browser = as_(cast.manager)
    for address, data, place in mistakes:
        text = browser.post(address, data=data, headers=partial("div#team")).text
        assert f'<a href="#{place}">' not in text
