"""Files of measures: what is read in them, what is refused, and that they show all at once."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Event
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.sessions import Database
from app.indicators import importing
from app.indicators.definitions import Period
from app.indicators.import_cells import read_number, read_period
from app.indicators.import_plan import Change, Plan
from app.indicators.import_preview import MeasurePreview, keep
from app.indicators.importing import ImportWrong, SameAsBefore
from app.indicators.models import ImportState, Measure, MeasureImport, Source, Variant
from app.indicators.published import published
from app.jobs import importing as jobs
from app.jobs.handling import Chunk, Worker
from app.jobs.importing import IMPORT_MEASURES, begin, forget_imports, import_measures
from app.jobs.models import Job, JobState
from app.jobs.working import Outcome, do_chunk, take_lease, work
from challenges.errors import AlreadyDecided, InvalidField

LONG = (
    "指標,月,値,分母,災害除く\n"
    "複合機の使用面数,2026年5月,114.5,1200,110\n"
    "weekly-use,R8.5,61%,4000,\n"
)
MONTHS = (
    *("2026-05", "2026/5", "2026年5月", "2026年5月分", "２０２６年５月", "202605", "2026-05-01"),
    *("令和8年5月", "令和8年5月1日", "R8.5", "r8-05"),
)
MAY = date(2026, 5, 1)


def planned(session: Session, at: datetime, text: str, **more: Any) -> Plan:
    return importing.plan(session, text.encode(), file_name="指標.csv", at=at, **more)


def handed_in(session: Session, at: datetime, text: str = LONG, **more: Any) -> MeasureImport:
    more = {"mapping": None, "by_id": None, "token_id": None, **more}
    return begin(session, data=text.encode(), file_name="指標.csv", at=at, **more)


def written(session: Session, one: MeasureImport, at: datetime) -> None:
    after: int | None = 0
    while after is not None:
        after = importing.write_some(session, one.id, after=after, limit=2, at=at)


def values(session: Session, until: datetime) -> dict[Any, float | None]:
    return {
        (one.indicator, one.period, one.variant): one.value
        for one in published(session, until=until)
    }


def sentences(plan: Plan) -> list[str]:
    return [str(one) for one in plan.problems]


# Reading


def test_a_file_is_read_with_base_and_without_disaster(session: Session, at: datetime) -> None:
    rows = planned(session, at, LONG).rows
    assert [
        (one.indicator, one.period, one.variant, one.value, one.denominator) for one in rows
    ] == [
        ("copier-pages", MAY, Variant.ALL, 114.5, 1200),
        ("copier-pages", MAY, Variant.WITHOUT_DISASTER, 110, None),
        ("weekly-use", MAY, Variant.ALL, 61, 4000),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932", "utf-16"])
def test_every_encoding_of_excel_is_read(session: Session, at: datetime, encoding: str) -> None:
    found = importing.plan(session, LONG.encode(encoding), file_name="a.csv", at=at)
    assert (len(found.rows), found.problems) == (3, [])


def test_a_workbook_is_read_with_dates_and_shares(session: Session, at: datetime) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["会議と紙の指標"])
    sheet.append([])
    sheet.append(["月", "週次利用率", "複合機の使用面数（災害除く）"])
    sheet.append([datetime(2026, 5, 1), 0.615, 98])  # noqa: DTZ001  # Excel knows no zones
    sheet["B4"].number_format = "0.0%"
    saved = io.BytesIO()
    book.save(saved)
    found = importing.plan(session, saved.getvalue(), file_name="a.xlsx", at=at)
    assert sentences(found) == []
    assert [(one.indicator, one.variant, one.value, one.line) for one in found.rows] == [
        ("weekly-use", Variant.ALL, 61.5, 4),
        ("copier-pages", Variant.WITHOUT_DISASTER, 98, 4),
    ]


@pytest.mark.parametrize("empty", ["", " ", "-", "－", "—", "未", "未登録", "N/A"])
def test_what_is_missing_is_no_zero(session: Session, at: datetime, empty: str) -> None:
    text = f"指標,月,値\ncopier-pages,2026-05,{empty}\nweekly-use,2026-05,0\n"
    assert [(one.indicator, one.value) for one in planned(session, at, text).rows] == [
        ("weekly-use", 0)
    ]


@pytest.mark.parametrize("text", MONTHS)
def test_months_are_read_as_people_write_them(text: str) -> None:
    assert read_period(text, Period.MONTH) == MAY


@pytest.mark.parametrize("text", ["", "5月", "2026-13", "2026.1", "2026年度", "R8", "いつか"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(InvalidField):
        read_period(text, Period.MONTH)


@pytest.mark.parametrize(
    ("text", "period", "first"),
    [
        ("2026年度第1四半期", Period.QUARTER, date(2026, 4, 1)),
        ("令和8年度第4四半期", Period.QUARTER, date(2027, 1, 1)),
        ("2026-06", Period.QUARTER, date(2026, 4, 1)),
        ("令和8年度", Period.YEAR, date(2026, 4, 1)),
        ("2027-03", Period.YEAR, date(2026, 4, 1)),
    ],
)
def test_quarters_and_fiscal_years_begin_in_april(text: str, period: Period, first: date) -> None:
    assert read_period(text, period) == first


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,234.5", 1234.5), ("１２", 12), ("▲3", -3), ("−3", -3), ("0", 0), ("+4", 4), (".5", 0.5)],
)
def test_numbers_are_read_as_people_write_them(text: str, number: float) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["約12", "12,3", "1.2.3", "nan", "inf", "1e9", "9" * 20, "."])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidField):
        read_number(text)


# Refusing


def test_every_bad_line_is_named_and_nothing_is_written(session: Session, at: datetime) -> None:
    text = (
        "指標,月,値,分母\ncopier-pages,2026-05,多い,\n使用枚数,2026-05,1,\n"
        "weekly-use,5月,61,\nweekly-use,2026-07,61,\nweekly-use,2026-04,61,9\n"
        "tried-share,2026-05,40,\nweekly-use,2026-03,60,\nweekly-use,2026年3月,61,\n"
    )
    with pytest.raises(ImportWrong) as wrong:
        handed_in(session, at, text)
    assert [(one.line, one.column) for one in wrong.value.problems] == [
        (2, "値"),
        (3, "指標"),
        (4, "月"),
        (5, "月"),
        (6, "分母"),
        (7, "指標"),
        (9, ""),
    ]
    told = [one.sentence for one in wrong.value.problems]
    assert "数ではありません" in told[0]
    assert "という指標はありません" in told[1]
    assert "まだ終わっていない月" in told[3]
    assert "分母が10に満たない" in told[4]
    assert "このアプリが記録から数える" in told[5]
    assert "8行目と同じ" in told[6]
    assert session.scalar(select(func.count()).select_from(MeasureImport)) == 0
    assert session.scalar(select(func.count()).select_from(Measure)) == 0


@pytest.mark.parametrize("heading", ["所属", "部局", "氏名", "Department"])
def test_a_file_with_units_or_people_is_refused(
    session: Session, at: datetime, heading: str
) -> None:
    found = planned(session, at, f"指標,月,{heading},値\ncopier-pages,2026-05,改革課,1\n")
    assert found.rows == []
    [problem] = found.problems
    assert (problem.line, problem.column) == (1, heading)
    assert "県全体の値だけ" in problem.sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "空です"),
        ("指標,値\nweekly-use,1\n", "「月」の列がありません"),
        ("月,値\n2026-05,1\n", "「指標」の列がありません"),
        ("指標,月,値,値\nweekly-use,2026-05,1,2\n", "同じ見出し"),
        ("月,挑戦した人の割合\n2026-05,1\n", "このアプリが記録から数える"),
        ("月,週次利用率,値\n2026-05,1,2\n", "どちらかに"),
        ("指標,月,値\nweekly-use,2026-05,\n", "値が一つもありません"),
        ('指標,月,値\n"weekly-use,2026-05,1\n', "引用符"),
    ],
)
def test_a_file_of_another_form_is_refused(
    session: Session, at: datetime, text: str, sentence: str
) -> None:
    found = planned(session, at, text)
    assert found.rows == [] or found.problems
    assert any(sentence in one for one in sentences(found)), sentences(found)


# Columns


def test_columns_are_chosen_and_remembered(session: Session, at: datetime) -> None:
    text = "何の数,いつ,実績,参考\nweekly-use,2026-05,61,1\n"
    mapping = {"何の数": "indicator", "いつ": "period", "実績": "value", "参考": ""}
    assert planned(session, at, text).problems
    handed_in(session, at, text, mapping=mapping)

    next_month = text.replace("2026-05", "2026-06")
    found = planned(session, at, next_month)
    assert (found.mapping, found.problems, len(found.rows)) == (mapping, [], 1)


# Showing


def test_measures_show_with_the_last_chunk_and_not_before(session: Session, at: datetime) -> None:
    one = handed_in(session, at)
    assert importing.write_some(session, one.id, after=0, limit=2, at=at) == 2
    assert importing.write_some(session, one.id, after=2, limit=2, at=at) == 3
    assert values(session, at + timedelta(days=1)) == {}

    shown_at = at + timedelta(minutes=1)
    assert importing.write_some(session, one.id, after=3, limit=2, at=shown_at) is None
    assert values(session, at) == {}
    assert len(values(session, shown_at)) == 3
    assert (one.state, one.rows) == (ImportState.SHOWN, None)


def test_the_same_again_changes_nothing(session: Session, at: datetime) -> None:
    written(session, handed_in(session, at), at)
    with pytest.raises(SameAsBefore, match="前と同じ内容です"):
        handed_in(session, at + timedelta(days=1))
    assert session.scalar(select(func.count()).select_from(Measure)) == 3


def test_a_changed_value_replaces_by_key_with_a_reason(session: Session, at: datetime) -> None:
    written(session, handed_in(session, at), at)
    later = at + timedelta(days=1)
    mended = LONG.replace("114.5", "112")
    found = planned(session, later, mended)
    assert [found.count(one) for one in Change] == [0, 1, 2]
    assert [one.before for one in found.rows if one.change is Change.CHANGED] == [114.5]
    second = handed_in(session, later, mended)
    written(session, second, later)

    assert values(session, at)["copier-pages", MAY, Variant.ALL] == 114.5
    assert values(session, later)["copier-pages", MAY, Variant.ALL] == 112
    reasons = {one.reason for one in published(session, until=later)}
    assert reasons == {"", f"取込み{second.id}による差し替え"}


def test_undoing_the_first_of_two_loses_nothing(session: Session, at: datetime) -> None:
    first = handed_in(session, at)
    written(session, first, at)
    later = at + timedelta(days=1)
    written(session, handed_in(session, later, LONG + "weekly-use,2026-06,62,,\n"), later)
    importing.undo(session, first.id, reason="二つ目で足ります", by_id=None, at=later)
    assert len(values(session, later)) == 4


def test_what_is_undone_stays_on_pages_of_its_days(session: Session, at: datetime) -> None:
    one = handed_in(session, at)
    written(session, one, at)
    later = at + timedelta(days=3)
    with pytest.raises(InvalidField):
        importing.undo(session, one.id, reason="  ", by_id=None, at=later)
    importing.undo(session, one.id, reason="別の表でした", by_id=None, at=later)
    assert len(values(session, later - timedelta(seconds=1))) == 3
    assert values(session, later) == {}
    with pytest.raises(AlreadyDecided):
        importing.undo(session, one.id, reason="もう一度取り消す", by_id=None, at=later)


def test_of_two_imports_the_one_shown_last_holds(session: Session, at: datetime) -> None:
    slow = handed_in(session, at)
    quick = handed_in(session, at + timedelta(minutes=1), LONG.replace("114.5", "112"))
    written(session, quick, at + timedelta(minutes=2))
    written(session, slow, at + timedelta(minutes=9))
    key = ("copier-pages", MAY, Variant.ALL)
    assert values(session, at + timedelta(minutes=3))[key] == 112
    assert values(session, at + timedelta(minutes=9))[key] == 114.5


# The job


def a_job(session: Session, one: MeasureImport) -> Job:
    return session.scalars(select(Job).where(Job.key == jobs.key_of(one.id))).one()


def many(months: int = 100) -> str:
    lines = [f"weekly-use,{2018 + n // 12}-{n % 12 + 1:02},{n}\n" for n in range(months)]
    return "指標,月,値\n" + "".join(lines)


@pytest.fixture
def begun(session: Session, at: datetime, monkeypatch: pytest.MonkeyPatch) -> MeasureImport:
    monkeypatch.setattr(jobs, "AT_ONCE", 7)
    one = handed_in(session, at, many())
    session.commit()
    return one


def a_worker(database: Database, at: datetime) -> Worker:
    def one_piece(session: Session, job: Job, chunk: Chunk) -> bool:
        looks = iter((False, True))
        return import_measures(session, job, _Looks(chunk.at, looks))  # type: ignore[arg-type]

    return Worker(database=database, handlers={IMPORT_MEASURES: one_piece}, clock=lambda: at)


class _Looks:
    """A chunk whose time is used up after one look."""

    def __init__(self, at: datetime, looks: Any) -> None:
        self.at, self._looks = at, looks

    def is_over(self) -> bool:
        return bool(next(self._looks))


def test_a_lease_that_was_lost_doubles_nothing(
    session: Session, begun: MeasureImport, database: Database, at: datetime
) -> None:
    worker = a_worker(database, at)
    with database.writing() as own:
        held = take_lease(own, at=at, lease=worker.lease)
    assert held is not None
    # A second worker with the same lease does the chunk again, and must not save it.
    assert do_chunk(worker, held, keep_lease=True)[0] is Outcome.MORE
    assert do_chunk(worker, held, keep_lease=True)[0] is Outcome.LATE
    session.expire_all()
    assert count(session, begun) == 7


def count(session: Session, one: MeasureImport) -> int | None:
    return session.scalar(
        select(func.count()).select_from(Measure).where(Measure.import_id == one.id)
    )


def test_two_workers_at_once_write_each_value_once(
    session: Session, begun: MeasureImport, database: Database, at: datetime
) -> None:
    def drive(_number: int) -> None:
        while work(a_worker(database, at), stop=Event()):
            pass

    with ThreadPoolExecutor(2) as both:
        list(both.map(drive, range(2)))
    session.expire_all()
    assert a_job(session, begun).state is JobState.DONE
    found = session.scalars(select(Measure.value).where(Measure.import_id == begun.id)).all()
    assert sorted(one or 0 for one in found) == list(range(100))
    assert begun.state is ImportState.SHOWN


def test_a_cancelled_import_leaves_no_measures(
    session: Session, begun: MeasureImport, database: Database, at: datetime
) -> None:
    importing.write_some(session, begun.id, after=0, limit=50, at=at)
    assert jobs.cancel(session, begun.id, at=at)
    session.commit()
    while work(a_worker(database, at), stop=Event()):
        pass
    session.expire_all()
    assert (count(session, begun), begun.state) == (0, ImportState.CANCELLED)
    assert a_job(session, begun).state is JobState.CANCELLED
    assert not jobs.cancel(session, begun.id, at=at)


def test_cancelling_races_with_writing(
    session: Session, begun: MeasureImport, at: datetime, race: Callable[..., list[Any]]
) -> None:
    def write(own: Session) -> None:
        importing.write_some(own, begun.id, after=0, limit=50, at=at)

    race(write, lambda own: importing.cancel(own, begun.id), times=6)
    session.expire_all()
    assert (count(session, begun), begun.state) == (0, ImportState.CANCELLED)


def test_the_night_drops_what_nobody_took_in(
    session: Session, begun: MeasureImport, at: datetime
) -> None:
    keep(session, b"a", file_name="old.csv", by_id=None, at=at - timedelta(hours=25))
    keep(session, b"b", file_name="new.csv", by_id=None, at=at - timedelta(hours=23))
    importing.write_some(session, begun.id, after=0, limit=50, at=at)
    job = a_job(session, begun)
    night = Job(kind="forget-imports", arguments={}, key="n", done=0, due_at=at, created_at=at)
    assert not forget_imports(session, night, Chunk(at, 0))
    assert session.scalars(select(MeasurePreview.file_name)).all() == ["new.csv"]
    assert count(session, begun) == 50

    job.state = JobState.CANCELLED
    session.flush()
    forget_imports(session, night, Chunk(at, 0))
    assert (count(session, begun), begun.state) == (0, ImportState.CANCELLED)


def test_the_plan_takes_one_statement_however_long_the_file(
    session: Session, at: datetime, database: Database, count_statements: Any
) -> None:
    with count_statements(database.engine) as few:
        planned(session, at, many(2))
    with count_statements(database.engine) as more:
        planned(session, at, many(100))
    assert len(few) == len(more) == 2


def test_measures_say_who_and_where_they_came_from(
    session: Session, at: datetime, cast: Any
) -> None:
    written(session, handed_in(session, at, by_id=cast.dx.id), at)
    found = session.scalars(select(Measure)).all()
    assert {(one.source, one.by_id, one.unit_id) for one in found} == {
        (Source.IMPORTED, cast.dx.id, None)
    }
