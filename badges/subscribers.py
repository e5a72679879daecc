"""What badges do when they hear of a fact: bring the awards of its person up to date.

The awards are recomputed from the person's history, whatever the fact says. So facts that come
late, twice or out of order end in the same awards.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from badges.awards.awarding import bring_up_to_date
from badges.catalogue.reading import current_catalogue
from challenges.campaigns.events import PartChanged, TeamLightLit
from challenges.campaigns.team_lights import people_who_climbed
from challenges.outbox import Delivery, DeliveryState, Fact
from challenges.recognition.events import (
    Cheered,
    CheerTakenBack,
    CompletionEndorsed,
    EndorsementWithdrawn,
)
from challenges.submissions.events import StepClimbed, StepRestored, StepUndone

SUBSCRIBER = "badges"
"""The name of these handlers in ``app/subscriptions.py``. It is stored with every delivery."""

HEARD = tuple(
    event.kind
    for event in (
        StepClimbed,
        StepUndone,
        StepRestored,
        CompletionEndorsed,
        EndorsementWithdrawn,
        Cheered,
        CheerTakenBack,
        PartChanged,
        TeamLightLit,
    )
)
"""Kinds of the facts that may change somebody's awards."""


def on_step_climbed(session: Session, fact: Fact, at: datetime) -> None:
    """The step may have earned badges."""
    _bring_up_to_date(session, fact, at)


def on_step_undone(session: Session, fact: Fact, at: datetime) -> None:
    """Badges may have lost their evidence."""
    _bring_up_to_date(session, fact, at)


def on_step_restored(session: Session, fact: Fact, at: datetime) -> None:
    """Badges may have their evidence again."""
    _bring_up_to_date(session, fact, at)


def on_completion_endorsed(session: Session, fact: Fact, at: datetime) -> None:
    """Some badges count endorsements."""
    _bring_up_to_date(session, fact, at)


def on_endorsement_withdrawn(session: Session, fact: Fact, at: datetime) -> None:
    """Some badges count endorsements."""
    _bring_up_to_date(session, fact, at)


def on_cheer_changed(session: Session, fact: Fact, at: datetime) -> None:
    """Some badges count the people whom somebody cheered, and are the giver's."""
    _bring_up_to_date(session, fact, at)


def on_part_changed(session: Session, fact: Fact, at: datetime) -> None:
    """Some badges count steps in campaigns. Campaigns may hear of a step after the badges do."""
    _bring_up_to_date(session, fact, at)


def on_team_light_lit(session: Session, fact: Fact, at: datetime) -> None:
    """Everybody who climbed for the unit has earned a badge, those from before as well."""
    catalogue = current_catalogue(session)
    for person_id in people_who_climbed(session, **fact.about):
        bring_up_to_date(session, person_id=person_id, catalogue=catalogue, at=at)


def _bring_up_to_date(session: Session, fact: Fact, at: datetime) -> None:
    bring_up_to_date(
        session, person_id=_whose(fact.about), catalogue=current_catalogue(session), at=at
    )


def _whose(about: Mapping[str, Any]) -> int:
    """The id of the person whose awards the fact may change. Raises KeyError if it names none."""
    person_id: int = about["giver_id"] if "giver_id" in about else about["person_id"]
    return person_id


def people_pending(session: Session) -> set[int]:
    """Ids of the people whose awards need not be up to date: a fact about them is still on its way.

    One statement, and one for each light of a team that is on its way.
    """
    # Not fanned out yet, or fanned out to a delivery that is not done. A fact from before the
    # badges subscribed has no delivery of theirs, and is not waited for.
    waiting = (Delivery.subscriber == SUBSCRIBER) & (Delivery.state == DeliveryState.WAITING)
    statement = (
        select(Fact.about)
        .outerjoin(Delivery, Delivery.fact_id == Fact.id)
        .where(Fact.kind.in_(HEARD), or_(Fact.fanned_out_at.is_(None), waiting))
    )
    people = set[int]()
    for about in session.scalars(statement).all():
        try:
            people.add(_whose(about))
        except KeyError:
            people.update(people_who_climbed(session, **about))
    return people
