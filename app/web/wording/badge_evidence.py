"""The two lists on a badge's page: the completions it rests on, and the next steps towards it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.clock import now
from app.web.rendering import db_session, viewer
from badges.awards.deciding import StandingAward
from badges.queries import evidence_of
from badges.rules.deeds import CatalogueStep, Deed
from badges.rules.language import Rule
from badges.rules.next_steps import Needs, candidates
from badges.rules.verdicts import Verdict
from challenges.calendar import day_of
from challenges.catalogue.published import Catalogue, PublishedChallenge, PublishedStep


@dataclass(frozen=True)
class EvidenceRow:
    """One completion that counts."""

    challenge: PublishedChallenge | None
    """None, as is ``step``, if the step is no longer in the catalogue."""
    step: PublishedStep | None
    happened_at: datetime
    is_undone: bool


@dataclass(frozen=True)
class NextStep:
    """A challenge, and the step of it that would bring the badge nearer."""

    challenge: PublishedChallenge
    step: PublishedStep
    needs: Needs


def evidence_rows(
    award: StandingAward | None, verdict: Verdict, deeds: Sequence[Deed], catalogue: Catalogue
) -> list[EvidenceRow]:
    """What the award rests on or, without an award, what counts so far. Earliest first."""
    if award is None:
        return [
            _row_of_deed(deed, catalogue)
            for deed in deeds
            if deed.completion_id in verdict.evidence
        ]
    rows = []
    for one in evidence_of(db_session(), award):
        challenge, step = catalogue.by_step.get(one.step_id, (None, None))
        rows.append(EvidenceRow(challenge, step, one.happened_at, one.is_undone))
    return rows


def _row_of_deed(deed: Deed, catalogue: Catalogue) -> EvidenceRow:
    challenge = catalogue.by_slug.get(deed.challenge)
    step = challenge.step(deed.step_number) if challenge else None
    return EvidenceRow(challenge, step, deed.happened_at, is_undone=False)


def next_steps(rule: Rule, deeds: Sequence[Deed], catalogue: Catalogue) -> list[NextStep]:
    """The steps that would bring the badge nearer: the lowest one of each challenge.

    Challenges that the viewer has begun come first.
    """
    offered = catalogue.offered(to_manager=viewer().is_manager, on=day_of(now()))
    found: dict[str, NextStep] = {}
    for candidate in candidates(rule, deeds, _steps(offered)):
        challenge = catalogue.by_slug[candidate.challenge]
        step = challenge.step(candidate.number)
        if step is not None:
            # Candidates come in the order of the catalogue, so the first one is the lowest.
            found.setdefault(candidate.challenge, NextStep(challenge, step, candidate.needs))
    begun = {deed.challenge for deed in deeds}
    return sorted(found.values(), key=lambda one: one.challenge.slug not in begun)


def _steps(challenges: Sequence[PublishedChallenge]) -> list[CatalogueStep]:
    return [
        CatalogueStep(
            challenge=challenge.slug,
            number=step.number,
            mindset=challenge.mindset,
            project=challenge.project.slug,
            stage=step.stage,
        )
        for challenge in challenges
        for step in challenge.steps
    ]
