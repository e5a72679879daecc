"""Charts: what is drawn, how it is told, and that nothing in them is only a colour."""

import re
from datetime import datetime
from xml.etree import ElementTree

import pytest
from sqlalchemy.orm import Session

from app.indicators.chart_words import amount
from app.indicators.charts import draw
from app.indicators.control_chart import Verdict
from app.indicators.models import Measure, Source, Variant
from app.indicators.readings import Change, Reading, reading
from app.indicators.telling import readings
from tests.app.indicators.measuring import CALM, FIRST, measure


def told(session: Session, at: datetime, slug: str = "copier-pages") -> Reading:
    return readings(session, until=at, slugs=(slug,))[slug, None]


def read(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314  # drawn by ourselves


def parts(drawing: str) -> dict[str, int]:
    root = read(drawing)
    found: dict[str, int] = {}
    for one in root.iter():
        name = one.get("class") or one.tag
        found[name] = found.get(name, 0) + 1
    return found


def test_a_chart_is_drawn_twice_with_name_and_description(session: Session, at: datetime) -> None:
    measure(session, "copier-pages", CALM)
    drawing = draw(told(session, at), "ja")

    wide, narrow = read(drawing.wide), read(drawing.narrow)
    assert (wide.get("viewBox"), narrow.get("viewBox")) == ("0 0 520 190", "0 0 318 176")
    assert wide.find("title").text == "複合機の使用面数の折れ線。"
    description = wide.find("desc").text
    assert "2024年7月から2025年6月まで、値は12個" in description
    assert "ふだんの変動幅は26面から36面まで、平均は31面" in description
    named = f"{wide.find('title').get('id')} {wide.find('desc').get('id')}"
    assert wide.get("aria-labelledby") == narrow.get("aria-labelledby") == named


def test_nothing_is_styled_in_place(session: Session, at: datetime) -> None:
    measure(session, "copier-pages", [*CALM, 50])
    drawing = draw(told(session, at), "ja")
    for svg in drawing.wide, drawing.narrow:
        assert not re.search(r'\b(style|fill|stroke|font-size)="', svg)


def test_a_gap_breaks_the_line_and_is_marked(session: Session, at: datetime) -> None:
    measure(session, "copier-pages", [*CALM[:6], None, *CALM[:5]])
    found = parts(draw(told(session, at), "ja").wide)
    assert (found["line"], found["missing"]) == (2, 1)


def test_a_hidden_value_is_a_stone_and_never_a_number(session: Session, at: datetime) -> None:
    measure(session, "copier-pages", CALM)
    hidden = {"is_hidden": True, "value": None}
    session.add(
        Measure(
            indicator="copier-pages",
            version=1,
            source=Source.COMPUTED,
            period=FIRST.replace(year=2025),
            published_at=at,
            **hidden,
        )
    )
    measure(session, "copier-pages", [33], first=FIRST.replace(year=2025, month=8))
    found = parts(draw(told(session, at.replace(year=2027)), "ja").wide)
    assert (found["hidden-stone"], found["line"]) == (1, 1)


def test_one_point_outside_has_a_diamond_and_a_number(session: Session, at: datetime) -> None:
    measure(session, "copier-pages", [*CALM, 50])
    one = told(session, at)
    found = parts(draw(one, "ja").wide)
    assert one.verdict is Verdict.STUCK
    assert found["ring"] == found["mark"] == found["mark-name"] == 1


def test_nothing_is_marked_inside_the_limits(session: Session, at: datetime) -> None:
    measure(session, "copier-pages", CALM)
    assert "ring" not in parts(draw(told(session, at), "ja").wide)


def test_a_new_version_breaks_the_limits_and_is_named(session: Session, at: datetime) -> None:
    measure(session, "copier-pages", CALM)
    measure(session, "copier-pages", CALM[:8], first=FIRST.replace(year=2025), version=2)
    drawing = draw(told(session, at), "ja").wide
    found = parts(drawing)
    assert (found["usual"], found["change"]) == (2, 1)
    assert "式が新しくなりました" in drawing


def test_a_noted_change_is_named_and_escaped(session: Session, at: datetime) -> None:
    measure(session, "copier-pages", [*CALM, *CALM])
    one = told(session, at)
    change = Change(FIRST.replace(year=2025, day=20), "<b>会議をかるく</b>", "Lighter")
    drawing = draw(reading(one.definition, one.series, [change]), "ja").wide
    assert parts(drawing)["change"] == 1
    assert "<b>" not in drawing
    assert "2025年7月に「&lt;b&gt;会議をかるく" in drawing


def test_work_on_disasters_is_a_thin_second_line(session: Session, at: datetime) -> None:
    measure(session, "copier-pages", CALM, variant=Variant.WITHOUT_DISASTER)
    measure(session, "copier-pages", [*CALM[:5], 60, *CALM[6:]])
    one = told(session, at)
    found = parts(draw(one, "ja").wide)
    assert (found["line"], found["line-two"]) == (1, 1)
    assert one.series.values == list(CALM)


def test_limits_below_zero_are_not_told(session: Session, at: datetime) -> None:
    measure(session, "copier-pages", [1, 9, 1, 9, 1, 9, 1])
    one = told(session, at)
    assert one.limits is not None
    assert one.limits.lower < 0
    assert "ふだんの変動幅は0面から" in draw(one, "ja").wide


@pytest.mark.parametrize("count", [1, 2, 5, 24, 60])
def test_every_number_of_values_can_be_drawn(session: Session, at: datetime, count: int) -> None:
    measure(session, "copier-pages", [(n * 7) % 11 for n in range(count)])
    for language in ("ja", "en"):
        drawing = draw(told(session, at.replace(year=2040)), language)
        for svg in drawing.wide, drawing.narrow:
            read(svg)
            assert "nan" not in svg
            assert "inf" not in svg


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [(1, "cases", "1 case"), (2, "cases", "2 cases"), (1, "%", "1%"), (1, "件", "1件")],
)
def test_one_thing_is_no_plural(value: float, unit: str, told: str) -> None:
    assert amount(value, 0, unit) == told
