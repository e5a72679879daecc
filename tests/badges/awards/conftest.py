"""The badges' handlers, and what they awarded and told."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from badges.catalogue.published import BadgeCatalogue
from badges.catalogue.reading import read_badges
from badges.models import Award
from badges.subscribers import (
    HEARD,
    on_cheer_changed,
    on_completion_endorsed,
    on_endorsement_withdrawn,
    on_part_changed,
    on_step_climbed,
    on_step_restored,
    on_step_undone,
    on_team_light_lit,
)
from challenges.outbox import Fact
from challenges.people.models import Person
from challenges.submissions.models import Completion

Climb = Callable[..., Completion]
HANDLERS = {
    "step_climbed": on_step_climbed,
    "step_undone": on_step_undone,
    "step_restored": on_step_restored,
    "cheered": on_cheer_changed,
    "cheer_taken_back": on_cheer_changed,
    "completion_endorsed": on_completion_endorsed,
    "endorsement_withdrawn": on_endorsement_withdrawn,
    "campaign_part_changed": on_part_changed,
    "team_light_lit": on_team_light_lit,
}
REASON = "証拠が別の人のものでした。"
WORDS = "相手のことを考えた書き方がとても良かったです。"


@pytest.fixture
def published(session: Session) -> BadgeCatalogue:
    return read_badges(session)


@pytest.fixture
def deliver(session: Session, at: datetime) -> Callable[[], None]:
    """Hand every new fact to the badges' handlers, as the relay does."""

    def hear() -> None:
        new = session.scalars(
            select(Fact).where(Fact.fanned_out_at.is_(None), Fact.kind.in_(HEARD))
        ).all()
        for fact in new:
            HANDLERS[fact.kind](session, fact, at)
            fact.fanned_out_at = at
        session.flush()

    return hear


def held(session: Session, person: Person) -> set[str]:
    rows = select(Award.badge_slug).where(Award.person_id == person.id, Award.voided_at.is_(None))
    return set(session.scalars(rows))


def told(session: Session, kind: str) -> list[str]:
    return [
        about["badge"]
        for about in session.scalars(select(Fact.about).where(Fact.kind == kind).order_by(Fact.id))
    ]
