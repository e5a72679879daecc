"""The disaster switch: it pauses campaigns and gives the days back that a disaster took."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.calendar import TOKYO
from challenges.campaigns import counting, lifecycle, log, pauses, verifying
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import Campaign, CampaignCount, CampaignVersion
from challenges.campaigns.pauses import DisasterPause
from challenges.campaigns.states import ReasonMissing
from challenges.campaigns.versions import put_in_force, version_in_force
from challenges.errors import AlreadyDecided
from challenges.outbox import Fact
from challenges.people.models import Unit
from challenges.vocabulary import CampaignAct, CampaignState

SCHEDULED = CampaignState.SCHEDULED


def on(day: int, hour: int = 10, month: int = 7) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=TOKYO)


def day(number: int, month: int = 7) -> date:
    return date(2026, month, number)


@pytest.fixture
def begin(session: Session, cast: SimpleNamespace) -> Callable[..., DisasterPause]:
    def do(at: datetime, first_day: date, units: list[Unit] | None = None) -> DisasterPause:
        return pauses.begin(
            session,
            first_day=first_day,
            unit_ids=None if units is None else [unit.id for unit in units],
            reason="大雨の災害対応のため。",
            by_id=cast.dx.id,
            at=at,
        )

    return do


@pytest.fixture
def end(session: Session, cast: SimpleNamespace) -> Callable[..., None]:
    def do(pause: DisasterPause, at: datetime, last_day: date) -> None:
        pauses.end(session, pause, last_day=last_day, by_id=cast.dx.id, at=at)

    return do


def versions(session: Session, campaign: Campaign) -> list[tuple[date, date]]:
    rows = session.scalars(
        select(CampaignVersion).where(CampaignVersion.campaign_id == campaign.id)
    )
    return [(row.starts_on, row.ends_on) for row in rows]


def test_an_open_campaign_gets_the_days_back_at_its_end(
    session: Session,
    campaign_of: Callable[..., Campaign],
    begin: Callable[..., DisasterPause],
    end: Callable[..., None],
) -> None:
    campaign = campaign_of()
    pause = begin(on(15), day(13))
    assert campaign.last_day == day(3, 8)
    end(pause, on(17), day(16))
    assert (campaign.first_day, campaign.last_day) == (day(1), day(4, 8))
    assert versions(session, campaign) == [(day(1), day(4, 8))]
    assert pauses.given_back(session, campaign.id) == [day(13), day(14), day(15), day(16)]


def test_what_is_scheduled_waits_and_moves_as_a_whole(
    session: Session,
    campaign_of: Callable[..., Campaign],
    begin: Callable[..., DisasterPause],
    end: Callable[..., None],
) -> None:
    campaign = campaign_of(SCHEDULED, first_day="2026-07-16", last_day="2026-07-31")
    pause = begin(on(15), day(15))
    lifecycle.open_and_close(session, at=on(17, 0))
    assert (campaign.state, campaign.first_day) == (SCHEDULED, day(18))
    end(pause, on(18, 9), day(17))
    assert (campaign.first_day, campaign.last_day) == (day(18), day(2, 8))
    assert (campaign.state, campaign.opened_at) == (CampaignState.OPEN, on(18, 0))
    assert versions(session, campaign) == [(day(18), day(2, 8))]


def test_what_lies_behind_the_disaster_is_not_moved(
    campaign_of: Callable[..., Campaign],
    begin: Callable[..., DisasterPause],
    end: Callable[..., None],
) -> None:
    campaign = campaign_of(SCHEDULED, first_day="2026-08-03", last_day="2026-08-31")
    end(begin(on(15), day(15)), on(17), day(17))
    assert (campaign.first_day, campaign.last_day) == (day(3, 8), day(31, 8))


@pytest.mark.parametrize("is_relay_up", [True, False])
def test_a_campaign_does_not_close_while_it_pauses(
    session: Session,
    campaign_of: Callable[..., Campaign],
    begin: Callable[..., DisasterPause],
    end: Callable[..., None],
    is_relay_up: bool,
) -> None:
    campaign = campaign_of()
    pause = begin(on(30), day(30))
    if is_relay_up:
        for number in range(1, 6):
            lifecycle.open_and_close(session, at=on(number, 0, month=8))
            assert campaign.state is CampaignState.OPEN
    end(pause, on(5, month=8), day(3, 8))
    assert (campaign.state, campaign.last_day) == (CampaignState.OPEN, day(5, 8))
    lifecycle.open_and_close(session, at=on(6, 0, month=8))
    assert campaign.closed_at == on(6, 0, month=8)


@pytest.mark.parametrize("is_relay_up", [True, False])
def test_what_closed_before_the_switch_was_reached_stays_closed(
    session: Session,
    campaign_of: Callable[..., Campaign],
    begin: Callable[..., DisasterPause],
    is_relay_up: bool,
) -> None:
    campaign = campaign_of()
    if is_relay_up:
        lifecycle.open_and_close(session, at=on(1, 0, month=8))
    begin(on(1, month=8), day(28))
    assert (campaign.state, campaign.last_day) == (CampaignState.CLOSED, day(31))
    assert campaign.closed_at == on(1, 0, month=8)


def test_a_day_that_two_pauses_share_is_given_back_once(
    session: Session,
    campaign_of: Callable[..., Campaign],
    begin: Callable[..., DisasterPause],
    end: Callable[..., None],
) -> None:
    campaign = campaign_of()
    first = begin(on(15), day(14))
    second = begin(on(16), day(15))
    end(first, on(17), day(16))
    end(second, on(18), day(18))
    assert campaign.last_day == day(5, 8)
    assert len(pauses.given_back(session, campaign.id)) == 5


def test_correcting_the_last_day_gives_the_right_days(
    session: Session,
    campaign_of: Callable[..., Campaign],
    begin: Callable[..., DisasterPause],
    end: Callable[..., None],
) -> None:
    campaign = campaign_of()
    pause = begin(on(15), day(13))
    for last, expected in ((18, 6), (14, 2), (20, 8)):
        end(pause, on(20), day(last))
        assert campaign.last_day == day(31) + timedelta(days=expected)
        assert versions(session, campaign) == [(day(1), campaign.last_day)]


def test_a_correction_takes_no_day_away_that_people_had(
    campaign_of: Callable[..., Campaign],
    begin: Callable[..., DisasterPause],
    end: Callable[..., None],
) -> None:
    campaign = campaign_of()
    pause = begin(on(20), day(20))
    end(pause, on(4, month=8), day(21))
    assert (campaign.state, campaign.last_day) == (CampaignState.OPEN, day(4, 8))


@pytest.mark.parametrize(
    ("audience", "moves"),
    [
        ({"units": ["農林部/森林課"]}, True),
        ({"units": ["農林部"]}, True),
        ({"units": ["デジタル部"]}, False),
        ({"units": ["デジタル部", "農林部"]}, True),
        ({"everyone": True}, False),
        ({"managers": True}, False),
        ({"everyone": True, "units": ["農林部"]}, False),
        ({"managers": True, "units": ["農林部"]}, True),
    ],
)
def test_a_pause_of_one_unit_moves_what_is_for_that_unit(
    campaign_of: Callable[..., Campaign],
    begin: Callable[..., DisasterPause],
    cast: SimpleNamespace,
    audience: dict[str, Any],
    moves: bool,
) -> None:
    campaign = campaign_of(audience=audience)
    begin(on(15), day(15), [cast.other_section])
    assert (campaign.last_day == day(1, 8)) is moves


def test_a_unit_whose_name_begins_alike_is_not_below(
    session: Session,
    campaign_of: Callable[..., Campaign],
    begin: Callable[..., DisasterPause],
) -> None:
    alike = Unit(name="農林部分室", path="農林部分室", position=9)
    session.add(alike)
    session.flush()
    campaign = campaign_of(audience={"units": ["農林部"]})
    begin(on(15), day(15), [alike])
    assert campaign.last_day == day(31)


def test_what_was_published_after_a_pause_knew_its_days(
    campaign_of: Callable[..., Campaign],
    begin: Callable[..., DisasterPause],
    end: Callable[..., None],
) -> None:
    pause = begin(on(15), day(13))
    end(pause, on(16), day(15))
    campaign = campaign_of(at=on(17), first_day="2026-07-14")
    end(begin(on(20), day(20)), on(20), day(20))
    assert campaign.last_day == day(1, 8)


def test_days_set_anew_after_a_pause_are_meant_as_they_are(
    session: Session,
    campaign_of: Callable[..., Campaign],
    begin: Callable[..., DisasterPause],
    end: Callable[..., None],
) -> None:
    campaign = campaign_of()
    first = begin(on(6), day(3))
    end(first, on(8), day(8))
    assert campaign.last_day == day(6, 8)
    before = version_in_force(session, campaign)
    assert before is not None
    shorter = CampaignDefinition.model_validate({**before.definition, "last_day": "2026-07-22"})
    put_in_force(session, campaign, shorter, submitted_by_id=None, approved_by_id=None, at=on(9))
    end(begin(on(15), day(15)), on(15), day(15))
    end(first, on(15), day(5))
    assert campaign.last_day == day(23)
    assert pauses.given_back(session, campaign.id) == [day(15)]


def test_the_log_and_the_calendar_follow(
    session: Session,
    campaign_of: Callable[..., Campaign],
    begin: Callable[..., DisasterPause],
    end: Callable[..., None],
    cast: SimpleNamespace,
) -> None:
    campaign = campaign_of()
    before = campaign.sequence
    pause = begin(on(15), day(14))
    lifecycle.open_and_close(session, at=on(16, 0))
    assert campaign.sequence == before + 2
    end(pause, on(16), day(16))
    paused, told = reversed(log.entries(session, campaign.id, limit=9))
    assert (paused.act, paused.reason, paused.values) == (
        CampaignAct.PAUSED,
        "大雨の災害対応のため。",
        {
            "since": "2026-07-14",
            "all_units": True,
            "first_day": "2026-07-01",
            "last_day": "2026-08-02",
        },
    )
    assert (told.act, told.by_id, told.values) == (
        CampaignAct.MOVED,
        cast.dx.id,
        {"days": 3, "first_day": "2026-07-01", "last_day": "2026-08-03"},
    )
    moves = select(Fact.about).where(Fact.kind == "campaign_moved")
    assert session.scalars(moves).all() == [{"campaign_id": campaign.id}] * 2


def test_what_pauses_now_is_known(
    session: Session,
    campaign_of: Callable[..., Campaign],
    begin: Callable[..., DisasterPause],
    end: Callable[..., None],
    cast: SimpleNamespace,
) -> None:
    forest = campaign_of(slug="forest", audience={"units": ["農林部"]})
    campaign_of(slug="digital", audience={"units": ["デジタル部"]})
    pause = begin(on(15), day(15), [cast.other_section])
    assert pauses.paused_now(session, today=day(15)) == {forest.id}
    assert [one.id for one in pauses.going_on(session)] == [pause.id]
    end(pause, on(16), day(15))
    assert pauses.paused_now(session, today=day(16)) == set()


def test_what_cannot_be_is_refused(
    session: Session,
    begin: Callable[..., DisasterPause],
    end: Callable[..., None],
    cast: SimpleNamespace,
) -> None:
    with pytest.raises(pauses.NotYetLost):
        begin(on(15), day(16))
    with pytest.raises(pauses.NoUnitChosen):
        begin(on(15), day(15), [])
    with pytest.raises(ReasonMissing):
        pauses.begin(
            session, first_day=day(15), unit_ids=None, reason=" ", by_id=cast.dx.id, at=on(15)
        )
    pause = begin(on(15), day(15))
    with pytest.raises(pauses.NotYetLost):
        end(pause, on(15), day(16))
    with pytest.raises(pauses.EndsBeforeItBegins):
        end(pause, on(15), day(14))


def test_two_who_end_it_at_once_do_not_overwrite_each_other(
    session: Session,
    campaign_of: Callable[..., Campaign],
    begin: Callable[..., DisasterPause],
    cast: SimpleNamespace,
    race: Callable[..., list[Any]],
) -> None:
    campaign_id = campaign_of().id
    read = begin(on(15), day(14))
    session.commit()
    session.expunge_all()

    def act(own: Session) -> None:
        # What each of them read before anybody ended it.
        seen = own.merge(read, load=False)
        pauses.end(own, seen, last_day=day(15), by_id=cast.dx.id, at=on(16))

    outcomes = race(act)
    assert outcomes.count(None) == 1
    assert sum(isinstance(one, AlreadyDecided) for one in outcomes) == 31
    assert session.get_one(Campaign, campaign_id).last_day == day(2, 8)


spells = strategies.lists(
    strategies.tuples(strategies.integers(0, 20), strategies.integers(0, 12)),
    min_size=1,
    max_size=4,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spells=spells)
def test_days_moved_are_the_distinct_days_lost(
    session: Session,
    campaign_of: Callable[..., Campaign],
    begin: Callable[..., DisasterPause],
    end: Callable[..., None],
    spells: list[tuple[int, int]],
) -> None:
    trying = session.begin_nested()
    campaign = campaign_of()
    lost: set[date] = set()
    for first, length in spells:
        days = [day(5) + timedelta(days=first + n) for n in range(length + 1)]
        lost |= set(days)
        end(begin(on(30), min(days[0], day(30))), on(30), min(days[-1], day(30)))
    lost = {one for one in lost if one <= day(30)}
    assert campaign.last_day == day(31) + timedelta(days=len(lost))
    assert pauses.given_back(session, campaign.id) == sorted(lost)
    trying.rollback()
    session.expire_all()


def test_steps_made_in_a_pause_count_and_so_do_the_days_given_back(
    session: Session,
    cast: SimpleNamespace,
    climb: Callable[..., Any],
    campaign_of: Callable[..., Campaign],
    begin: Callable[..., DisasterPause],
    end: Callable[..., None],
) -> None:
    campaign = campaign_of()
    pause = begin(on(15), day(15))
    climb(cast.staff, "first-hello", at=on(16))  # in the pause
    end(pause, on(18), day(17))
    assert campaign.last_day == day(3, 8)
    climb(cast.staff, "give-back-15", at=on(3, 23, month=8))  # on the last day given back
    climb(cast.colleague, "first-hello", at=on(4, 0, month=8))  # the day after
    for person in (cast.staff, cast.colleague):
        counting.recount_person(session, person.id, at=on(4, month=8))
    counted = session.scalars(select(CampaignCount).order_by(CampaignCount.day)).all()
    assert [(one.person_id, one.day) for one in counted] == [
        (cast.staff.id, day(16)),
        (cast.staff.id, day(3, 8)),
    ]
    assert counting.totals(session, [campaign.id]) == {campaign.id: counting.Totals(2, 1)}
    assert list(verifying.differences(session, pending=[])) == []


def test_a_last_day_taken_back_by_a_correction_takes_no_step(
    session: Session,
    cast: SimpleNamespace,
    climb: Callable[..., Any],
    campaign_of: Callable[..., Campaign],
    begin: Callable[..., DisasterPause],
    end: Callable[..., None],
) -> None:
    campaign = campaign_of()
    pause = begin(on(20), day(20))
    climb(cast.staff, "first-hello", at=on(2, month=8))
    end(pause, on(3, month=8), day(21))
    counting.recount_person(session, cast.staff.id, at=on(3, month=8))
    assert campaign.last_day == day(3, 8)
    assert counting.totals(session, [campaign.id]) == {campaign.id: counting.Totals(1, 1)}
