"""What an indicator file may say. Every mistake is named with file and line."""

from collections import Counter
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from challenges.catalogue import yaml_files
from challenges.catalogue.definitions import Line, Prose, Slug, Strict
from challenges.catalogue.yaml_files import ContentWrong

CONTENT = Path(__file__).parent / "content"


class Layer(StrEnum):
    """The two layers of indicators."""

    PLAN = "plan"
    """A KPI of the prefecture's plan, entered by the office."""
    MONITORING = "monitoring"


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"
    TOWARD_ZERO = "toward-zero"
    NONE = "none"
    """Neither: a change is no verdict."""


class Period(StrEnum):
    """How long the time is that one value speaks of."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    """A fiscal year, from 1 April."""


class IndicatorSource(StrEnum):
    """How its values come in."""

    COMPUTED = "computed"
    IMPORTED = "imported"
    ENTERED = "entered"
    PULSE = "pulse"
    """An anonymous question to everybody each quarter."""


class IndicatorWording(Strict):
    """An indicator in one language."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    formula: Prose
    """In words."""
    unit: Annotated[str, Field(max_length=20)]
    """The unit of its values, such as "%" or "開庁日"; "" for none."""
    source: Line
    """Where the numbers come from."""
    caveat: Prose
    """留意点: what to keep in mind."""


class IndicatorDefinition(Strict):
    """One indicator."""

    slug: Slug
    position: Annotated[int, Field(ge=1, le=9_999)]
    layer: Layer = Layer.MONITORING
    project: Slug | None = None
    """The slug of a project of the catalogue. None: common to all (共通)."""
    stage: Annotated[str, Field(pattern="^(gather|connect|create)$")] | None = None
    """For data alone: ためる, つなぐ, つくる."""
    version: Annotated[int, Field(ge=1)] = 1
    """Grows when the formula changes; charts are broken there."""
    direction: Direction
    period: Period = Period.MONTH
    source: IndicatorSource
    decimals: Annotated[int, Field(ge=0, le=2)] = 0
    smallest_group: Annotated[int, Field(ge=10)] = 10
    """People that a value has to rest on."""
    by_unit: bool = False
    """Whether values of units are published too."""
    is_estimate: bool = False
    ja: IndicatorWording
    en: IndicatorWording


class _File(Strict):
    indicators: list[IndicatorDefinition]


@cache
def indicators(folder: Path = CONTENT) -> tuple[IndicatorDefinition, ...]:
    """Every indicator of the folder, by position. A file lists those of one project.

    Raises ContentWrong with all problems, not only the first.
    """
    problems: list[str] = []
    found: list[IndicatorDefinition] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            found += _read(path)
        except ContentWrong as error:
            problems += error.problems
    problems += [
        f"{name}: used by more than one indicator"
        for name, uses in Counter(
            name for one in found for name in (one.slug, f"position {one.position}")
        ).items()
        if uses > 1
    ]
    if problems:
        raise ContentWrong(problems)
    return tuple(sorted(found, key=lambda one: one.position))


def _read(path: Path) -> list[IndicatorDefinition]:
    data, lines = yaml_files.read(path)
    # The file is a list. The model names it, so the places of its values begin with that name.
    shifted = {("indicators", *place): line for place, line in lines.items()}
    return yaml_files.parse(_File, {"indicators": data}, shifted, file=path.name).indicators
