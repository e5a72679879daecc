"""The disaster switch (災害時の一括休止): it pauses campaigns in all units, or in chosen ones.

Steps made in a pause count. The days that it takes are given back, see giving_back.py. What is
closed stays closed.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.campaigns import giving_back, lifecycle, log
from challenges.campaigns.disasters import DayGivenBack, DisasterPause, PausedUnit
from challenges.campaigns.lost_days import lost_days
from challenges.campaigns.models import Campaign
from challenges.campaigns.states import RUNS, TURN, given_reason
from challenges.errors import N_, AlreadyDecided, InvalidField
from challenges.storage.sql import take_turn
from challenges.vocabulary import CampaignAct

__all__ = [
    "DayGivenBack",
    "DisasterPause",
    "PausedUnit",
    "begin",
    "end",
    "given_back",
    "going_on",
    "paused_now",
]


class NotYetLost(InvalidField):
    """A day that has not come is not lost yet."""

    sentence = N_("まだ来ていない日は選べません。今日までの日を入れてください。")


class EndsBeforeItBegins(InvalidField):
    """The last day lost is not before the first."""

    sentence = N_("終わりの日は、始まりの日より後にしてください。")


class NoUnitChosen(InvalidField):
    """A pause is for all units, or for at least one."""

    sentence = N_("休む所属を選んでください。すべての所属なら「すべて」を選びます。")


def begin(
    session: Session,
    *,
    first_day: date,
    unit_ids: Collection[int] | None,
    reason: str,
    by_id: int,
    at: datetime,
) -> DisasterPause:
    """Pause campaigns from that day on, which may be gone by: all, or those for these units.

    ``unit_ids`` are units with all units below them, None for all units. Raises ReasonMissing,
    NotYetLost, NoUnitChosen.
    """
    why = given_reason(reason)
    if first_day > day_of(at):
        raise NotYetLost(NotYetLost.sentence, field="first_day")
    if unit_ids is not None and not unit_ids:
        raise NoUnitChosen(NoUnitChosen.sentence, field="units")
    # What was over before somebody reached the switch is closed, whether a relay was up or not.
    _bring_up_to_date(session, at=at)
    pause = DisasterPause(
        first_day=first_day,
        all_units=unit_ids is None,
        reason=why,
        begun_at=at,
        begun_by_id=by_id,
    )
    session.add(pause)
    session.flush()
    rows = [{"pause_id": pause.id, "unit_id": one} for one in sorted(set(unit_ids or ()))]
    if rows:
        session.execute(insert(PausedUnit), rows)
    giving_back.settle(session, at=at)
    return pause


def end(
    session: Session, pause: DisasterPause, *, last_day: date, by_id: int, at: datetime
) -> None:
    """Say which day was the last one lost, wholly or partly. Said again, it corrects the day.

    Raises NotYetLost, EndsBeforeItBegins, AlreadyDecided.
    """
    if last_day > day_of(at):
        raise NotYetLost(NotYetLost.sentence, field="last_day")
    if last_day < pause.first_day:
        raise EndsBeforeItBegins(EndsBeforeItBegins.sentence, field="last_day")
    _bring_up_to_date(session, at=at)
    touched = _touched(session, pause)
    _write_end(session, pause, last_day=last_day, by_id=by_id, at=at)
    giving_back.settle(session, at=at)
    for campaign in session.scalars(_running(touched | _touched(session, pause))):
        _tell_of_move(session, campaign, pause, by_id=by_id, at=at)
    # A first day that was held may have come.
    lifecycle.open_and_close(session, at=at)


def _bring_up_to_date(session: Session, *, at: datetime) -> None:
    take_turn(session, TURN)
    lifecycle.open_and_close(session, at=at)


def _write_end(
    session: Session, pause: DisasterPause, *, last_day: date, by_id: int, at: datetime
) -> None:
    ended = session.execute(
        update(DisasterPause)
        .where(
            DisasterPause.id == pause.id,
            DisasterPause.last_day.is_not_distinct_from(pause.last_day),
        )
        .values(
            last_day=last_day,
            # A correction does not say again when it was over.
            ended_at=pause.ended_at or at,
            ended_by_id=by_id,
        )
        .execution_options(synchronize_session=False)
    )
    if not ended.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise AlreadyDecided
    session.refresh(pause)


def _tell_of_move(
    session: Session, campaign: Campaign, pause: DisasterPause, *, by_id: int, at: datetime
) -> None:
    of_pause = DayGivenBack.pause_id == pause.id
    days = select(func.count()).where(of_pause, DayGivenBack.campaign_id == campaign.id)
    log.tell(
        session,
        campaign,
        CampaignAct.MOVED,
        at=at,
        by_id=by_id,
        reason=pause.reason,
        days=session.scalars(days).one(),
        first_day=campaign.first_day,
        last_day=campaign.last_day,
    )


def _touched(session: Session, pause: DisasterPause) -> set[int]:
    days = select(DayGivenBack.campaign_id).where(DayGivenBack.pause_id == pause.id)
    return set(session.scalars(days))


def _running(campaign_ids: Collection[int]) -> Select[Campaign]:
    return (
        select(Campaign)
        .where(Campaign.id.in_(campaign_ids), Campaign.state.in_(RUNS))
        .order_by(Campaign.id)
    )


def going_on(session: Session) -> Sequence[DisasterPause]:
    """The pauses that have not ended, oldest first."""
    return session.scalars(
        select(DisasterPause).where(DisasterPause.last_day.is_(None)).order_by(DisasterPause.id)
    ).all()


def paused_now(session: Session, *, today: date) -> set[int]:
    """The ids of what is scheduled or open and pauses now. One statement if no pause goes on."""
    open_ids = {pause.id for pause in going_on(session)}
    if not open_ids:
        return set()
    campaigns = session.scalars(select(Campaign).where(Campaign.state.in_(RUNS))).all()
    lost = lost_days(session, campaigns, today=today)
    return {id_ for id_, one in lost.items() if today in one.days}


def given_back(session: Session, campaign_id: int) -> list[date]:
    """The days that disasters took from the campaign and that were given back, in order."""
    days = select(DayGivenBack.day).where(DayGivenBack.campaign_id == campaign_id)
    return list(session.scalars(days.order_by(DayGivenBack.day)))
