"""Withdrawing one's own completion, after seeing what that changes."""

from flask import Blueprint, abort, flash
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.web import catalogue
from app.web.rendering import db_session, page, see_other, viewer
from badges.awards.awarding import preview_undo
from challenges.errors import NotAllowed
from challenges.submissions import withdrawing
from challenges.submissions.models import Completion

bp = Blueprint("completions", __name__)


@bp.get("/completions/<int:completion_id>/withdrawal")
@login_required
def ask(completion_id: int) -> str | Response:
    """Show which badges would stay and which would go. For a withdrawn completion, redirect to its
    staircase."""
    completion = _find(completion_id)
    if completion.person_id != viewer().id:
        raise NotAllowed("取り下げられるのは本人だけです。")
    if completion.voided_at is not None:
        return see_other("challenges.challenge", slug=completion.step.challenge.slug)
    copy = catalogue.current()
    preview = preview_undo(db_session(), completion.id, catalogue=copy.badges)
    return page(
        "completions/withdrawal.html",
        nav="challenges",
        completion=completion,
        step=copy.challenges.by_step.get(completion.step_id),
        may=withdrawing.may_withdraw(completion, by_id=viewer().id, at=now()),
        kept=[copy.badges.by_slug[slug] for slug in preview.kept],
        taken_back=[copy.badges.by_slug[slug] for slug in preview.taken_back],
    )


@bp.post("/completions/<int:completion_id>/withdrawals")
@login_required
def withdraw(completion_id: int) -> Response:
    """Withdraw the completion."""
    completion = _find(completion_id)
    withdrawing.withdraw(db_session(), completion, by_id=viewer().id, at=now())
    flash(_("達成を取り下げました。またいつでも登れます。"), "info")
    return see_other("challenges.challenge", slug=completion.step.challenge.slug)


def _find(completion_id: int) -> Completion:
    completion = db_session().get(Completion, completion_id)
    if completion is None:
        abort(404)
    return completion
