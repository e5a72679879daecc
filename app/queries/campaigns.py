"""Campaigns as one member of staff sees them: what they say, what they came to, one's own part.

Drafts are never among them. Whoever is outside the audience sees a campaign too.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from challenges.campaigns.audience import fits_audience, is_main_on
from challenges.campaigns.board import BoardPlace
from challenges.campaigns.definitions import CampaignDefinition, read_version
from challenges.campaigns.models import (
    PUBLISHED,
    Campaign,
    CampaignPart,
    CampaignSnapshot,
    CampaignTotal,
    CampaignVersion,
)
from challenges.campaigns.nominations import Nomination
from challenges.campaigns.pauses import DayGivenBack, DisasterPause, PausedUnit
from challenges.catalogue.published import Catalogue, PublishedChallenge, PublishedStep
from challenges.people.models import Membership, Unit
from challenges.people.org_chart import ON_DAY, department_of, is_at_or_above
from challenges.storage.sql import fetch_rows
from challenges.vocabulary import Audience, CampaignState, GoalKind

Phase = Literal["coming", "on", "over", "dropped"]
"""Where a campaign stands on a day. Dropped: stopped before it began."""

Chosen = tuple[PublishedChallenge, tuple[PublishedStep, ...]]
"""A challenge of a campaign with those of its steps that count."""


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks, and when."""

    person_id: int
    unit_id: int | None
    """Of the main appointment on that day."""
    on: date

    def asked(self, **more: Any) -> dict[str, Any]:
        """The parameters of the statements below."""
        return {"me": self.person_id, "my_unit_id": self.unit_id, "on_day": self.on, **more}


@dataclass(frozen=True, slots=True)
class SeenCampaign:
    """A published campaign with what concerns the one who looks."""

    id: int
    slug: str
    state: CampaignState
    first_day: date
    last_day: date
    opened_at: datetime | None
    has_board: bool
    shows_units: bool
    version: int
    published_at: datetime
    """Since when that version is in force."""
    digest: str
    definition: CampaignDefinition
    steps: int
    """Steps of everybody that count."""
    reached: int | None
    people: int | None
    """People reached, and those who take part, by the latest snapshot; for a goal that is a share
    of people alone. Never shown as they are."""
    reaches_me: bool
    is_paused: bool
    """By a disaster, for the one who looks."""
    gets_days_back: bool
    """Whether the days of a disaster that goes on are added to it. A pause of one unit adds none
    to a campaign for everybody, which goes on elsewhere."""
    takes_part: bool
    nomination: str | None = None
    """The words of one's own nomination. Here and below only where one campaign was asked for."""
    is_on_board: bool = False
    nomination_id: int | None = None
    cloned_from_id: int | None = None
    """Last year's, to which it is compared."""
    department_id: int | None = None
    """The unit on the upper floor at or above that of the one who looks."""

    def phase(self, on: date) -> Phase:
        """Where it stands on that day, also while the relay that would turn it is down."""
        return phase_of(self, on=on)

    def chosen(self, challenges: Catalogue, *, for_manager: bool) -> list[Chosen]:
        """Its challenges in their order, without those for managers unless one is shown them."""
        known = (
            (challenges.by_slug[one.slug], one)
            for one in self.definition.challenges
            if one.slug in challenges.by_slug
        )
        return [
            (challenge, tuple(step for step in challenge.steps if one.counts(step.number)))
            for challenge, one in known
            if for_manager or challenge.audience is Audience.EVERYONE
        ]


def phase_of(campaign: Campaign | SeenCampaign, *, on: date) -> Phase:
    """Where a published campaign stands on that day."""
    is_done = campaign.state in (CampaignState.CLOSED, CampaignState.ARCHIVED)
    if is_done and campaign.opened_at is None:
        return "dropped"
    if is_done or (campaign.last_day or date.max) < on:
        return "over"
    return "coming" if on < (campaign.first_day or date.min) else "on"


def campaign_seen(session: Session, slug: str, looking: Looking) -> SeenCampaign | None:
    """The published campaign with that slug, or None. One statement."""
    row = fetch_rows(session, _BY_SLUG, looking.asked(slug=slug)).one_or_none()
    return None if row is None else _seen(row)


def published_row(session: Session, slug: str) -> Campaign | None:
    """The row of that campaign, for activities that change something of it; None for a draft."""
    return session.scalar(select(Campaign).where(Campaign.slug == slug, IS_PUBLISHED))


def campaigns_on(session: Session, looking: Looking, *, limit: int) -> list[SeenCampaign]:
    """Those that reach the person on that day, the one that ends first before the others. One
    statement."""
    return [_seen(row) for row in fetch_rows(session, _REACHING_ME, looking.asked(at_most=limit))]


def campaigns_by_phase(
    session: Session, looking: Looking, phase: str, *, limit: int, offset: int
) -> list[SeenCampaign]:
    """A page of those that are "on", "coming", or "over", dropped ones among them. One
    statement."""
    asked = looking.asked(at_most=limit, skipped=offset)
    return [_seen(row) for row in fetch_rows(session, _BY_PHASE[phase], asked)]


def _seen(row: Any) -> SeenCampaign:
    definition = read_version(row.definition, row.digest)
    return SeenCampaign(**{**row._mapping, "definition": definition})


# Built once: putting a statement together takes longer than the database needs to answer it.

ME: ColumnElement[int] = bindparam("me", type_=Integer)
MY_UNIT: ColumnElement[int] = bindparam("my_unit_id", type_=Integer)
IS_PUBLISHED = and_(Campaign.state.in_(PUBLISHED), Campaign.version > 0)
IN_FORCE = and_(CampaignVersion.campaign_id == Campaign.id, CampaignVersion.replaced_at.is_(None))
IS_RUNNING = and_(
    Campaign.state.in_((CampaignState.SCHEDULED, CampaignState.OPEN)),
    Campaign.first_day <= ON_DAY,
    Campaign.last_day >= ON_DAY,
)
"""By the day, because the relay that opens and closes may be down over a midnight."""


def _reaches_me() -> ColumnElement[bool]:
    mine = aliased(Membership)
    return (
        exists()
        .where(mine.person_id == ME, is_main_on(ON_DAY, of=mine), fits_audience(of=mine))
        .correlate(CampaignVersion)
    )


def _goes_on() -> ColumnElement[bool]:
    return and_(
        DisasterPause.first_day <= ON_DAY,
        or_(DisasterPause.last_day.is_(None), DisasterPause.last_day >= ON_DAY),
    )


def _gets_days_back() -> ColumnElement[bool]:
    return exists().where(
        DayGivenBack.campaign_id == Campaign.id,
        DisasterPause.id == DayGivenBack.pause_id,
        _goes_on(),
    )


def _is_paused() -> ColumnElement[bool]:
    upper, mine = aliased(Unit), aliased(Unit)
    names_my_unit = exists().where(
        PausedUnit.pause_id == DisasterPause.id,
        upper.id == PausedUnit.unit_id,
        mine.id == MY_UNIT,
        is_at_or_above(upper, mine),
    )
    return exists().where(_goes_on(), or_(DisasterPause.all_units, names_my_unit))


def _statement() -> Select[*tuple[Any, ...]]:
    """Every column has the name of a field of ``SeenCampaign``."""
    takes_part = exists().where(
        CampaignPart.campaign_id == Campaign.id, CampaignPart.person_id == ME
    )
    return (
        select(
            Campaign.id,
            Campaign.slug,
            Campaign.state,
            Campaign.first_day,
            Campaign.last_day,
            Campaign.opened_at,
            Campaign.has_board,
            Campaign.shows_units,
            Campaign.version,
            CampaignVersion.published_at,
            CampaignVersion.digest,
            CampaignVersion.definition,
            func.coalesce(CampaignTotal.steps, 0).label("steps"),
            _latest("reached").label("reached"),
            _latest("people").label("people"),
            _reaches_me().label("reaches_me"),
            _is_paused().label("is_paused"),
            _gets_days_back().label("gets_days_back"),
            takes_part.label("takes_part"),
        )
        .join(CampaignVersion, IN_FORCE)
        .outerjoin(CampaignTotal, CampaignTotal.campaign_id == Campaign.id)
        .where(IS_PUBLISHED)
    )


def _latest(number: str) -> ColumnElement[int]:
    found = (
        select(CampaignSnapshot.figures[number].as_integer())
        .where(CampaignSnapshot.campaign_id == Campaign.id)
        .order_by(CampaignSnapshot.day.desc())
        .limit(1)
        .correlate(Campaign)
        .scalar_subquery()
    )
    # The figures of a large prefecture are long, so they are read only where they are needed.
    is_share = CampaignVersion.definition[("goal", "kind")].as_string() == GoalKind.SHARE.value
    return case((is_share, found))


def _by_phase(*where: ColumnElement[bool], newest_first: bool = False) -> Select[Any]:
    ends = Campaign.last_day.desc() if newest_first else Campaign.last_day
    page = _statement().where(*where).order_by(ends, Campaign.id)
    return page.limit(bindparam("at_most")).offset(bindparam("skipped"))


def _by_slug() -> Select[Any]:
    nomination = select(Nomination).where(_mine(Nomination)).correlate(Campaign)
    own = (
        nomination.with_only_columns(Nomination.words).scalar_subquery().label("nomination"),
        nomination.with_only_columns(Nomination.id).scalar_subquery().label("nomination_id"),
        exists().where(_mine(BoardPlace)).label("is_on_board"),
        Campaign.cloned_from_id,
        department_of(MY_UNIT).scalar_subquery().label("department_id"),
    )
    return _statement().add_columns(*own).where(Campaign.slug == bindparam("slug", type_=String))


def _mine(kept: type[Nomination] | type[BoardPlace]) -> ColumnElement[bool]:
    return and_(kept.campaign_id == Campaign.id, kept.person_id == ME, kept.ended_at.is_(None))


_BY_SLUG = _by_slug()
_REACHING_ME = (
    _statement()
    .where(IS_RUNNING, _reaches_me())
    .order_by(Campaign.last_day, Campaign.id)
    .limit(bindparam("at_most"))
)
_IS_TO_COME = and_(
    Campaign.state.in_((CampaignState.SCHEDULED, CampaignState.OPEN)),
    Campaign.first_day > ON_DAY,
)
_BY_PHASE: dict[str, Select[Any]] = {
    "on": _by_phase(IS_RUNNING),
    "coming": _by_phase(_IS_TO_COME),
    "over": _by_phase(~IS_RUNNING, ~_IS_TO_COME, newest_first=True),
}
