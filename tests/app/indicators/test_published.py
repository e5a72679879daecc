"""What was published holds, as of now and of any day gone by."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.indicators.models import ImportState, Measure, MeasureImport, Source
from app.indicators.published import published

JUNE = date(2026, 6, 1)


def measure(session: Session, at: datetime, value: float | None, **more: Any) -> Measure:
    more = {"source": Source.ENTERED, "period": JUNE, **more}
    one = Measure(indicator="copier-pages", version=1, value=value, published_at=at, **more)
    session.add(one)
    session.flush()
    return one


def an_import(session: Session, at: datetime, **more: Any) -> MeasureImport:
    more = {"state": ImportState.RUNNING, "mapping": {}, "lines": 1, "digest": "0" * 64, **more}
    one = MeasureImport(file_name="pages.csv", begun_at=at, **more)
    session.add(one)
    session.flush()
    return one


def values(session: Session, until: datetime) -> list[float | None]:
    return [one.value for one in published(session, until=until)]


def test_a_correction_holds_from_its_time_on(session: Session, at: datetime) -> None:
    measure(session, at, 114)
    measure(session, at + timedelta(days=3), 112, reason="数え間違い")

    assert values(session, at + timedelta(days=2)) == [114]
    assert values(session, at + timedelta(days=3)) == [112]


def test_measures_of_an_import_show_all_at_once(session: Session, at: datetime) -> None:
    file = an_import(session, at)
    measure(session, at, 114, source=Source.IMPORTED, import_id=file.id)
    assert values(session, at) == []

    file.shown_at = at + timedelta(minutes=5)
    assert values(session, at + timedelta(minutes=4)) == []
    assert values(session, at + timedelta(minutes=5)) == [114]


def test_an_import_taken_back_gives_way_to_what_held_before(session: Session, at: datetime) -> None:
    measure(session, at, 110)
    file = an_import(session, at, shown_at=at + timedelta(days=1))
    file.undone_at = at + timedelta(days=4)
    later = at + timedelta(days=1)
    measure(session, later, 114, source=Source.IMPORTED, import_id=file.id)

    assert values(session, at + timedelta(days=3)) == [114]
    assert values(session, at + timedelta(days=4)) == [110]


def test_units_are_read_only_where_asked_for(session: Session, at: datetime, cast: Any) -> None:
    measure(session, at, 40)
    measure(session, at, 35, unit_id=cast.section.id)

    assert values(session, at) == [40]
    both = published(session, until=at, unit_ids=(None, cast.section.id))
    assert sorted(one.value or 0 for one in both) == [35, 40]
