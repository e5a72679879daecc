"""What the office hands out, and an attack on everything that one could collect in two weeks."""

import csv
import io
import re
from datetime import timedelta
from urllib.parse import unquote

import openpyxl
import pytest

from app.clock import now
from challenges.groups import WHOLE, Group
from challenges.shares import rounded_share
from tests.app.figures import JULY_CHALLENGES, add_units, take
from tests.challenges.solving import determined, equations_of, parts, rest_size, solved

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


# The attack

SMALL = [
    (
        "政策部",
        58,
        21,
        3,
        [("政策企画課", 20, 7, 1), ("広聴広報課", 25, 10, 2), ("秘書課", 8, 3, 0)],
    ),
    ("総務部", 41, 15, 2, [("総務課", 14, 5, 0), ("人事課", 27, 10, 2)]),
    ("農林水産部", 33, 11, 4, []),
    ("監査委員事務局", 8, 3, 0, []),
    ("議会事務局", 12, 4, 1, []),
]
"""Small enough that every possible count can be tried."""


def table_of(text):
    """The table of units of a page: the numbers by the name of the unit."""
    table = text[text.index("所属ごとのようす") :].partition("</table>")[0]
    rows = {}
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)[1:]:
        cells = [
            re.sub(r"<svg.*?</svg>|<[^>]+>|[\s,%]", "", cell, flags=re.DOTALL)
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        rows[cells[0]] = [cells[1], cells[2], cells[-3]]
    return rows


def published(browser, ids):
    """What page, CSV and workbook say of each unit, which is the same: reached, share, waiting."""
    told = {
        (row[1] or row[0]): [row[2], row[3], row[5]]
        for row in read_csv(browser.get(f"{FILES}/units.csv"))[1:]
    }
    sheet = list(read_sheet(browser.get(f"{FILES}/units.xlsx")).iter_rows(values_only=True))
    for row in sheet[-len(told) :]:
        assert [str(row[n]) for n in (2, 3, 5)] == told[row[1] or row[0]]
    page = "/office/campaigns/light-meetings"
    pages = [browser.get(page)]
    shown = [name for name, *_, sections in SMALL if sections and told[name][0] != "—"]
    pages += [browser.get(f"{page}?unit={ids[name]}") for name in shown]
    for answer in pages:
        for name, numbers in table_of(answer.text).items():
            assert numbers == told[name], name
    return told


def test_nobody_solves_all_that_is_published_in_days(as_, cast, campaign_of, session, yesterday):
    """Each day's pages and files are read, and solved together with the sums."""
    first = yesterday - timedelta(days=2)
    campaign = campaign_of(
        challenges=JULY_CHALLENGES, first_day=first.isoformat(), last_day="2099-07-31"
    )
    browser, ids, hidden_before = as_(cast.dx), add_units(session, SMALL), set()
    for number in range(3):
        day = first + timedelta(days=number)
        made = take(session, campaign, day, now(), part=(number + 1) / 5, tree=SMALL)
        told = published(browser, ids)
        names = {one["name"]: one["unit_id"] for one in made["units"]}
        hidden = {key for name, key in names.items() if told[name][0] == "—"}
        assert hidden_before <= hidden
        hidden_before = hidden
        _solve(made, told, hidden)


def _solve(made, told, hidden):
    groups = [
        Group(
            one["unit_id"],
            one["reached"],
            one["parent_id"] or WHOLE,
            counts={"people": one["people"], "waiting": one["waiting"]},
        )
        for one in made["units"]
    ]
    whole = Group(WHOLE, made["reached"])
    names = {one["unit_id"]: one["name"] for one in made["units"]} | {WHOLE: "県庁全体"}
    sums = parts(groups, whole)
    size = {one.key: one.base for one in (whole, *groups)}
    size |= {-parent - 1: rest_size(parent, groups, whole) for parent in sums}
    shown = set(names) - hidden
    for key in determined(
        [key for key in size if key not in shown], equations_of(groups, whole, shown)
    ):
        assert size[key] == 0 or size[key] >= 10
    people, waiting = {}, {}
    for key, most in size.items():
        _, share, waits = told[names[key]] if key in names else ("—", "—", "—")
        finest = 1 if key == WHOLE else 5
        people[key] = {
            n
            for n in range(most + 1)
            if share == "—" or str(rounded_share(n, most, finest=finest)) == share
        }
        waiting[key] = set(range(60)) if waits == "—" else {int(waits)}
    for key, possible in solved(people, sums, list(sums)).items():
        assert size[key] == 0 or len(possible) > 1
    for key, possible in solved(waiting, sums, list(sums)).items():
        assert key not in hidden or len(possible) > 1
