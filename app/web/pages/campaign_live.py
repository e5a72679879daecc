"""A campaign as the office sees it while it runs, as of yesterday: where it stalls, what waits, the
units, words to a channel, and all of it as files."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, flash, make_response, request, url_for
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.config import config
from app.queries import campaign_live as queries
from app.queries.campaign_live import Live
from app.slack.posts import nudges
from app.studio import audit
from app.web import catalogue
from app.web.campaign_access import campaign_to_edit, campaign_to_read
from app.web.charts import Chart, chart
from app.web.downloads import download
from app.web.paging import Page, page_number
from app.web.rendering import db_session, page, see_other, viewer
from app.web.wording import campaign_live as wording
from app.web.wording import campaign_tables as tables
from challenges.calendar import day_of
from challenges.campaigns.models import Campaign
from challenges.errors import InvalidField
from challenges.vocabulary import GoalKind, Stage

bp = Blueprint("campaign_live", __name__)

UNITS_A_PAGE = 40
DAYS_A_PAGE = 31
LETTERS_SHOWN = 12
PERIODS = {"all": None, "14": 14, "7": 7}
"""By the value in the address: the last days that the chart shows."""
WIDE = {"width": 620, "height": 280, "right_room": 112}
NARROW = {"width": 318, "height": 250, "right_room": 62}


@bp.get("/office/campaigns/<slug>")
@login_required
def campaign(slug: str) -> str:
    """Where it stalls, day by day, stage by stage and unit by unit."""
    found = campaign_to_read(slug)
    live = _live(found, unit_id=_unit_id())
    if live is None:
        return page("campaign_live/before.html", nav="office", **_frame(found, None))
    if _unit_id() is not None and live.unit(_unit_id()) is None:
        abort(404)
    return page(
        "campaign_live/live.html",
        nav="office",
        **_frame(found, live),
        **_numbers(live),
        charts=_charts(live),
        draft=wording.nudge_draft(live),
        letters=[
            (name, wording.request_to_manager(live, name)) for name in live.queue.without_reviewer
        ],
        letters_shown=LETTERS_SHOWN,
    )


@bp.get("/office/campaigns/<slug>/days")
@login_required
def days(slug: str) -> str:
    """The chart as a table."""
    found = campaign_to_read(slug)
    live = _live(found, unit_id=_unit_id()) or abort(404)
    number = page_number()
    points = live.series.points[(number - 1) * DAYS_A_PAGE :][: DAYS_A_PAGE + 1]
    return page(
        "campaign_live/days.html",
        nav="office",
        **_frame(found, live),
        days=Page.of(points, number=number, size=DAYS_A_PAGE),
        is_share=live.series.kind is GoalKind.SHARE,
    )


@bp.get("/office/campaigns/<slug>/files/<what>.<form>")
@login_required
def file(slug: str, what: str, form: str) -> Response:
    """A table of the page as a file."""
    live = _live(campaign_to_read(slug), unit_id=_unit_id()) or abort(404)
    built = {
        "units": lambda: tables.units(
            live, _lines(live) if _unit_id() else tables.every_unit(live)
        ),
        "days": lambda: tables.days(live),
        "funnel": lambda: tables.funnel(live),
    }
    table = built.get(what, lambda: abort(404))()
    return download([table], form, day=live.day, words=(wording.name_of(live), table.title))


@bp.get("/office/campaigns/<slug>/nudge")
@login_required
def nudge(slug: str) -> str:
    """Words to a channel, to be read once more before they are sent."""
    return _nudge_page(campaign_to_edit(slug), words=request.args.get("words"))


@bp.post("/office/campaigns/<slug>/nudges")
@login_required
def send_nudge(slug: str) -> Response:
    """Plan the post, once for each form."""
    found = campaign_to_edit(slug)
    words, channel = request.form.get("words", ""), request.form.get("channel", "")
    try:
        is_new = nudges.send(
            db_session(),
            found,
            words=words,
            channel=channel,
            among=_channels(found),
            token=request.form.get("token", ""),
            by_id=viewer().id,
            at=now(),
        )
    except InvalidField as error:
        return make_response(_nudge_page(found, words=words, wrong=error), 422)
    # A second press of the same form answers as the first did, and is no second act.
    if is_new:
        _note_nudge(found, words=words, channel=channel)
    flash(_("Slackに送ります。届くまで少しかかることがあります。"), "good")
    return see_other("campaign_live.campaign", slug=slug)


def _note_nudge(found: Campaign, *, words: str, channel: str) -> None:
    audit.note(
        db_session(),
        act="nudged",
        subject="campaign",
        subject_id=found.id,
        subject_name=queries.definition_of(db_session(), found).ja.name,
        after={"words": words, "channel": channel},
        by_id=viewer().id,
        at=now(),
    )


def _live(found: Campaign, *, unit_id: int | None = None) -> Live | None:
    if not found.version:
        return None
    return queries.live(db_session(), found, until=_yesterday(), unit_id=unit_id)


def _yesterday() -> date:
    return day_of(now()) - timedelta(days=1)


def _unit_id() -> int | None:
    return request.args.get("unit", type=int)


def _frame(found: Campaign, live: Live | None) -> dict[str, Any]:
    """What every page about one campaign shows around its own part."""
    has_definition = live is None and found.version
    definition = queries.definition_of(db_session(), found) if has_definition else None
    return {
        "campaign": found,
        "live": live,
        "definition": live.definition if live else definition,
        "heading": wording.heading(found, live),
        "wording": wording,
        "can_edit": viewer().is_dx_office or viewer().id in (found.owner_id, found.deputy_id),
        "filters": {name: request.args[name] for name in ("unit",) if name in request.args},
    }


def _numbers(live: Live) -> dict[str, Any]:
    number = page_number()
    lines = _lines(live)[(number - 1) * UNITS_A_PAGE :][: UNITS_A_PAGE + 1]
    return {
        "lines": Page.of(lines, number=number, size=UNITS_A_PAGE),
        "department": live.unit(_unit_id()),
        "departments": [one for one in live.below(None) if not one.is_hidden],
        "period": _period(),
        "has_last_year": _has_last_year(live),
        "compares": _compares() and _has_last_year(live),
        "stages": list(Stage),
        "stalls": {one.slug: one for one in reversed(live.stalls)},
        "most": max((one.begun for one in live.climbs), default=0) or 1,
        "drawn": catalogue.current().challenges.by_slug,
    }


def _lines(live: Live) -> list[queries.Line]:
    return live.below(_unit_id())


def _period() -> str:
    asked = request.args.get("period", "all")
    return asked if asked in PERIODS else "all"


def _compares() -> bool:
    return request.args.get("compare", "year") != "none"


def _has_last_year(live: Live) -> bool:
    """Whether there is anything of last year's to compare with."""
    shares = live.whole.share_before, *(one.before for one in live.series.points)
    return any(one is not None for one in shares)


def _charts(live: Live) -> dict[str, Chart]:
    shown = list(live.series.points)
    if (length := PERIODS[_period()]) is not None:
        shown = [one for one in shown if one.day <= live.day][-length:]
    unit = "%" if live.series.kind is GoalKind.SHARE else ""
    return {
        name: chart(
            [one.day for one in shown],
            [one.value for one in shown],
            [one.before if _compares() else None for one in shown],
            goal=live.series.goal,
            unit=unit,
            **size,
        )
        for name, size in (("wide", WIDE), ("narrow", NARROW))
    }


def _channels(found: Campaign) -> list[str]:
    definition = queries.definition_of(db_session(), found) if found.version else None
    return nudges.channels(definition.channel if definition else "", config().slack_channel)


def _nudge_page(found: Campaign, *, words: str | None, wrong: InvalidField | None = None) -> str:
    live = _live(found) or abort(404)
    channel = request.values.get("channel", "")
    among = _channels(found)
    if words is not None and wrong is None:
        try:
            words = nudges.checked(words, channel, among=among)
        except InvalidField as error:
            wrong = error
    return page(
        "campaign_live/nudge.html",
        nav="office",
        **_frame(found, live),
        words=wording.nudge_draft(live) if words is None else words,
        channel=channel,
        channels=among,
        is_ready=words is not None and wrong is None,
        wrong=wrong,
        token=nudges.new_token(),
        longest=nudges.WORDS_LONGEST,
        link=url_for("campaign_live.campaign", slug=found.slug),
    )
