"""The calendar of campaigns (`.ics`), to subscribe to or to download.

No sign-in is needed. Outlook and the calendars of phones fetch an address by themselves and cannot
sign in, and an address with a secret would end up in mails. The file says what a poster in the
corridor says: name, days and a link. No person is in it, no number, and no draft.
"""

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as AnyResponse

from app.clock import now
from app.config import config
from app.queries.campaign_calendar import calendar_entries, calendar_entry
from app.web.calendar_file import calendar_file
from app.web.rendering import db_session
from challenges.calendar import day_of

bp = Blueprint("campaign_calendar", __name__)

NAME = "DXステップアップ キャンペーン"
"""Of the calendar, in the calendar of whoever subscribes: the file has no language of a request."""


@bp.get("/campaigns.ics")
def every() -> AnyResponse:
    """All published campaigns of about the last year, and those to come."""
    entries = calendar_entries(db_session(), on=day_of(now()))
    return _answer(calendar_file(entries, public_url=config().public_url, name=NAME), "campaigns")


@bp.get("/campaigns/<slug>.ics")
def one(slug: str) -> AnyResponse:
    """One published campaign."""
    entry = calendar_entry(db_session(), slug) or abort(404)
    file = calendar_file([entry], public_url=config().public_url, name=NAME)
    return _answer(file, slug)


def _answer(file: bytes, name: str) -> AnyResponse:
    """As a file to keep if the address says ``download``, else to be read in place."""
    answer = Response(file, content_type="text/calendar; charset=utf-8")
    kind = "attachment" if "download" in request.args else "inline"
    answer.headers["Content-Disposition"] = f'{kind}; filename="{name}.ics"'
    answer.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    answer.add_etag()
    return answer.make_conditional(request)
