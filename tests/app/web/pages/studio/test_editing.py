"""Designing a campaign: each part is saved as typed, and nobody's words are lost."""

import re

import pytest

from app.studio import audit, drafts
from app.studio.audit import AuditSearch
from tests.app.web.htmx import partial

EDIT = "/office/campaigns/kaizen/edit"
PARTS = "/office/campaigns/kaizen/parts"


def read_of(browser):
    return re.search(r'name="read" value="(\d+)"', browser.get(EDIT).text)[1]


def test_the_heading_says_whether_it_can_be_published(as_, cast, draft):
    browser = as_(cast.dx)
    assert "「会議をかるく」は、承認を依頼できます。" in browser.get(EDIT).text
    browser.post(f"{PARTS}/what", data={"read": "1", "en.name": ""})
    page = browser.get(EDIT).text
    assert "「会議をかるく」は、あと一つ直せば公開できます。" in page
    assert 'href="#en-name"' in page


def test_a_part_is_saved_and_the_others_stay(as_, cast, draft, says):
    answer = as_(cast.dx).post(f"{PARTS}/what", data={"read": "1", "ja.name": " カイゼン月間 "})
    assert (answer.status_code, answer.location) == (303, EDIT)
    assert (says().ja.name, says().ja.motto) == ("カイゼン月間", "浮いた15分を、となりの人に。")


def test_a_fragment_is_answered_for_what_was_typed(as_, cast, draft):
    browser, headers = as_(cast.dx), partial("div#design")
    data = {"read": "1", "ja.motto": "一枚"}
    answer = browser.post(f"{PARTS}/what", data=data, headers=headers, follow_redirects=True)
    assert answer.status_code == 200
    assert '<div id="design"' in answer.text
    assert "<html" not in answer.text
    assert "に残しました" in answer.text


@pytest.mark.parametrize("headers", [{}, partial("div#design")], ids=["page", "fragment"])
@pytest.mark.parametrize(
    ("part", "data", "kept"),
    [
        ("when", {"first_day": "九月一日", "last_day": "2099-06-30"}, "九月一日"),
        ("when", {"goal.target": "たくさん"}, "たくさん"),
        ("when", {"goal.kind": "share", "goal.target": "101"}, "101"),
        ("what", {"ja.name": "長" * 61}, "長" * 61),
    ],
)
def test_what_cannot_be_stored_stays_in_its_field(
    as_, cast, draft, says, part, data, kept, headers
):
    before = says()
    answer = as_(cast.dx).post(f"{PARTS}/{part}", data={"read": "1", **data}, headers=headers)
    assert answer.status_code == 422
    assert f'value="{kept}"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert says() == before


def test_days_may_be_written_as_people_write_them(as_, cast, draft, says):
    data = {"read": "1", "first_day": "2099/6/2", "goal.target": "１,２００"}
    as_(cast.dx).post(f"{PARTS}/when", data=data)
    assert (says().first_day.isoformat(), says().goal.target) == ("2099-06-02", 1200)


def test_the_audience_is_put_together(as_, cast, draft, says):
    browser = as_(cast.dx)
    has = {"has.everyone": "1", "has.units": "1", "has.managers": "1", "new_since": ""}
    browser.post(f"{PARTS}/whom", data={"read": "1", **has, "act": "add:デジタル部/改革課"})
    assert (says().audience.everyone, says().audience.units) == (False, ("デジタル部/改革課",))
    assert "きょうの時点で、4人に届きます" in browser.get(EDIT).text
    found = browser.get(f"{EDIT}?unit=森林").text
    assert 'value="add:農林部/森林課"' in found
    data = {"read": "2", **has, "units": "デジタル部/改革課", "act": "remove:デジタル部/改革課"}
    browser.post(f"{PARTS}/whom", data={**data, "managers": "1"})
    assert (says().audience.managers, says().audience.units) == (True, ())


def slugs(definition):
    return [one.slug for one in definition.challenges]


@pytest.mark.parametrize(
    ("act", "after"),
    [
        ("down:first-hello", ["give-back-15", "first-hello"]),
        ("up:give-back-15", ["give-back-15", "first-hello"]),
        ("up:first-hello", ["first-hello", "give-back-15"]),
        ("down:give-back-15", ["first-hello", "give-back-15"]),
        ("remove:first-hello", ["give-back-15"]),
        ("add:why-the-seal", ["first-hello", "give-back-15", "why-the-seal"]),
        ("add:first-hello", ["first-hello", "give-back-15"]),
        ("sideways:first-hello", ["first-hello", "give-back-15"]),
        ("", ["first-hello", "give-back-15"]),
    ],
)
def test_challenges_are_put_in_order_by_buttons(as_, cast, draft, says, act, after):
    chosen = ["first-hello", "give-back-15"]
    data = {"read": "1", "has.challenges": "1", "challenges": chosen, "act": act}
    as_(cast.dx).post(f"{PARTS}/which", data=data)
    assert slugs(says()) == after


def test_the_order_of_the_fields_is_the_order(as_, cast, draft, says):
    data = {"read": "1", "has.challenges": "1", "challenges": ["give-back-15", "first-hello"]}
    as_(cast.dx).post(f"{PARTS}/which", data=data)
    assert slugs(says()) == ["give-back-15", "first-hello"]


def test_some_steps_count_or_all_but_never_none(as_, cast, draft, says):
    browser = as_(cast.dx)
    data = {
        "read": "1",
        "has.challenges": "1",
        "challenges": "first-hello",
        "steps-of.first-hello": ["1", "2", "3"],
    }
    browser.post(f"{PARTS}/which", data={**data, "steps.first-hello": ["2", "1"]})
    assert says().challenges[0].steps == (1, 2)
    browser.post(f"{PARTS}/which", data={**data, "steps.first-hello": ["1", "2", "3"]})
    assert says().challenges[0].steps == ()
    answer = browser.post(f"{PARTS}/which", data=data)
    assert answer.status_code == 422
    assert "数える段を、一つは残してください。" in answer.text


def test_challenges_are_found_with_filters(as_, cast, draft):
    browser = as_(cast.dx)
    found = browser.get(f"{EDIT}?q=はんこ").text
    assert 'value="add:why-the-seal"' in found
    few = browser.get(f"{EDIT}?needs=none").text
    assert "add:first-hello" not in few
    assert "合うチャレンジが見つかりませんでした。" in browser.get(f"{EDIT}?q=ありえない言葉").text


def test_both_words_are_shown_to_who_came_later(as_, cast, draft, dx2, says):
    first, second = as_(cast.dx), as_(dx2)
    first.post(f"{PARTS}/what", data={"read": "1", "ja.motto": "先の言葉"})
    answer = second.post(f"{PARTS}/what", data={"read": "1", "ja.motto": "後の言葉"})
    assert answer.location == f"{EDIT}?overtaken=3"
    assert says().ja.motto == "後の言葉"
    page = second.get(answer.location).text
    assert "あなたの言葉を出し、前の言葉もとなりに残してあります。" in page
    both = second.get("/office/campaigns/kaizen/changes/3").text
    assert "先の言葉" in both
    assert "後の言葉" in both
    data = {"field": "ja.motto", "number": "2"}
    assert second.post("/office/campaigns/kaizen/words", data=data).status_code == 303
    assert says().ja.motto == "先の言葉"


def test_the_other_person_is_named_with_time_and_part(as_, cast, draft, dx2):
    as_(dx2).post(f"{PARTS}/what", data={"read": "1", "ja.motto": "一枚"})
    page = as_(cast.dx).get(EDIT).text
    assert "山本 樹さんも書いています" in page
    assert "「なにを」を直しました。" in page
    assert "さんも書いています" not in as_(dx2).get(EDIT).text.replace("西 光さん", "")


def test_undo_takes_the_last_change_back(as_, cast, draft, says):
    browser = as_(cast.dx)
    assert "一つ前に戻す" not in browser.get(EDIT).text
    browser.post(f"{PARTS}/what", data={"read": "1", "ja.motto": "一枚"})
    assert "一つ前に戻す" in browser.get(EDIT).text
    answer = browser.post("/office/campaigns/kaizen/undoings", data={"read": "2"})
    assert answer.status_code == 303
    assert says().ja.motto == "浮いた15分を、となりの人に。"


def test_undo_is_refused_over_somebody_elses_words(as_, cast, draft, dx2, says):
    as_(cast.dx).post(f"{PARTS}/what", data={"read": "1", "ja.motto": "一枚"})
    as_(dx2).post(f"{PARTS}/what", data={"read": "2", "ja.motto": "二枚"})
    answer = as_(cast.dx).post("/office/campaigns/kaizen/undoings", data={"read": "2"})
    assert answer.status_code == 422
    assert says().ja.motto == "二枚"


def test_each_save_is_in_the_audit_log_with_before_and_after(session, as_, cast, draft):
    as_(cast.dx).post(f"{PARTS}/what", data={"read": "1", "ja.motto": "一枚"})
    found = audit.search(session, AuditSearch(act="saved"), limit=5)
    assert [(one.before, one.after, one.by) for one in found] == [
        ({"ja.motto": "浮いた15分を、となりの人に。"}, {"ja.motto": "一枚"}, "西 光")
    ]


def test_the_same_words_leave_no_trace(session, as_, cast, draft):
    as_(cast.dx).post(f"{PARTS}/what", data={"read": "1", "ja.name": "会議をかるく"})
    assert drafts.draft_of(session, draft.id).number == 1
    assert not audit.search(session, AuditSearch(act="saved"), limit=5)


def test_every_change_is_listed(as_, cast, draft):
    browser = as_(cast.dx)
    browser.post(f"{PARTS}/what", data={"read": "1", "ja.motto": "一枚"})
    page = browser.get("/office/campaigns/kaizen/changes").text
    assert "前と後を見る" in page
    assert browser.get("/office/campaigns/kaizen/changes/99").status_code == 404


def test_words_are_escaped(as_, cast, draft):
    browser = as_(cast.dx)
    browser.post(f"{PARTS}/what", data={"read": "1", "ja.motto": "<b>太い</b>", "ja.name": "<i>"})
    for address in (EDIT, "/office/campaigns/kaizen/changes/2", "/office/campaigns"):
        assert "<b>太い" not in browser.get(address).text


def test_the_preview_shows_both_languages_in_a_frame_of_ours_alone(as_, cast, draft):
    browser = as_(cast.dx)
    shown = browser.get("/office/campaigns/kaizen/preview/page?language=en")
    assert "Lighter meetings" in shown.text
    assert '<html lang="en">' in shown.text
    assert "<script" not in shown.text
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    around = browser.get("/office/campaigns/kaizen/preview?language=en&width=desk")
    assert "frame-src 'self'" in around.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in around.headers["Content-Security-Policy"]
    assert '<html lang="ja">' in around.text


@pytest.mark.parametrize(
    ("part", "data", "status"),
    [
        ("what", {"read": "9" * 18, "ja.motto": "一枚"}, 303),
        ("what", {"read": "-1", "ja.motto": "一枚"}, 303),
        ("what", {"cover": "moon"}, 422),
        ("when", {"goal.kind": "hope"}, 422),
        ("whom", {"has.units": "1", "units": [f"{n}課" for n in range(401)]}, 422),
        ("which", {"has.challenges": "1", "challenges": "NO SLUG"}, 422),
        (
            "which",
            {
                "has.challenges": "1",
                "challenges": "first-hello",
                "steps-of.first-hello": ["x", "9" * 5000],
                "steps.first-hello": "x",
            },
            303,
        ),
    ],
)
def test_a_forged_form_breaks_nothing(as_, cast, draft, part, data, status):
    assert as_(cast.dx).post(f"{PARTS}/{part}", data=data).status_code == status


def test_a_number_without_end_finds_nothing(as_, cast, draft):
    browser = as_(cast.dx)
    assert browser.get(f"/office/campaigns/kaizen/changes/{'9' * 18}").status_code == 404
    assert browser.get(f"{EDIT}?overtaken={'9' * 18}").status_code == 200


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("parts/nothing", {}),
        ("words", {"field": "ja.name", "number": "99"}),
        ("words", {"field": "slug", "number": "1"}),
    ],
)
def test_what_there_is_not_is_not_found(as_, cast, draft, address, data):
    answer = as_(cast.dx).post(f"/office/campaigns/kaizen/{address}", data=data)
    assert answer.status_code == 404
