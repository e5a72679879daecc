"""Cheers: leaving one on a completion or several, taking it back, thanking, and showing it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, make_response, render_template, request
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.web import catalogue
from app.web.cheer_places import place_of, seen_of_viewer
from app.web.language import refusal
from app.web.language import sentence as _
from app.web.paging import Page, page_number
from app.web.rendering import db_session, is_fragment, page, see_other, viewer
from badges.queries import completions_under_badges
from challenges.errors import InvalidField, NotAllowed, RuleBroken
from challenges.recognition import cheering, thanks
from challenges.recognition.budgets import budget_of
from challenges.recognition.cheer_lists import ShownCheer, cheers_given, cheers_received
from challenges.recognition.cheering import Applause
from challenges.recognition.models import Cheer
from challenges.recognition.stamps import Stamp

bp = Blueprint("cheers", __name__)

CHEERS_AT_ONCE = 10


@bp.get("/cheers")
@login_required
def cheers() -> str:
    """The cheers that reached the viewer, and those they gave."""
    me = viewer()
    return page(
        "cheers/list.html",
        nav="people",
        received=_list_page(cheers_received, "page"),
        given=_list_page(cheers_given, "given"),
        budget=budget_of(db_session(), me.id, at=now()),
        steps=catalogue.current().challenges.by_step,
    )


def _list_page(cheers_of: Callable[..., list[ShownCheer]], name: str) -> Page[ShownCheer]:
    number = page_number(name)
    offset = (number - 1) * CHEERS_AT_ONCE
    rows = cheers_of(db_session(), viewer().id, limit=CHEERS_AT_ONCE + 1, offset=offset)
    return Page.of(rows, number=number, size=CHEERS_AT_ONCE, name=name)


@bp.get("/completions/<int:completion_id>/cheers")
@login_required
def place(completion_id: int) -> str:
    """The form for cheering a completion: a page, or a part of the page that asks for it."""
    return _place(completion_id)


@bp.post("/completions/<int:completion_id>/cheers")
@login_required
def give(completion_id: int) -> Response:
    """Leave a stamp on the completion, and on those of others that are ticked."""
    wanted = [completion_id, *_ticked()]
    try:
        made = cheering.cheer(
            db_session(),
            wanted,
            Applause(_stamp(), request.form.get("words", "")),
            by_id=viewer().id,
            at=now(),
            under_badges=completions_under_badges(db_session(), wanted),
        )
    except NotAllowed:
        raise
    except RuleBroken as error:
        return make_response(_place(completion_id, refused=error), 422)
    flash(_said(len(wanted), is_new=bool(made)), "good")
    return see_other("cheers.place", completion_id=completion_id)


@bp.post("/cheers/<int:cheer_id>/withdrawals")
@login_required
def take_back(cheer_id: int) -> Response:
    """Take one's own cheer back."""
    cheer = _find(cheer_id)
    cheering.take_back(db_session(), cheer, by_id=viewer().id, at=now())
    db_session().refresh(cheer)
    flash(
        _("応援を取り消しました。今週の分に戻しました。")
        if cheer.refunded
        else _("応援を取り消しました。先週までの分なので、今週の回数は変わりません。"),
        "info",
    )
    if "list" in request.form or not seen_of_viewer([cheer.completion_id]):
        return see_other("cheers.cheers")
    return see_other("cheers.place", completion_id=cheer.completion_id)


@bp.post("/cheers/<int:cheer_id>/thanks")
@login_required
def thank(cheer_id: int) -> Response:
    """Say 「ありがとう」 to whoever cheered the viewer."""
    cheer = _find(cheer_id)
    thanks.thank(db_session(), cheer, by_id=viewer().id, at=now())
    flash(_("「ありがとう」を届けました。"), "good")
    return _back_from(cheer)


@bp.post("/cheers/<int:cheer_id>/readers")
@login_required
def choose_readers(cheer_id: int) -> Response:
    """Let others see a cheer that the viewer received, or no longer."""
    cheer, shown = _find(cheer_id), "shown" in request.form
    thanks.show(db_session(), cheer, to_others=shown, by_id=viewer().id)
    flash(
        _("この応援を、ほかの人にも見せることにしました。")
        if shown
        else _("この応援は、もうあなただけに見えます。"),
        "info",
    )
    return _back_from(cheer)


def _place(completion_id: int, *, refused: RuleBroken | None = None) -> str:
    shown = place_of(completion_id, with_others="others" in request.values)
    fields: dict[str, Any] = {
        "place": shown,
        "wrong": {refused.field or "stamp": refusal(refused)} if refused else {},
        "typed": request.form if refused else {},
        "ticked": set(_ticked()) if refused else set(),
        "fragment": is_fragment(),
    }
    if is_fragment():
        # In a list there is one such form for each completion, so its id holds that of the row, and
        # no block can bear its name.
        return render_template("cheers/form.html", **fields)
    return page("cheers/place.html", nav="people", **fields)


def _stamp() -> Stamp:
    try:
        return Stamp(request.form.get("stamp", ""))
    except ValueError:
        raise InvalidField("しるしを一つ選んでください。", field="stamp") from None


def _ticked() -> list[int]:
    # No longer than an id can be: a database refuses larger numbers.
    return [int(one) for one in request.form.getlist("also") if one.isdecimal() and len(one) < 10]


def _said(people: int, *, is_new: bool) -> str:
    if not is_new:
        return _("この応援は、もう届いています。")
    if people == 1:
        return _("応援を届けました。本人のホームに、そっと届きます。")
    return _("%(count)s人に応援を届けました。", count=people)


def _back_from(cheer: Cheer) -> Response:
    """Back to where the receiver was: Home, the step, or the list of cheers."""
    back = request.form.get("back", "")
    if back == "home":
        return see_other("home.home")
    if back == "step":
        return see_other("challenges.challenge", slug=cheer.completion.step.challenge.slug)
    return see_other("cheers.cheers")


def _find(cheer_id: int) -> Cheer:
    cheer = db_session().get(Cheer, cheer_id)
    if cheer is None or viewer().id not in (cheer.giver_id, cheer.receiver_id):
        abort(404)
    return cheer
