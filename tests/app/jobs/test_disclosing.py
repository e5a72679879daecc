"""A file of words is written in parts: whole and once, whatever happens, and only for a while."""

import csv
import io
import stat
from dataclasses import replace
from datetime import date, timedelta

import openpyxl
import pytest

from app.jobs import disclosing
from app.jobs.disclosing import KEPT, Wanted
from app.jobs.handling import Chunk, Worker
from app.jobs.kinds import HANDLERS
from app.jobs.models import Job, JobState
from app.retention.disclosure import disclosed
from app.retention.disclosure_file import FileWords
from app.retention.kinds import WordsKind
from app.retention.personal_data import MarkKind
from challenges.errors import InvalidField
from challenges.people.models import Person
from tests.app.jobs.conftest import do, load

FIRST, LAST = date(2025, 4, 1), date(2026, 12, 31)
WANTED = Wanted(request="第12号", first=FIRST, last=LAST, unit_id=None, unit="", form="csv")
WORDS = FileWords(
    title="言葉の一覧",
    headings=["種類", "日", "番号", "氏名", "所属", "あて先", "言葉", "リンク", "状態", "目安"],
    notes=["全体"],
    kinds={kind.value: kind.value for kind in WordsKind},
    states={"MASKED": "伏せ", "EXPIRED": "消え", "TAKEN_BACK": "取下げ", "REWORDED": "書直し"},
    marks={kind.value: f"{kind.value}:%(found)s" for kind in MarkKind},
    nobody="匿名",
    of_writer="氏名",
    of_receiver="あて先",
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("STEPUP_INSTANCE", str(tmp_path))
    return tmp_path / "disclosures"


@pytest.fixture
def written(session, cast, climb, at):
    """Words of four people, on many days of a year, several on some of them."""
    slugs = ("first-hello", "meeting-as-post", "ask-when-stuck", "thread-week", "dx-words")
    people = (cast.staff, cast.colleague, cast.manager, cast.outsider)
    for number, (person, slug) in enumerate((one, two) for one in people for two in slugs):
        moment = at - timedelta(days=(number * 37) % 300)
        done = climb(person, slug, at=moment)
        done.submission.submitted_at = moment
        done.submission.reflection = f"=言葉{number}\n二行目、山本さん"
    session.commit()


@pytest.fixture
def begin(session, cast, at):
    def start(**changes):
        wanted = replace(WANTED, **changes)
        job = disclosing.begin(session, wanted, WORDS, by_id=cast.dx.id, at=at)
        session.commit()
        return job.id

    return start


@pytest.fixture
def worker(database, clock):
    return Worker(database=database, handlers=HANDLERS, clock=clock)


def finish(database, worker, job_id, slices=50):
    while slices and load(database, job_id).state is JobState.WAITING:
        do(worker)
        slices -= 1
    return load(database, job_id)


def rows_of(job):
    data = disclosing.path_of(job).read_bytes()
    if job.arguments["wanted"]["form"] == "csv":
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1:]
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = rows.index(list(WORDS.headings))
    return rows[head + 1 :]


def at_once(session, form="csv", first=FIRST, last=LAST):
    """The slow obvious version: everything in one read."""
    rows = [WORDS.row(one) for one in disclosed(session, first, last)]
    return [[guarded(str(cell)) for cell in row] for row in rows] if form == "csv" else rows


def guarded(cell):
    return f"'{cell}" if cell.startswith("=") else cell


def test_many_parts_say_what_one_read_says(database, session, worker, begin, written):
    job = finish(database, worker, begin())
    assert job.state is JobState.DONE
    assert rows_of(job) == at_once(session)
    assert job.result["texts"] == len(rows_of(job)) == 20
    assert job.done == job.total > 100


def test_and_so_does_a_workbook(database, session, worker, begin, written):
    job = finish(database, worker, begin(form="xlsx"))
    wanted = [[cell or None for cell in row] for row in at_once(session, "xlsx")]
    found = [
        [(cell.date() if number == 1 else cell) or None for number, cell in enumerate(row)]
        for row in rows_of(job)
    ]
    assert found == wanted


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2026, 7, 15), date(2026, 7, 15)), (date(2026, 3, 1), date(2026, 6, 30))],
)
def test_both_days_of_the_period_are_in_it(database, session, worker, begin, written, first, last):
    job = finish(database, worker, begin(first=first, last=last))
    assert rows_of(job) == at_once(session, first=first, last=last)


def test_nobody_wrote_and_the_file_has_a_head(database, worker, begin):
    job = finish(database, worker, begin())
    assert job.state is JobState.DONE
    assert rows_of(job) == []


def test_one_unit_alone(database, session, cast, worker, begin, written):
    job = finish(database, worker, begin(unit_id=cast.other_section.id))
    assert {row[2] for row in rows_of(job)} == {"outsider"}


def test_a_part_of_a_killed_worker_counts_for_nothing(
    database, session, worker, clock, begin, written
):
    """Each chunk is read and written to the folder, and its worker dies before it is saved."""
    job_id = begin()
    while load(database, job_id).state is JobState.WAITING:
        with database.snapshot_session() as lost:
            job = lost.get_one(Job, job_id)
            HANDLERS[disclosing.WRITE_DISCLOSURE].read(lost, job, clock())
        do_one_chunk(database, job_id, clock)
    assert rows_of(load(database, job_id)) == at_once(session)


def do_one_chunk(database, job_id, clock):
    handler = HANDLERS[disclosing.WRITE_DISCLOSURE]
    with database.snapshot_session() as reader:
        known = handler.read(reader, reader.get_one(Job, job_id), clock())
    with database.writing() as own:
        job = own.get_one(Job, job_id)
        if not handler.write(own, job, Chunk(clock(), 0), known=known):
            job.state, job.finished_at = JobState.DONE, clock()


def test_what_another_worker_wrote_meanwhile_is_not_doubled(
    database, session, worker, clock, begin, written
):
    job_id = begin()
    handler = HANDLERS[disclosing.WRITE_DISCLOSURE]
    with database.snapshot_session() as slow:
        known = handler.read(slow, slow.get_one(Job, job_id), clock())
    do_one_chunk(database, job_id, clock)
    with database.writing() as own:
        before = own.get_one(Job, job_id).cursor
        assert handler.write(own, own.get_one(Job, job_id), Chunk(clock(), 0), known=known)
        assert own.get_one(Job, job_id).cursor == before
    assert rows_of(finish(database, worker, job_id)) == at_once(session)


def test_only_the_owner_may_read_the_folder(database, worker, begin, written, folder):
    job = finish(database, worker, begin())
    assert stat.S_IMODE(disclosing.path_of(job).stat().st_mode) == 0o600
    for each in (folder, folder / str(job.id)):
        assert stat.S_IMODE(each.stat().st_mode) == 0o700


def test_cancelled_halfway_it_stops_and_leaves_nothing(
    database, session, worker, clock, begin, written, folder
):
    job_id = begin()
    do_one_chunk(database, job_id, clock)
    assert [*folder.glob("*/*")]
    with database.writing() as own:
        assert disclosing.remove(own, job_id, at=clock()).id == job_id
    assert finish(database, worker, job_id).state is JobState.CANCELLED
    forget(database, clock)
    assert [*folder.glob("*")] == []


def forget(database, clock):
    with database.writing() as own:
        job = Job(done=0)
        chunk = Chunk(clock(), float("inf"))
        disclosing.forget_disclosures(own, job, chunk)
    return job.done


def test_it_is_kept_for_some_days_and_then_deleted(database, worker, clock, begin, written, folder):
    job = finish(database, worker, begin())
    clock.at = job.finished_at + KEPT - timedelta(seconds=1)
    forget(database, clock)
    with database.reading() as own:
        assert disclosing.ready_file(own, job.id, at=clock())
    assert [path.name for path in folder.glob("*/*")] == [job.result["file"]]  # and no part
    clock.at = job.finished_at + KEPT
    with database.reading() as own:
        assert disclosing.ready_file(own, job.id, at=clock()) is None
    assert forget(database, clock) == 1
    assert [*folder.glob("*")] == []


def test_what_is_being_written_is_left_alone(database, clock, begin, written, folder):
    job_id = begin()
    do_one_chunk(database, job_id, clock)
    lying = sorted(folder.glob("*/*"))
    clock.at += timedelta(days=1)
    forget(database, clock)
    assert sorted(folder.glob("*/*")) == lying


def test_one_that_stopped_is_not_kept_for_ever(database, clock, begin, written, folder):
    job_id = begin()
    do_one_chunk(database, job_id, clock)
    with database.writing() as own:
        own.get_one(Job, job_id).state = JobState.PARKED
    clock.at += KEPT
    forget(database, clock)
    forget(database, clock)
    assert load(database, job_id).state is JobState.CANCELLED
    assert [*folder.glob("*")] == []


def test_a_ready_file_is_deleted_at_once(database, worker, clock, begin, written, folder):
    job = finish(database, worker, begin())
    with database.writing() as own:
        assert disclosing.remove(own, job.id, at=clock())
        assert disclosing.remove(own, job.id, at=clock()) is None
    assert [*folder.glob("*")] == []


def test_asked_for_twice_it_is_written_once(session, begin, written):
    assert begin() == begin()
    assert begin() != begin(form="xlsx")


@pytest.mark.parametrize("wrong", [{"last": FIRST - timedelta(days=1)}, {"unit_id": 999_999}])
def test_what_cannot_be_is_refused(session, begin, wrong):
    with pytest.raises(InvalidField):
        begin(**wrong)
    assert session.query(Job).count() == 0


def test_a_chunk_takes_as_many_statements_however_many_people(
    database, session, clock, begin, written, count_statements
):
    job_id = begin()
    do_one_chunk(database, job_id, clock)
    with count_statements(database.engine) as few:
        do_one_chunk(database, job_id, clock)
    session.add_all(
        Person(employee_number=f"x{n}", name=f"新人 {n}", kana="シンジン") for n in range(30)
    )
    session.commit()
    with count_statements(database.engine) as many:
        do_one_chunk(database, job_id, clock)
    assert len(few) == len(many) <= 25
