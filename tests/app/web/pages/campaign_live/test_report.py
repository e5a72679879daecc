"""The report: read by everybody once the campaign is over, written by the office."""

import csv
import io

import openpyxl
import pytest

from app.clock import now
from challenges.campaigns import reports
from challenges.campaigns.nominations import Nomination
from challenges.errors import InvalidField

REPORT = "/campaigns/last-july/report"
FORM = "/office/campaigns/last-july/report"
SAVE = "/office/campaigns/last-july/reports"


def write(session, campaign, person, *, read=0, learned="朝の連絡会が続きました"):
    return reports.write(
        session,
        campaign.id,
        learned=learned,
        do_differently="二日に",
        read=read,
        by_id=person.id,
        at=now(),
    )


def test_everybody_reads_it_once_the_campaign_is_over(as_, cast, july, session):
    write(session, july.before, cast.dx)
    text = as_(cast.staff).get(REPORT).text
    assert "「会議をかるく」に、37%の人が加わりました。" in text
    assert "対象の2,222人のうち" in text
    assert "朝の連絡会が続きました" in text
    assert "報告を書く" not in text


def test_nobody_else_reads_it_before(as_, cast, july):
    answer = as_(cast.staff).get("/campaigns/light-meetings/report")
    assert answer.status_code == 403
    assert "終わってから" in answer.text
    draft = as_(cast.dx).get("/campaigns/light-meetings/report").text
    assert "下書き" in draft


def test_staff_read_no_list_of_departments(as_, cast, july):
    browser = as_(cast.staff)
    assert "政策部" not in browser.get(REPORT).text
    assert "政策部" not in browser.get(f"{REPORT}/summary.csv").data.decode()


def test_nominations_are_for_the_office_alone(as_, cast, july, session):
    session.add(
        Nomination(
            campaign_id=july.before.id,
            person_id=cast.colleague.id,
            words="三行を続けました",
            begun_at=now(),
        )
    )
    assert "三行を続けました" in as_(cast.dx).get(REPORT).text
    assert "三行を続けました" not in as_(cast.staff).get(REPORT).text
    july.before.owner_id = cast.staff.id
    assert "三行を続けました" not in as_(cast.staff).get(REPORT).text


def test_what_the_office_wrote_is_never_markup(as_, cast, july, session):
    write(session, july.before, cast.dx, learned="<script>x</script> **太字**")
    text = as_(cast.staff).get(REPORT).text
    assert "<script>x" not in text
    assert "<strong>太字</strong>" in text


def test_the_office_saves_both_texts(as_, cast, july, session):
    browser = as_(cast.dx)
    answer = browser.post(SAVE, data={"read": "0", "learned": "一つ", "do_differently": "二つ"})
    assert answer.location == REPORT
    saved = reports.report_of(session, july.before.id)
    assert (saved.learned, saved.do_differently, saved.revision) == ("一つ", "二つ", 1)
    assert 'name="read" value="1"' in browser.get(FORM).text


def test_nothing_is_overwritten_in_silence(as_, cast, july, session):
    write(session, july.before, cast.dx, learned="先に保存した文")
    browser = as_(cast.dx)
    data = {"read": "0", "learned": "あとから書いた文", "do_differently": ""}
    answer = browser.post(SAVE, data=data)
    assert answer.status_code == 422
    assert "先に保存した文" in answer.text
    assert "あとから書いた文" in answer.text
    assert reports.report_of(session, july.before.id).learned == "先に保存した文"
    # Whoever has read both may save.
    assert browser.post(SAVE, data={**data, "read": "1"}).status_code == 303
    assert reports.report_of(session, july.before.id).learned == "あとから書いた文"


@pytest.mark.parametrize("read", [0, 1])
def test_of_two_who_save_at_once_one_is_told(july, cast, race, session, read):
    if read:
        write(session, july.before, cast.dx)
    session.commit()
    outcomes = race(lambda own: write(own, july.before, cast.dx, read=read), times=8)
    assert [one for one in outcomes if isinstance(one, int)] == [read + 1]
    assert sum(isinstance(one, reports.ReportChanged) for one in outcomes) == 7


@pytest.mark.parametrize(("length", "is_kept"), [(4000, True), (4001, False)])
def test_a_text_has_a_longest_length(july, cast, session, length, is_kept):
    if is_kept:
        assert write(session, july.before, cast.dx, learned="あ" * length) == 1
    else:
        with pytest.raises(InvalidField):
            write(session, july.before, cast.dx, learned="あ" * length)


def test_numbers_come_as_files_with_their_meaning(as_, cast, july):
    browser = as_(cast.staff)
    rows = list(
        csv.reader(io.StringIO(browser.get(f"{REPORT}/summary.csv").data.decode("utf-8-sig")))
    )
    assert rows[1][:3] == ["対象", "2222", "人"]
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"{REPORT}/summary.xlsx").data))
    assert book.sheetnames == ["まとめ", "段階別"]
    assert browser.get(f"{REPORT}/nothing.csv").status_code == 404


def test_a_campaign_without_numbers_has_a_report(as_, cast, campaign_of):
    campaign_of(state="CLOSED")
    text = as_(cast.staff).get("/campaigns/light-meetings/report").text
    assert "数は、まだありません。" in text
