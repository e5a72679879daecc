"""The list of departments that the office may show to staff: the shares of its own page, and no
other, so that nobody can solve a small group from all of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from app.queries import campaign_live
from app.queries.campaign_figures import Snapshots, UnitShares
from app.queries.campaign_shares import listed
from challenges.campaigns import lifecycle
from challenges.groups import WHOLE
from challenges.people.org_chart import department_id
from tests.app.figures import UNITS, add_units, last_year, take
from tests.challenges.attacking import attack_bases, attack_people, attack_waiting, days

YESTERDAY = date(2026, 7, 14)
WHY = "部局から見たいという声が多かったから。"


@pytest.fixture
def july(campaign_of, session, at):
    return last_year(campaign_of, session, at).now


def switch(session, campaign, cast, at, *, on=True, reason=WHY):
    lifecycle.set_shows_units(session, campaign, on, reason=reason, by_id=cast.dx.id, at=at)


def test_it_is_the_offices_alone_unless_it_is_switched_on(session, july, cast, at):
    assert campaign_live.list_for(session, july, None) is None
    switch(session, july, cast, at)
    assert campaign_live.list_for(session, july, None) is not None
    switch(session, july, cast, at, on=False, reason="もう要らないから。")
    assert campaign_live.list_for(session, july, None) is None


def test_it_says_why_the_office_shows_it(session, july, cast, at):
    switch(session, july, cast, at, reason="はじめの理由。")
    switch(session, july, cast, at, on=False, reason="やめた理由。")
    switch(session, july, cast, at, reason="いまの理由。")
    assert campaign_live.list_for(session, july, None).reason == "いまの理由。"


def test_departments_stand_in_the_order_of_the_organisation(session, july, cast, at):
    switch(session, july, cast, at)
    found = campaign_live.list_for(session, july, None)
    assert [one.name for one in found.departments] == [name for name, *_ in UNITS]
    assert found.day == YESTERDAY


def test_it_holds_the_very_shares_of_the_offices_page(session, july, cast, at):
    switch(session, july, cast, at)
    office = campaign_live.live(session, july, until=YESTERDAY).below(None)
    found = campaign_live.list_for(session, july, None)
    assert [(one.unit_id, one.share, one.before) for one in found.departments] == [
        (one.unit_id, one.share, one.share_before) for one in office
    ]
    hidden = {one.name for one in found.departments if one.share is None}
    assert hidden == {"監査委員事務局", "人事委員会事務局"}


def test_ones_own_department_is_known(session, july, cast, at):
    switch(session, july, cast, at)
    ids = add_units(session)
    own = department_id(session, ids["秘書課"])
    assert campaign_live.list_for(session, july, own).own_id == ids["政策部"]
    assert campaign_live.list_for(session, july, None).own_id is None


def test_before_the_first_snapshot_it_is_empty(session, campaign_of, cast, at):
    campaign = campaign_of()
    switch(session, campaign, cast, at)
    found = campaign_live.list_for(session, campaign, None)
    assert (found.day, found.departments, found.reason) == (None, (), WHY)


def test_the_second_reader_costs_few_statements(
    session, july, cast, at, database, count_statements
):
    switch(session, july, cast, at)
    session.commit()
    campaign_live.list_for(session, july, 1)
    session.refresh(july)
    with count_statements(database.engine) as statements:
        campaign_live.list_for(session, july, 1)
    assert len(statements) <= 3


def test_a_new_snapshot_is_seen_at_once(session, july, cast, at):
    switch(session, july, cast, at)
    before = campaign_live.list_for(session, july, None).departments[0].share
    take(session, july, date(2026, 7, 15), at, part=0.5)
    assert campaign_live.list_for(session, july, None).departments[0].share < before


# The attack, by somebody who reads the office's page and the list of every day


def figures_of(groups, whole):
    return {
        "reached": whole.base,
        "people": whole.counts["people"],
        "queue": {"waiting": whole.counts["waiting"]},
        "units": [
            {
                "unit_id": one.key,
                "name": str(one.key),
                "parent_id": one.parent if one.parent != WHOLE else None,
                "depth": int(one.parent != WHOLE),
                "site_outside": one.is_outside,
                "reached": one.base,
                **one.counts,
            }
            for one in groups
        ],
    }


def read_by_staff(own):
    """What the page of staff shows, by department."""
    shown = own.shares(own.newest)
    return {one.unit_id: one.share for one in listed(own, shown, UnitShares(None, None))}


@settings(max_examples=150)
@given(tables=days())
def test_nobody_solves_a_hidden_number_from_list_and_page_together(tables):
    figures = [figures_of(*table) for table in tables]
    first = date(2026, 7, 1)
    for number, (groups, whole) in enumerate(tables, 1):
        dates = tuple(first + timedelta(days=one) for one in range(number))
        own = Snapshots(dates, tuple(figures[:number]))
        shown, told = own.shown(own.newest), read_by_staff(own)
        groups = [one for one in groups if one.key in shown.groups]
        tops = {one.key for one in groups if one.parent == WHOLE}
        assert told.keys() == tops
        if whole.base < 10:
            assert set(told.values()) <= {None}
            continue
        assert not {key for key in told if key in shown.hidden and told[key] is not None}
        # Whoever reads both knows a cell that either of them shows.
        both = {
            key: replace(cells, shares={"people": told.get(key, cells.shares["people"])})
            for key, cells in shown.groups.items()
        }
        assert both == dict(shown.groups)
        published = replace(shown, groups=both)
        attack_bases(groups, whole, published)
        attack_people(groups, whole, published)
        attack_waiting(groups, whole, published)
