"""The read model of the catalogue: immutable values read from the database, texts rendered once.

Pages read challenges from here and not from the tables. app/web/catalogue.py keeps a copy for each
process and reads it again after a load.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.catalogue.models import Challenge, ChallengeVersion, Project, Step
from challenges.languages import LANGUAGES
from challenges.markdown import as_html, as_inline_html
from challenges.text import fold
from challenges.vocabulary import Audience, Check, Mindset, Need, Stage

PROVISIONAL = {"ja": "（仮称）", "en": " (working title)"}
"""What stands behind the name of a project whose official name is not known."""


@dataclass(frozen=True, slots=True)
class PublishedProject:
    """A project with its name by language, marked where it is provisional."""

    slug: str
    name: dict[str, str]
    starts_on: date | None = None
    """None: it has begun."""

    def has_begun(self, on: date) -> bool:
        """Whether its challenges are offered on that day of the Tokyo calendar."""
        return self.starts_on is None or self.starts_on <= on


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of a challenge in one language. Prose is safe HTML."""

    title: str
    summary: str
    why: Markup
    how: tuple[Markup, ...]
    example: Markup
    caution: Markup | None


@dataclass(frozen=True, slots=True)
class PublishedStep:
    """One step with what it asks, by language."""

    id: int
    number: int
    stage: Stage
    check: Check
    days: int
    within_days: int
    takes_days: int
    """More than 1 where nobody can do it in one go: pages then promise no minutes."""
    ask: dict[str, Markup]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a quiz.

    Do not show ``answer`` or the explanations before the quiz is handed in.
    """

    id: str
    answer: str
    wording: dict[str, dict[str, Any]]
    """By language, as the definition has it: question and options with their explanations."""


@dataclass(frozen=True, slots=True)
class PublishedChallenge:
    """One challenge in its newest version, with its steps and quiz."""

    id: int
    slug: str
    number: int
    mindset: Mindset
    project: PublishedProject
    audience: Audience
    minutes: int
    needs: tuple[Need, ...]
    """What nobody can climb it without. Empty in versions older than the question."""
    version: int
    is_retired: bool
    wording: dict[str, Wording]
    steps: tuple[PublishedStep, ...]
    quiz: tuple[Question, ...]
    folded_text: str
    """Its texts and search words in both languages and the name of its project, without steps and
    quiz. Folded, for searching."""
    search_terms: tuple[str, ...]
    """Its titles and search words in both languages. Folded, for finding what is nearest."""

    def step(self, number: int) -> PublishedStep | None:
        """The step with that number, or None."""
        return next((step for step in self.steps if step.number == number), None)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All challenges by number, retired ones too, with look-ups by slug and by the id of a step."""

    projects: tuple[PublishedProject, ...]
    challenges: tuple[PublishedChallenge, ...]
    by_slug: dict[str, PublishedChallenge]
    by_step: dict[int, tuple[PublishedChallenge, PublishedStep]]

    def offered(self, *, to_manager: bool, on: date | None = None) -> list[PublishedChallenge]:
        """The challenges a person may begin on that day: not retired, of a project that has begun,
        and those for managers only to them.

        Without a day also those that are still to come, for a list that shows their day.
        """
        return [
            one
            for one in self.challenges
            if not one.is_retired and (to_manager or one.audience is Audience.EVERYONE)
            if on is None or one.project.has_begun(on)
        ]


class DamagedDefinition(Exception):
    """A stored definition cannot be read, because somebody changed it in the database."""


def read_catalogue(session: Session) -> Catalogue:
    """The whole catalogue, in three statements. Raises DamagedDefinition."""
    project_rows = session.scalars(select(Project).order_by(Project.position)).all()
    projects = {row.slug: _project(row) for row in project_rows}
    steps: defaultdict[int, list[Step]] = defaultdict(list)
    # Retired steps are left out: the newest version has no words for them.
    for step in session.scalars(
        select(Step).where(Step.retired_at.is_(None)).order_by(Step.challenge_id, Step.number)
    ):
        steps[step.challenge_id].append(step)
    challenges = tuple(
        _checked(row.Challenge, row.definition, projects, steps[row.Challenge.id])
        for row in session.execute(_NEWEST_VERSIONS)
    )
    return Catalogue(
        projects=tuple(projects[row.slug] for row in project_rows if row.retired_at is None),
        challenges=challenges,
        by_slug={one.slug: one for one in challenges},
        by_step={step.id: (one, step) for one in challenges for step in one.steps},
    )


_NEWEST_VERSIONS = (
    select(Challenge, ChallengeVersion.definition.label("definition"))
    .join(
        ChallengeVersion,
        (ChallengeVersion.challenge_id == Challenge.id)
        & (ChallengeVersion.number == Challenge.version),
    )
    .order_by(Challenge.number)
)


def _checked(
    row: Challenge,
    definition: dict[str, Any],
    projects: dict[str, PublishedProject],
    steps: list[Step],
) -> PublishedChallenge:
    # Definitions are checked when they are loaded, so the code below trusts them. Whoever edits one
    # in the database is told here, and nowhere else.
    try:
        return _challenge(row, definition, projects[row.project_slug], steps)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise DamagedDefinition(
            f"challenge {row.slug} version {row.version}: its definition cannot be read: "
            f"{type(error).__name__}: {error}"
        ) from error


def _project(row: Project) -> PublishedProject:
    return PublishedProject(
        slug=row.slug,
        name={
            language: row.wording[language]["name"]
            + (PROVISIONAL[language] if row.is_provisional else "")
            for language in LANGUAGES
        },
        starts_on=row.starts_on,
    )


def _challenge(
    row: Challenge, definition: dict[str, Any], project: PublishedProject, steps: list[Step]
) -> PublishedChallenge:
    return PublishedChallenge(
        id=row.id,
        slug=row.slug,
        number=row.number,
        mindset=row.mindset,
        project=project,
        audience=row.audience,
        minutes=definition["minutes"],
        needs=tuple(Need(one) for one in definition.get("needs", ())),
        version=row.version,
        is_retired=row.retired_at is not None,
        wording={language: _wording(definition[language]) for language in LANGUAGES},
        steps=tuple(_step(step, definition["steps"][step.number - 1]) for step in steps),
        quiz=tuple(_question(question) for question in definition.get("quiz", ())),
        folded_text=_folded_text(definition, project),
        search_terms=_search_terms(definition),
    )


def _wording(texts: dict[str, Any]) -> Wording:
    return Wording(
        title=texts["title"],
        summary=texts["summary"],
        why=as_html(texts["why"]),
        how=tuple(as_inline_html(line) for line in texts["how"]),
        example=as_html(texts["example"]),
        caution=as_html(texts["caution"]) if texts.get("caution") else None,
    )


def _step(row: Step, definition: dict[str, Any]) -> PublishedStep:
    return PublishedStep(
        id=row.id,
        number=row.number,
        stage=row.stage,
        check=row.check,
        days=row.days,
        within_days=row.within_days,
        takes_days=definition.get("takes_days", row.days),
        ask={language: as_html(definition[language]["ask"]) for language in LANGUAGES},
    )


def _question(definition: dict[str, Any]) -> Question:
    return Question(
        id=definition["id"],
        answer=definition["answer"],
        wording={language: definition[language] for language in LANGUAGES},
    )


def _folded_text(definition: dict[str, Any], project: PublishedProject) -> str:
    texts = list(project.name.values())
    for language in LANGUAGES:
        its = definition[language]
        texts += [its["title"], its["summary"], its["why"], *its["how"], its["example"]]
        texts += _search_words(its)
    return fold("\n".join(texts))


def _search_terms(definition: dict[str, Any]) -> tuple[str, ...]:
    return tuple(
        fold(term)
        for language in LANGUAGES
        for term in (definition[language]["title"], *_search_words(definition[language]))
    )


def _search_words(texts: dict[str, Any]) -> list[str]:
    # A version that was published before search words existed has none.
    words: list[str] = texts.get("search_words", [])
    return words
