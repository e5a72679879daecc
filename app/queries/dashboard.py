"""What the dashboard shows: readings of every indicator, the charts, and what to filter by. Nothing
in it is about a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    Select,
    bindparam,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from app.indicators.charts import Drawing
from app.indicators.definitions import IndicatorDefinition, Layer
from app.indicators.readings import Reading, reading
from app.indicators.series import Key, Series
from app.indicators.statement_models import StatementKind
from app.indicators.statements import Said, said
from app.indicators.stored_charts import drawings
from app.indicators.telling import readings
from challenges.calendar import day_of, fiscal_year_start
from challenges.catalogue.projects import listed
from challenges.catalogue.published import PROVISIONAL
from challenges.languages import LANGUAGES
from challenges.people.coming import units_to_come
from challenges.people.models import Unit
from challenges.storage.sql import fetch_rows


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asked for. None: everything."""

    until: datetime
    """What was published later is left out."""
    unit_id: int | None = None
    project: str | None = None
    """The slug of a project, ``common`` or ``plan``."""
    year: int | None = None
    """The fiscal year that begins in that April."""
    last: date = date.max
    """Periods that begin later are left out everywhere."""


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit to choose. ``depth`` is 0 for the topmost."""

    id: int
    name: str
    depth: int


@dataclass(frozen=True, slots=True)
class NamedProject:
    """A project with its name in each language."""

    slug: str
    name: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The dashboard as of one moment."""

    whole: Sequence[Reading]
    """Every indicator of the whole prefecture up to its newest value, in the order of the files.
    The words speak of these, whatever is filtered."""
    shown: Sequence[Reading]
    """Those that were asked for: of the unit where it has values, up to the end of the year."""
    charts: Mapping[str, Drawing]
    """Of ``shown``, by the slug of the indicator."""
    years: Sequence[int]
    """Fiscal years with values, the newest first."""
    published_on: date | None
    """The day on which something was published last."""
    has_samples: bool
    """Whether values were invented for a demo (見本)."""
    projects: Sequence[NamedProject] = ()
    units: Sequence[NamedUnit] = ()
    """To choose from."""
    unit: NamedUnit | None = None
    """The chosen one."""
    names_then: Mapping[int, str] = field(default_factory=dict)
    """The names of last year's units that the chosen one carries on, by their ids."""


@dataclass(frozen=True, slots=True)
class Approved:
    """What the office says, each approved by a second person."""

    headline: Said | None
    """Of the newest month with values; None: the verdicts speak."""
    readings: Mapping[str, Said]
    """Sentences on the newest value of an indicator, by its slug."""
    six_lines: Said | None
    """「6行で見る現況」, of the newest month that has them."""
    problems: Sequence[Said]
    """対応中の課題, closed ones left out."""


def dashboard(session: Session, wanted: Wanted, *, language: str) -> Dashboard:
    """What was published, as asked for, without the names of ``with_names``. Four statements, of a
    unit at most six."""
    unit_ids = () if wanted.unit_id is None else (wanted.unit_id,)
    found = readings(session, until=wanted.until, last=wanted.last, unit_ids=unit_ids)
    whole = [one for (_slug, unit_id), one in found.items() if unit_id is None]
    whole.sort(key=lambda one: one.definition.position)
    shown = [
        _shown(found, one, wanted)
        for one in whole
        if wanted.project in (None, group_of(one.definition))
    ]
    return Dashboard(
        whole=whole,
        shown=shown,
        charts=drawings(session, [one for one in shown if one.series.points], language),
        years=_years(whole),
        published_on=_published_on(whole),
        has_samples=any(point.is_sample for one in whole for point in one.series.points),
    )


def group_of(definition: IndicatorDefinition) -> str:
    """The slug of its project; ``common`` or ``plan`` for those of none."""
    return "plan" if definition.layer is Layer.PLAN else definition.project or "common"


def with_names(session: Session, found: Dashboard, wanted: Wanted) -> Dashboard:
    """The same with the names that projects and units have now. Two statements, and one for units
    that are carried on."""
    units = units_near(session, wanted.unit_id, today=day_of(wanted.until))
    unit = next((one for one in units if one.id == wanted.unit_id), None)
    names = names_then(session, found.shown)
    return replace(found, projects=projects(session), units=units, unit=unit, names_then=names)


def names_then(session: Session, readings: Sequence[Reading]) -> dict[int, str]:
    """The names of the units that these readings are compared with, over a reorganisation. No
    statement where there are none."""
    ids = {one for each in readings if each.carried for one in each.carried.unit_ids}
    if not ids:
        return {}
    found = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(ids)))
    return {row.id: row.name for row in found}


def one_indicator(
    session: Session, slug: str, *, until: datetime, unit_id: int | None = None
) -> Reading | None:
    """The whole history of an indicator, of the prefecture or of a unit. None: there is none of
    that name, or it has no values of units."""
    found = readings(
        session, until=until, slugs=(slug,), unit_ids=() if unit_id is None else (unit_id,)
    )
    one = found.get((slug, unit_id)) or found.get((slug, None))
    if one is None or (unit_id is not None and not one.definition.by_unit):
        return None
    return one if (slug, unit_id) in found else reading(one.definition, Series())


def chart_of(session: Session, one: Reading, *, language: str) -> Drawing | None:
    """Its chart, if it has a value. One statement."""
    if not one.series.points:
        return None
    return drawings(session, [one], language)[one.definition.slug]


def unit_name(session: Session, unit_id: int | None, *, today: date) -> NamedUnit | None:
    """The unit by its id, unless it is still to come on that day. One statement."""
    named = select(Unit.name).where(Unit.id == unit_id, Unit.id.not_in(units_to_come(today)))
    found = session.scalar(named) if unit_id is not None else None
    return NamedUnit(unit_id, found, 0) if unit_id is not None and found else None


def projects(session: Session) -> list[NamedProject]:
    """The projects in their order, marked where a name is provisional. One statement."""
    return [
        NamedProject(
            one.slug,
            {
                language: one.wording[language]["name"]
                + (PROVISIONAL[language] if one.is_provisional else "")
                for language in LANGUAGES
            },
        )
        for one in listed(session)
    ]


def approved(session: Session, whole: Sequence[Reading], *, until: datetime) -> Approved:
    """What the office says beside these readings. One statement."""
    found = said(session, until=until)
    of = {kind: [one for one in found.values() if one.kind is kind] for kind in StatementKind}
    last = {one.definition.slug: one.last.period for one in whole if one.last}
    newest = max(last.values(), default=None)
    headlines = [one for one in of[StatementKind.HEADLINE] if one.month == newest]
    return Approved(
        headline=headlines[-1] if headlines else None,
        readings={
            one.subject: one
            for one in of[StatementKind.READING]
            if one.month is not None and one.month == last.get(one.subject)
        },
        six_lines=max(of[StatementKind.SIX_LINES], key=lambda one: one.month or date.min)
        if of[StatementKind.SIX_LINES]
        else None,
        problems=[one for one in of[StatementKind.PROBLEM] if not one.content.get("closed_on")],
    )


def _shown(found: Mapping[Key, Reading], whole: Reading, wanted: Wanted) -> Reading:
    definition = whole.definition
    one = whole
    if wanted.unit_id is not None and definition.by_unit:
        one = found.get((definition.slug, wanted.unit_id)) or reading(definition, Series())
    if wanted.year is None:
        return one
    return reading(definition, one.series.until(date(wanted.year + 1, 3, 31)), one.changes)


def _units(which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(Unit.id, Unit.name, Unit.path, Unit.parent_id)
        .where(which, Unit.id.not_in(units_to_come(bindparam("today", type_=Date))))
        .order_by(Unit.parent_id.isnot(None), Unit.position, Unit.id)
    )


_CHOSEN: BindParameter[int] = bindparam("chosen", type_=Integer)
_ABOVE = aliased(Unit)
_HERE = select(_ABOVE.parent_id).where(_ABOVE.id == _CHOSEN).scalar_subquery()
_TOPMOST = _units(Unit.parent_id.is_(None))
_NEAR = _units(
    or_(Unit.parent_id.is_(None), Unit.id == _CHOSEN, Unit.parent_id.in_((_CHOSEN, _HERE)))
)


def units_near(session: Session, chosen: int | None, *, today: date) -> list[NamedUnit]:
    """The topmost units, and about the chosen one what lies above, beside and below it; none that
    is still to come on that day."""
    statement, asked = (_NEAR, {"chosen": chosen}) if chosen is not None else (_TOPMOST, {})
    rows = fetch_rows(session, statement, {"today": today, **asked}).all()
    below: dict[int | None, list[NamedUnit]] = {}
    known = {row.id for row in rows}
    for row in rows:
        parent = row.parent_id if row.parent_id in known else None
        below.setdefault(parent, []).append(NamedUnit(row.id, row.name, 0))
    return list(_in_order(below, None, 0))


def _in_order(
    below: Mapping[int | None, Sequence[NamedUnit]], parent: int | None, depth: int
) -> Sequence[NamedUnit]:
    return [
        line
        for one in below.get(parent, ())
        for line in (NamedUnit(one.id, one.name, depth), *_in_order(below, one.id, depth + 1))
    ]


def _years(whole: Sequence[Reading]) -> list[int]:
    found = {fiscal_year_start(point.period).year for one in whole for point in one.series.points}
    return sorted(found, reverse=True)


def _published_on(whole: Sequence[Reading]) -> date | None:
    return max(
        (
            day_of(point.published_at)
            for one in whole
            for point in one.series.points
            if point.published_at
        ),
        default=None,
    )
