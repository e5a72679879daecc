"""「四半期の一枚」: one A4 page for the headquarters meeting, with the values that were published
then, each with its base and definition. Safe in black and white."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response, request

from app.clock import now
from app.indicators.control_chart import WIDTH
from app.indicators.series import months_later
from app.queries import dashboard as queries
from app.queries.dashboard import Wanted
from app.web.days import chosen_day
from app.web.downloads import download
from app.web.eras import era_day, fiscal_year
from app.web.language import language
from app.web.language import sentence as _
from app.web.pages import dashboard as pages
from app.web.rendering import db_session, page
from app.web.wording import dashboard as wording
from app.web.wording import dashboard_signals as signals
from app.web.wording import dashboard_tables as tables
from app.web.wording import statements
from challenges.calendar import day_of, fiscal_year_start
from challenges.errors import N_, InvalidField

bp = Blueprint("dashboard_sheet", __name__)
bp.before_request(pages.admit)
bp.after_request(pages.frame)

NO_QUARTER = N_("四半期は %(example)s のように選んでください。年度の最初の三か月が一つめです。")
EXAMPLE = "2026Q1"
NOT_OVER = N_("まだ終わっていない四半期です。")
OFFERED = 8
"""Quarters to choose from."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a fiscal year: the first is from April to June."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """The quarter in which the day lies."""
        return cls(fiscal_year_start(day).year, (day.month - 4) % 12 // 3 + 1)

    @property
    def last_day(self) -> date:
        """Its last day, on which the sheet stands."""
        return months_later(date(self.year, 4, 1), 3 * self.number) - timedelta(days=1)

    @property
    def before(self) -> "Quarter":
        """The quarter before."""
        return (
            Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)
        )

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


@bp.get("/dashboard/sheet")
def sheet() -> str:
    """The sheet of a quarter; of the last one that is over unless the address names one."""
    quarter, published_on = _quarter(), _published_on()
    found = _dashboard(quarter, published_on)
    return page(
        "dashboard/sheet.html",
        nav="dashboard",
        found=found,
        headline=queries.approved(
            db_session(), found.whole, until=pages.until(published_on)
        ).headline,
        statements=statements,
        quarter=quarter,
        quarters=list(_offered()),
        published_on=published_on,
        groups=wording.groups([one for one in found.shown if one.series.points], found.projects),
        without_value=[one for one in found.shown if not one.series.points],
        name_of=quarter_name,
        era_day=era_day,
        range_width=WIDTH,
        wording=wording,
        signals=signals,
    )


@bp.get("/dashboard/sheet.<form>")
def file(form: str) -> Response:
    """The table of the sheet as a file."""
    quarter, published_on = _quarter(), _published_on()
    table = tables.overview(_dashboard(quarter, published_on), day=published_on)
    return download([table], form, day=quarter.last_day, words=(_("四半期の一枚"), str(quarter)))


def quarter_name(quarter: Quarter) -> str:
    """令和8年度（2026年度）第1四半期"""
    return _(
        "%(year)s 第%(number)s四半期",
        year=fiscal_year(quarter.year),
        number=quarter.number,
    )


def _dashboard(quarter: Quarter, published_on: date) -> queries.Dashboard:
    wanted = Wanted(until=pages.until(published_on), last=quarter.last_day)
    found = queries.dashboard(db_session(), wanted, language=language())
    return queries.with_names(db_session(), found, wanted)


def _quarter() -> Quarter:
    text = request.args.get("quarter", "")
    if not text:
        return Quarter.of(day_of(now())).before
    found = re.fullmatch(r"(20\d\d)Q([1-4])", text, re.ASCII)
    if found is None:
        raise InvalidField(NO_QUARTER, field="quarter", example=EXAMPLE)
    quarter = Quarter(int(found[1]), int(found[2]))
    if quarter.last_day >= day_of(now()):
        raise InvalidField(NOT_OVER, field="quarter")
    return quarter


def _published_on() -> date:
    """The day whose publication the sheet shows: by default the last one of the month after the
    quarter, because a month is published some days after its end."""
    text, today = request.args.get("on", ""), day_of(now())
    if text:
        return min(chosen_day(text, field="on"), today)
    month_after_next = months_later(_quarter().last_day, 2)
    return min(month_after_next - timedelta(days=1), today)


def _offered() -> "list[Quarter]":
    found = [Quarter.of(day_of(now())).before]
    while len(found) < OFFERED:
        found.append(found[-1].before)
    return found
