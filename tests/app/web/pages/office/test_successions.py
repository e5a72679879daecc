"""The DX office enters which unit carries on an earlier one."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from app.indicators.models import UnitSuccessor
from app.studio.models import AuditEntry
from app.web.rendering import PAGE_SIZE
from challenges.calendar import day_of
from challenges.people.models import Membership, Unit

ADDRESS = "/office/units/successions"
MERGED = {"path": "農林部/森林課", "successor": "デジタル部／改革課", "since": "2026-04-01"}


def entered(session):
    session.expire_all()
    return [
        (one.unit_id, one.successor_id, one.since) for one in session.scalars(select(UnitSuccessor))
    ]


def test_a_succession_is_entered_and_audited(as_, cast, session):
    browser = as_(cast.dx)
    assert browser.post(ADDRESS, data=MERGED).location == ADDRESS
    ids = (cast.other_section.id, cast.section.id)
    assert entered(session) == [(*ids, date(2026, 4, 1))]
    text = browser.get(ADDRESS).text
    assert "引き継ぎを登録しました。" in text
    assert "農林部/森林課" in text
    assert session.scalars(select(AuditEntry.act)).all() == ["succeeded"]


def test_entering_it_again_changes_the_day(as_, cast, session):
    browser = as_(cast.dx)
    browser.post(ADDRESS, data=MERGED)
    browser.post(ADDRESS, data={**MERGED, "since": "2026-10-01"})
    assert [since for *_, since in entered(session)] == [date(2026, 10, 1)]


def test_a_succession_is_taken_back(as_, cast, session):
    browser = as_(cast.dx)
    browser.post(ADDRESS, data=MERGED)
    address = f"/units/{cast.other_section.id}/successors/{cast.section.id}/removals"
    assert browser.post(address).location == ADDRESS
    assert browser.post(address).location == ADDRESS
    assert entered(session) == []
    acts = session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts == ["succeeded", "succession_removed"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"path": "森の課"}, "前の所属が見つかりません。"),
        ({"successor": "森の課"}, "引き継ぐ所属が見つかりません。"),
        ({"since": "いつか"}, "日付を選んでください。"),
        ({"successor": "農林部/森林課"}, "同じ所属に戻る引き継ぎは登録できません。"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(as_, cast, session, wrong, sentence):
    answer = as_(cast.dx).post(ADDRESS, data={**MERGED, **wrong})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="農林部/森林課"' in answer.text or "path" in wrong
    assert entered(session) == []


def test_a_circle_is_refused(as_, cast, session):
    browser = as_(cast.dx)
    browser.post(ADDRESS, data=MERGED)
    back = {**MERGED, "path": MERGED["successor"], "successor": MERGED["path"]}
    assert browser.post(ADDRESS, data=back).status_code == 422


def test_a_unit_that_is_still_to_come_is_a_secret(as_, cast, session):
    unit = Unit(name="未来課", path="未来課")
    session.add(unit)
    session.flush()
    tomorrow = day_of(now()) + timedelta(days=1)
    session.add(
        Membership(person_id=cast.staff.id, unit_id=unit.id, is_primary=False, valid_from=tomorrow)
    )
    session.commit()
    answer = as_(cast.dx).post(ADDRESS, data={**MERGED, "successor": "未来課"})
    assert answer.status_code == 422
    assert "引き継ぐ所属が見つかりません。" in answer.text


@pytest.mark.parametrize("who", ["staff", "manager", "deputy", "outsider"])
def test_only_the_dx_office_enters_successions(as_, cast, session, who):
    browser = as_(getattr(cast, who))
    assert browser.get(ADDRESS).status_code == 403
    assert browser.post(ADDRESS, data=MERGED).status_code == 403
    assert browser.post("/units/1/successors/2/removals").status_code == 403
    assert entered(session) == []


def test_the_list_is_paged(as_, cast, session):
    units = [Unit(name=f"{n}課", path=f"{n}課") for n in range(PAGE_SIZE + 1)]
    session.add_all(units)
    session.flush()
    session.add_all(
        UnitSuccessor(
            unit_id=one.id, successor_id=cast.section.id, since=date(2026, 4, 1), entered_at=now()
        )
        for one in units
    )
    session.commit()
    browser = as_(cast.dx)
    assert "?page=2" in browser.get(ADDRESS).text
    assert "前へ" in browser.get(f"{ADDRESS}?page=2").text
    assert "このページには、もう何もありません。" in browser.get(f"{ADDRESS}?page=9").text
