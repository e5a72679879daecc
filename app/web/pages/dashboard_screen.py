"""The dashboard on a big screen in a corridor: one indicator a page, which turns by itself."""

from flask import Blueprint

from app.clock import now
from app.queries import dashboard as queries
from app.queries.dashboard import Wanted
from app.web.pages import dashboard as pages
from app.web.rendering import db_session, page
from app.web.wording import dashboard as wording
from app.web.wording import dashboard_signals as signals
from app.web.wording import statements

bp = Blueprint("dashboard_screen", __name__)
bp.before_request(pages.admit)
bp.after_request(pages.frame)

SECONDS = 15
"""How long a page stays."""
RELOADS = 3600
"""Seconds after which the page is asked for anew, because the screen runs for weeks."""


@bp.get("/dashboard/screen")
def screen() -> str:
    """The heading, then the indicators with values, stuck ones first. Without a script it is one
    long page with links."""
    wanted = Wanted(until=now())
    found = pages.dashboard_of(wanted)
    known = [one for one in found.shown if one.last]
    return page(
        "dashboard/screen.html",
        nav="dashboard",
        found=found,
        approved=queries.approved(db_session(), found.whole, until=wanted.until),
        statements=statements,
        readings=wording.by_attention(known),
        wording=wording,
        signals=signals,
        seconds=SECONDS,
        reloads=RELOADS,
    )
