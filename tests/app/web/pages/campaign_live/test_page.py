"""What the office reads while a campaign runs, before and after."""

import re

import pytest

from app.clock import now
from challenges.campaigns.models import Campaign, CampaignSnapshot
from challenges.vocabulary import CampaignState
from tests.app.figures import UNITS, add_units

PAGE = "/office/campaigns/light-meetings"


def plain(text):
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_the_heading_says_where_it_stalls(as_, cast, july):
    text = as_(cast.dx).get(PAGE).text
    assert "<h1>「その会議、投稿で」の二段目で、止まっています。</h1>" in text
    assert "確認までの中央値は4.2開庁日、ほかのチャレンジは1.6開庁日です。" in text
    assert "時点の数です。" in text


def test_the_heading_in_english_counts_in_digits(as_, cast, july):
    cast.dx.language = "en"
    heading = re.search("<h1>(.*?)</h1>", as_(cast.dx).get(PAGE).text)[1]
    assert "2" in heading
    assert "段目" not in heading


def test_units_stand_in_order_and_small_ones_are_dashes(as_, cast, july):
    text = as_(cast.dx).get(PAGE).text
    table = text[text.index("所属ごとのようす") :]
    names = [name for name, *_ in UNITS]
    places = [table.index(name) for name in names]
    assert places == sorted(places)
    row = table[table.index("監査委員事務局") :].partition("</tr>")[0]
    assert re.findall(r"\d+", plain(row)) == []


def test_no_unit_can_be_sorted_by(as_, cast, july):
    text = as_(cast.dx).get(PAGE).text
    assert "aria-sort" not in text
    assert not re.search(r"<th[^>]*><(a|button)[^>]*>加わった人", text)


def test_a_department_shows_what_lies_below_it(as_, cast, july, session):
    ids = add_units(session)
    text = as_(cast.dx).get(f"{PAGE}?unit={ids['政策部']}").text
    assert "政策部の課ごと" in text
    assert "広聴広報課" in text
    assert "森林課" not in text


@pytest.mark.parametrize("name", ["監査委員事務局", "秘書課"])
def test_a_hidden_unit_or_section_has_no_page(as_, cast, july, session, name):
    ids = add_units(session)
    assert as_(cast.dx).get(f"{PAGE}?unit={ids[name]}").status_code == 404


def test_the_chart_is_drawn_twice_with_a_table_beside(as_, cast, july):
    text = as_(cast.dx).get(PAGE).text
    assert text.count('class="line-now"') == 2
    assert text.count('class="goal"') == 2
    assert text.count('class="line-before"') == 2
    days = plain(as_(cast.dx).get(f"{PAGE}/days").text)
    assert "37%" in days


def test_last_year_can_be_left_out(as_, cast, july):
    text = as_(cast.dx).get(f"{PAGE}?compare=none").text
    assert "line-before" not in text
    assert "去年の同じ日</th>" not in text


def test_without_last_year_nothing_is_said_of_it(as_, cast, july, session):
    july.now.cloned_from_id = None
    session.commit()
    text = as_(cast.dx).get(PAGE).text
    assert "去年" not in text
    assert 'name="compare"' not in text


def test_the_funnel_says_who_waits(as_, cast, july):
    funnel = as_(cast.dx).get(PAGE).text.partition("table-cards funnel")[2].partition("</table>")[0]
    assert "確認を待つ</th>" in funnel


def test_a_shorter_period_ends_yesterday(as_, cast, july, yesterday):
    text = as_(cast.dx).get(f"{PAGE}?period=7").text
    assert '<option value="7" selected>' in text
    assert f">{(yesterday).month}/" in text or f"{yesterday.day}<" in text


@pytest.mark.parametrize("query", ["?unit=abc", "?period=x", "?compare=%00", "?page=9999"])
def test_odd_addresses_show_the_page(as_, cast, july, query):
    assert as_(cast.dx).get(PAGE + query).status_code == 200


def test_where_nobody_reviews_a_text_is_ready(as_, cast, july, session):
    ids = add_units(session)
    newest = (
        session.query(CampaignSnapshot)
        .filter_by(campaign_id=july.now.id)
        .order_by(CampaignSnapshot.day.desc())
        .first()
    )
    queue = {**newest.figures["queue"], "without_reviewer": [ids["議会事務局"]]}
    newest.figures = {**newest.figures, "queue": queue}
    text = as_(cast.dx).get(PAGE).text
    assert "所属長に依頼する" in text
    assert "議会事務局 所属長様" in text
    assert "mailto:?subject=" in text


def test_before_it_is_published_nothing_is_counted(as_, cast, session):
    session.add(Campaign(slug="draft", created_at=now()))
    text = as_(cast.dx).get("/office/campaigns/draft").text
    assert "<h1>まだ公開していません。</h1>" in text


@pytest.mark.parametrize(
    ("state", "heading"),
    [
        (CampaignState.SCHEDULED, "まだ始まっていません。"),
        (CampaignState.OPEN, "きのうまでの数は、まだありません。"),
        (CampaignState.CLOSED, "きのうまでの数は、まだありません。"),
    ],
)
def test_without_a_snapshot_it_says_when_numbers_come(as_, cast, campaign_of, state, heading):
    campaign_of(state=state)
    assert f"<h1>{heading}</h1>" in as_(cast.dx).get(PAGE).text


def test_when_it_is_over_the_report_is_one_link_away(as_, cast, july):
    text = as_(cast.dx).get("/office/campaigns/last-july").text
    assert "<h1>「会議をかるく」は終わりました。</h1>" in text
    assert 'href="/campaigns/last-july/report"' in text


def test_the_office_reaches_the_switches_from_here_and_nobody_else(as_, cast, july, coach):
    link = f'href="{PAGE}/manage"'
    assert link in as_(cast.dx).get(PAGE).text
    july.now.owner_id = cast.staff.id
    for person in (cast.staff, coach):
        assert link not in as_(person).get(PAGE).text


def test_the_page_takes_as_many_statements_for_any_campaign(as_, cast, july, app, count_statements):
    browser = as_(cast.dx)
    counts = []
    for path in (PAGE, "/office/campaigns/last-july", f"{PAGE}?period=7"):
        browser.get(path)
        with count_statements(app.extensions["stepup_database"].engine) as statements:
            browser.get(path)
        counts.append(len(statements))
    assert len(set(counts)) == 1
    assert counts[0] <= 14


def test_a_stall_leads_to_what_is_known_of_units(as_, cast, july):
    text = as_(cast.dx).get(PAGE).text
    assert '<a href="#units">どの所属で待っているかを見る</a>' in text
    assert "段階ごとの人数は、所属では出しません。" in text
    assert "どの所属で</a>" not in text
