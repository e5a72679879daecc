"""What one does about words that trouble one: tells the DX office, or keeps a copy for the
consultation desk. And why one's own words are masked."""

from flask import Blueprint, abort, flash, make_response, request
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.consultation import desk_in_force
from app.web import catalogue, seen_texts
from app.web.language import refusal
from app.web.language import sentence as _
from app.web.rendering import db_session, page, see_other, viewer
from app.web.wording import words as wording
from challenges.campaigns.models import Campaign
from challenges.errors import InvalidField
from challenges.moderation import passing_on, reporting
from challenges.moderation.queries import own_masked
from challenges.moderation.texts import FoundText, find_text
from challenges.words.kinds import TextKind, TextRef

bp = Blueprint("words", __name__)


@bp.get("/words/<kind>/<int:text_id>/concern")
@login_required
def concern(kind: str, text_id: int) -> str:
    """What one can do about a text that one was shown."""
    return _concern_page(_seen(kind, text_id))


@bp.post("/words/<kind>/<int:text_id>/reports")
@login_required
def report(kind: str, text_id: int) -> Response:
    """Tell the DX office of the text. A second time changes nothing."""
    text = _seen(kind, text_id)
    try:
        is_new = reporting.report(
            db_session(),
            text,
            by_id=viewer().id,
            concern=request.form.get("concern", ""),
            note=request.form.get("note", ""),
            at=now(),
        )
    except InvalidField as error:
        wrong = {error.field or "concern": refusal(error)}
        return make_response(_concern_page(text, wrong=wrong), 422)
    flash(
        _("DX事務局に知らせました。書いた人には、だれが知らせたかは伝わりません。")
        if is_new
        else _("この言葉については、もう知らせてくださっています。"),
        "good",
    )
    return see_other("words.concern", kind=kind, text_id=text_id, seen=request.form["seen"])


@bp.post("/words/<kind>/<int:text_id>/copies")
@login_required
def keep_copy(kind: str, text_id: int) -> Response:
    """Keep a copy of words that the viewer received, for the consultation desk."""
    copy_id = passing_on.keep_copy(db_session(), _seen(kind, text_id), by_id=viewer().id, at=now())
    flash(_("控えをつくりました。見えるのは、あなただけです。"), "good")
    return see_other("copies.copy", copy_id=copy_id)


@bp.get("/words/<kind>/<int:text_id>/mine")
@login_required
def mine(kind: str, text_id: int) -> str:
    """One's own words that the DX office masked, with the reason."""
    ref = _ref(kind, text_id)
    text = find_text(db_session(), ref)
    if text is None or text.writer_id != viewer().id:
        abort(404)
    return page(
        "words/mine.html",
        masked=own_masked(db_session(), ref, writer_id=viewer().id),
        text=text,
        what=wording.kind_word(ref.kind),
        known=catalogue.current().challenges.by_step.get(text.step_id or 0),
        campaign=db_session().get(Campaign, text.campaign_id) if text.campaign_id else None,
    )


def _concern_page(text: FoundText, *, wrong: dict[str, str] | None = None) -> str:
    is_to_me = text.to_id == viewer().id
    return page(
        "words/concern.html",
        text=text,
        kind=text.ref.kind.value.lower(),
        what=wording.kind_word(text.ref.kind),
        known=catalogue.current().challenges.by_step.get(text.step_id or 0),
        seen=request.values.get("seen", ""),
        has_reported=reporting.has_reported(db_session(), text.ref, by_id=viewer().id),
        choices=wording.concern_choices(),
        is_to_me=is_to_me,
        is_cheer=text.ref.kind is TextKind.CHEER,
        desk=desk_in_force(db_session()) if is_to_me else None,
        wrong=wrong or {},
        typed=request.form if wrong else {},
    )


def _ref(kind: str, text_id: int) -> TextRef:
    try:
        return TextRef(TextKind(kind.upper()), text_id)
    except ValueError:
        abort(404)


def _seen(kind: str, text_id: int) -> FoundText:
    """The text, if a page has shown the viewer these very words; else 404, whether there is one or
    not."""
    ref = _ref(kind, text_id)
    text = find_text(db_session(), ref)
    if text is None or not seen_texts.is_proven(
        request.values.get("seen", ""), ref, text.words, viewer_id=viewer().id
    ):
        abort(404)
    return text
