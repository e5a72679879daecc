"""The dashboard: indicators for everybody on the intranet, without signing in unless
``DASHBOARD_PUBLIC`` says otherwise. Nothing personal is on it."""

from datetime import date, datetime, time
from functools import partial
from typing import Any, cast

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from app.clock import now
from app.config import config
from app.queries import dashboard as queries
from app.queries.dashboard import Approved, Dashboard, Wanted
from app.studio import catalogue_terms
from app.web.dashboard_kept import keep
from app.web.days import chosen_day
from app.web.downloads import download
from app.web.eras import fiscal_year_label
from app.web.headers import may_be_framed_by
from app.web.language import language
from app.web.language import sentence as _
from app.web.paging import Page, number_in_request, page_number
from app.web.rendering import PAGE_SIZE, db_session, page
from app.web.wording import dashboard as wording
from app.web.wording import dashboard_baseline, six_lines, statements
from app.web.wording import dashboard_signals as signals
from app.web.wording import dashboard_tables as tables
from challenges.calendar import TOKYO, day_of, fiscal_year_start

bp = Blueprint("dashboard", __name__)

MOST_NEWS = 5
"""Sentences at the top, so that a phone shows the six lines on its second screen."""
FILTERS = ("unit", "project", "year", "compare", "on")


@bp.before_request
def admit() -> AnyResponse | None:
    """Ask for a sign-in only where the setting says so."""
    if config().dashboard_public or current_user.is_authenticated:
        return None
    answer = current_app.login_manager.unauthorized()  # type: ignore[attr-defined]  # flask_login
    return cast(AnyResponse, answer)


@bp.after_request
def frame(response: Response) -> Response:
    """Let the intranet pages of ``DASHBOARD_EMBED`` show it in a frame."""
    return may_be_framed_by(response, config().dashboard_embed)


@bp.get("/dashboard")
def dashboard() -> str:
    """What changed, what is stuck, and a card for each indicator."""
    wanted = wanted_in_request()
    found = dashboard_of(wanted)
    if wanted.unit_id is not None and found.unit is None:
        abort(404)
    approved = queries.approved(db_session(), found.whole, until=wanted.until)
    return page(
        "dashboard/dashboard.html",
        nav="dashboard",
        found=found,
        cards=_cards(found, approved),
        words=_words(found, approved),
        wanted=wanted,
        on=day_in_request(),
        today=day_of(now()),
        compares=_compares(),
        kept=kept_in_request(),
        kept_but_day=kept_in_request(*FILTERS[:-1]),
        kept_of_day=kept_in_request("on"),
        most_news=MOST_NEWS,
        wording=wording,
        signals=signals,
        fiscal_year=fiscal_year_label,
        this_year=fiscal_year_start(day_of(wanted.until)).year,
        approved=approved,
        problems=statements.problem_lines(approved.problems),
        statements=statements,
        six_lines=six_lines,
        terms=catalogue_terms.current(db_session()),
    )


def _words(found: Dashboard, approved: Approved) -> Markup:
    """What changed and what is stuck: the same whatever is filtered."""
    said = tuple((one.subject, one.content) for one in approved.readings.values())
    key = ("words", language(), day_in_request(), repr(said))
    return keep(
        key,
        lambda: _part(
            "dashboard/words.html",
            found=found,
            approved=approved,
            most_news=MOST_NEWS,
            kept_of_day=kept_in_request("on"),
        ),
    )


def _cards(found: Dashboard, approved: Approved) -> Markup:
    """The cards and the table beside them, which take most of the time of the page."""
    names = tuple((one.slug, one.name[language()]) for one in found.projects)
    kept = kept_in_request()
    names_then = tuple(found.names_then.items())
    key = (
        "cards",
        language(),
        tuple(kept.items()),
        day_in_request(),
        names,
        found.unit,
        names_then,
    )
    return keep(
        key,
        lambda: _part(
            "dashboard/cards.html",
            found=found,
            groups=wording.groups(found.shown, found.projects),
            cards=partial(wording.cards, is_of_unit=found.unit is not None),
            notes={} if found.unit else approved.readings,  # which speak of the whole
            compares=_compares(),
            kept=kept,
            kept_of_day=kept_in_request("on"),
            kept_of_indicator=kept_in_request("unit", "on"),
            baseline=dashboard_baseline,
        ),
    )


def _part(template: str, **values: Any) -> Markup:
    return Markup(  # noqa: S704  # our own template, which escapes
        render_template(template, wording=wording, signals=signals, statements=statements, **values)
    )


def _compares() -> bool:
    return request.args.get("compare") == "year"


@bp.get("/dashboard/indicators/<slug>")
def indicator(slug: str) -> str:
    """One indicator with its whole history: the table beside its chart."""
    wanted = wanted_in_request()
    found = queries.one_indicator(
        db_session(), slug, until=wanted.until, unit_id=wanted.unit_id
    ) or abort(404)
    number = page_number()
    start = (number - 1) * PAGE_SIZE
    points = list(reversed(found.series.points))[start : start + PAGE_SIZE + 1]
    return page(
        "dashboard/indicator.html",
        nav="dashboard",
        reading=found,
        chart=queries.chart_of(db_session(), found, language=language()),
        project=tables.project_name(found, queries.projects(db_session())),
        names_then=queries.names_then(db_session(), [found]),
        unit=queries.unit_name(db_session(), wanted.unit_id, today=day_of(wanted.until)),
        points=Page.of(points, number=number, size=PAGE_SIZE),
        on=day_in_request(),
        kept=kept_in_request(),
        wording=wording,
        signals=signals,
        baseline=dashboard_baseline,
    )


@bp.get("/dashboard/files/<what>.<form>")
def file(what: str, form: str) -> Response:
    """The overview, every value or the problems as a file; a workbook has all of them."""
    wanted = wanted_in_request()
    found = dashboard_of(wanted)
    day = day_of(wanted.until)
    approved = queries.approved(db_session(), found.whole, until=wanted.until)
    known = {
        "overview": tables.overview(found, day=day),
        "values": tables.values(tables.told(found), unit=found.unit, day=day),
        "problems": tables.problems(statements.problem_lines(approved.problems), day=day),
    }
    first = known.pop(what, None) or abort(404)
    words = (_("ダッシュボード"), first.title)
    return download([first, *known.values()], form, day=day, words=words)


@bp.get("/dashboard/indicators/<slug>/values.<form>")
def values_file(slug: str, form: str) -> Response:
    """Every value of one indicator as a file."""
    wanted = wanted_in_request()
    found = queries.one_indicator(
        db_session(), slug, until=wanted.until, unit_id=wanted.unit_id
    ) or abort(404)
    day = day_of(wanted.until)
    name = queries.unit_name(db_session(), wanted.unit_id, today=day_of(wanted.until))
    table = tables.values([found], unit=name, day=day)
    return download([table], form, day=day, words=(wording.wording(found).name,))


def dashboard_of(wanted: Wanted) -> Dashboard:
    """The dashboard, read anew only if something was published meanwhile."""
    key = (day_in_request(), wanted.unit_id, wanted.project, wanted.year, wanted.last, language())
    found = keep(
        ("readings", *key),
        lambda: queries.dashboard(db_session(), wanted, language=language()),
    )
    return queries.with_names(db_session(), found, wanted)


def wanted_in_request() -> Wanted:
    """What the address asks for. Raises InvalidField for a day that is none."""
    project, unit_id = request.args.get("project") or None, number_in_request("unit", otherwise=0)
    year = number_in_request("year", otherwise=0)
    return Wanted(
        until=until(day_in_request()),
        unit_id=unit_id if 0 < unit_id < 2**31 else None,
        project=project,
        year=year if 2000 <= year < 2200 else None,
    )


def day_in_request() -> date | None:
    """The past day whose publication is asked for; None for today."""
    text = request.args.get("on", "")
    day = chosen_day(text, field="on") if text else None
    return day if day and day < day_of(now()) else None


def until(day: date | None) -> datetime:
    """The end of a past day in Tokyo, or now."""
    return datetime.combine(day, time.max, TOKYO) if day else now()


def kept_in_request(*names: str) -> dict[str, str]:
    """Those filters of the address, or all, for links that keep them."""
    return {name: value for name in names or FILTERS if (value := request.args.get(name))}
