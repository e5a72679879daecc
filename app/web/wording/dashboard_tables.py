"""The tables of the dashboard as files hold them: what the pages show and nothing else. Days are
ISO."""

from collections.abc import Sequence
from datetime import date

from app.exports.tables import Cell, Column, Kind, Table
from app.indicators.chart_words import number as written
from app.indicators.readings import Reading
from app.indicators.series import Point, State
from app.queries.dashboard import Dashboard, NamedProject, NamedUnit
from app.web.language import sentence as _
from app.web.templating import day_in_words
from app.web.wording.dashboard import (
    about_last_year,
    groups,
    limits,
    reason,
    verdict_word,
    wording,
)
from app.web.wording.dashboard_signals import say
from app.web.wording.statements import ProblemLine
from challenges.calendar import day_of
from challenges.shares import SMALLEST_GROUP


def project_name(reading: Reading, projects: Sequence[NamedProject]) -> str:
    """The project of an indicator, 共通 or みえ元気プランの指標."""
    [(name, _readings)] = groups([reading], projects)
    return name


def overview(found: Dashboard, *, day: date) -> Table:
    """An indicator a line: its newest value, the one before, last year's, and the verdict."""
    columns = (
        Column(_("プロジェクト")),
        Column(_("指標")),
        Column(_("期間"), Kind.DAY),
        Column(_("値")),
        Column(_("単位")),
        Column(_("もとの数")),
        Column(_("前の値")),
        Column(_("去年の同じ期間")),
        Column(_("変動幅の下")),
        Column(_("変動幅の上")),
        Column(_("見立て")),
        Column(_("読み取り")),
        Column(_("去年の値について")),
        Column(_("基準値")),
        Column(_("状態")),
    )
    rows = [_line(one, found, day) for one in told(found)]
    return Table(_("指標の一覧"), columns, rows, _notes(found.unit, day, found.has_samples))


def values(readings: Sequence[Reading], *, unit: NamedUnit | None, day: date) -> Table:
    """Every value, a line each, as programs like it."""
    columns = (
        Column("indicator"),
        Column(_("指標")),
        Column(_("期間"), Kind.DAY),
        Column(_("値")),
        Column(_("単位")),
        Column(_("分子")),
        Column(_("分母")),
        Column(_("うち自動（件）"), Kind.COUNT),
        Column(_("込みの値（災害対応を含む）")),
        Column(_("式の版"), Kind.COUNT),
        Column(_("公開した日"), Kind.DAY),
        Column(_("状態")),
        Column(_("改めた理由")),
    )
    rows = [_value(one, point) for one in readings for point in one.series.points]
    has_samples = any(point.is_sample for one in readings for point in one.series.points)
    return Table(_("すべての値"), columns, rows, _notes(unit, day, has_samples))


def problems(lines: Sequence[ProblemLine], *, day: date) -> Table:
    """対応中の課題, a line each, as of that day."""
    columns = (
        Column(_("何が")),
        Column(_("していること")),
        Column(_("だれが")),
        Column(_("始まった日"), Kind.DAY),
        Column(_("いつまでに"), Kind.DAY),
        Column(_("経過（日）"), Kind.COUNT),
    )
    rows = [
        (one.title, one.doing, one.section, one.opened_on, one.until, one.age(day)) for one in lines
    ]
    told_on = _("%(day)sまでに公開した課題です。", day=day_in_words(day))
    return Table(_("対応中の課題"), columns, rows, (told_on,))


def told(found: Dashboard) -> list[Reading]:
    """What a file of the dashboard tells: of a unit only what units have values of."""
    return [one for one in found.shown if found.unit is None or one.definition.by_unit]


def _line(one: Reading, found: Dashboard, day: date) -> tuple[Cell, ...]:
    last, known = one.last, limits(one)
    return (
        project_name(one, found.projects),
        wording(one).name,
        last.period if last else None,
        _number(last),
        wording(one).unit,
        last.denominator if last else None,
        _number(one.before),
        _number(one.year_before),
        _rounded(one, known.lower) if known else None,
        _rounded(one, known.upper) if known else None,
        verdict_word(one),
        say(one),
        about_last_year(one, found.names_then),
        _rounded(one, known.mean) if known else None,
        _state(last or (one.series.points[-1] if one.series.points else Point(day))),
    )


def _state(point: Point) -> str:
    states = {
        State.KNOWN: _("見本") if point.is_sample else "",
        State.HIDDEN: _("伏せています"),
        State.MISSING: _("未登録"),
    }
    return states[point.state]


def _value(one: Reading, point: Point) -> tuple[Cell, ...]:
    return (
        one.definition.slug,
        wording(one).name,
        point.period,
        _number(point),
        wording(one).unit,
        point.numerator,
        point.denominator,
        point.by_calendar,
        one.series.with_disaster.get(point.period),
        point.version or None,
        day_of(point.published_at) if point.published_at else None,
        _state(point),
        reason(point),
    )


def _number(point: Point | None) -> Cell:
    return point.value if point else None


def _rounded(one: Reading, value: float) -> float:
    return float(written(value, one.definition.decimals).replace(",", ""))


def _notes(unit: NamedUnit | None, day: date, has_samples: bool) -> tuple[str, ...]:
    notes = [
        unit.name if unit else _("県庁全体"),
        _("%(day)sまでに公開した値です。", day=day_in_words(day)),
        _(
            "「—」は、値のないもの（未登録）か、%(smallest)s人に満たないなどで伏せたものです。"
            "どちらかは「状態」の列にあります。",
            smallest=SMALLEST_GROUP,
        ),
    ]
    return (*notes, _("見本の値を含みます。")) if has_samples else tuple(notes)
