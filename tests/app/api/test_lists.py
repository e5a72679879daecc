"""What a program reads: every list in JSON and CSV, filtered, and nothing that is not public."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.api.lists import LISTS
from app.api.reading import OpenList
from app.clock import now
from app.indicators.models import ImportState, Measure, MeasureImport, Source, UnitSuccessor
from app.indicators.statement_models import Statement, StatementKind, StatementState
from app.studio import beginning
from challenges.calendar import day_of
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import Campaign
from challenges.people.models import Membership, Unit
from tests.app.figures import JULY_CHALLENGES, take

Read = Callable[..., Any]
EVERY_LIST = pytest.mark.parametrize("one", LISTS, ids=lambda one: one.name)


@pytest.fixture
def everything(
    session: Session, publish: Callable[..., Measure], campaign_of: Callable[..., Campaign]
) -> None:
    """A row in every list."""
    publish(41.5, denominator=210)
    campaign_of()


@EVERY_LIST
def test_a_list_says_the_same_in_json_and_csv(read: Read, everything: None, one: OpenList) -> None:
    rows = read(one.name).json["data"]
    answer = read(one.name, headers={"Accept": "text/csv"})
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.text == read(one.name, format="csv").text
    table = list(csv.DictReader(io.StringIO(answer.text)))
    assert [list(row) for row in table] == [list(row) for row in rows]
    assert [row["slug" if "slug" in row else "id"] for row in table] == [
        str(row["slug" if "slug" in row else "id"]) for row in rows
    ]
    assert rows


@EVERY_LIST
def test_reading_sets_no_cookie_and_any_page_may_read(
    read: Read, everything: None, one: OpenList
) -> None:
    answer = read(one.name)
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers["Vary"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.content_type == "application/json; charset=utf-8"


def test_a_script_of_another_page_may_ask_first(client: Any) -> None:
    answer = client.options(
        "/api/v1/measures",
        headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"},
    )
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_measures_are_filtered(
    read: Read, publish: Callable[..., Measure], cast: SimpleNamespace
) -> None:
    publish(41.0, month=4)
    publish(42.0, month=5)
    publish(35.0, unit_id=cast.section.id)
    publish(3.0, indicator="paper-bought")
    values = lambda **asked: [one["value"] for one in read("measures", **asked).json["data"]]  # noqa: E731
    assert values() == [41.0, 42.0, 35.0, 3.0]
    assert values(unit="prefecture") == [41.0, 42.0, 3.0]
    assert values(unit=cast.section.id) == [35.0]
    assert values(unit=["prefecture", cast.section.id], indicator="tried-share") == [41, 42, 35]
    assert values(first="2026-05-01") == [42.0, 35.0, 3.0]
    assert values(last="2026-04-30", indicator="tried-share") == [41.0]
    assert values(variant="WITHOUT_DISASTER") == []


def test_a_correction_replaces_and_the_past_can_be_read(
    read: Read, publish: Callable[..., Measure]
) -> None:
    publish(41.0)
    corrected = publish(
        43.0, published_at=datetime(2026, 6, 20, tzinfo=UTC), reason="一日分が抜けていました。"
    )
    rows = read("measures").json["data"]
    assert [(one["id"], one["value"]) for one in rows] == [(corrected.id, 43.0)]
    assert rows[0]["reason"] == "一日分が抜けていました。"
    then = read("measures", on="2026-06-19").json["data"]
    assert [one["value"] for one in then] == [41.0]
    assert read("measures", on="2026-06-09").json["data"] == []


def test_an_import_is_read_only_while_it_is_shown(
    session: Session, read: Read, publish: Callable[..., Measure]
) -> None:
    imported = MeasureImport(
        file_name="a.csv",
        digest="",
        mapping={},
        rows=None,
        lines=1,
        state=ImportState.RUNNING,
        begun_at=now(),
    )
    session.add(imported)
    session.flush()
    publish(41.0)
    publish(60.0, source=Source.IMPORTED, import_id=imported.id, published_at=now())
    values = lambda: [one["value"] for one in read("measures").json["data"]]  # noqa: E731
    assert values() == [41.0]
    imported.shown_at = now()
    assert values() == [60.0]
    imported.undone_at = now()
    assert values() == [41.0]


def test_what_would_undo_the_rounding_is_not_told_of_units(
    read: Read, publish: Callable[..., Measure], cast: SimpleNamespace
) -> None:
    publish(35.0, unit_id=cast.section.id, numerator=71, denominator=200, by_calendar=4)
    publish(None, month=4, unit_id=cast.section.id, denominator=4, is_hidden=True)
    shown, hidden = read("measures", unit=cast.section.id).json["data"]
    assert (shown["numerator"], shown["by_calendar"], shown["denominator"]) == (None, None, 200)
    assert (hidden["value"], hidden["denominator"], hidden["is_hidden"]) == (None, None, True)


def test_units_of_the_coming_list_are_a_secret(
    session: Session, read: Read, cast: SimpleNamespace
) -> None:
    coming = Unit(name="未来課", path="デジタル部/未来課", parent_id=cast.section.parent_id)
    session.add(coming)
    session.flush()
    before = read("units")
    tomorrow = day_of(now()) + timedelta(days=1)
    session.add(
        Membership(
            person_id=cast.staff.id, unit_id=coming.id, valid_from=tomorrow, is_primary=False
        )
    )
    after = read("units")
    assert "未来課" in before.text
    assert "未来課" not in after.text
    assert after.headers["ETag"] != before.headers["ETag"]
    assert [one["path"] for one in after.json["data"]] == [
        "デジタル部",
        "農林部",
        "デジタル部/改革課",
        "農林部/森林課",
    ]


def test_units_below_a_unit(read: Read, cast: SimpleNamespace) -> None:
    below = read("units", parent=cast.section.parent_id).json["data"]
    assert [one["name"] for one in below] == ["改革課"]


def test_campaigns_tell_of_the_whole_as_of_yesterday(
    session: Session, read: Read, campaign_of: Callable[..., Campaign]
) -> None:
    july = campaign_of(challenges=JULY_CHALLENGES)
    yesterday = day_of(now()) - timedelta(days=1)
    take(session, july, yesterday, now(), part=0.5)
    take(session, july, day_of(now()), now())
    [row] = read("campaigns").json["data"]
    assert (row["as_of"], row["share"]) == (yesterday.isoformat(), 18)
    assert row["steps"] == 818
    assert "units" not in row


def test_of_a_small_campaign_no_number_is_told(
    session: Session, read: Read, campaign_of: Callable[..., Campaign]
) -> None:
    small = campaign_of(challenges=JULY_CHALLENGES)
    tree = [("秘書課", 8, 5, 0, [])]
    take(session, small, day_of(now()) - timedelta(days=1), now(), tree=tree)
    [row] = read("campaigns").json["data"]
    assert (row["share"], row["steps"]) == (None, None)


def test_drafts_are_not_read(session: Session, read: Read, cast: SimpleNamespace) -> None:
    definition = CampaignDefinition.model_validate({"slug": "draft", "ja": {"name": "下書き"}})
    beginning.begin(session, definition, by_id=cast.dx.id, at=now())
    assert read("campaigns").json["data"] == []


def test_challenges_and_badges_are_those_of_everybody(read: Read) -> None:
    challenges = {one["slug"] for one in read("challenges").json["data"]}
    assert "first-hello" in challenges
    first = next(one for one in read("challenges").json["data"] if one["slug"] == "first-hello")
    assert first["stages"] == ["TRY", "HABIT", "SPREAD"][: len(first["stages"])]
    assert read("badges").json["data"]
    learned = read("challenges", mindset="LEARN").json["data"]
    assert {one["mindset"] for one in learned} == {"LEARN"}
    assert len(learned) < len(challenges)


def test_indicators_are_filtered(read: Read) -> None:
    rows = read("indicators", layer="monitoring").json["data"]
    assert len(rows) > 30
    assert {one["layer"] for one in rows} == {"monitoring"}
    project = next(one["project"] for one in rows if one["project"])
    assert {one["project"] for one in read("indicators", project=project).json["data"]} == {project}


def test_an_indicator_of_the_plan_is_one_once_the_office_entered_it(
    session: Session, read: Read, cast: SimpleNamespace
) -> None:
    [empty] = read("indicators", layer="plan").json["data"]
    assert empty["slug"] == "plan-kpi"
    tag = {"If-None-Match": read("indicators").headers["ETag"]}
    words = (
        "ja",
        "en",
        *(f"{name}_{one}" for name in ("formula", "unit", "source") for one in ("ja", "en")),
    )
    kpi = Statement(
        kind=StatementKind.KPI,
        subject="plan-7",
        content={name: f"={name}" for name in words},
        state=StatementState.WAITING,
        written_at=now(),
    )
    session.add(kpi)
    session.flush()
    assert read("indicators", headers=tag).status_code == 304
    kpi.state, kpi.decided_at = StatementState.APPROVED, now()
    session.flush()
    assert read("indicators", headers=tag).status_code == 200
    [entered] = read("indicators", layer="plan").json["data"]
    assert (entered["slug"], entered["name_ja"], entered["period"]) == ("plan-7", "=ja", "year")
    assert entered["source_en"] == "=source_en"
    assert "plan-7" not in read("indicators", layer="monitoring").text


def test_a_spreadsheet_reads_no_formula(read: Read, publish: Callable[..., Measure]) -> None:
    publish(43.0, reason="=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in read("measures", format="csv").text


@pytest.mark.parametrize(
    ("name", "asked", "most"),
    [
        ("indicators", {}, 2),
        ("measures", {}, 3),
        ("projects", {}, 2),
        ("units", {}, 2),
        ("campaigns", {}, 4),
        ("challenges", {}, 2),
        ("badges", {}, 2),
    ],
)
def test_a_list_takes_as_many_statements_however_long_it_is(
    app: Any,
    database: Any,
    count_statements: Callable[..., Any],
    read: Read,
    session: Session,
    publish: Callable[..., Measure],
    cast: SimpleNamespace,
    campaign_of: Callable[..., Campaign],
    name: str,
    asked: dict[str, Any],
    most: int,
) -> None:
    yesterday = day_of(now()) - timedelta(days=1)
    counted = []
    for size in (1, 12):
        for number in range(size):
            publish(40.0, month=number + 1, unit_id=cast.section.id)
            one = campaign_of(slug=f"july-{size}-{number}", challenges=JULY_CHALLENGES)
            take(session, one, yesterday, now())
        read(name, **asked)
        with count_statements(app.extensions["stepup_database"].engine) as statements:
            assert read(name, **asked).status_code == 200
        counted.append(len(statements))
    assert counted == [most, most]


def test_the_first_day_of_the_calendar_is_no_error(read: Read) -> None:
    for day in (date.min, date.max):
        assert read("measures", on=day.isoformat(), first=day.isoformat()).status_code == 200


def test_units_name_those_that_they_carry_on(
    session: Session, read: Read, cast: SimpleNamespace
) -> None:
    today = day_of(now())
    merged, later = Unit(name="産業部", path="産業部"), Unit(name="後の部", path="後の部")
    session.add_all([merged, later])
    session.flush()
    gone = sorted([cast.section.id, cast.other_section.id])
    for successor, since in ((merged, today), (later, today + timedelta(days=1))):
        session.add_all(
            UnitSuccessor(unit_id=one, successor_id=successor.id, since=since, entered_at=now())
            for one in gone
        )
    before = read("units").headers["ETag"]
    found = {one["name"]: one for one in read("units").json["data"]}
    assert found["産業部"]["carries_on"] == gone
    assert found["産業部"]["carried_on_since"] == [today.isoformat()] * 2
    # What is entered for a day to come is told on that day.
    assert found["後の部"]["carries_on"] == []
    assert found["改革課"]["carries_on"] == []
    line = next(one for one in read("units", format="csv").text.splitlines() if "産業部" in one)
    assert f",{gone[0]} {gone[1]}," in line
    session.execute(delete(UnitSuccessor))
    assert read("units").headers["ETag"] != before


def test_pages_of_units_are_not_cut_by_what_these_carry_on(
    session: Session, read_all: Callable[..., Any], cast: SimpleNamespace
) -> None:
    merged = Unit(name="産業部", path="産業部")
    session.add(merged)
    session.flush()
    session.add_all(
        UnitSuccessor(unit_id=one, successor_id=merged.id, since=date(2026, 4, 1), entered_at=now())
        for one in (cast.section.id, cast.other_section.id)
    )
    found = [one["id"] for one in read_all("units", limit=1)]
    assert len(found) == len(set(found)) == 5
