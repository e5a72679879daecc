"""A receiver of cheers is shown none of one giver any more, until they say otherwise. The giver
notices nothing."""

from flask import Blueprint, abort, flash
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.web.language import sentence as _
from app.web.paging import Page, page_number
from app.web.rendering import PAGE_SIZE, db_session, page, see_other, viewer
from challenges.people.models import Person
from challenges.recognition import silencing
from challenges.recognition.models import Cheer

bp = Blueprint("silences", __name__)


@bp.get("/cheers/<int:cheer_id>/silence")
@login_required
def ask(cheer_id: int) -> str:
    """What it means to receive no cheers of that person."""
    cheer = _received(cheer_id)
    giver = db_session().get_one(Person, cheer.giver_id)
    return page("silences/silence.html", nav="settings", cheer=cheer, giver=giver)


@bp.post("/cheers/<int:cheer_id>/silences")
@login_required
def silence(cheer_id: int) -> Response:
    """Receive no cheers of its giver any more."""
    silencing.silence(db_session(), _received(cheer_id), by_id=viewer().id, at=now())
    flash(_("この人の応援は、もう表示もお知らせもしません。相手には伝わりません。"), "good")
    return see_other("silences.silences")


@bp.get("/settings/silences")
@login_required
def silences() -> str:
    """Whose cheers one does not receive."""
    number = page_number()
    window = {"limit": PAGE_SIZE + 1, "offset": (number - 1) * PAGE_SIZE}
    found = silencing.silenced_by(db_session(), viewer().id, **window)
    return page(
        "silences/list.html",
        nav="settings",
        silences=Page.of(found, number=number, size=PAGE_SIZE),
    )


@bp.post("/settings/silences/<int:silence_id>/endings")
@login_required
def end(silence_id: int) -> Response:
    """Receive that person's cheers again."""
    if not silencing.end(db_session(), silence_id, by_id=viewer().id, at=now()):
        abort(404)
    flash(_("この人の応援を、また受け取ります。その間に届いていたものも、並びます。"), "good")
    return see_other("silences.silences")


def _received(cheer_id: int) -> Cheer:
    cheer = db_session().get(Cheer, cheer_id)
    if cheer is None or cheer.receiver_id != viewer().id or cheer.taken_back_at is not None:
        abort(404)
    return cheer
