"""The life of a campaign: it opens and closes by itself, once and in order, and is put away."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.sessions import Database
from challenges.calendar import TOKYO, day_of
from challenges.campaigns import lifecycle, log
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import Campaign, CampaignLogEntry, CampaignVersion
from challenges.campaigns.states import ReasonMissing, ReasonTooLong
from challenges.outbox import Fact
from challenges.vocabulary import CampaignAct, CampaignState

OPENED = datetime(2026, 7, 1, tzinfo=TOKYO)
CLOSED = datetime(2026, 8, 1, tzinfo=TOKYO)
TURNED = ("campaign_opened", "campaign_closed")


def turned(session: Session) -> list[tuple[str, int, datetime]]:
    """The facts of openings and closings, in the order in which they were written."""
    facts = select(Fact).where(Fact.kind.in_(TURNED)).order_by(Fact.id)
    return [(one.kind, one.about["campaign_id"], one.occurred_at) for one in session.scalars(facts)]


def acts(session: Session, campaign: Campaign) -> list[CampaignAct]:
    lines = log.entries(session, campaign.id, limit=50)
    return [line.act for line in reversed(lines)]


def test_a_new_campaign_is_a_draft(session: Session, cast: SimpleNamespace, at: datetime) -> None:
    made = lifecycle.create(
        session, CampaignDefinition(slug="light"), by_id=cast.dx.id, at=at, owner_id=cast.staff.id
    )
    assert (made.state, made.version, made.owner_id) == (CampaignState.DRAFT, 0, cast.staff.id)


def test_two_campaigns_never_share_a_slug(race: Callable[..., list[Any]], at: datetime) -> None:
    made = race(
        lambda session: (
            lifecycle.create(session, CampaignDefinition(slug="light"), by_id=None, at=at).id
        )
    )
    refused = [one for one in made if isinstance(one, lifecycle.SlugTaken)]
    assert (len(refused), refused[0].field) == (31, "slug")


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        (OPENED - timedelta(seconds=1), CampaignState.SCHEDULED),
        (OPENED, CampaignState.OPEN),
        (CLOSED - timedelta(seconds=1), CampaignState.OPEN),
        (CLOSED, CampaignState.CLOSED),
    ],
)
def test_it_opens_and_closes_at_midnight_in_tokyo(
    session: Session,
    campaign_of: Callable[..., Campaign],
    moment: datetime,
    state: CampaignState,
) -> None:
    campaign = campaign_of(state=CampaignState.SCHEDULED)
    lifecycle.open_and_close(session, at=moment)
    assert campaign.state is state


def test_a_late_relay_dates_both_at_their_midnights(
    session: Session, campaign_of: Callable[..., Campaign]
) -> None:
    campaign = campaign_of(state=CampaignState.SCHEDULED)
    assert lifecycle.open_and_close(session, at=CLOSED + timedelta(days=3, hours=9)) == 2
    assert turned(session) == [
        ("campaign_opened", campaign.id, OPENED),
        ("campaign_closed", campaign.id, CLOSED),
    ]
    assert (campaign.opened_at, campaign.closed_at) == (OPENED, CLOSED)
    lines = log.entries(session, campaign.id, limit=9)
    assert [(one.act, one.at, one.by_id) for one in lines] == [
        (CampaignAct.CLOSED, CLOSED, None),
        (CampaignAct.OPENED, OPENED, None),
    ]


def test_several_turn_in_the_order_of_their_midnights(
    session: Session, campaign_of: Callable[..., Campaign]
) -> None:
    scheduled = CampaignState.SCHEDULED
    late = campaign_of(scheduled, slug="late", first_day="2026-07-08", last_day="2026-07-09")
    first = campaign_of(scheduled, slug="first", first_day="2026-07-02", last_day="2026-07-07")
    same = campaign_of(scheduled, slug="same", first_day="2026-07-02", last_day="2026-07-20")
    lifecycle.open_and_close(session, at=datetime(2026, 7, 15, 9, tzinfo=TOKYO))
    assert [(kind, id_) for kind, id_, _ in turned(session)] == [
        ("campaign_opened", first.id),
        ("campaign_opened", same.id),
        ("campaign_opened", late.id),
        ("campaign_closed", first.id),
        ("campaign_closed", late.id),
    ]


def test_a_second_run_turns_nothing(session: Session, campaign_of: Callable[..., Campaign]) -> None:
    campaign_of(state=CampaignState.SCHEDULED)
    assert lifecycle.open_and_close(session, at=OPENED) == 1
    assert lifecycle.open_and_close(session, at=OPENED) == 0


def test_many_relays_turn_each_campaign_once(
    session: Session, campaign_of: Callable[..., Campaign], race: Callable[..., list[Any]]
) -> None:
    for number in range(4):
        campaign_of(CampaignState.SCHEDULED, slug=f"one-{number}")
    session.commit()
    outcomes = race(lambda own: lifecycle.open_and_close(own, at=CLOSED))
    assert sum(outcomes) == 8
    session.expire_all()
    assert len(turned(session)) == 8
    assert len(session.scalars(select(CampaignLogEntry.id)).all()) == 8


def test_a_run_without_anything_due_is_one_statement(
    database: Database,
    session: Session,
    campaign_of: Callable[..., Campaign],
    count_statements: Callable[..., Any],
    at: datetime,
) -> None:
    for number in range(5):
        campaign_of(CampaignState.OPEN, slug=f"one-{number}")
    session.commit()
    with count_statements(database.engine) as statements, database.writing() as own:
        assert lifecycle.open_and_close(own, at=at) == 0
    assert len([one for one in statements if "SELECT" in one]) == 1


def stop(session: Session, campaign: Campaign, cast: SimpleNamespace, at: datetime) -> None:
    lifecycle.stop_early(
        session, campaign, reason="台風の対応に入ったため。", by_id=cast.dx.id, at=at
    )


def test_stopping_early_makes_today_the_last_day(
    session: Session, campaign_of: Callable[..., Campaign], cast: SimpleNamespace, at: datetime
) -> None:
    campaign = campaign_of()
    before = campaign.sequence
    stop(session, campaign, cast, at)
    assert (campaign.state, campaign.last_day, campaign.closed_at) == (
        CampaignState.CLOSED,
        date(2026, 7, 15),
        at,
    )
    assert campaign.sequence == before + 1
    assert session.scalars(select(CampaignVersion.ends_on)).all() == [date(2026, 7, 15)]
    line = log.entries(session, campaign.id, limit=1)[0]
    assert (line.act, line.reason, line.values) == (
        CampaignAct.STOPPED,
        "台風の対応に入ったため。",
        {"planned": "2026-07-31"},
    )
    assert turned(session) == [("campaign_closed", campaign.id, at)]


def test_stopping_early_needs_a_reason_of_a_few_words(
    session: Session, campaign_of: Callable[..., Campaign], cast: SimpleNamespace, at: datetime
) -> None:
    campaign = campaign_of()
    for reason, refused in ((" \n", ReasonMissing), ("あ" * 401, ReasonTooLong)):
        with pytest.raises(refused):
            lifecycle.stop_early(session, campaign, reason=reason, by_id=cast.dx.id, at=at)
    assert campaign.state is CampaignState.OPEN


def test_what_ended_overnight_cannot_be_stopped_early(
    session: Session, campaign_of: Callable[..., Campaign], cast: SimpleNamespace
) -> None:
    campaign = campaign_of()
    with pytest.raises(lifecycle.NotRunning):
        stop(session, campaign, cast, CLOSED + timedelta(hours=9))
    assert campaign.closed_at == CLOSED


def test_what_is_called_off_before_it_opens_never_counts(
    session: Session, campaign_of: Callable[..., Campaign], cast: SimpleNamespace, at: datetime
) -> None:
    campaign = campaign_of(CampaignState.SCHEDULED, first_day="2026-08-03", last_day="2026-08-31")
    stop(session, campaign, cast, at)
    assert (campaign.opened_at, campaign.closed_at, campaign.last_day) == (
        None,
        at,
        date(2026, 8, 31),
    )
    version = session.scalars(select(CampaignVersion)).one()
    assert version.ends_on < version.starts_on
    assert lifecycle.open_and_close(session, at=datetime(2026, 8, 3, tzinfo=TOKYO)) == 0


def test_one_person_stops_it_and_the_others_hear_that_it_is_over(
    session: Session,
    campaign_of: Callable[..., Campaign],
    cast: SimpleNamespace,
    race: Callable[..., list[Any]],
    at: datetime,
) -> None:
    found = campaign_of().id
    session.commit()
    outcomes = race(lambda own: stop(own, own.get_one(Campaign, found), cast, at))
    assert outcomes.count(None) == 1
    session.expire_all()
    assert len(turned(session)) == 1


def test_only_what_is_over_is_put_away(
    session: Session, campaign_of: Callable[..., Campaign], cast: SimpleNamespace, at: datetime
) -> None:
    campaign = campaign_of()
    with pytest.raises(lifecycle.NotClosed):
        lifecycle.archive(session, campaign, by_id=cast.dx.id, at=at)
    stop(session, campaign, cast, at)
    lifecycle.archive(session, campaign, by_id=cast.dx.id, at=at)
    assert (campaign.state, campaign.archived_at) == (CampaignState.ARCHIVED, at)
    assert acts(session, campaign)[-1] is CampaignAct.ARCHIVED


def test_board_and_units_are_switched_with_a_reason(
    session: Session, campaign_of: Callable[..., Campaign], cast: SimpleNamespace, at: datetime
) -> None:
    campaign = campaign_of()
    for switch in (lifecycle.set_board, lifecycle.set_shows_units):
        with pytest.raises(ReasonMissing):
            switch(session, campaign, True, reason="", by_id=cast.dx.id, at=at)
        for _ in range(2):
            switch(session, campaign, True, reason="声があったため。", by_id=cast.dx.id, at=at)
    assert (campaign.has_board, campaign.shows_units) == (True, True)
    assert acts(session, campaign) == [CampaignAct.BOARD, CampaignAct.UNITS]


def test_what_was_put_away_changes_no_more(
    session: Session, campaign_of: Callable[..., Campaign], cast: SimpleNamespace, at: datetime
) -> None:
    campaign = campaign_of(CampaignState.ARCHIVED)
    with pytest.raises(lifecycle.IsArchived):
        lifecycle.set_board(session, campaign, True, reason="なし", by_id=cast.dx.id, at=at)
    with pytest.raises(lifecycle.IsArchived):
        lifecycle.set_people(
            session, campaign, owner_id=cast.staff.id, deputy_id=None, on=day_of(at)
        )


def test_an_owner_and_a_deputy_are_named(
    session: Session, campaign_of: Callable[..., Campaign], cast: SimpleNamespace, at: datetime
) -> None:
    campaign, people = campaign_of(), {"owner_id": cast.staff.id, "deputy_id": cast.colleague.id}
    lifecycle.set_people(session, campaign, **people, on=day_of(at))
    assert (campaign.owner_id, campaign.deputy_id) == (cast.staff.id, cast.colleague.id)
