"""The life of a campaign: it is made as a draft, opens and closes by itself, and is put away.

Publishing, which makes a scheduled campaign of a draft, is in publishing.py.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from challenges.calendar import day_of, midnight_of
from challenges.campaigns import giving_back, log, owners
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.disasters import DisasterPause
from challenges.campaigns.events import CampaignClosed, CampaignOpened
from challenges.campaigns.models import Campaign, CampaignVersion
from challenges.campaigns.states import (
    NOT_SUBMITTED,
    RUNS,
    TURN,
    change_if,
    given_reason,
    is_changed,
)
from challenges.errors import N_, InvalidField, RuleBroken
from challenges.outbox import record
from challenges.storage.sql import insert_once, take_turn
from challenges.vocabulary import CampaignAct, CampaignState


class SlugTaken(InvalidField):
    """Each campaign has an address of its own."""

    sentence = N_("この短い名前は、ほかのキャンペーンが使っています。")


class NotRunning(RuleBroken):
    """Only what is scheduled or open can be stopped."""

    sentence = N_("このキャンペーンは、公開中ではありません。")


class NotClosed(RuleBroken):
    """Only what is over is put away."""

    sentence = N_("終わったキャンペーンだけを、しまうことができます。")


class IsArchived(RuleBroken):
    """What was put away does not change."""

    sentence = N_("しまったキャンペーンは変えられません。")


def create(
    session: Session,
    definition: CampaignDefinition,
    *,
    by_id: int | None,
    at: datetime,
    owner_id: int | None = None,
    cloned_from_id: int | None = None,
) -> Campaign:
    """A new campaign, of which nothing but its slug is stored yet: the draft is the studio's.

    Raises SlugTaken.
    """
    made = insert_once(
        session,
        Campaign,
        slug=definition.slug,
        state=CampaignState.DRAFT,
        created_at=at,
        created_by_id=by_id,
        **owners.place(session, "owner", owner_id, on=day_of(at)),
        cloned_from_id=cloned_from_id,
    )
    if made is None:
        raise SlugTaken(SlugTaken.sentence, field="slug")
    return session.get_one(Campaign, made)


def open_and_close(session: Session, *, at: datetime) -> int:
    """Open what begins and close what is over by now; how many of both there were.

    Each once, in the order of their midnights, which they are dated at. After nights without a
    relay a campaign may open and close in one run. While a disaster pauses a campaign, its days
    move from day to day, so it neither opens nor closes.
    """
    today = day_of(at)
    look = session.execute(
        select(
            exists().where(_is_due(today)).label("is_due"),
            exists().where(DisasterPause.last_day.is_(None)).label("is_paused"),
        )
    ).one()
    if not (look.is_due or look.is_paused):
        return 0
    take_turn(session, TURN)
    if look.is_paused:
        # A day that goes by in a disaster is given back before anything opens or closes by it.
        giving_back.settle(session, at=at)
    turning = sorted(_turning(session, today))
    return sum(_turn(session, one) for one in turning)


class _Turning(NamedTuple):
    """A campaign that opens or closes, by its midnight."""

    day: date
    """It begins with the midnight."""
    campaign_id: int
    opens: bool


def _is_due(today: date) -> ColumnElement[bool]:
    return or_(
        and_(Campaign.state == CampaignState.SCHEDULED, Campaign.first_day <= today),
        and_(Campaign.state == CampaignState.OPEN, Campaign.last_day < today),
    )


def _turning(session: Session, today: date) -> Iterator[_Turning]:
    due = select(Campaign.id, Campaign.state, Campaign.first_day, Campaign.last_day)
    for row in session.execute(due.where(_is_due(today))):
        if row.state is CampaignState.SCHEDULED:
            yield _Turning(row.first_day, row.id, opens=True)
        if row.last_day < today:
            yield _Turning(row.last_day + timedelta(days=1), row.id, opens=False)


def _turn(session: Session, one: _Turning) -> bool:
    return (_open if one.opens else _close)(session, one)


def _open(session: Session, one: _Turning) -> bool:
    at = midnight_of(one.day)
    is_mine = is_changed(
        session,
        one.campaign_id,
        Campaign.state == CampaignState.SCHEDULED,
        Campaign.first_day == one.day,
        state=CampaignState.OPEN,
        opened_at=at,
    )
    if is_mine:
        campaign = _fresh(session, one.campaign_id)
        record(session, CampaignOpened(occurred_at=at, campaign_id=campaign.id))
        log.tell(session, campaign, CampaignAct.OPENED, at=at, last_day=campaign.last_day)
    return is_mine


def _close(session: Session, one: _Turning) -> bool:
    at = midnight_of(one.day)
    is_mine = is_changed(
        session,
        one.campaign_id,
        Campaign.state == CampaignState.OPEN,
        Campaign.last_day == one.day - timedelta(days=1),
        state=CampaignState.CLOSED,
        closed_at=at,
        **NOT_SUBMITTED,
    )
    if is_mine:
        campaign = _fresh(session, one.campaign_id)
        closed = CampaignClosed(occurred_at=at, campaign_id=campaign.id, is_early=False)
        record(session, closed)
        log.tell(session, campaign, CampaignAct.CLOSED, at=at, last_day=campaign.last_day)
    return is_mine


def _fresh(session: Session, campaign_id: int) -> Campaign:
    return session.get_one(Campaign, campaign_id, populate_existing=True)


def stop_early(
    session: Session, campaign: Campaign, *, reason: str, by_id: int, at: datetime
) -> None:
    """End a campaign now. One person may, with a reason.

    Today becomes its last day, and what happens later today still counts. What never opened is
    called off: it keeps its days, and nothing counts.

    Raises ReasonMissing, NotRunning.
    """
    why = given_reason(reason)
    open_and_close(session, at=at)
    session.refresh(campaign)
    if campaign.state not in RUNS:
        raise NotRunning
    was_open, today = campaign.state is CampaignState.OPEN, day_of(at)
    planned = campaign.last_day
    change_if(
        session,
        campaign,
        Campaign.state == campaign.state,
        state=CampaignState.CLOSED,
        closed_at=at,
        last_day=today if was_open else planned,
        sequence=Campaign.sequence + 1,
        **NOT_SUBMITTED,
    )
    _let_no_later_day_count(session, campaign, today if was_open else None)
    record(session, CampaignClosed(occurred_at=at, campaign_id=campaign.id, is_early=True))
    log.tell(
        session, campaign, CampaignAct.STOPPED, at=at, by_id=by_id, reason=why, planned=planned
    )


def _let_no_later_day_count(session: Session, campaign: Campaign, last_day: date | None) -> None:
    """End each version on that day; without one, before its first day."""
    versions = update(CampaignVersion).where(CampaignVersion.campaign_id == campaign.id)
    if last_day is not None:
        ended = versions.where(CampaignVersion.ends_on > last_day).values(ends_on=last_day)
        session.execute(ended.execution_options(synchronize_session="fetch"))
        return
    for version in session.scalars(
        select(CampaignVersion).where(CampaignVersion.campaign_id == campaign.id)
    ):
        version.ends_on = version.starts_on - timedelta(days=1)
    session.flush()


def archive(session: Session, campaign: Campaign, *, by_id: int, at: datetime) -> None:
    """Take a campaign that is over out of the office's lists. Raises NotClosed."""
    session.refresh(campaign)
    if campaign.state is not CampaignState.CLOSED:
        raise NotClosed
    change_if(
        session,
        campaign,
        Campaign.state == CampaignState.CLOSED,
        state=CampaignState.ARCHIVED,
        archived_at=at,
    )
    log.tell(session, campaign, CampaignAct.ARCHIVED, at=at, by_id=by_id)


def set_board(
    session: Session, campaign: Campaign, on: bool, *, reason: str, by_id: int, at: datetime
) -> None:
    """Switch the board by name on or off. Raises ReasonMissing, IsArchived."""
    why = given_reason(reason)
    if _is_switched(session, campaign, Campaign.has_board != on, has_board=on):
        log.tell(session, campaign, CampaignAct.BOARD, at=at, by_id=by_id, reason=why, on=on)


def set_shows_units(
    session: Session, campaign: Campaign, on: bool, *, reason: str, by_id: int, at: datetime
) -> None:
    """Show the list of all units to staff, or no longer. Raises ReasonMissing, IsArchived."""
    why = given_reason(reason)
    if _is_switched(session, campaign, Campaign.shows_units != on, shows_units=on):
        log.tell(session, campaign, CampaignAct.UNITS, at=at, by_id=by_id, reason=why, on=on)


def _is_switched(
    session: Session, campaign: Campaign, differs: ColumnElement[bool], **values: bool
) -> bool:
    """Write it; False if somebody had done so before."""
    stays = Campaign.state != CampaignState.ARCHIVED
    is_mine = is_changed(session, campaign.id, stays, differs, **values)
    session.refresh(campaign)
    if campaign.state is CampaignState.ARCHIVED:
        raise IsArchived
    return is_mine


def set_people(
    session: Session,
    campaign: Campaign,
    *,
    owner_id: int | None,
    deputy_id: int | None,
    on: date,
) -> None:
    """Name who may work on it without belonging to the office. Raises IsArchived."""
    stays = Campaign.state != CampaignState.ARCHIVED
    values: dict[str, int | None] = {}
    for name, person_id in (("owner", owner_id), ("deputy", deputy_id)):
        if getattr(campaign, f"{name}_id") != person_id:
            values |= owners.place(session, name, person_id, on=on)
    if values and not is_changed(session, campaign.id, stays, **values):
        raise IsArchived
    session.refresh(campaign)
