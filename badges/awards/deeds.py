"""Reads people's deeds from their standing completions: one statement for one person or many."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, select
from sqlalchemy.orm import Session

from badges.catalogue.published import BadgeCatalogue
from badges.rules.deeds import Deed
from challenges.calendar import day_of
from challenges.campaigns.models import CampaignCount
from challenges.campaigns.team_lights import TeamLight
from challenges.catalogue.models import Step
from challenges.people.models import Membership, Person
from challenges.recognition.models import Endorsement
from challenges.storage.sql import fetch_rows
from challenges.submissions.models import Completion
from challenges.vocabulary import MembershipKind


def deeds_of(session: Session, person_id: int, *, catalogue: BadgeCatalogue) -> tuple[Deed, ...]:
    """One person's deeds, earliest first. Raises DamagedDefinition, as ``deeds_of_many`` does."""
    rows = fetch_rows(session, DEEDS_OF_ONE, {"person_id": person_id})
    return tuple(deed_of(row, catalogue) for row in rows)


def deeds_of_many(
    session: Session, people: Iterable[int], *, catalogue: BadgeCatalogue
) -> dict[int, list[Deed]]:
    """The deeds of each of these people, earliest first; an empty list for those who have none.

    Raises DamagedDefinition where a challenge version lacks a step that was climbed under it.
    """
    deeds: dict[int, list[Deed]] = {person_id: [] for person_id in people}
    if deeds:
        # A range instead of a list of ids: databases limit the number of parameters, and a batch
        # is nearly a range anyway. People between who were not asked for are skipped below.
        rows = session.execute(
            _completions().where(Completion.person_id.between(min(deeds), max(deeds)))
        )
        for row in rows:
            if row.person_id in deeds:
                deeds[row.person_id].append(deed_of(row, catalogue))
    return deeds


def ever_manager(on: date) -> ColumnElement[bool]:
    """SQL: whether the ``Person`` of a statement is or was a manager or deputy on that day.

    Badges for managers are open to them, and stay open when their term ends.
    """
    return exists().where(
        Membership.person_id == Person.id,
        Membership.kind != MembershipKind.STAFF,
        # An appointment to come is a secret, and a badge would tell of it.
        Membership.valid_from <= on,
    )


def _completions() -> Select[*tuple[Any, ...]]:
    endorsed = exists().where(
        Endorsement.completion_id == Completion.id, Endorsement.withdrawn_at.is_(None)
    )
    # With the person as well, whose counts are few and have an index.
    counts = (CampaignCount.completion_id == Completion.id) & (
        CampaignCount.person_id == Completion.person_id
    )
    is_lit = exists().where(
        counts,
        TeamLight.campaign_id == CampaignCount.campaign_id,
        TeamLight.unit_id == CampaignCount.unit_id,
    )
    return (
        select(
            Completion.person_id,
            Completion.id,
            Completion.challenge_version,
            Completion.happened_at,
            Step.challenge_id,
            Step.number,
            endorsed.label("endorsed"),
            exists().where(counts).label("in_campaign"),
            is_lit.label("team_light"),
        )
        .join(Step, Step.id == Completion.step_id)
        .where(Completion.voided_at.is_(None))
        .order_by(Completion.person_id, Completion.happened_at, Completion.id)
    )


# Kept because nearly every page runs it, and building it takes longer than the database's answer.
DEEDS_OF_ONE = _completions().where(Completion.person_id == bindparam("person_id"))


def deed_of(row: Any, catalogue: BadgeCatalogue) -> Deed:
    """One row of the statement. Raises DamagedDefinition, as ``deeds_of_many`` does."""
    # By the version that was current then: a challenge that moves to another mindset or project
    # later takes nothing away.
    traits = catalogue.traits_of(row.challenge_id, row.challenge_version)
    return Deed(
        completion_id=row.id,
        challenge=traits.challenge,
        step_number=row.number,
        mindset=traits.mindset,
        project=traits.project,
        stage=traits.stage_of(row.number),
        happened_at=row.happened_at,
        day=day_of(row.happened_at),
        endorsed=row.endorsed,
        in_campaign=row.in_campaign,
        team_light=row.team_light,
    )
