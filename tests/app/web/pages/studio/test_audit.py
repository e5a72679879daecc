"""The page of the audit log: found, paged and exported, by the office alone."""

import csv
import io
import re

import pytest

from app.studio import audit
from app.web.rendering import PAGE_SIZE
from challenges.campaigns.definitions import CampaignDefinition
from tests.app.web.pages.studio.conftest import WHOLE


@pytest.fixture
def noted(session, cast, at):
    """One save of a name that would be a formula."""
    audit.note(
        session,
        act="saved",
        subject="campaign",
        subject_id=1,
        subject_name="＝1+1",
        before={"ja.name": "前の名"},
        after={"ja.name": "後の名"},
        reason="@だれか",
        by_id=cast.dx.id,
        at=at,
    )
    session.commit()


def test_before_and_after_stand_side_by_side(as_, cast, noted):
    page = as_(cast.dx).get("/office/audit").text
    for words in ("下書きを直す", "西 光", "前の名", "後の名", "2026年7月15日", "10時00分"):
        assert words in page
    assert "当てはまる記録はありません" in as_(cast.dx).get("/office/audit?act=paused").text


def test_fields_states_and_kinds_of_words_are_told_in_words(session, as_, cast, at):
    whole = CampaignDefinition.model_validate(WHOLE).as_data()
    state = {"state": "OPEN"}
    for act, subject, name, after in (
        ("created", "campaign", "会議", {**whole, **state}),
        ("masked", "words", "CHEER", None),
    ):
        audit.note(
            session,
            act=act,
            subject=subject,
            subject_id=1,
            subject_name=name,
            after=after,
            by_id=cast.dx.id,
            at=at,
        )
    session.commit()
    page = as_(cast.dx).get("/office/audit").text
    assert "「応援のひとこと」" in page
    assert "CHEER" not in page
    facts = re.findall(r"<dt>([^<]*)</dt>", page)
    assert {"名前", "名前（英語）", "はじめの日", "みんなの目あて", "状態"} <= set(facts)
    assert not [one for one in facts if one.isascii()]
    assert "<ins>開催中</ins>" in page


def test_a_day_that_is_none_filters_nothing(as_, cast, noted):
    assert "前の名" in as_(cast.dx).get("/office/audit?first_day=いつか").text
    assert "前の名" not in as_(cast.dx).get("/office/audit?first_day=2026-07-16").text


def test_the_file_holds_no_formulas(as_, cast, noted):
    answer = as_(cast.dx).get("/office/audit.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][0] == "日時"
    assert rows[1][:5] == ["2026-07-15 10:00:00", "dx", "西 光", "下書きを直す", "キャンペーン"]
    assert rows[1][5:7] == ["'＝1+1", "'@だれか"]
    assert '"後の名"' in rows[1][8]


def test_it_is_paged_and_its_statements_do_not_grow(
    session, as_, cast, noted, at, count_statements, database
):
    browser = as_(cast.dx)
    browser.get("/office/audit")
    with count_statements(database.engine) as few:
        browser.get("/office/audit")
    for number in range(PAGE_SIZE):
        audit.note(
            session, act=f"act-{number}", subject="campaign", subject_id=1, by_id=None, at=at
        )
    session.commit()
    with count_statements(database.engine) as many:
        page = browser.get("/office/audit").text
    assert len(many) == len(few)
    assert "次へ" in page
    assert "このページには、もう何もありません。" in browser.get("/office/audit?page=9").text
