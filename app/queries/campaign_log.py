"""The log of a campaign as staff read it. People of the office stand there by their post."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, select

from challenges.calendar import day_of
from challenges.campaigns.models import CampaignLogEntry
from challenges.people.models import Membership, Unit
from challenges.storage.sql import fields_of
from challenges.vocabulary import CampaignAct


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line: what happened, why, and by which post; no post where the schedule did it."""

    id: int
    act: CampaignAct
    at: datetime
    version: int | None
    reason: str
    values: dict[str, Any]
    by_id: int | None
    unit: str | None
    """Name of the unit of whoever did it, on that day."""
    post: str | None

    @property
    def day(self) -> date:
        return day_of(self.at)


def log_lines(rows: Iterable[Any]) -> list[LogLine]:
    """The lines of these rows of ``LOG``, in their order."""
    found: dict[int, LogLine] = {}
    for row in rows:
        told = fields_of(row, LogLine)
        if not _held(row):
            told |= {"unit": None, "post": None}
        # Of several main appointments of a person, the one of that day is kept.
        if row.id not in found or told["unit"]:
            found[row.id] = LogLine(**told)
    return list(found.values())


def _held(row: Any) -> bool:
    """Whether the appointment of the row was that of the day."""
    day = day_of(row.at)
    return row.begun is not None and row.begun <= day and (row.ended is None or day <= row.ended)


def _statement() -> Select[Any]:
    newest_first = (CampaignLogEntry.at.desc(), CampaignLogEntry.id.desc())
    shown = (
        select(CampaignLogEntry.id)
        .where(CampaignLogEntry.campaign_id == bindparam("campaign_id"))
        .order_by(*newest_first)
        .limit(bindparam("log_at_most"))
        .offset(bindparam("log_skipped"))
        .subquery("shown")
    )
    main = and_(Membership.person_id == CampaignLogEntry.by_id, Membership.is_primary)
    return (
        select(
            CampaignLogEntry.id,
            CampaignLogEntry.act,
            CampaignLogEntry.at,
            CampaignLogEntry.version,
            CampaignLogEntry.reason,
            CampaignLogEntry.values,
            CampaignLogEntry.by_id,
            Unit.name.label("unit"),
            Membership.post,
            Membership.valid_from.label("begun"),
            Membership.valid_to.label("ended"),
        )
        .join(shown, shown.c.id == CampaignLogEntry.id)
        .outerjoin(Membership, main)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .order_by(*newest_first)
    )


LOG = _statement()
