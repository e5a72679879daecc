"""What a weekly letter tells: what reached a person, their next step, and what is on.

Everything is asked for many people at once, in the same number of statements for one as for a
hundred.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session, aliased

from app.notices.letter_catalogue import LetterCatalogue
from badges.models import Award
from challenges.calendar import day_of
from challenges.campaigns.audience import fits_audience, is_main_on
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.disasters import DisasterPause, PausedUnit
from challenges.campaigns.models import Campaign, CampaignVersion
from challenges.people.counting import is_asked_on
from challenges.people.models import Membership, Person, Unit
from challenges.people.org_chart import MANAGING, holds_on, is_at_or_above
from challenges.progress.suggesting import Suggestion, suggest
from challenges.recognition.models import Cheer, Endorsement
from challenges.recognition.silencing import is_silenced
from challenges.recognition.stamps import Stamp
from challenges.storage.sql import fields_of, padded_ids, united
from challenges.submissions.models import Completion
from challenges.submissions.queries import STANDS, open_submissions_of
from challenges.vocabulary import CampaignState, DecidedHow


@dataclass(frozen=True, slots=True)
class Reached:
    """One thing that reached a person."""

    person_id: int
    at: datetime
    kind: str
    """"accepted", "overdue", "endorsed", "cheered", "thanked" or "badge"; the template has a
    sentence for each."""
    step_id: int | None = None
    badge: str | None = None
    by: str | None = None
    words: str = ""
    stamp: Stamp | None = None
    """Of a cheer."""


@dataclass(frozen=True, slots=True)
class RunningCampaign:
    """A campaign that reaches the person today."""

    slug: str
    definition: CampaignDefinition
    last_day: date


@dataclass(slots=True)
class LetterNews:
    """What one letter tells."""

    reached: list[Reached] = field(default_factory=list)
    """Newest first."""
    next: Suggestion | None = None
    campaigns: list[RunningCampaign] = field(default_factory=list)
    """The one that ends first before the others."""

    def __bool__(self) -> bool:
        return bool(self.reached or self.next or self.campaigns)


Source = Callable[[list[int], datetime, datetime], Select[*tuple[Any, ...]]]
"""What reached these people from one time up to another. The columns are fields of ``Reached``."""


def news_for(
    session: Session,
    person_ids: Collection[int],
    *,
    catalogue: LetterCatalogue,
    since: datetime,
    until: datetime,
    at: datetime,
) -> dict[int, LetterNews]:
    """What the letters to these people tell of that time, and of the day of ``at``."""
    ids = padded_ids(sorted(person_ids))
    found = {person_id: LetterNews() for person_id in ids}
    everything = united(**{kind: source(ids, since, until) for kind, source in SOURCES.items()})
    for row in session.execute(everything):
        kind = "overdue" if row.part == "accepted" and not row.by else row.part
        told = {**fields_of(row, Reached), "kind": kind, "words": row.words or ""}
        found[row.person_id].reached.append(Reached(**told))
    for news in found.values():
        news.reached.sort(key=lambda one: one.at, reverse=True)
    _add_next_steps(session, ids, found, catalogue=catalogue, on=day_of(at))
    _add_campaigns(session, ids, found, on=day_of(at))
    return found


def _endorsed(ids: list[int], since: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Endorsement.person_id,
            Endorsement.given_at.label("at"),
            Completion.step_id,
            Person.name.label("by"),
            Endorsement.words,
        )
        .join(Completion, Completion.id == Endorsement.completion_id)
        .join(Person, Person.id == Endorsement.endorser_id)
        .where(Endorsement.person_id.in_(ids), Endorsement.withdrawn_at.is_(None), STANDS)
        .where(Endorsement.given_at >= since, Endorsement.given_at < until)
    )


def _accepted(ids: list[int], since: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    """By a manager without words, which would be an endorsement, or by the calendar: overdue, where
    ``by`` is None."""
    with_words = exists().where(
        Endorsement.completion_id == Completion.id,
        Endorsement.endorser_id == Completion.decided_by_id,
        Endorsement.withdrawn_at.is_(None),
    )
    return (
        select(
            Completion.person_id,
            Completion.decided_at.label("at"),
            Completion.step_id,
            Person.name.label("by"),
        )
        .outerjoin(Person, Person.id == Completion.decided_by_id)
        .where(Completion.person_id.in_(ids), STANDS, ~with_words)
        .where(Completion.decided_how.in_((DecidedHow.MANAGER, DecidedHow.OVERDUE)))
        .where(Completion.decided_at >= since, Completion.decided_at < until)
    )


def _awarded(ids: list[int], since: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(Award.person_id, Award.recorded_at.label("at"), Award.badge_slug.label("badge"))
        .where(Award.person_id.in_(ids), Award.voided_at.is_(None))
        .where(Award.recorded_at >= since, Award.recorded_at < until)
    )


def _cheered(ids: list[int], since: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    return (
        _cheers(to=Cheer.receiver_id, by=Cheer.giver_id, at=Cheer.given_at)
        .add_columns(Cheer.words, Cheer.stamp)
        .where(Cheer.receiver_id.in_(ids), Cheer.given_at >= since, Cheer.given_at < until)
        .where(~is_silenced())
    )


def _thanked(ids: list[int], since: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    return _cheers(to=Cheer.giver_id, by=Cheer.receiver_id, at=Cheer.thanked_at).where(
        Cheer.giver_id.in_(ids), Cheer.thanked_at >= since, Cheer.thanked_at < until
    )


def _cheers(*, to: Any, by: Any, at: Any) -> Select[*tuple[Any, ...]]:
    """The cheers that stand, as they or the thanks for them reached somebody."""
    return (
        select(
            to.label("person_id"),
            at.label("at"),
            Completion.step_id,
            Person.name.label("by"),
        )
        .join(Completion, Completion.id == Cheer.completion_id)
        .join(Person, Person.id == by)
        .where(Cheer.taken_back_at.is_(None), STANDS)
    )


SOURCES: Mapping[str, Source] = {
    "endorsed": _endorsed,
    "accepted": _accepted,
    "cheered": _cheered,
    "thanked": _thanked,
    "badge": _awarded,
}
"""What reaches people, by its kind. A new one is a function here, and a sentence in
templates/mail/weekly/. One statement asks for all of them."""


def _add_next_steps(
    session: Session,
    ids: list[int],
    found: dict[int, LetterNews],
    *,
    catalogue: LetterCatalogue,
    on: date,
) -> None:
    climbed = defaultdict(set)
    for person_id, step_id in session.execute(
        select(Completion.person_id, Completion.step_id).where(
            Completion.person_id.in_(ids), STANDS
        )
    ):
        climbed[person_id].add(step_id)
    begun = open_submissions_of(session, ids)
    managing = exists().where(
        Membership.person_id == Person.id, holds_on(on), Membership.kind.in_(MANAGING)
    )
    asked = select(Person.id, managing.label("is_manager")).where(
        Person.id.in_(ids), Person.paused_at.is_(None), is_asked_on(on)
    )
    offered = {
        is_manager: catalogue.challenges.offered(to_manager=is_manager, on=on)
        for is_manager in (False, True)
    }
    for person_id, is_manager in session.execute(asked):
        steps = suggest(
            offered[is_manager], climbed[person_id], begun.get(person_id, {}), on=on, count=1
        )
        found[person_id].next = next(iter(steps), None)


def _add_campaigns(
    session: Session, ids: list[int], found: dict[int, LetterNews], *, on: date
) -> None:
    """None for people whose unit a disaster pauses: other things come first there."""
    running = {
        row.id: RunningCampaign(
            row.slug, CampaignDefinition.model_validate(row.definition), row.last_day
        )
        for row in session.execute(_running(on))
    }
    reaching = (
        select(Membership.person_id, CampaignVersion.campaign_id)
        .join(CampaignVersion, CampaignVersion.campaign_id.in_(padded_ids(running)))
        .where(Membership.person_id.in_(ids), is_main_on(on), ~_is_paused(on))
        .where(CampaignVersion.replaced_at.is_(None), fits_audience())
    )
    pairs = session.execute(reaching).all() if running else []
    for person_id, campaign_id in pairs:
        found[person_id].campaigns.append(running[campaign_id])
    for news in found.values():
        news.campaigns.sort(key=lambda one: (one.last_day, one.slug))


def _running(on: date) -> Any:
    """By the day, because the relay that opens and closes may have been down."""
    states = (CampaignState.SCHEDULED, CampaignState.OPEN)
    return (
        select(Campaign.id, Campaign.slug, Campaign.last_day, CampaignVersion.definition)
        .join(CampaignVersion, CampaignVersion.campaign_id == Campaign.id)
        .where(CampaignVersion.replaced_at.is_(None), Campaign.version > 0)
        .where(Campaign.state.in_(states), Campaign.first_day <= on, Campaign.last_day >= on)
    )


def _is_paused(on: date) -> ColumnElement[bool]:
    """Whether a disaster pauses the unit of a ``Membership`` of the statement."""
    upper, mine = aliased(Unit), aliased(Unit)
    names_the_unit = exists().where(
        PausedUnit.pause_id == DisasterPause.id,
        upper.id == PausedUnit.unit_id,
        mine.id == Membership.unit_id,
        is_at_or_above(upper, mine),
    )
    names_the_unit = names_the_unit.correlate(DisasterPause, Membership)
    goes_on = (DisasterPause.first_day <= on) & (
        DisasterPause.last_day.is_(None) | (DisasterPause.last_day >= on)
    )
    paused = exists().where(goes_on, or_(DisasterPause.all_units, names_the_unit))
    return paused.correlate(Membership)
