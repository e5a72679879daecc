"""The catalogue as pages read it: plain immutable values made from the database, with texts
rendered once."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.catalogue.models import Challenge, ChallengeVersion, Project, Step
from challenges.languages import LANGUAGES
from challenges.markdown import as_html, as_inline_html
from challenges.text import fold
from challenges.vocabulary import Audience, Check, Mindset, Stage


@dataclass(frozen=True, slots=True)
class PublishedProject:
    """A project as it stands, with its name by language."""

    slug: str
    is_provisional: bool
    name: dict[str, str]


@dataclass(frozen=True, slots=True)
class Wording:
    """A challenge in one language; prose is safe HTML."""

    title: str
    summary: str
    why: Markup
    how: tuple[Markup, ...]
    example: Markup
    caution: Markup | None


@dataclass(frozen=True, slots=True)
class PublishedStep:
    """One rung with what it asks, by language."""

    id: int
    number: int
    stage: Stage
    check: Check
    days: int
    within_days: int
    ask: dict[str, Markup]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a quiz. ``answer`` and the explanations stay on the server until the quiz was
    handed in."""

    id: str
    answer: str
    wording: dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class PublishedChallenge:
    """One staircase, complete."""

    id: int
    slug: str
    number: int
    mindset: Mindset
    project: PublishedProject
    audience: Audience
    minutes: int
    version: int
    is_retired: bool
    wording: dict[str, Wording]
    steps: tuple[PublishedStep, ...]
    quiz: tuple[Question, ...]
    sought: str
    """What the challenge itself says in both languages, and its project; no steps, no quiz. Folded
    for searching."""

    def step(self, number: int) -> PublishedStep | None:
        """The step with that number, or None."""
        return next((step for step in self.steps if step.number == number), None)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All challenges by number, with look-ups by slug and by step."""

    projects: tuple[PublishedProject, ...]
    challenges: tuple[PublishedChallenge, ...]
    by_slug: dict[str, PublishedChallenge]
    by_step: dict[int, tuple[PublishedChallenge, PublishedStep]]

    def offered(self, *, to_manager: bool) -> list[PublishedChallenge]:
        """What a person may begin: nothing retired, and what is meant for managers only where they
        are one."""
        return [
            one
            for one in self.challenges
            if not one.is_retired and (to_manager or one.audience is Audience.EVERYONE)
        ]


def read_catalogue(session: Session) -> Catalogue:
    """Read the whole catalogue, in three statements."""
    rows_of_projects = session.scalars(select(Project).order_by(Project.position)).all()
    projects = {row.slug: _project(row) for row in rows_of_projects}
    steps: dict[int, list[Step]] = {}
    for step in session.scalars(select(Step).order_by(Step.challenge_id, Step.number)):
        steps.setdefault(step.challenge_id, []).append(step)
    rows = session.execute(
        select(Challenge, ChallengeVersion.definition)
        .join(
            ChallengeVersion,
            (ChallengeVersion.challenge_id == Challenge.id)
            & (ChallengeVersion.number == Challenge.version),
        )
        .order_by(Challenge.number)
    )
    challenges = tuple(
        _challenge(row, definition, projects[row.project_slug], steps.get(row.id, []))
        for row, definition in rows
    )
    return Catalogue(
        projects=tuple(projects[row.slug] for row in rows_of_projects if row.retired_at is None),
        challenges=challenges,
        by_slug={one.slug: one for one in challenges},
        by_step={step.id: (one, step) for one in challenges for step in one.steps},
    )


def _project(row: Project) -> PublishedProject:
    return PublishedProject(
        row.slug,
        row.is_provisional,
        {language: row.wording[language]["name"] for language in LANGUAGES},
    )


def _challenge(
    row: Challenge, definition: dict[str, Any], project: PublishedProject, steps: list[Step]
) -> PublishedChallenge:
    said = definition["steps"]
    return PublishedChallenge(
        id=row.id,
        slug=row.slug,
        number=row.number,
        mindset=row.mindset,
        project=project,
        audience=row.audience,
        minutes=definition["minutes"],
        version=row.version,
        is_retired=row.retired_at is not None,
        wording={language: _wording(definition[language]) for language in LANGUAGES},
        steps=tuple(
            _step(step, said[step.number - 1]) for step in steps if step.number <= len(said)
        ),
        quiz=tuple(_question(question) for question in definition.get("quiz", ())),
        sought=_sought(definition, project),
    )


def _wording(said: dict[str, Any]) -> Wording:
    return Wording(
        title=said["title"],
        summary=said["summary"],
        why=as_html(said["why"]),
        how=tuple(as_inline_html(line) for line in said["how"]),
        example=as_html(said["example"]),
        caution=as_html(said["caution"]) if said.get("caution") else None,
    )


def _step(step: Step, said: dict[str, Any]) -> PublishedStep:
    asks = {language: as_html(said[language]["ask"]) for language in LANGUAGES}
    return PublishedStep(
        step.id, step.number, step.stage, step.check, step.days, step.within_days, asks
    )


def _question(said: dict[str, Any]) -> Question:
    return Question(
        said["id"], said["answer"], {language: said[language] for language in LANGUAGES}
    )


def _sought(definition: dict[str, Any], project: PublishedProject) -> str:
    texts = [text for name in project.name.values() for text in (name,)]
    for language in LANGUAGES:
        said = definition[language]
        texts += [said["title"], said["summary"], said["why"], *said["how"], said["example"]]
    return fold("\n".join(texts))
