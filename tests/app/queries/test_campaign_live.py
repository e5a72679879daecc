"""What the office and staff read of a campaign, from snapshots made by hand."""

from datetime import date

import pytest

from app.queries import campaign_live
from challenges.people.models import Unit
from challenges.people.org_chart import department_id
from challenges.vocabulary import GoalKind, Stage
from tests.app.figures import UNITS, add_units, last_year, take, take_until

YESTERDAY = date(2026, 7, 14)


@pytest.fixture
def two_years(campaign_of, session, at):
    return last_year(campaign_of, session, at)


def test_before_the_first_snapshot_there_is_nothing(session, campaign_of):
    assert campaign_live.live(session, campaign_of(), until=YESTERDAY) is None


def test_the_page_stands_as_of_the_last_snapshot(session, two_years):
    assert campaign_live.live(session, two_years.now, until=date(2026, 7, 5)).day == date(
        2026, 7, 5
    )
    assert campaign_live.live(session, two_years.now, until=date(2026, 8, 9)).day == YESTERDAY


def test_units_stand_in_the_order_of_the_organisation(session, two_years):
    found = campaign_live.live(session, two_years.now, until=YESTERDAY)
    assert [one.name for one in found.below(None)] == [name for name, *_ in UNITS]
    assert [one.name for one in found.below(found.units[0].unit_id)] == [
        "政策企画課",
        "広聴広報課",
        "秘書課",
    ]


def test_small_groups_and_what_gives_them_away_are_hidden(session, two_years):
    found = campaign_live.live(session, two_years.now, until=YESTERDAY)
    hidden = {one.name for one in found.units if one.is_hidden}
    assert hidden == {"監査委員事務局", "人事委員会事務局", "秘書課", "総務課"}
    for one in found.units:
        if one.is_hidden:
            values = (one.share, one.share_before, one.waiting, one.days_to_decide, one.automatic)
            assert values == (None,) * 5


def test_shares_of_units_come_in_steps_of_five(session, two_years):
    found = campaign_live.live(session, two_years.now, until=YESTERDAY)
    assert {one.share % 5 for one in found.units if one.share is not None} == {0}
    assert found.unit(found.units[0].unit_id).share == 45


def test_last_year_is_read_on_the_same_working_day(session, two_years):
    found = campaign_live.live(session, two_years.now, until=YESTERDAY)
    # 14 July 2026 is the tenth working day, and so was 14 July 2025.
    assert found.whole.share == 37
    assert found.whole.share_before == 17
    assert found.units[0].share_before == 20


def test_a_unit_made_anew_is_found_by_its_name(session, two_years):
    old = session.get_one(Unit, add_units(session)["農林水産部"])
    old.path = old.name = "農林水産部（旧）"
    session.flush()
    take(session, two_years.now, date(2026, 7, 15), two_years.now.created_at)
    found = campaign_live.live(session, two_years.now, until=date(2026, 7, 15))
    own = next(one for one in found.units if one.name == "農林水産部")
    assert own.unit_id != old.id
    assert own.share_before is not None


def test_a_unit_that_was_hidden_once_stays_hidden(session, campaign_of, at):
    campaign = campaign_of()
    small = [("政策部", 9, 3, 0, []), ("総務部", 40, 9, 0, []), ("農林水産部", 50, 9, 0, [])]
    grown = [("政策部", 14, 3, 0, []), *small[1:]]
    take(session, campaign, date(2026, 7, 1), at, tree=small)
    take(session, campaign, date(2026, 7, 2), at, tree=grown)
    found = campaign_live.live(session, campaign, until=date(2026, 7, 2))
    assert [one.is_hidden for one in found.units] == [True, True, False]


def test_a_unit_in_which_nobody_is_reached_is_left_out(session, campaign_of, at):
    campaign = campaign_of()
    tree = [("政策部", 0, 0, 0, []), ("総務部", 40, 9, 0, []), ("農林水産部", 50, 9, 0, [])]
    take(session, campaign, date(2026, 7, 1), at, tree=tree)
    found = campaign_live.live(session, campaign, until=date(2026, 7, 2))
    assert [(one.name, one.is_hidden) for one in found.units] == [
        ("総務部", False),
        ("農林水産部", False),
    ]


def test_the_series_has_every_day_beside_last_year(session, two_years):
    series = campaign_live.live(session, two_years.now, until=YESTERDAY).series
    assert (series.kind, series.goal) == (GoalKind.SHARE, 50)
    assert [point.day for point in series.points][::30] == [date(2026, 7, 1), date(2026, 7, 31)]
    values = [point.value for point in series.points]
    assert values[13] == 37
    assert values[14:] == [None] * 17
    assert all(point.before is not None for point in series.points[:-1])


def test_the_series_of_a_department_has_no_goal(session, two_years):
    found = campaign_live.live(session, two_years.now, until=YESTERDAY)
    unit_id = found.units[0].unit_id
    series = campaign_live.live(session, two_years.now, until=YESTERDAY, unit_id=unit_id).series
    assert (series.kind, series.goal) == (GoalKind.SHARE, None)
    assert {point.value % 5 for point in series.points if point.value is not None} == {0}


def test_steps_together_are_counted_where_they_are_the_goal(session, campaign_of, at):
    campaign = campaign_of()
    take_until(session, campaign, YESTERDAY, at)
    series = campaign_live.live(session, campaign, until=YESTERDAY).series
    assert (series.kind, series.goal) == (GoalKind.STEPS, 4800)
    assert series.points[13].value == 1644


def test_it_stalls_where_far_more_stop_than_elsewhere(session, two_years):
    found = campaign_live.live(session, two_years.now, until=YESTERDAY).stalls
    assert (found[0].slug, found[0].stage, found[0].step) == ("meeting-as-post", Stage.HABIT, 2)
    assert found[0].values == {"days": 4.2, "others": 1.6}


def test_the_page_takes_the_same_number_of_statements(
    session, two_years, database, count_statements, campaign_of, at
):
    other = campaign_of(slug="small")
    take(session, other, date(2026, 7, 1), at, tree=[("総務部", 40, 9, 0, [])])
    session.commit()
    counts = []
    for campaign in (two_years.now, two_years.before, other):
        with count_statements(database.engine) as statements:
            campaign_live.live(session, campaign, until=YESTERDAY)
        counts.append(len(statements))
    assert len(set(counts)) == 1
    assert counts[0] <= 8


class TestSharesForStaff:
    def test_they_see_their_department_and_the_prefecture(self, session, two_years):
        own = department_id(session, add_units(session)["政策企画課"])
        found = campaign_live.shares_for(session, two_years.now, own)
        assert found[:5] == (YESTERDAY, 45, 37, 20, 17)

    def test_a_hidden_department_has_no_share(self, session, two_years):
        ids = add_units(session)
        found = campaign_live.shares_for(session, two_years.now, ids["監査委員事務局"])
        assert (found.own, found.own_before, found.whole) == (None, None, 37)

    def test_whoever_has_no_unit_sees_the_prefecture(self, session, two_years):
        found = campaign_live.shares_for(session, two_years.now, None)
        assert (found.own, found.whole) == (None, 37)

    def test_before_the_first_snapshot_there_are_none(self, session, campaign_of):
        assert campaign_live.shares_for(session, campaign_of(), 1)[:5] == (None,) * 5

    def test_a_new_snapshot_is_seen_at_once(self, session, two_years, at):
        assert campaign_live.shares_for(session, two_years.now, None).whole == 37
        take(session, two_years.now, date(2026, 7, 15), at, part=0.5)
        assert campaign_live.shares_for(session, two_years.now, None).whole == 18

    def test_the_second_reader_costs_one_statement(
        self, session, two_years, database, count_statements
    ):
        session.commit()
        campaign_live.shares_for(session, two_years.now, 1)
        with count_statements(database.engine) as statements:
            campaign_live.shares_for(session, two_years.now, 1)
        assert len(statements) <= 2
