"""What the office hands out, and an attack on everything that one could collect in two weeks."""

import csv
import io
import re
from datetime import timedelta
from urllib.parse import unquote

import openpyxl
import pytest

from app.queries import campaign_live
from tests.app.figures import UNITS, add_units

FILES = "/office/campaigns/light-meetings/files"


def read_csv(answer):
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def read_sheet(answer):
    return openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]


def test_units_come_with_departments_and_sections(as_, cast, july):
    rows = read_csv(as_(cast.dx).get(f"{FILES}/units.csv"))
    assert rows[0][:4] == ["部", "課", "対象（人）", "加わった人（%）"]
    assert [row[1] or row[0] for row in rows[1:]] == [
        "政策部",
        "政策企画課",
        "広聴広報課",
        "秘書課",
        "総務部",
        "総務課",
        "人事課",
        "農林水産部",
        "県土整備部",
        "監査委員事務局",
        "人事委員会事務局",
        "議会事務局",
        "県庁全体",
    ]
    assert rows[4][2:] == ["—"] * 6


def test_the_name_of_a_file_sorts_and_says_what_it_holds(as_, cast, july, yesterday):
    head = as_(cast.dx).get(f"{FILES}/units.xlsx").headers["Content-Disposition"]
    assert head.startswith(f'attachment; filename="{yesterday.isoformat()}')
    name = unquote(re.search(r"filename\*=UTF-8''(\S+)", head)[1])
    assert name == f"{yesterday.isoformat()}_会議をかるく_所属別.xlsx"


@pytest.mark.parametrize("what", ["units", "days", "funnel"])
def test_a_workbook_says_the_same_as_the_csv_file(as_, cast, july, what):
    browser = as_(cast.dx)
    rows = read_csv(browser.get(f"{FILES}/{what}.csv"))
    sheet = read_sheet(browser.get(f"{FILES}/{what}.xlsx"))
    written = list(sheet.iter_rows(values_only=True))
    heading = next(n for n, row in enumerate(written) if list(row) == rows[0])
    assert any("時点" in str(row[0]) for row in written[:heading])

    def told(value):
        return "" if value is None else f"{value:%Y-%m-%d}" if hasattr(value, "day") else str(value)

    assert [[told(value) for value in row] for row in written[heading + 1 :]] == rows[1:]


def test_a_file_of_one_department_holds_its_sections(as_, cast, july, session):
    ids = add_units(session)
    rows = read_csv(as_(cast.dx).get(f"{FILES}/units.csv?unit={ids['政策部']}"))
    assert [row[1] for row in rows[1:-1]] == ["政策企画課", "広聴広報課", "秘書課"]


@pytest.mark.parametrize("path", ["units.pdf", "people.csv", "units.XLSX"])
def test_an_unknown_file_is_not_found(as_, cast, july, path):
    assert as_(cast.dx).get(f"{FILES}/{path}").status_code == 404


def test_nobody_finds_a_small_unit_in_all_that_is_published(as_, cast, july, session, yesterday):
    """Every page and file of a fortnight together: a hidden unit never has a number, and what is
    left of each sum is ten people or more."""
    ids = add_units(session)
    size = {ids[name]: reached for name, reached, *_ in UNITS}
    size |= {ids[one]: n for *_, sections in UNITS for one, n, *_ in sections}
    hidden_ever = set()
    for day in (yesterday - timedelta(days=n) for n in range(13, -1, -1)):
        live = campaign_live.live(session, july.now, until=day)
        hidden = {one.unit_id for one in live.units if one.is_hidden}
        assert hidden_ever <= hidden
        hidden_ever |= hidden
        for parent_id, total in [(None, live.whole.reached)] + [
            (one.unit_id, one.reached) for one in live.below(None) if not one.is_hidden
        ]:
            below = live.below(parent_id)
            left = total - sum(one.reached for one in below if not one.is_hidden)
            assert not below or left == 0 or left >= 10
        assert all(size[one.unit_id] >= 10 for one in live.units if not one.is_hidden)
    browser = as_(cast.dx)
    names = {name for name, key in ids.items() if key in hidden_ever}
    for path in ("units.csv", f"units.csv?unit={ids['政策部']}"):
        for row in read_csv(browser.get(f"{FILES}/{path}")):
            if (row[1] or row[0]) in names:
                assert set(row[2:]) == {"—"}
