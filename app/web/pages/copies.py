"""One's own copies of words for the consultation desk (相談窓口): to print, or to send by one's own
mail. Nobody else sees them, and the request log names nobody here."""

from urllib.parse import quote

from flask import Blueprint, abort, flash
from flask_login import login_required
from werkzeug.wrappers import Response

from app.consultation import ConsultationDesk, desk_in_force
from app.web.language import sentence as _
from app.web.paging import Page, page_number
from app.web.rendering import PAGE_SIZE, db_session, page, see_other, viewer
from app.web.templating import day_in_words, time_of_day
from app.web.wording import words as wording
from challenges.moderation import passing_on
from challenges.moderation.passing_on import Copy

bp = Blueprint("copies", __name__)


@bp.get("/settings/copies")
@login_required
def copies() -> str:
    """All of one's copies."""
    number = page_number()
    window = {"limit": PAGE_SIZE + 1, "offset": (number - 1) * PAGE_SIZE}
    found = passing_on.copies(db_session(), viewer().id, **window)
    return page(
        "copies/list.html",
        nav="settings",
        copies=Page.of(found, number=number, size=PAGE_SIZE),
        kind_word=wording.kind_word,
    )


@bp.get("/settings/copies/<int:copy_id>")
@login_required
def copy(copy_id: int) -> str:
    """One copy, as a sheet to print and a mail to send."""
    found = passing_on.the_copy(db_session(), copy_id, person_id=viewer().id) or abort(404)
    desk = desk_in_force(db_session())
    return page(
        "copies/copy.html",
        nav="settings",
        copy=found,
        what=wording.kind_word(found.kind),
        desk=desk,
        mailto=_mailto(desk, found) if desk and desk.mail else None,
    )


@bp.post("/settings/copies/<int:copy_id>/deletions")
@login_required
def delete(copy_id: int) -> Response:
    """Delete one copy."""
    if not passing_on.delete_copy(db_session(), copy_id, person_id=viewer().id):
        abort(404)
    flash(_("控えを消しました。"), "good")
    return see_other("copies.copies")


def _mailto(desk: ConsultationDesk, found: Copy) -> str:
    """A mail that the viewer's own program opens. It is sent when the viewer sends it."""
    lines = (
        _("つぎの言葉について、相談したいことがあります。"),
        "",
        f"{_('種類')}: {wording.kind_word(found.kind)}",
        f"{_('書いた人')}: {found.writer}",
        f"{_('日時')}: {day_in_words(found.written_at)} {time_of_day(found.written_at)}",
        "",
        found.words,
    )
    subject, body = _("DX Step-Upで届いた言葉についての相談"), "\r\n".join(lines)
    return f"mailto:{desk.mail}?subject={quote(subject)}&body={quote(body)}"
