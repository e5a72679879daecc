"""The words around what the office says on the dashboard."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.indicators.chart_words import period_name
from app.indicators.definitions import IndicatorDefinition, Period, indicators
from app.indicators.models import Variant
from app.indicators.statement_fields import FIELDS, Form
from app.indicators.statement_models import Statement, StatementKind
from app.indicators.statements import Said
from app.web.language import language, written_day
from app.web.language import sentence as _
from challenges.errors import N_

KINDS = {
    StatementKind.HEADLINE: N_("見出し"),
    StatementKind.READING: N_("指標の読み取り"),
    StatementKind.SIX_LINES: N_("六行で見る現況"),
    StatementKind.PROBLEM: N_("対応中の課題"),
    StatementKind.KPI: N_("計画の指標"),
    StatementKind.KPI_VALUE: N_("計画の指標の値"),
    StatementKind.CORRECTION: N_("公表した値の訂正"),
    StatementKind.CHANGE: N_("比べ方が変わる日"),
}
VARIANTS = {
    Variant.ALL: N_("災害対応を含む値"),
    Variant.WITHOUT_DISASTER: N_("災害対応を除いた値"),
}
STATES = {
    "DRAFT": N_("下書き"),
    "WAITING": N_("承認待ち"),
    "APPROVED": N_("載っています"),
    "WITHDRAWN": N_("取り下げました"),
}


@dataclass(frozen=True, slots=True)
class SaidLine:
    """What is said of one subject now."""

    id: int
    kind: StatementKind
    subject: str
    title: str
    approved_at: datetime


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """A problem that is being dealt with, or was."""

    subject: str
    title: str
    doing: str
    section: str
    agreed_by: str
    agreed_on: date | None
    opened_on: date
    until: date
    closed_on: date | None
    outcome: str
    approved_at: datetime

    def age(self, today: date) -> int:
        """Days since it was opened, until it was closed."""
        return ((self.closed_on or today) - self.opened_on).days


def kind_word(kind: StatementKind) -> str:
    """The word for a kind."""
    return _(KINDS[kind])


def state_word(state: str) -> str:
    """The word for a state."""
    return _(STATES[state])


def slug_of(kind: StatementKind) -> str:
    """The kind as an address writes it."""
    return kind.value.lower().replace("_", "-")


def title(one: Any) -> str:
    """What a statement is about, in one line: kind, subject, month or first words."""
    is_problem = one.kind is StatementKind.PROBLEM
    about = in_language(one.content, "") if is_problem else _about(one)
    return f"{kind_word(one.kind)} {about}".strip()


def in_language(content: Any, name: str) -> str:
    """The field in the language of this request: ``ja`` or ``name_ja`` and so on."""
    key = f"{name}_{language()}" if name else language()
    fallback = f"{name}_ja" if name else "ja"
    return str(content.get(key) or content.get(fallback) or "")


def rows(one: Statement) -> list[tuple[str, str]]:
    """Each field with what it says, in the order of the form."""
    found = [
        (_(field.label), _written(one.content.get(field.name, ""), field.form))
        for field in FIELDS[one.kind]
    ]
    about = _name_of(one.subject)
    return [(_("何について"), about), *found] if about else found


def said_lines(said: Iterable[Said]) -> list[SaidLine]:
    """What is said now but for problems, the latest first."""
    return sorted(
        (
            SaidLine(one.id, one.kind, one.subject, title(one), one.approved_at)
            for one in said
            if one.kind is not StatementKind.PROBLEM
        ),
        key=lambda line: line.approved_at,
        reverse=True,
    )


def problem_lines(said: Iterable[Said]) -> list[ProblemLine]:
    """The problems, open ones first, those that end soonest first."""
    return sorted(
        (_problem(one) for one in said if one.kind is StatementKind.PROBLEM),
        key=lambda line: (line.closed_on is not None, line.until, line.title),
    )


def kpis(said: Iterable[Said]) -> list[tuple[str, str]]:
    """The indicators of the plan that are said, as choices: slug and name."""
    return [
        (one.subject, in_language(one.content, "")) for one in said if one.kind is StatementKind.KPI
    ]


def indicator_options(known: Sequence[IndicatorDefinition]) -> list[tuple[str, str]]:
    """Every indicator that is monitored, as choices."""
    return [(one.slug, _wording(one).name) for one in known if one.layer != "plan"]


def variant_options() -> list[tuple[str, str]]:
    """Which work a value is about, as choices."""
    return [("", _("値は一つだけ")), *((one.value, _(word)) for one, word in VARIANTS.items())]


def is_lines(form: Form) -> bool:
    """Whether a field is written in more than one line."""
    return form in (Form.TEXT, Form.LINES)


def _about(one: Any) -> str:
    month, day = one.content.get("month", ""), one.content.get("day", "")
    when = _written(month, Form.MONTH) or _written(day, Form.DAY)
    parts = [_name_of(one.subject), when]
    if not any(parts):
        parts = [in_language(one.content, "")]
    return " ".join(part for part in parts if part)


def _name_of(subject: str) -> str:
    known = {one.slug: one for one in indicators()}
    return _wording(known[subject]).name if subject in known else ""


def _wording(one: IndicatorDefinition) -> Any:
    return one.en if language() == "en" else one.ja


def _problem(one: Said) -> ProblemLine:
    said = one.content
    return ProblemLine(
        subject=one.subject,
        title=in_language(said, ""),
        doing=in_language(said, "doing"),
        section=said["section"],
        agreed_by=said["agreed_by"],
        agreed_on=_day(said["agreed_on"]),
        opened_on=date.fromisoformat(said["opened_on"]),
        until=date.fromisoformat(said["until"]),
        closed_on=_day(said["closed_on"]),
        outcome=in_language(said, "outcome"),
        approved_at=one.approved_at,
    )


def _written(text: str, form: Form) -> str:
    """A month, a day or a choice as people read it, anything else as it stands."""
    if text and form is Form.VARIANT:
        return _(VARIANTS[Variant(text)])
    if text and form is Form.MONTH:
        return period_name(date.fromisoformat(f"{text}-01"), Period.MONTH, language())
    return written_day(date.fromisoformat(text)) if text and form is Form.DAY else text


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
