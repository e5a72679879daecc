"""The DX office takes out words for a request to disclose: no formula, nothing withheld, noted."""

import csv
import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from app.clock import now
from app.retention import disclosure
from app.studio.models import AuditEntry
from challenges.calendar import day_of
from challenges.words.withheld import Withheld

FORM = "/office/disclosure"
FILE = f"{FORM}/files"


@pytest.fixture
def asked():
    today = day_of(now()).isoformat()
    days = {"first_day": today, "last_day": today}
    return {"request": "令和8年 第12号", **days, "unit": "", "form": "csv"}


@pytest.fixture
def written(climb, cast, session):
    """A text that would be a formula, with a name in it."""
    done = climb(cast.staff, "first-hello", at=now())
    done.submission.submitted_at = now()
    done.submission.reflection = "=HYPERLINK(1) <script> 山本さんに聞きました"
    session.commit()
    return done.submission


def rows(answer):
    text = answer.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def entries(session):
    session.expire_all()
    return session.scalars(select(AuditEntry)).all()


def test_each_row_is_a_text_with_its_writer(as_, cast, session, written, asked):
    answer = as_(cast.dx).post(FILE, data=asked)
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf")
    [row] = rows(answer)
    assert row["言葉"] == "'=HYPERLINK(1) <script> 山本さんに聞きました"
    assert (row["職員番号"], row["書いた人"]) == ("staff", "浜口 汐里")
    assert row["その日の所属"] == "デジタル部/改革課"
    assert "書いた人の氏名と職員番号" in row["伏せることを検討するところ"]
    assert "文中の氏名：山本" in row["伏せることを検討するところ"]


def test_it_is_noted_who_took_it_out_and_for_what(as_, cast, session, written, asked):
    as_(cast.dx).post(FILE, data=asked)
    [entry] = entries(session)
    assert (entry.act, entry.by_id) == ("disclosed", cast.dx.id)
    assert entry.subject_name == "令和8年 第12号"
    assert entry.after["texts"] == 1
    page = as_(cast.dx).get("/office/audit").text
    assert "情報公開請求のために書き出す" in page


def test_the_workbook_has_no_formula(as_, cast, written, asked):
    answer = as_(cast.dx).post(FILE, data={**asked, "form": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.data)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "d", "n"}
    assert any("=HYPERLINK" in str(cell.value) for cell in cells)


@pytest.mark.parametrize("why", Withheld)
def test_what_is_withheld_says_so_and_does_not_leak(as_, cast, session, written, asked, why):
    written.reflection = why.value
    session.commit()
    [row] = rows(as_(cast.dx).post(FILE, data=asked))
    assert row["言葉"] == ""
    assert row["状態"] in {"DX事務局が伏せています", "保存期間を過ぎて消えました"}


def test_one_unit_alone(as_, cast, written, asked):
    there = {**asked, "unit": str(cast.other_section.id)}
    assert rows(as_(cast.dx).post(FILE, data=there)) == []
    here = {**asked, "unit": str(cast.section.parent_id)}
    assert len(rows(as_(cast.dx).post(FILE, data=here))) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"request": ""},
        {"request": "長" * 81},
        {"first_day": "昨日"},
        {"last_day": "2001-01-01"},
        {"unit": "99999"},
        {"unit": "a"},
        {"unit": "²"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_noted(as_, cast, session, asked, wrong):
    answer = as_(cast.dx).post(FILE, data={**asked, **wrong})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert entries(session) == []


def test_too_many_are_refused(as_, cast, session, written, asked, monkeypatch):
    monkeypatch.setattr(disclosure, "MOST", 0)
    answer = as_(cast.dx).post(FILE, data=asked)
    assert answer.status_code == 422
    assert "期間を短くするか" in answer.text
    assert entries(session) == []


@pytest.mark.parametrize("who", ["staff", "manager", "deputy", "outsider"])
def test_nobody_else_may(as_, cast, session, written, asked, who):
    browser = as_(getattr(cast, who))
    assert browser.get(FORM).status_code == 403
    answer = browser.post(FILE, data=asked)
    assert answer.status_code == 403
    assert "山本" not in answer.text
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_a_visitor_is_sent_to_sign_in(client, asked):
    assert client.get(FORM).location.startswith("/sign-in")
    assert client.post(FILE, data=asked).status_code == 401
