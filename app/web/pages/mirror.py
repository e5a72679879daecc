"""A manager's private mirror. It has no id in its address: everybody sees only themself."""

from datetime import date, timedelta

from flask import Blueprint, flash
from flask import session as cookie
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.web.language import sentence as _
from app.web.rendering import db_session, page, see_other, viewer
from challenges.calendar import day_of
from challenges.errors import NotAllowed
from challenges.people import org_chart
from challenges.recognition.mirror import mirror as mirror_of

bp = Blueprint("mirror", __name__)

_PUT_ASIDE = "hint-put-aside"
"""In the cookie, so that nothing about the mirror is stored here: the Monday from which the next
suggestion is shown."""


@bp.get("/team/mirror")
@login_required
def mirror() -> str:
    """This quarter of the viewer beside their last one, and one suggestion."""
    at = now()
    units = _units(day_of(at))
    return page(
        "team/mirror.html",
        nav="team",
        seen=mirror_of(db_session(), viewer().id, unit_ids=[unit.unit_id for unit in units], at=at),
        is_put_aside=_is_put_aside(day_of(at)),
    )


@bp.post("/team/mirror/dismissals")
@login_required
def dismiss() -> Response:
    """Put this week's suggestion aside."""
    today = day_of(now())
    _units(today)
    cookie[_PUT_ASIDE] = (today + timedelta(days=7 - today.weekday())).isoformat()
    flash(_("今週は、もう出しません。"), "info")
    return see_other("mirror.mirror")


def _units(today: date) -> list[org_chart.ManagedUnit]:
    if not viewer().is_manager:
        raise NotAllowed("チームのページは、管理職と代理の人のためのものです。")
    return org_chart.managed_units(db_session(), viewer().id, on=today)


def _is_put_aside(today: date) -> bool:
    return today.isoformat() < str(cookie.get(_PUT_ASIDE, ""))
