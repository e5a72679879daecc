"""The office takes in a file of measures: looks it over, mends it, sees it shown, takes it back."""

import io
import re
from threading import Event

import pytest
from sqlalchemy import func, select

from app.clock import now
from app.indicators.import_preview import MeasurePreview
from app.indicators.models import Measure, MeasureImport
from app.indicators.published import published
from app.jobs.handling import Worker
from app.jobs.importing import IMPORT_MEASURES
from app.jobs.kinds import HANDLERS
from app.jobs.models import Job
from app.jobs.working import work
from app.studio.models import AuditEntry
from app.web.pages.measure_imports import LARGEST_FILE

GOOD = "指標,月,値\ncopier-pages,2026-05,114\n週次利用率,R8.5,61\n"
BAD = "指標,月,値\ncopier-pages,2026-05,<b>多い</b>\ntried-share,R8.5,61\n"


@pytest.fixture
def do_jobs(database):
    """Do all jobs that are due."""

    def do():
        worker = Worker(database=database, handlers=HANDLERS, clock=now)
        while work(worker, stop=Event()):
            pass

    return do


def hand_in(client, text=GOOD, name="指標.csv"):
    data = {"file": (io.BytesIO(text.encode("cp932")), name)}
    return client.post("/office/dashboard/imports/previews", data=data)


def take_in(client, text=GOOD):
    """Look over a file, and press the button as the page offers it."""
    shown = client.get(hand_in(client, text).location)
    action = re.search(r'action="([^"]+/imports)"', shown.text)
    assert action, shown.text
    roles = re.findall(r'name="heading" value="([^"]*)"><input[^>]*value="([^"]*)"', shown.text)
    data = {"heading": [one for one, _ in roles], "role": [one for _, one in roles]}
    return client.post(action[1], data=data)


def values(session):
    return {one.value for one in published(session, until=now())}


def test_a_file_is_looked_over_taken_in_and_taken_back(as_, cast, session, do_jobs):
    dx = as_(cast.dx)
    shown = dx.get(hand_in(dx).location).text
    assert "2件の値を読みました" in shown
    assert "複合機の使用面数" in shown
    assert values(session) == set()

    page = take_in(dx).location
    assert "取り込んでいます" in dx.get(page).text
    do_jobs()
    assert "載っています" in dx.get(page).text
    assert values(session) == {114, 61}

    refused = dx.post(f"{page}/undoings", data={"reason": " "})
    assert refused.status_code == 422
    assert "取り消す理由" in refused.text
    assert values(session) == {114, 61}
    assert dx.post(f"{page}/undoings", data={"reason": "別の年の表でした"}).status_code == 303
    assert "別の年の表でした" in dx.get(page).text
    assert values(session) == set()
    history = dx.get("/office/dashboard/imports").text
    assert "指標.csv" in history
    assert "取り消しました" in history
    acts = session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts == ["taken_in", "taken_back"]
    assert "取込みを取り消す" in dx.get("/office/audit").text


def test_every_bad_line_stands_in_the_preview(as_, cast, session):
    dx = as_(cast.dx)
    address = hand_in(dx, BAD).location
    shown = dx.get(address).text
    assert "2行目" in shown
    assert "3行目" in shown
    assert "<b>多い</b>" not in shown
    assert "取り込む</button>" not in shown

    number = address.rsplit("/", 1)[1]
    answer = dx.post(f"/office/dashboard/imports/previews/{number}/imports")
    assert answer.status_code == 422
    assert session.scalar(select(func.count()).select_from(MeasureImport)) == 0


def test_many_bad_lines_come_in_pages(as_, cast):
    dx = as_(cast.dx)
    lines = "".join(f"copier-pages,2026-05,x{n}\n" for n in range(30))
    address = hand_in(dx, "指標,月,値\n" + lines).location
    assert "「x29」" not in dx.get(address).text
    assert "「x29」" in dx.get(f"{address}?page=2").text


def test_columns_are_chosen_in_the_address_and_remembered(as_, cast, session, do_jobs):
    dx = as_(cast.dx)
    text = GOOD.replace("指標,月,値", "何の数,いつ,実績")
    address = hand_in(dx, text).location
    assert "「指標」の列がありません" in dx.get(address).text
    chosen = {"heading": ["何の数", "いつ", "実績"], "role": ["indicator", "period", "value"]}
    assert "2件の値を読みました" in dx.get(address, query_string=chosen).text
    assert dx.post(f"{address}/imports", data=chosen).status_code == 303
    do_jobs()

    assert "前と同じ内容です" in dx.get(hand_in(dx, text).location).text
    changed = dx.get(hand_in(dx, text.replace("114", "112")).location).text
    assert "1件の値" not in changed
    assert "114面" in changed
    assert "112面" in changed


def test_the_same_file_again_is_refused_with_a_sentence(as_, cast, session, do_jobs):
    dx = as_(cast.dx)
    take_in(dx)
    do_jobs()
    address = hand_in(dx).location
    answer = dx.post(f"{address}/imports")
    assert answer.status_code == 422
    assert "前と同じ内容です" in answer.text
    assert session.scalar(select(func.count()).select_from(Measure)) == 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "ファイルを選んでください"),
        ({"file": (io.BytesIO(b""), "a.csv")}, "ファイルを選んでください"),
        ({"file": (io.BytesIO(b"a" * (LARGEST_FILE + 1)), "a.csv")}, "大きすぎます"),
    ],
    ids=["none", "empty", "large"],
)
def test_a_file_that_is_none_is_refused_by_its_field(as_, cast, data, sentence):
    answer = as_(cast.dx).post("/office/dashboard/imports/previews", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'id="file-error"' in answer.text


def test_what_is_no_table_is_told_in_a_sentence(as_, cast):
    dx = as_(cast.dx)
    answer = dx.get(hand_in(dx, "%PDF-1.7").location)
    assert answer.status_code == 200
    assert "直すところがあります" in answer.text


def test_an_import_is_cancelled_before_it_shows(as_, cast, session, do_jobs):
    dx = as_(cast.dx)
    page = take_in(dx).location
    assert dx.post(f"{page}/cancellations").status_code == 303
    do_jobs()
    assert "取りやめました" in dx.get(page).text
    assert session.scalar(select(func.count()).select_from(Measure)) == 0
    assert "もう終わっています" in dx.post(f"{page}/cancellations", follow_redirects=True).text


def test_an_import_cancelled_among_the_jobs_says_so(as_, cast, session, do_jobs):
    dx = as_(cast.dx)
    place = take_in(dx).location
    job_id = session.scalar(select(Job.id).where(Job.kind == IMPORT_MEASURES))
    assert dx.post(f"/office/jobs/{job_id}/cancellations").status_code == 303
    do_jobs()
    assert "取りやめました" in dx.get(place).text
    assert "止まっています" not in dx.get(place).text


def test_names_of_files_are_escaped(as_, cast):
    dx = as_(cast.dx)
    address = hand_in(dx, name="<b>x</b>.csv").location
    assert "<b>x</b>" not in dx.get(address).text


@pytest.mark.parametrize("who", ["staff", "manager", "deputy", "outsider"])
def test_only_the_office_takes_files_in(as_, cast, session, do_jobs, who):
    dx, other = as_(cast.dx), as_(getattr(cast, who))
    preview, page = hand_in(dx).location, take_in(dx).location
    for address in ("/office/dashboard/imports", preview, page):
        assert other.get(address).status_code == 403
    assert hand_in(other).status_code == 403
    for address in (f"{preview}/imports", f"{page}/cancellations", f"{page}/undoings"):
        assert other.post(address, data={"reason": "やめてみます"}).status_code == 403
    do_jobs()
    assert values(session) == {114, 61}
    assert session.scalar(select(func.count()).select_from(MeasurePreview)) == 1


def test_a_visitor_is_sent_to_sign_in(client):
    assert client.get("/office/dashboard/imports").location.startswith("/sign-in")


def test_unknown_numbers_are_404(as_, cast):
    dx = as_(cast.dx)
    assert dx.get("/office/dashboard/imports/9").status_code == 404
    assert dx.get("/office/dashboard/imports/previews/9").status_code == 404
    assert dx.post("/office/dashboard/imports/previews/9/imports").status_code == 404


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"indicator;month;value\na;b;c\n", "The columns are separated by “;”."),
        (b"\xd0\xcf\x11\xe0 old", "has the old format or a password"),
        (b"indicator,month,value\ncopier-pages,2026-05,\x81 \n", "is neither UTF-8 nor CP932"),
        (b'indicator,month,value\n"copier-pages,2026-05,3\n', "is not closed."),
        (b"indicator,month,value\ncopier-pages,2026-05,many\n", "“many” is not a number."),
    ],
    ids=["semicolons", "old workbook", "broken", "quoted", "word"],
)
def test_what_is_wrong_in_a_file_is_said_in_english_too(as_, cast, session, data, sentence):
    cast.dx.language = "en"
    session.commit()
    dx = as_(cast.dx)
    given = {"file": (io.BytesIO(data), "measures.csv")}
    kept = dx.post("/office/dashboard/imports/previews", data=given)
    assert sentence in dx.get(kept.location).text
