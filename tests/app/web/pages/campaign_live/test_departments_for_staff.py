"""The list of departments on the pages of staff: only where the office switched it on."""

import csv
import io
import re

import openpyxl
import pytest

from app.clock import now
from challenges.campaigns import lifecycle
from challenges.people.models import Unit
from tests.app.figures import UNITS, add_units

PAGE = "/campaigns/light-meetings"
REPORT = "/campaigns/last-july/report"
WHY = "部局から見たいという声が多かったから。"
EVERYBODY = ["staff", "colleague", "manager", "deputy", "outsider", "dx"]


@pytest.fixture
def shown(session, july, cast):
    """Both campaigns with their list switched on."""
    for campaign in (july.now, july.before):
        lifecycle.set_shows_units(session, campaign, True, reason=WHY, by_id=cast.dx.id, at=now())
    session.commit()
    return july


def rows_of(text):
    table = text[text.index('<table class="table-cards departments">') :].partition("</table>")[0]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", table.partition("<tbody>")[2], re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).split() for row in rows]


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_reads_it_unless_it_is_switched_on(as_, cast, july, who):
    text = as_(getattr(cast, who)).get(PAGE).text
    assert 'id="departments"' not in text
    assert "農林水産部" not in text


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_reads_it_where_it_is_switched_on(as_, cast, shown, who):
    text = as_(getattr(cast, who)).get(PAGE).text
    assert [row[0] for row in rows_of(text)] == [name for name, *_ in UNITS]


def test_it_is_switched_on_for_one_campaign_alone(as_, cast, session, july):
    lifecycle.set_shows_units(session, july.before, True, reason=WHY, by_id=cast.dx.id, at=now())
    assert 'id="departments"' not in as_(cast.staff).get(PAGE).text
    assert 'id="departments"' in as_(cast.staff).get("/campaigns/last-july").text


def test_once_it_is_switched_off_nobody_reads_it(as_, cast, session, shown):
    lifecycle.set_shows_units(
        session, shown.now, False, reason="もう要らない。", by_id=cast.dx.id, at=now()
    )
    assert 'id="departments"' not in as_(cast.staff).get(PAGE).text


def test_visitors_sign_in_first(client, shown):
    for address in (PAGE, REPORT, f"{REPORT}/departments.csv"):
        assert client.get(address).location.startswith("/sign-in")


@pytest.mark.parametrize("who", ["staff", "manager", "outsider"])
def test_the_report_of_a_running_campaign_stays_closed(as_, cast, shown, who):
    browser = as_(getattr(cast, who))
    for address in (f"{PAGE}/report", f"{PAGE}/report/departments.csv"):
        assert browser.get(address).status_code == 403


def test_the_office_page_stays_the_offices(as_, cast, shown):
    browser = as_(cast.staff)
    for address in ("/office/campaigns/light-meetings", "/office/campaigns/light-meetings/days"):
        assert browser.get(address).status_code == 403


def test_it_says_why_in_which_order_and_what_a_dash_is(as_, cast, shown):
    text = as_(cast.staff).get(PAGE).text
    assert WHY in text
    assert "組織の順です。順位ではなく、部局の目標もありません。" in text
    assert "10人に満たないか、合計から引くと分かってしまう数です。" in text


def test_small_departments_are_dashes(as_, cast, shown):
    rows = {row[0]: row[1:] for row in rows_of(as_(cast.staff).get(PAGE).text)}
    assert rows["農林水産部"][0] == "45%"
    assert rows["監査委員事務局"] == ["—", "—"]
    assert not re.search(r"aria-sort|<th[^>]*><(a|button)", as_(cast.staff).get(PAGE).text)


def test_it_holds_shares_and_no_count(as_, cast, shown):
    text = as_(cast.staff).get(PAGE).text
    cells = [cell for row in rows_of(text) for cell in row[1:]]
    assert all(re.fullmatch(r"\d+%|—|あなたの部局", cell) for cell in cells), cells


def test_ones_own_department_is_marked(as_, cast, shown, session):
    ids = add_units(session)
    session.get_one(Unit, cast.section.id).parent_id = ids["総務部"]
    session.get_one(Unit, cast.section.id).path = "総務部/改革課"
    session.commit()
    marked = [row[0] for row in rows_of(as_(cast.staff).get(PAGE).text) if "あなたの部局" in row]
    assert marked == ["総務部"]


def test_the_reason_is_never_markup(as_, cast, session, july):
    lifecycle.set_shows_units(
        session, july.now, True, reason="<script>x</script>", by_id=cast.dx.id, at=now()
    )
    assert "<script>x" not in as_(cast.staff).get(PAGE).text


def test_it_reads_in_english(as_, cast, shown):
    cast.staff.language = "en"
    text = as_(cast.staff).get(PAGE).text
    assert "It is no ranking, and no department has a goal." in text


def test_the_report_lists_them_too(as_, cast, shown):
    text = as_(cast.staff).get(REPORT).text
    assert [row[0] for row in rows_of(text)] == [name for name, *_ in UNITS]
    assert WHY in text


def test_so_do_the_files_of_the_report(as_, cast, shown):
    browser = as_(cast.staff)
    text = browser.get(f"{REPORT}/departments.csv").data.decode("utf-8-sig")
    rows = {row[0]: row[1:] for row in csv.reader(io.StringIO(text)) if row}
    assert rows["監査委員事務局"] == ["—", "—"]
    assert rows["農林水産部"][0] == "45"
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"{REPORT}/summary.xlsx").data))
    assert book.sheetnames == ["まとめ", "段階別", "部局別"]


def test_without_the_switch_the_report_has_no_such_file(as_, cast, july):
    browser = as_(cast.staff)
    assert 'id="departments"' not in browser.get(REPORT).text
    assert browser.get(f"{REPORT}/departments.csv").status_code == 404
    assert "農林水産部" not in browser.get(f"{REPORT}/summary.csv").data.decode()
