"""「しばらく声をかけていない人」: for a manager alone. Reckoned for this one answer, kept nowhere.

That a manager wants no more of it this week is in the session cookie, without a name. What is
logged of these addresses names nobody: ``UNTRACED`` in app/http/request_log.py.
"""

from datetime import timedelta

from flask import Blueprint, flash, request
from flask import session as cookie
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.web.language import sentence as _
from app.web.rendering import db_session, page, see_other, viewer
from app.web.wording.overlooked import how_sure, since_when, who_has_not
from challenges.calendar import day_of
from challenges.errors import NotAllowed
from challenges.people import org_chart
from challenges.recognition.suggestions import set_suggested, suggestions

bp = Blueprint("overlooked", __name__)
_NOT_BEFORE = "overlooked"
"""In the cookie: the Monday from which suggestions are made again."""


@bp.get("/team/overlooked")
@login_required
def band() -> str:
    """Up to three direct reports, with how sure it is, and what it rests on."""
    _must_manage()
    today = day_of(now())
    is_dismissed = today.isoformat() < cookie.get(_NOT_BEFORE, "")
    found = [] if is_dismissed else suggestions(db_session(), viewer().id, on=today)
    return page(
        "overlooked/overlooked.html",
        nav="team",
        suggestions=found,
        is_dismissed=is_dismissed,
        since_when=lambda one: since_when(one, on=today),
        how_sure=how_sure,
        who_has_not=who_has_not,
    )


@bp.post("/team/overlooked/dismissals")
@login_required
def dismiss() -> Response:
    """Make no suggestion before next Monday."""
    _must_manage()
    today = day_of(now())
    cookie[_NOT_BEFORE] = (today + timedelta(days=7 - today.weekday())).isoformat()
    flash(_("今週は、もう出しません。"), "info")
    return see_other("overlooked.band")


@bp.post("/settings/suggestions")
@login_required
def choose() -> Response:
    """Save whether one's manager may be reminded of one."""
    set_suggested(db_session(), viewer().id, wanted="not_suggested" not in request.form)
    flash(_("保存しました。"), "good")
    return see_other("settings.settings")


def _must_manage() -> None:
    units = org_chart.managed_units(db_session(), viewer().id, on=day_of(now()))
    # A deputy is a colleague of those in the unit, and stands in for decisions alone.
    if not any(unit.is_own for unit in units):
        raise NotAllowed("このページは、管理職本人のためのものです。")
