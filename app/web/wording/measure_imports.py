"""The words for files of measures: their columns, their values and what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.indicators import import_columns as columns
from app.indicators.definitions import IndicatorDefinition, indicators
from app.indicators.import_cells import FORMS_OF_MONTHS
from app.indicators.import_plan import Change, Plan, PlannedRow
from app.indicators.models import ImportState, Variant
from app.queries.measure_imports import ListedImport
from app.web.language import language
from app.web.language import sentence as _
from challenges.errors import N_

STATES = {
    ImportState.RUNNING: N_("取り込んでいます"),
    ImportState.SHOWN: N_("載っています"),
    ImportState.CANCELLED: N_("取りやめました"),
    ImportState.FAILED: N_("止まっています"),
    ImportState.UNDONE: N_("取り消しました"),
}
ROLES = {
    columns.NOTHING: N_("読まない"),
    columns.INDICATOR: N_("指標の名前"),
    columns.PERIOD: N_("月"),
    columns.VALUE: N_("値"),
    columns.BASE: N_("分母"),
    columns.WITHOUT_DISASTER: N_("災害対応を除いた値"),
}
CHANGES = {
    Change.NEW: N_("新しい値"),
    Change.CHANGED: N_("変わる値"),
    Change.SAME: N_("同じ値"),
}
EXAMPLES = 6
"""Rows of a preview: on a phone each is a card."""

__all__ = [
    "FORMS_OF_MONTHS",
    "ExampleRow",
    "examples",
    "handed_in_by",
    "role_options",
    "state_word",
]


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """One value as it will be, beside the one that is published."""

    change: str
    indicator: str
    month: str
    """Of a quarter or a year, its first."""
    value: str
    before: str
    line: int


def state_word(one: ListedImport) -> str:
    """What became of an import."""
    return _("止まっています") if one.is_stopped else _(STATES[one.state])


def handed_in_by(one: ListedImport) -> str:
    """Who handed it in: a person, a program, or the command."""
    if one.token:
        return _("プログラム「%(name)s」", name=one.token)
    return one.by or _("自動")


def role_options() -> list[tuple[str, str]]:
    """What a column may say, for a list to choose from."""
    options = [(role, _(word)) for role, word in ROLES.items()]
    for one in columns.importable():
        apart = f"{one.slug}{columns.APART}{columns.WITHOUT_DISASTER}"
        options.append((one.slug, _("値：%(name)s", name=_name(one))))
        options.append((apart, _("値：%(name)s（災害対応を除く）", name=_name(one))))
    return options


def examples(plan: Plan) -> list[ExampleRow]:
    """A few rows that are new or changed, the changed ones first."""
    rows = [one for change in (Change.CHANGED, Change.NEW) for one in plan.rows_with(change)]
    return list(_examples(rows[:EXAMPLES]))


def _examples(rows: Iterable[PlannedRow]) -> Iterable[ExampleRow]:
    known = {one.slug: one for one in indicators()}
    for row in rows:
        definition = known[row.indicator]
        name = _name(definition)
        if row.variant is Variant.WITHOUT_DISASTER:
            name = _("%(name)s（災害対応を除く）", name=name)
        yield ExampleRow(
            change=_(CHANGES[row.change]),
            indicator=name,
            month=_("%(year)s年%(month)s月", year=row.period.year, month=row.period.month),
            value=_value(row.value, definition),
            before=_value(row.before, definition),
            line=row.line,
        )


def _name(definition: IndicatorDefinition) -> str:
    return definition.en.name if language() == "en" else definition.ja.name


def _value(value: float | None, definition: IndicatorDefinition) -> str:
    unit = definition.en.unit if language() == "en" else definition.ja.unit
    apart = " " if language() == "en" and unit != "%" else ""
    return "—" if value is None else f"{value:,.10g}{apart}{unit}"
