"""What a badge page lists: the completions a badge rests on, and the steps that would bring it
nearer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.web.rendering import db_session, viewer
from badges.awards.deciding import Standing
from badges.queries import reasons
from badges.rules.deeds import CatalogueStep, Deed
from badges.rules.language import Rule
from badges.rules.next_steps import Needs, would_fill
from badges.rules.verdicts import Verdict
from challenges.catalogue.published import Catalogue, PublishedChallenge, PublishedStep


@dataclass(frozen=True)
class EvidenceRow:
    """One completion that counts."""

    challenge: PublishedChallenge | None
    """None where the step has left the catalogue."""
    step: PublishedStep | None
    happened_at: datetime
    is_undone: bool


@dataclass(frozen=True)
class NextStep:
    """One challenge whose step would bring the badge nearer."""

    challenge: PublishedChallenge
    step: PublishedStep
    how: Needs


def because(
    award: Standing | None, verdict: Verdict, deeds: Sequence[Deed], catalogue: Catalogue
) -> list[EvidenceRow]:
    """What an award rests on, or what counts so far, earliest first."""
    if award is None:
        return [
            _of_deed(deed, catalogue) for deed in deeds if deed.completion_id in verdict.evidence
        ]
    found = []
    for reason in reasons(db_session(), award):
        challenge, step = catalogue.by_step.get(reason.step_id, (None, None))
        found.append(EvidenceRow(challenge, step, reason.happened_at, reason.is_undone))
    return found


def _of_deed(deed: Deed, catalogue: Catalogue) -> EvidenceRow:
    challenge = catalogue.by_slug.get(deed.challenge)
    step = challenge.step(deed.step_number) if challenge else None
    return EvidenceRow(challenge, step, deed.happened_at, is_undone=False)


def ways(rule: Rule, deeds: Sequence[Deed], catalogue: Catalogue) -> list[NextStep]:
    """The steps that would fill it, one a challenge (its lowest); challenges that are begun come
    first."""
    offered = catalogue.offered(to_manager=viewer().is_manager)
    found: dict[str, NextStep] = {}
    for filler in would_fill(rule, deeds, _steps(offered)):
        challenge = catalogue.by_slug[filler.challenge]
        step = challenge.step(filler.number)
        if step is not None:
            found.setdefault(filler.challenge, NextStep(challenge, step, filler.how))
    begun = {deed.challenge for deed in deeds}
    return sorted(found.values(), key=lambda way: way.challenge.slug not in begun)


def _steps(challenges: Sequence[PublishedChallenge]) -> list[CatalogueStep]:
    return [
        CatalogueStep(one.slug, step.number, one.mindset, one.project.slug, step.stage)
        for one in challenges
        for step in one.steps
    ]
