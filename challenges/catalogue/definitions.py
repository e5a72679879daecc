"""What a file of the catalogue may say, and reading a whole folder of them.

One file for each challenge. Every error names file and line, and all are reported at once.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from challenges.catalogue import yaml_files
from challenges.catalogue.yaml_files import ContentWrong, Place, line_of
from challenges.vocabulary import Audience, Check, Mindset, Need, Stage

CONTENT = Path(__file__).parents[1] / "content"
"""The folder of the challenges that come with the app."""

SEARCH_WORDS = 3
"""The fewest search words of a challenge in one language."""

QUESTIONS = 10
"""Questions of a quiz."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
SearchWord = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30)]


class Strict(BaseModel):
    """Base of all definitions. An unknown key is an error, because it is a typing mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ProjectWording(Strict):
    """A project in one language."""

    name: Line
    about: Prose


class ProjectDefinition(Strict):
    """One of the five themes."""

    slug: Slug
    provisional: bool = False
    starts_on: date | None = None
    """Its first day. Before it, its challenges are shown with the day and not offered."""
    ja: ProjectWording
    en: ProjectWording


class ChallengeWording(Strict):
    """A challenge in one language."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    summary: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    search_words: Annotated[list[SearchWord], Field(max_length=40, validate_default=True)] = []
    """What people may type who do not know the title: other names, tools, readings in kana."""
    why: Prose
    how: Annotated[list[Line], Field(min_length=3, max_length=6)]
    example: Prose
    caution: Prose | None = None

    @field_validator("search_words")
    @classmethod
    def _can_be_found(cls, words: list[str], info: ValidationInfo) -> list[str]:
        # A definition that was published before search words existed can still be dumped.
        if len(words) < SEARCH_WORDS and not (info.context or {}).get("published"):
            raise ValueError(
                f"give at least {SEARCH_WORDS} words that people may type to find this challenge: "
                "other names, tools, the reading in kana"
            )
        return words


class StepWording(Strict):
    """What a step asks, in one language."""

    ask: Prose


class StepDefinition(Strict):
    """One step. A HABIT is done on ``days`` different days out of ``within_days`` in a row."""

    stage: Stage
    check: Check
    days: Annotated[int, Field(ge=1, le=10)] = 1
    within_days: Annotated[int, Field(ge=1, le=366)] = 1
    takes_days: Annotated[int, Field(ge=1, le=366)] = 1
    """Days it takes from beginning to end, where its minutes are spread over several."""
    ja: StepWording
    en: StepWording

    @model_validator(mode="after")
    def _days_belong_to_habits(self) -> "StepDefinition":
        if (self.stage is Stage.HABIT) != (self.days > 1):
            raise ValueError(
                "a HABIT step, and no other, is done on several days (days: 2 or more)"
            )
        if self.within_days < self.days:
            raise ValueError("within_days must leave room for the days")
        if self.days > 1 and self.check is not Check.SELF:
            raise ValueError("a step of several days is checked by the person alone (check: self)")
        return self


class OptionWording(Strict):
    """One option of a question, and the explanation shown afterwards."""

    text: Line
    because: Prose


class QuestionWording(Strict):
    """A question in one language, with its options by their keys."""

    question: Prose
    options: Annotated[dict[str, OptionWording], Field(min_length=2, max_length=5)]


class QuestionDefinition(Strict):
    """One question; every answer, right or wrong, has its explanation."""

    id: Slug
    answer: str
    ja: QuestionWording
    en: QuestionWording

    @model_validator(mode="after")
    def _same_options(self) -> "QuestionDefinition":
        if self.ja.options.keys() != self.en.options.keys():
            raise ValueError("both languages must have the same options")
        if self.answer not in self.ja.options:
            raise ValueError(f"answer {self.answer!r} is none of the options")
        return self


class ChallengeDefinition(Strict):
    """One challenge with its steps and, if the first step asks for it, its quiz."""

    number: Annotated[int, Field(ge=1, le=9999)]
    slug: Slug
    mindset: Mindset
    project: Slug
    audience: Audience = Audience.EVERYONE
    minutes: Annotated[int, Field(ge=1, le=600)]
    needs: Annotated[tuple[Need, ...], Field(max_length=len(Need))]
    """What nobody can climb it without. Required, so that whoever writes one thinks of people who
    have neither; it may be empty."""
    ja: ChallengeWording
    en: ChallengeWording
    steps: Annotated[list[StepDefinition], Field(min_length=1, max_length=5)]
    quiz: list[QuestionDefinition] | None = None

    @model_validator(mode="before")
    @classmethod
    def _published_before_needs(cls, data: Any, info: ValidationInfo) -> Any:
        # A definition that was published before needs were asked for can still be dumped.
        if isinstance(data, dict) and (info.context or {}).get("published"):
            return {"needs": [], **data}
        return data

    @field_validator("needs")
    @classmethod
    def _each_need_once(cls, needs: tuple[Need, ...]) -> tuple[Need, ...]:
        if len(needs) != len(set(needs)):
            raise ValueError("name each need once")
        return needs

    @model_validator(mode="after")
    def _can_be_climbed(self) -> "ChallengeDefinition":
        stages = [list(Stage).index(step.stage) for step in self.steps]
        if stages != sorted(stages) or stages[0] != 0:
            raise ValueError("steps go up: TRY first, then HABIT, then SPREAD")
        asking = [
            number for number, step in enumerate(self.steps, start=1) if step.check is Check.QUIZ
        ]
        if bool(asking) != bool(self.quiz):
            raise ValueError("a quiz belongs to a step with check: quiz, and the other way round")
        if asking not in ([], [1]):
            raise ValueError("check: quiz stands on step 1 and on no other")
        if (
            self.quiz
            and not len(self.quiz) == len({question.id for question in self.quiz}) == QUESTIONS
        ):
            raise ValueError(f"a quiz has {QUESTIONS} different questions")
        if (self.ja.caution is None) != (self.en.caution is None):
            raise ValueError("a caution stands in both languages or in none")
        return self

    def as_data(self) -> dict[str, Any]:
        """The definition as plain data, as in the file: defaults are left out."""
        return self.model_dump(mode="json", exclude_defaults=True)


class CatalogueDefinition(Strict):
    """Everything in the folder: projects in the order of their file, challenges by number."""

    projects: list[ProjectDefinition]
    challenges: list[ChallengeDefinition]


class _Projects(Strict):
    projects: Annotated[list[ProjectDefinition], Field(min_length=1)]

    @field_validator("projects")
    @classmethod
    def _once(cls, projects: list[ProjectDefinition]) -> list[ProjectDefinition]:
        slugs = [project.slug for project in projects]
        twice = sorted({slug for slug in slugs if slugs.count(slug) > 1})
        if twice:
            raise ValueError(f"each project stands there once, but not {', '.join(twice)}")
        return projects


def read_folder(folder: Path = CONTENT) -> CatalogueDefinition:
    """Read and check a whole folder. Raises ContentWrong with every problem of every file."""
    problems: list[str] = []
    projects: list[ProjectDefinition] = []
    read: list[tuple[ChallengeDefinition, dict[Place, int]]] = []
    try:
        projects = _read_projects(folder / "projects.yaml")
    except ContentWrong as error:
        problems += error.problems
    for path in sorted(folder.glob("*.yaml")):
        if path.name == "projects.yaml":
            continue
        try:
            read.append(_read_challenge(path, {project.slug for project in projects}))
        except ContentWrong as error:
            problems += error.problems
    problems += _same_numbers(read)
    if problems:
        raise ContentWrong(problems)
    challenges = sorted((challenge for challenge, _ in read), key=lambda one: one.number)
    return CatalogueDefinition(projects=projects, challenges=challenges)


def _read_projects(path: Path) -> list[ProjectDefinition]:
    if not path.is_file():
        raise ContentWrong([f"{path.name}: this file is missing; it lists the projects"])
    data, lines = yaml_files.read(path)
    # The file is a list. The model names it, so the places of its values begin with that name.
    shifted = {("projects", *place): line for place, line in lines.items()}
    return yaml_files.parse(_Projects, {"projects": data}, shifted, file=path.name).projects


def _read_challenge(path: Path, projects: set[str]) -> tuple[ChallengeDefinition, dict[Place, int]]:
    data, lines = yaml_files.read(path)
    problems = list(_misplaced(data, lines, path, projects)) if isinstance(data, dict) else []
    try:
        challenge = yaml_files.parse(ChallengeDefinition, data, lines, file=path.name)
    except ContentWrong as error:
        raise ContentWrong([*error.problems, *problems]) from error
    if problems:
        raise ContentWrong(problems)
    return challenge, lines


def _misplaced(
    data: dict[str, Any], lines: dict[Place, int], path: Path, projects: set[str]
) -> Iterator[str]:
    """What does not fit the name of the file or the projects."""
    # Looked at in the raw data, so that it is found even if the file does not parse.
    if data.get("slug", path.stem) != path.stem:
        line = line_of(("slug",), lines)
        yield f"{path.name}:{line}: slug: must be the file's name, {path.stem!r}"
    project = data.get("project")
    if projects and isinstance(project, str) and project not in projects:
        line = line_of(("project",), lines)
        yield f"{path.name}:{line}: project: {project!r} is not in projects.yaml"


def _same_numbers(read: list[tuple[ChallengeDefinition, dict[Place, int]]]) -> Iterator[str]:
    seen: dict[int, str] = {}
    for challenge, lines in read:
        other = seen.setdefault(challenge.number, challenge.slug)
        if other != challenge.slug:
            line = line_of(("number",), lines)
            yield f"{challenge.slug}.yaml:{line}: number: {challenge.number} is also {other}.yaml's"
