"""What colleagues wrote about their steps of a campaign, and show (「ひとことも見せる」).

One's own unit comes first, then the whole prefecture, the newest first. Whoever left, is still to
come or takes a rest is not there, so that stopping looks like not taking part.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.queries.campaigns import MY_UNIT, Looking
from challenges.calendar import day_of
from challenges.campaigns.models import CampaignCount
from challenges.people.models import Membership, Person
from challenges.people.org_chart import ON_DAY, holds_on
from challenges.people.visibility import is_there
from challenges.storage.sql import fetch_rows, fields_of
from challenges.submissions.models import Completion, Submission


@dataclass(frozen=True, slots=True)
class Line:
    """The words of one colleague about one step. Shown by the day, never the time."""

    name: str
    words: str
    step_id: int
    happened_at: datetime
    submission_id: int
    is_near: bool
    """From the unit of the one who reads."""

    @property
    def day(self) -> date:
        return day_of(self.happened_at)


def lines(
    session: Session, campaign_id: int, looking: Looking, *, limit: int, offset: int = 0
) -> list[Line]:
    """A page of the words of others about what counts in the campaign. One statement."""
    asked = asked_of_lines(campaign_id, looking, limit=limit, offset=offset)
    return [line_of(row) for row in fetch_rows(session, LINES, asked)]


def asked_of_lines(
    campaign_id: int, looking: Looking, *, limit: int, offset: int = 0
) -> dict[str, Any]:
    """The parameters of ``LINES``."""
    return {
        **looking.asked(),
        "viewer_id": looking.person_id,
        "campaign_id": campaign_id,
        "at_most": limit,
        "skipped": offset,
        "enough": limit + offset,
    }


def line_of(row: Any) -> Line:
    return Line(**fields_of(row, Line))


_IS_AROUND = and_(is_there(), Person.paused_at.is_(None), Person.id != bindparam("viewer_id"))


def _shown(campaign: ColumnElement[int] | InstrumentedAttribute[int]) -> Select[Any]:
    """The completions that count in the campaign and whose words are shown."""
    return (
        select(CampaignCount.completion_id.label("id"))
        .join(Completion, Completion.id == CampaignCount.completion_id)
        .join(Submission, Submission.id == Completion.submission_id)
        .join(Person, Person.id == CampaignCount.person_id)
        .where(campaign == bindparam("campaign_id"), Completion.voided_at.is_(None), _IS_AROUND)
        .where(Submission.words_shown_at.is_not(None), Submission.reflection != "")
    )


def _near() -> Select[Any]:
    # Not the bare column, or SQLite looks at all that counts in the campaign instead of what the
    # few people of the unit have climbed.
    return (
        _shown(CampaignCount.campaign_id + 0)
        .join(Membership, and_(Membership.person_id == CampaignCount.person_id, holds_on(ON_DAY)))
        .where(Membership.is_primary, Membership.unit_id == MY_UNIT)
        .add_columns(literal(0).label("rank"))
    )


def _statement() -> Select[*tuple[Any, ...]]:
    everywhere = _shown(CampaignCount.campaign_id).add_columns(literal(1).label("rank"))
    # Of each no more than the page can show: those of a whole year are many. The key of what counts
    # has them in this order, so that no more are looked at either.
    newest = CampaignCount.completion_id.desc()
    first = (
        select(of.order_by(newest).limit(bindparam("enough")).subquery())
        for of in (_near(), everywhere)
    )
    either = union_all(*first).subquery("either")
    found = (
        select(either.c.id, func.min(either.c.rank).label("rank"))
        .group_by(either.c.id)
        .subquery("found")
    )
    return (
        select(
            Person.name,
            Submission.reflection.label("words"),
            Submission.step_id,
            Completion.happened_at,
            Submission.id.label("submission_id"),
            (found.c.rank == 0).label("is_near"),
            found.c.id.label("completion_id"),
        )
        .select_from(found)
        .join(Completion, Completion.id == found.c.id)
        .join(Submission, Submission.id == Completion.submission_id)
        .join(Person, Person.id == Submission.person_id)
        .order_by(found.c.rank, found.c.id.desc())
        .limit(bindparam("at_most"))
        .offset(bindparam("skipped"))
    )


LINES = _statement()
