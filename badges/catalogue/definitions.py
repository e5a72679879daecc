"""What a badge file may say: one file a badge. Every mistake is named with file and line.

Given the challenges, a rule that names something unknown, or that nobody can meet, is a mistake as
well.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from badges.rules import language as rule_language
from badges.rules.lint import problem_of
from challenges.catalogue import yaml_files
from challenges.catalogue.definitions import CatalogueDefinition, Line, Prose, Slug, Strict
from challenges.catalogue.yaml_files import ContentWrong, Place, line_of
from challenges.vocabulary import Audience, Mindset

CONTENT = Path(__file__).parents[1] / "content"

Tier = Literal["sprout", "trunk", "fruit"]
OnUndo = Literal["keep", "take_back"]


class BadgeWording(Strict):
    """A badge in one language: its name, what it stands for, and its rule in plain words."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    about: Prose
    asks: Line


class BadgeDefinition(Strict):
    """One badge."""

    slug: Slug
    position: Annotated[int, Field(ge=1, le=99_999)]
    family: Slug
    tier: Tier | None = None
    """芽, 幹 or 実; None for a badge without tiers."""
    mindset: Mindset | None = None
    """The colour of its ring."""
    audience: Audience = Audience.EVERYONE
    on_undo: OnUndo
    """What becomes of the badge when a completion that it rests on is undone."""
    ja: BadgeWording
    en: BadgeWording
    rule: dict[str, Any]

    @field_validator("rule")
    @classmethod
    def _is_valid(cls, rule: dict[str, Any]) -> dict[str, Any]:
        rule_language.parse(rule)
        return rule

    def as_data(self) -> dict[str, Any]:
        """The definition as plain data, like in the file: without defaults."""
        return self.model_dump(mode="json", exclude_defaults=True)


class BadgesDefinition(Strict):
    """All badges of a folder, by position."""

    badges: list[BadgeDefinition]


def read_folder(
    folder: Path = CONTENT, *, challenges: CatalogueDefinition | None = None
) -> BadgesDefinition:
    """Read and check a whole folder. Raises ContentWrong with all problems, not only the first."""
    problems: list[str] = []
    read: list[tuple[BadgeDefinition, dict[Place, int]]] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            read.append(_read_badge(path, challenges))
        except ContentWrong as error:
            problems += error.problems
    problems += _not_unique(read)
    if problems:
        raise ContentWrong(problems)
    return BadgesDefinition(
        badges=sorted((badge for badge, _ in read), key=lambda badge: badge.position)
    )


def _read_badge(
    path: Path, challenges: CatalogueDefinition | None
) -> tuple[BadgeDefinition, dict[Place, int]]:
    data, lines = yaml_files.read(path)
    if isinstance(data, dict) and "rule" in data:
        _check_rule(data["rule"], lines, file=path.name)
    badge = yaml_files.parse(BadgeDefinition, data, lines, file=path.name)
    if badge.slug != path.stem:
        raise ContentWrong(
            [f"{path.name}:{lines[('slug',)]}: slug: must be the file's name, {path.stem!r}"]
        )
    if challenges is not None:
        found = problem_of(rule_language.parse(badge.rule), challenges, audience=badge.audience)
        if found is not None:
            raise ContentWrong([_sentence(path.name, found, lines)])
    return badge, lines


def _check_rule(rule: Any, lines: dict[Place, int], *, file: str) -> None:
    # Before pydantic looks at it, which would name only the line where the rule begins.
    try:
        rule_language.parse(rule)
    except rule_language.RuleWrong as wrong:
        raise ContentWrong([_sentence(file, wrong, lines)]) from wrong


def _sentence(file: str, wrong: rule_language.RuleWrong, lines: dict[Place, int]) -> str:
    place: Place = ("rule", *wrong.place)
    return f"{file}:{line_of(place, lines)}: {'.'.join(map(str, place))}: {wrong.sentence}"


def _not_unique(read: list[tuple[BadgeDefinition, dict[Place, int]]]) -> list[str]:
    problems: list[str] = []
    positions: dict[int, str] = {}
    tiers: dict[tuple[str, str | None], str] = {}
    for badge, lines in read:
        other = positions.setdefault(badge.position, badge.slug)
        if other != badge.slug:
            line = lines[("position",)]
            problems.append(
                f"{badge.slug}.yaml:{line}: position: {badge.position} is also {other}.yaml's"
            )
        other = tiers.setdefault((badge.family, badge.tier), badge.slug)
        if other != badge.slug:
            line = lines[("family",)]
            problems.append(
                f"{badge.slug}.yaml:{line}: family: {other}.yaml has the same family and tier"
            )
    return problems
