"""Notices: what reached a person, the way to each, and the number at the bell."""

from datetime import datetime

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
)
from flask_login import login_required
from werkzeug.wrappers import Response as AnyResponse

from app.clock import now
from app.notices import queries, reading
from app.web import catalogue
from app.web.language import language
from app.web.language import sentence as _
from app.web.paging import Page, page_number
from app.web.rendering import db_session, page, see_other, viewer
from app.web.wording import notices as wording
from challenges.calendar import day_of

bp = Blueprint("notices", __name__)
SIZE = 20


@bp.get("/notices")
@login_required
def notices() -> str:
    """What reached the viewer, newest first, by day."""
    number, at = page_number(), now()
    offset = (number - 1) * SIZE
    rows = queries.listed(db_session(), viewer().id, limit=SIZE + 1, offset=offset)
    found = Page.of(rows, number=number, size=SIZE)
    return page(
        "notices/list.html",
        nav="notices",
        found=found,
        days=wording.by_day(found.rows, _told(), today=day_of(at)),
        shown_at=at.isoformat(),
    )


@bp.get("/notices/unread")
@login_required
def unread() -> AnyResponse:
    """The number at the bell, for a page that is open: 304 as long as it is the same.

    It asks the database nothing beyond who asks.
    """
    answer = make_response(render_template("notices/unread.html", unread=viewer().unread))
    answer.set_etag(f"{viewer().unread}-{language()}")
    return answer.make_conditional(request)


@bp.post("/notices/<int:notice_id>/openings")
@login_required
def open_one(notice_id: int) -> AnyResponse:
    """Mark a notice as read and lead to its place. Another's is not found."""
    me = viewer()
    if reading.open_notice(db_session(), notice_id, person_id=me.id, at=now()) is None:
        abort(404)
    one = queries.the_notice(db_session(), notice_id, person_id=me.id)
    if one is None:
        flash(_("このお知らせの元になったことは、取り下げられました。"), "info")
        return see_other("notices.notices")
    # Nothing is said there, so the address may name the place in the page.
    return redirect(wording.address(one, _told(), person_id=me.id), 303)


@bp.post("/notices/readings")
@login_required
def read_all() -> Response:
    """Mark everything as read that was listed when the page was shown."""
    at = now()
    reading.read_all(db_session(), viewer().id, seen_at=_shown_at(at), at=at)
    flash(_("すべて読んだことにしました。"), "good")
    return see_other("notices.notices")


def _shown_at(at: datetime) -> datetime:
    """When the page was shown that the form stands in; now if it does not say so."""
    try:
        shown = datetime.fromisoformat(request.form.get("shown_at", ""))
    except ValueError:
        return at
    return min(shown, at) if shown.tzinfo else at


def _told() -> wording.Told:
    copy = catalogue.current()
    return wording.Told(copy.challenges, copy.badges)
