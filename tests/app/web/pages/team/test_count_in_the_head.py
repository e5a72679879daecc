"""The number of waiting people in the head of the page follows every action that changes it."""

import re

import pytest

from tests.app.web.htmx import partial

GOOD = "手順を残したので、次の人が助かります。"
ASKED = {"question": "どの会議でしたか。"}


def counted(page):
    """The count in the head, and whether the answer of htmx carries it beside its block."""
    place = r'<span id="people-waiting"([^>]*)>(?: <span class="count">(\d+)<)?'
    [(attributes, count)] = re.findall(place, page)
    return int(count or 0), "hx-swap-oob" in attributes


@pytest.fixture
def act(as_, cast):
    """``act(path, data, on="div#team")``: what htmx gets in the end, as the manager."""
    browser = as_(cast.manager)

    def post(path, data=None, on="div#team"):
        headers = partial(on)
        answer = browser.post(path, data=data or {}, headers=headers)
        return browser.get(answer.location, headers=headers).text

    return post


def test_accepting_lowers_it(act, cast, submit):
    first, _second = submit(cast.staff), submit(cast.colleague)
    assert counted(act(f"/submissions/{first}/acceptances")) == (1, True)


def test_accepting_with_words_lowers_it(act, cast, submit):
    first, _second = submit(cast.staff), submit(cast.colleague)
    assert counted(
        act(f"/submissions/{first}/acceptances", {"words": GOOD, "praise": "STEADINESS"})
    ) == (1, True)


def test_asking_back_lowers_it(act, cast, submit):
    assert counted(act(f"/submissions/{submit(cast.staff)}/questions", ASKED)) == (0, True)


def test_accepting_several_lowers_it(act, cast, submit):
    waiting = [submit(cast.staff), submit(cast.colleague)]
    assert counted(act("/submissions/acceptances", {"submission": waiting})) == (0, True)


def test_taking_back_raises_it(act, cast, submit):
    page = act(f"/submissions/{submit(cast.staff)}/acceptances")
    back = re.findall(r'name="completion" value="(\d+)"', page)
    path = "/completions/acceptance-withdrawals"
    assert counted(act(path, {"completion": back})) == (1, True)


@pytest.mark.parametrize("place", ["recent", "deputies"])
def test_what_others_decided_meanwhile_is_seen_by_the_way(
    act, as_, cast, submit, completed_step, place
):
    as_(cast.deputy).post(f"/submissions/{submit(cast.staff)}/acceptances")
    path, data = {
        "recent": (
            f"/completions/{completed_step(cast.colleague)}/endorsements",
            {"words": GOOD, "praise": "STEADINESS"},
        ),
        "deputies": ("/deputies", {"deputy": "staff", "unit": cast.section.id}),
    }[place]
    page = act(path, data, on=f"section#{place}")
    assert f'id="{place}"' in page
    assert counted(page) == (0, True)


def test_a_whole_page_has_it_once_in_its_head(as_, cast, submit):
    submit(cast.staff)
    for path in ("/team", "/"):
        assert counted(as_(cast.manager).get(path).text) == (1, False)


def test_whoever_manages_nobody_has_no_count(as_, cast):
    assert "people-waiting" not in as_(cast.staff).get("/").text
