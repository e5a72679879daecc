"""The DX office and words that trouble people: what waits, masking and letting stand, sealed words,
and the contact of the consultation desk."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, make_response, request
from werkzeug.wrappers import Response

from app.clock import now
from app.consultation import FIELDS, version_in_force
from app.slack.posts.masked import why_not_again
from app.studio import words_desk
from app.versioned_texts import LONGEST
from app.web import catalogue
from app.web.language import refusal
from app.web.language import sentence as _
from app.web.pages.office import for_dx_office
from app.web.paging import Page, number_in_request, page_number
from app.web.rendering import PAGE_SIZE, db_session, page, see_other, viewer
from app.web.wording import words as wording
from challenges.errors import InvalidField, RuleBroken
from challenges.moderation import opening
from challenges.moderation.queries import decided_cases, the_case, waiting_cases
from challenges.text import as_written
from challenges.words.kinds import TextKind, TextRef

bp = Blueprint("reports", __name__)


@bp.get("/office/reports")
@for_dx_office
def reports() -> str:
    """What people told the office of: what waits, or what is decided."""
    is_decided = "decided" in request.args
    cases = decided_cases if is_decided else waiting_cases
    return page(
        "reports/list.html",
        nav="office",
        is_decided=is_decided,
        cases=_portion(cases(db_session(), me=viewer().id, **_window())),
        kind_word=wording.kind_word,
        steps=catalogue.current().challenges.by_step,
    )


@bp.get("/office/reports/<kind>/<int:text_id>")
@for_dx_office
def case(kind: str, text_id: int) -> str:
    """One text: the words in their place, who told of it, and what may be done."""
    return _case_page(_ref(kind, text_id))


@bp.post("/office/reports/<kind>/<int:text_id>/masks")
@for_dx_office
def mask(kind: str, text_id: int) -> Response:
    """Mask the text, with a reason that its writer reads."""
    told = _("言葉を伏せました。書いた人には、理由とともに届きます。")
    return _decide(words_desk.mask, _reported(kind, text_id), field="reason", told=told)


@bp.post("/office/reports/<kind>/<int:text_id>/liftings")
@for_dx_office
def lift(kind: str, text_id: int) -> Response:
    """Show a masked text again."""
    words_desk.lift(db_session(), _reported(kind, text_id), by_id=viewer().id, at=now())
    flash(_("言葉を元に戻しました。知らせは、また待っています。"), "good")
    return see_other("reports.case", kind=kind, text_id=text_id)


@bp.post("/office/reports/<kind>/<int:text_id>/decisions")
@for_dx_office
def let_stand(kind: str, text_id: int) -> Response:
    """Let the text stand, with a note."""
    told = _("このままにしました。")
    return _decide(words_desk.let_stand, _reported(kind, text_id), field="note", told=told)


@bp.post("/office/reports/<kind>/<int:text_id>/reopenings")
@for_dx_office
def reopen(kind: str, text_id: int) -> Response:
    """Let the reports of the text wait again."""
    words_desk.reopen(db_session(), _reported(kind, text_id), by_id=viewer().id, at=now())
    flash(_("知らせは、また待っています。"), "good")
    return see_other("reports.case", kind=kind, text_id=text_id)


@bp.get("/office/sealed")
@for_dx_office
def sealed() -> str:
    """Sealed words of one person, without the words."""
    name = as_written(request.args.get("q", ""))[:100]
    found = opening.sealed_by(db_session(), name, me=viewer().id, **_window())
    return page(
        "reports/sealed.html",
        nav="office",
        name=name,
        found=_portion(found),
        kept_days=opening.kept_days(db_session()),
        kind_word=wording.kind_word,
        because_word=wording.because_word,
    )


@bp.get("/office/sealed/<int:sealed_id>")
@for_dx_office
def seal(sealed_id: int) -> str:
    """One of them: the question why, or for some minutes after the answer the words."""
    return _seal_page(sealed_id)


@bp.post("/office/sealed/<int:sealed_id>/openings")
@for_dx_office
def open_seal(sealed_id: int) -> Response:
    """Open sealed words, with a reason for the log."""
    reason = request.form.get("reason", "")
    try:
        found = words_desk.open_seal(
            db_session(), sealed_id, by_id=viewer().id, reason=reason, at=now()
        )
    except InvalidField as error:
        return make_response(_seal_page(sealed_id, wrong=refusal(error)), 422)
    if found is None:
        abort(404)
    return see_other("reports.seal", sealed_id=sealed_id)


@bp.get("/office/consultation")
@for_dx_office
def consultation() -> str:
    """The contact of the consultation desk, and how long sealed words are kept."""
    return _consultation_page()


@bp.post("/office/consultation")
@for_dx_office
def enter_desk() -> Response:
    """Enter the contact of the consultation desk."""
    typed = {field: request.form.get(field, "") for field in FIELDS}
    after = number_in_request("after", otherwise=0)
    try:
        words_desk.enter_consultation_desk(
            db_session(), typed, after=after, by_id=viewer().id, at=now()
        )
    except RuleBroken as error:
        wrong = {error.field or "desk": refusal(error)}
        return make_response(_consultation_page(wrong=wrong, typed=typed), 422)
    flash(_("相談窓口を保存しました。"), "good")
    return see_other("reports.consultation")


@bp.post("/office/sealing-terms")
@for_dx_office
def enter_kept_days() -> Response:
    """Enter for how many days sealed words are kept."""
    days = number_in_request("days", otherwise=0)
    try:
        words_desk.enter_kept_days(db_session(), days, by_id=viewer().id, at=now())
    except InvalidField as error:
        return make_response(_consultation_page(wrong={"days": refusal(error)}), 422)
    flash(_("封をした言葉の期間を保存しました。"), "good")
    return see_other("reports.consultation")


def _decide(decide: Callable[..., None], ref: TextRef, *, field: str, told: str) -> Response:
    """Decide about a text with what the office wrote into that field, and say so."""
    said = {field: request.form.get(field, "")}
    try:
        decide(db_session(), ref, by_id=viewer().id, at=now(), **said)
    except InvalidField as error:
        return make_response(_case_page(ref, wrong={field: refusal(error)}), 422)
    flash(told, "good")
    return see_other("reports.case", kind=ref.kind.value.lower(), text_id=ref.id)


def _case_page(ref: TextRef, *, wrong: dict[str, str] | None = None) -> str:
    found = the_case(db_session(), ref, me=viewer().id) or abort(404)
    return page(
        "reports/case.html",
        nav="office",
        case=found,
        kind=ref.kind.value.lower(),
        what=wording.kind_word(ref.kind),
        concern_word=wording.concern_word,
        because_word=wording.because_word,
        sealed=opening.sealed_of(db_session(), ref, me=viewer().id),
        known=catalogue.current().challenges.by_step.get(found.text.step_id or 0),
        not_on_slack=None if found.mask else why_not_again(db_session(), ref),
        wrong=wrong or {},
        typed=request.form if wrong else {},
    )


def _seal_page(sealed_id: int, *, wrong: str = "") -> str:
    me = viewer()
    found = opening.opened(db_session(), sealed_id, by_id=me.id) or abort(404)
    is_open = words_desk.read_opened(db_session(), sealed_id, by_id=me.id, at=now()) is not None
    return page(
        "reports/seal.html",
        nav="office",
        seal_id=sealed_id,
        words=found.words if is_open else None,
        link=found.link if is_open else None,
        what=wording.kind_word(found.kind),
        because=wording.because_word(found.because),
        at=found.sealed_at,
        minutes=opening.OPEN_FOR.seconds // 60,
        wrong=wrong,
        typed=request.form.get("reason", "") if wrong else "",
    )


def _consultation_page(
    *, wrong: dict[str, str] | None = None, typed: dict[str, str] | None = None
) -> str:
    present = version_in_force(db_session())
    return page(
        "reports/consultation.html",
        nav="office",
        present=present,
        typed=typed or (present.texts() if present else {}),
        longest=LONGEST,
        days=opening.kept_days(db_session()),
        wrong=wrong or {},
    )


def _reported(kind: str, text_id: int) -> TextRef:
    """The text, if somebody told of it and the viewer did not write it; else 404."""
    ref = _ref(kind, text_id)
    if the_case(db_session(), ref, me=viewer().id) is None:
        abort(404)
    return ref


def _ref(kind: str, text_id: int) -> TextRef:
    try:
        return TextRef(TextKind(kind.upper()), text_id)
    except ValueError:
        abort(404)


def _window() -> dict[str, int]:
    return {"limit": PAGE_SIZE + 1, "offset": (page_number() - 1) * PAGE_SIZE}


def _portion(rows: list[Any]) -> Page[Any]:
    return Page.of(rows, number=page_number(), size=PAGE_SIZE)
