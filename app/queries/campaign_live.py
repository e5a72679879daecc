"""What the office reads of a campaign: as of a day, with small groups hidden.

Everything comes from snapshots made at night, so no afternoon gives a person away, and the page
takes the same number of statements whatever the campaign.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.queries.campaign_figures import (
    Figures,
    LastYear,
    Snapshots,
    UnitShares,
    automatic_share,
    shown_units,
    snapshots,
    whole_share,
    working_days_until,
)
from app.queries.campaign_shares import list_for as list_for
from app.queries.campaign_shares import shares_for as shares_for
from app.queries.campaign_stalls import Climb, Stall, stalls
from app.queries.nightly import kept
from app.slack.posts.models import PostState, SlackPost
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import Campaign, CampaignStep, CampaignVersion
from challenges.catalogue.models import Step
from challenges.people.models import Unit
from challenges.shares import shown_count
from challenges.suppression import Cells, Shown
from challenges.vocabulary import GoalKind, Stage

STAGES = {Stage.TRY: "tried", Stage.HABIT: "used", Stage.SPREAD: "spread"}
"""Each stage by its name in the figures."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table of units, or the whole. None: hidden, or there is no value."""

    name: str
    reached: int | None
    share: int | None
    """Per cent of the people reached who take part."""
    share_before: int | None
    """The same on the same working day of last year's."""
    waiting: int | None
    days_to_decide: float | None
    automatic: int | None
    """Per cent."""
    unit_id: int | None = None
    depth: int = 0
    parent_id: int | None = None

    @property
    def is_hidden(self) -> bool:
        """Whether nothing of it may be shown."""
        return self.reached is None


@dataclass(frozen=True, slots=True)
class Point:
    """A day of the chart. ``value`` is None where there is no snapshot, or it is hidden."""

    day: date
    value: int | None
    before: int | None


@dataclass(frozen=True, slots=True)
class Series:
    """What happened day by day: steps together, or per cent of people who take part."""

    kind: GoalKind
    points: Sequence[Point]
    goal: int | None


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits. ``oldest_days`` and ``days_to_decide`` are working days."""

    waiting: int | None
    oldest_days: int | None
    days_to_decide: float | None
    automatic: int | None
    """Per cent."""
    without_reviewer: Sequence[str]
    """The names of the units in which nobody reviews, in the order of the organisation."""
    posts_parked: int


@dataclass(frozen=True, slots=True)
class Live:
    """A campaign as it stood at the end of ``day``."""

    day: date
    definition: CampaignDefinition
    whole: Line
    units: Sequence[Line]
    series: Series
    climbs: Sequence[Climb]
    stalls: Sequence[Stall]
    queue: Queue
    steps: int | None
    """Steps together."""

    def unit(self, unit_id: int | None) -> Line | None:
        """A unit on the upper floor that may be shown."""
        shown = (one for one in self.units if not one.depth and not one.is_hidden)
        return next((one for one in shown if one.unit_id == unit_id), None)

    def below(self, unit_id: int | None) -> list[Line]:
        """The lines of the table: the upper floor, or what lies below one of its units."""
        if unit_id is None:
            return [one for one in self.units if not one.depth]
        return [one for one in self.units if one.parent_id == unit_id]


def live(
    session: Session, campaign: Campaign, *, until: date, unit_id: int | None = None
) -> Live | None:
    """How the campaign stood at the end of the last day up to ``until`` that has a snapshot; None
    before the first. ``unit_id`` asks for the series of one department."""
    found = kept(
        session,
        campaign,
        ("live", unit_id),
        until=until,
        make=lambda: _live(session, campaign, until=until, unit_id=unit_id),
    )
    parked = select(func.count()).where(SlackPost.state == PostState.PARKED)
    posts_parked = session.scalar(parked) or 0
    return found and replace(found, queue=replace(found.queue, posts_parked=posts_parked))


def _live(session: Session, campaign: Campaign, *, until: date, unit_id: int | None) -> Live | None:
    own = snapshots(session, campaign.id, until=until)
    if not own.days or campaign.first_day is None or campaign.last_day is None:
        return None
    before = LastYear.of(session, campaign)
    figures, day = own.newest, own.days[-1]
    definition = definition_of(session, campaign)
    climbs = _climbs(figures, _stages(session, campaign))
    same_day = before.figures_on(campaign.first_day, day)
    shown = own.shown(figures)
    return Live(
        day=day,
        definition=definition,
        whole=_whole(figures, shown.whole, before.whole_share(same_day)),
        units=_units(figures, shown, own.hidden, before.unit_shares(same_day)),
        series=_series(
            (campaign.first_day, campaign.last_day), definition, own, before, unit_id=unit_id
        ),
        climbs=climbs,
        stalls=stalls(climbs),
        queue=_queue(session, figures),
        steps=shown_count(figures["steps"]),
    )


def definition_of(session: Session, campaign: Campaign) -> CampaignDefinition:
    """The definition in force."""
    found = select(CampaignVersion.definition).where(
        CampaignVersion.campaign_id == campaign.id, CampaignVersion.number == campaign.version
    )
    return CampaignDefinition.model_validate(session.scalars(found).one())


def _whole(figures: Figures, cells: Cells, share_before: int | None) -> Line:
    return Line(
        name="",
        reached=cells.base,
        share=cells.shares.get("people"),
        share_before=share_before,
        waiting=cells.counts.get("waiting"),
        days_to_decide=figures["queue"]["days_to_decide"],
        automatic=automatic_share(figures),
    )


def _units(
    figures: Figures, shown: Shown, hidden: frozenset[int], before: UnitShares
) -> list[Line]:
    known = {one["unit_id"] for one in figures["units"]}
    return [
        _line(one, shown.groups[one["unit_id"]], before, known=known)
        for one in shown_units(figures, kept=hidden)
    ]


def _line(unit: Mapping[str, Any], cells: Cells, before: UnitShares, *, known: set[int]) -> Line:
    is_hidden = cells.base is None
    return Line(
        name=unit["name"],
        reached=cells.base,
        share=cells.shares.get("people"),
        share_before=None if is_hidden else before.get(unit["unit_id"], unit["name"]),
        waiting=cells.counts.get("waiting"),
        days_to_decide=None if is_hidden else unit["days_to_decide"],
        automatic=None if is_hidden else automatic_share(unit),
        unit_id=unit["unit_id"],
        depth=unit["depth"],
        parent_id=unit["parent_id"] if unit["parent_id"] in known else None,
    )


def _series(
    days: tuple[date, date],
    definition: CampaignDefinition,
    own: Snapshots,
    before: LastYear,
    *,
    unit_id: int | None,
) -> Series:
    kind = definition.goal.kind if unit_id is None else GoalKind.SHARE
    taken = dict(zip(own.days, own.figures, strict=True))
    points = [
        Point(
            day,
            _value(own, taken.get(day), kind, unit_id),
            _value(before.taken, before.after(passed), kind, unit_id),
        )
        for day, passed in working_days_until(*days)
    ]
    has_goal = unit_id is None and definition.goal.target > 0
    return Series(kind, points, definition.goal.target if has_goal else None)


def _value(
    taken: Snapshots, figures: Figures | None, kind: GoalKind, unit_id: int | None
) -> int | None:
    if figures is None:
        return None
    if kind is GoalKind.STEPS:
        return shown_count(figures["steps"])
    if unit_id is None:
        return whole_share(figures)
    return taken.shares(figures).groups.get(unit_id, Cells()).shares.get("people")


def _stages(session: Session, campaign: Campaign) -> dict[int, dict[Stage, int]]:
    """By challenge the number of the first step of each stage that counts. One statement."""
    rows = session.execute(
        select(Step.challenge_id, Step.stage, func.min(Step.number).label("number"))
        .join(CampaignStep, CampaignStep.step_id == Step.id)
        .join(CampaignVersion, CampaignVersion.id == CampaignStep.version_id)
        .where(
            CampaignVersion.campaign_id == campaign.id,
            CampaignVersion.number == campaign.version,
        )
        .group_by(Step.challenge_id, Step.stage)
    )
    found: dict[int, dict[Stage, int]] = {}
    for row in rows:
        found.setdefault(row.challenge_id, {})[row.stage] = row.number
    return found


def _climbs(figures: Figures, stages: Mapping[int, Mapping[Stage, int]]) -> list[Climb]:
    return [
        Climb(
            slug=one["slug"],
            begun=one["begun"],
            waiting=one["waiting"],
            reached={
                stage: one[name]
                for stage, name in STAGES.items()
                if stage in stages.get(one["challenge_id"], {})
            },
            automatic=one["automatic"],
            days_to_decide=one["days_to_decide"],
            steps=stages.get(one["challenge_id"], {}),
        )
        for one in figures["challenges"]
    ]


def _queue(session: Session, figures: Figures) -> Queue:
    queue = figures["queue"]
    units = select(Unit.id, Unit.name).where(Unit.id.in_(queue["without_reviewer"]))
    places = {one["unit_id"]: place for place, one in enumerate(figures["units"])}
    rows = session.execute(units.order_by(Unit.path)).all()
    return Queue(
        waiting=shown_count(queue["waiting"]),
        oldest_days=queue["oldest_days"] if queue["waiting"] else None,
        days_to_decide=queue["days_to_decide"],
        automatic=automatic_share(figures),
        # In the order of the organisation, as the table beside it.
        without_reviewer=[
            row.name for row in sorted(rows, key=lambda row: places.get(row.id, len(places)))
        ],
        posts_parked=0,
    )
