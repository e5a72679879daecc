"""The indicators of the prefecture's plan, as the office entered them. Pure."""

from collections.abc import Iterable

from app.indicators.definitions import (
    Direction,
    IndicatorDefinition,
    IndicatorSource,
    IndicatorWording,
    Layer,
    Period,
)
from app.indicators.statement_models import StatementKind
from app.indicators.statements import Said

FIRST_POSITION = 12
"""After the empty slot of content/plan.yaml, which says 未登録 while nothing is entered."""


def plan_indicators(found: Iterable[Said]) -> list[IndicatorDefinition]:
    """One for each that was approved, in the order in which they were entered."""
    entered = [one for one in found if one.kind is StatementKind.KPI]
    entered.sort(key=lambda one: int(one.subject.rpartition("-")[2]))
    return [_definition(one, FIRST_POSITION + place) for place, one in enumerate(entered)]


def _definition(one: Said, position: int) -> IndicatorDefinition:
    # Not validated: the form has checked it, and lets an English name be longer than a file may.
    return IndicatorDefinition.model_construct(
        slug=one.subject,
        position=position,
        layer=Layer.PLAN,
        direction=Direction.NONE,
        period=Period.YEAR,
        source=IndicatorSource.ENTERED,
        decimals=1,
        ja=_wording(one, "ja"),
        en=_wording(one, "en"),
    )


def _wording(one: Said, language: str) -> IndicatorWording:
    return IndicatorWording.model_construct(
        name=one.content[language],
        formula=one.content[f"formula_{language}"],
        unit=one.content[f"unit_{language}"],
        source=one.content[f"source_{language}"],
        caveat="",
    )
