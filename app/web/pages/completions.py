"""Withdrawing one's own completion, after seeing what that changes."""

from flask import Blueprint, abort, flash, request
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.web import catalogue
from app.web.days import chosen_day
from app.web.language import sentence as _
from app.web.rendering import db_session, page, see_other, viewer
from badges.awards.awarding import preview_undo
from challenges.calendar import day_of
from challenges.catalogue.published import Catalogue
from challenges.errors import NotAllowed
from challenges.recognition import queries as recognition_queries
from challenges.submissions import habits, withdrawing
from challenges.submissions.models import Completion
from challenges.submissions.voiding import has_words
from challenges.vocabulary import SubmissionState

bp = Blueprint("completions", __name__)


@bp.get("/completions/<int:completion_id>/withdrawal")
@login_required
def ask(completion_id: int) -> str | Response:
    """Show what would stay and what would go. For a withdrawn completion, redirect to its
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
        keeps_words=has_words(completion.submission),
        may_return=_may_return(completion, copy.challenges),
        endorsers=recognition_queries.endorsers(db_session(), completion.id),
        kept=[copy.badges.by_slug[slug] for slug in preview.kept],
        taken_back=[copy.badges.by_slug[slug] for slug in preview.taken_back],
    )


@bp.post("/completions/<int:completion_id>/withdrawals")
@login_required
def withdraw(completion_id: int) -> Response:
    """Withdraw the completion, and remove those days of a habit that are ticked."""
    completion, wrong = _find(completion_id), [chosen_day(day) for day in _ticked()]
    withdrawing.withdraw(db_session(), completion, by_id=viewer().id, at=now())
    for day in wrong:
        habits.remove_day(db_session(), completion.submission, by_id=viewer().id, day=day)
    flash(_said(completion), "info")
    return see_other("challenges.challenge", slug=completion.step.challenge.slug)


def _ticked() -> list[str]:
    return request.form.getlist("day")


def _said(completion: Completion) -> str:
    submission = completion.submission
    if submission.state is not SubmissionState.DRAFT:
        return _("達成を取り下げました。")
    if completion.step.days > 1:
        return _("達成を取り下げました。記録した日とひとことは残っています。")
    return _("達成を取り下げました。書いたものは下書きに残っています。")


def _may_return(completion: Completion, challenges: Catalogue) -> bool:
    """Whether the step can be climbed again: as a draft that is left, or anew."""
    challenge, _step = challenges.by_step.get(completion.step_id, (None, None))
    if challenge is None:
        return False
    offered = challenges.offered(to_manager=viewer().is_manager, on=day_of(now()))
    return has_words(completion.submission) or challenge in offered


def _find(completion_id: int) -> Completion:
    completion = db_session().get(Completion, completion_id)
    if completion is None:
        abort(404)
    return completion
