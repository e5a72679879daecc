"""The DX office takes out words for a request to disclose: no formula, nothing withheld, noted."""

import csv
import io
from threading import Event
from urllib.parse import quote

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from app.clock import now
from app.jobs.disclosing import FORGET_DISCLOSURES, KEPT, WRITE_DISCLOSURE
from app.jobs.handling import Worker
from app.jobs.kinds import HANDLERS
from app.jobs.models import Job, JobState
from app.jobs.starting import start
from app.jobs.working import work
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


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("STEPUP_INSTANCE", str(tmp_path))


@pytest.fixture
def relay(database):
    """``relay()``: it does the jobs that wait."""

    def run():
        while work(Worker(database=database, handlers=HANDLERS, clock=now), stop=Event()):
            pass

    return run


@pytest.fixture
def take(as_, cast, relay, session):
    """``take(asked)``: the answer with the file, once the relay has written it."""

    def ask(asked):
        assert as_(cast.dx).post(FILE, data=asked).status_code == 303
        relay()
        return as_(cast.dx).post(f"{FILE}/{newest(session)}/copies")

    return ask


def newest(session):
    return session.scalar(select(func.max(Job.id)).where(Job.kind == WRITE_DISCLOSURE))


def rows(answer):
    text = answer.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def entries(session):
    session.expire_all()
    return session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()


def test_each_row_is_a_text_with_its_writer(take, session, written, asked):
    answer = take(asked)
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "no-store" in answer.headers["Cache-Control"]
    assert quote("令和8年 第12号.csv") in answer.headers["Content-Disposition"]
    [row] = rows(answer)
    assert row["言葉"] == "'=HYPERLINK(1) <script> 山本さんに聞きました"
    assert (row["職員番号"], row["書いた人"]) == ("staff", "浜口 汐里")
    assert row["その日の所属"] == "デジタル部/改革課"
    assert "書いた人の氏名と職員番号" in row["伏せることを検討するところ"]
    assert "文中の氏名：山本" in row["伏せることを検討するところ"]


def test_the_file_is_in_the_language_of_whoever_asked(take, session, cast, written, asked):
    cast.dx.language = "en"
    session.commit()
    [row] = rows(take(asked))
    assert "In the text, Name: 山本" in row["What may have to be masked"]


def test_it_is_noted_who_asked_and_who_took_it(as_, take, cast, session, written, asked):
    take(asked)
    begun, taken = entries(session)
    assert (begun.act, begun.by_id) == ("disclosed", cast.dx.id)
    assert begun.subject_name == taken.subject_name == "令和8年 第12号"
    assert (taken.act, taken.by_id) == ("disclosure_taken", cast.dx.id)
    assert taken.after["texts"] == 1
    page = as_(cast.dx).get("/office/audit").text
    assert "情報公開請求のために書き出す" in page
    assert "書き出したファイルを受け取る" in page


def test_the_workbook_has_no_formula(take, written, asked):
    answer = take({**asked, "form": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.data)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "d", "n"}
    assert any("=HYPERLINK" in str(cell.value) for cell in cells)


@pytest.mark.parametrize("why", Withheld)
def test_what_is_withheld_says_so_and_does_not_leak(take, session, written, asked, why):
    written.reflection = why.value
    session.commit()
    [row] = rows(take(asked))
    assert row["言葉"] == ""
    assert row["状態"] in {"DX事務局が伏せています", "保存期間を過ぎて消えました"}


def test_one_unit_alone(take, cast, written, asked):
    assert rows(take({**asked, "unit": str(cast.other_section.id)})) == []
    assert len(rows(take({**asked, "unit": str(cast.section.parent_id)}))) == 1


def test_the_page_shows_how_far_it_is_and_is_asked_again(as_, cast, session, asked, relay):
    browser = as_(cast.dx)
    assert "まだありません。" in browser.get(FORM).text
    browser.post(FILE, data=asked)
    page = browser.get(FORM).text
    assert "順番を待っています" in page
    assert 'hx-trigger="every 2s"' in page
    assert browser.post(f"{FILE}/{newest(session)}/copies").status_code == 404
    relay()
    page = browser.get(FORM).text
    assert "できました" in page
    assert "hx-trigger" not in page.partition('id="files"')[2].partition(">")[0]


def test_cancelled_it_is_not_written(as_, cast, session, asked, relay):
    browser = as_(cast.dx)
    browser.post(FILE, data=asked)
    address = f"{FILE}/{newest(session)}"
    page = browser.post(f"{address}/removals", follow_redirects=True).text
    assert "書き出しを取りやめます。" in page
    relay()
    assert browser.post(f"{address}/copies").status_code == 404
    assert [one.act for one in entries(session)] == ["disclosed", "disclosure_removed"]
    page = browser.post(f"{address}/removals", follow_redirects=True).text
    assert "このファイルは、もうありません。" in page


def test_a_ready_file_is_deleted_when_it_is_not_needed(as_, cast, take, session, asked):
    take(asked)
    address = f"{FILE}/{newest(session)}"
    page = as_(cast.dx).post(f"{address}/removals", follow_redirects=True).text
    assert "ファイルを消しました。" in page
    assert "いま消す" not in page
    assert as_(cast.dx).post(f"{address}/copies").status_code == 404


def test_after_some_days_it_is_gone(as_, cast, take, session, asked):
    take(asked)
    job = session.get(Job, newest(session))
    job.finished_at -= KEPT
    session.commit()
    assert as_(cast.dx).post(f"{FILE}/{job.id}/copies").status_code == 404
    assert "消しました" in as_(cast.dx).get(FORM).text


def test_a_job_of_another_kind_is_no_file(as_, cast, session, at):
    other = start(session, FORGET_DISCLOSURES, {}, "other", at=at)
    other.state, other.result, other.finished_at = JobState.DONE, {"file": "x"}, now()
    session.commit()
    for act in ("copies", "removals"):
        answer = as_(cast.dx).post(f"{FILE}/{other.id}/{act}", follow_redirects=True)
        assert answer.status_code == 404 or "もうありません" in answer.text


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


@pytest.mark.parametrize("who", ["staff", "manager", "deputy", "outsider"])
def test_nobody_else_may(as_, cast, session, written, asked, who):
    browser = as_(getattr(cast, who))
    assert browser.get(FORM).status_code == 403
    assert browser.post(FILE, data=asked).status_code == 403
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


@pytest.mark.parametrize("who", ["staff", "manager", "deputy", "outsider"])
def test_nobody_else_takes_or_deletes_a_file(as_, cast, session, take, written, asked, who):
    take(asked)
    address = f"{FILE}/{newest(session)}"
    for act in ("copies", "removals"):
        answer = as_(getattr(cast, who)).post(f"{address}/{act}")
        assert answer.status_code == 403
        assert "山本" not in answer.text
    assert as_(cast.dx).post(f"{address}/copies").status_code == 200


def test_a_visitor_is_sent_to_sign_in(client, asked):
    assert client.get(FORM).location.startswith("/sign-in")
    for address in (FILE, f"{FILE}/1/copies", f"{FILE}/1/removals"):
        assert client.post(address, data=asked).location.startswith("/sign-in")
