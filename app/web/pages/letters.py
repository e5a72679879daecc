"""The weekly letter: wanting it, ending it in the settings, and ending it from the letter itself.

The link in a letter opens a page that changes nothing, so that a mail scanner which opens every
link unsubscribes nobody. Only a POST does, from the page's button or from the mail program
(RFC 8058); the signed address is all it needs.
"""

from flask import Blueprint, abort, flash, make_response, request
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.config import config
from app.notices import letter_wishes
from app.web.errors import problem
from app.web.language import sentence as _
from app.web.rendering import db_session, page, see_other, viewer

bp = Blueprint("letters", __name__)


@bp.post("/settings/letter-wishes")
@login_required
def want() -> Response:
    """Send the weekly letter from now on."""
    if config().mail_server is None:
        abort(404)
    letter_wishes.want_letter(db_session(), viewer().id, at=now())
    flash(_("次の週から、手紙を送ります。"), "good")
    return see_other("settings.settings")


@bp.post("/settings/letter-endings")
@login_required
def stop() -> Response:
    """Send no more letters."""
    letter_wishes.stop_letter(db_session(), viewer().id, at=now())
    flash(_("手紙をやめました。またいつでも受け取れます。"), "good")
    return see_other("settings.settings")


@bp.get("/letters/unsubscriptions/<token>")
def ask(token: str) -> str:
    """Ask whether to end the letter. Changes nothing."""
    standing = letter_wishes.standing(db_session(), _person_of(token))
    return page("letters/unsubscribe.html", token=token, is_wanted=standing.is_wanted)


@bp.post("/letters/unsubscriptions/<token>")
def unsubscribe(token: str) -> Response:
    """End the letter. A mail program gets its answer at once: it follows no redirect."""
    letter_wishes.stop_letter(db_session(), _person_of(token), at=now())
    if request.form.get("List-Unsubscribe") == "One-Click":
        return make_response("", 200)
    flash(_("手紙をやめました。"), "good")
    return see_other("letters.ask", token=token)


def _person_of(token: str) -> int:
    person_id = letter_wishes.read_stop(token, secret=config().secret_key)
    if person_id is None:
        sentence = _("リンクが途中で切れているようです。設定の「週に一度の手紙」でもやめられます。")
        abort(problem(_("このリンクは使えません"), sentence, 404))
    return person_id
