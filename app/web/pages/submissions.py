"""Submissions: sending a step, drafts, days of a habit, quizzes, and withdrawing a submission."""

from flask import Blueprint, Response, abort, flash, make_response, redirect, request
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response as AnyResponse

from app.clock import now
from app.db.sessions import undo
from app.web.days import chosen_day
from app.web.language import refusal
from app.web.pages.challenges import challenge_page, find_quiz, find_step, quiz_page
from app.web.rendering import db_session, see_other, viewer
from app.web.templating import day_in_words
from app.web.wording.numbers import spelled
from challenges.catalogue import quizzes
from challenges.catalogue.published import PublishedChallenge, PublishedStep
from challenges.errors import AlreadyClimbed, InvalidField
from challenges.submissions import habits, submitting, withdrawing
from challenges.submissions import queries as submission_queries
from challenges.submissions.models import Submission
from challenges.submissions.overdue import PATIENCE
from challenges.submissions.submitting import Evidence
from challenges.text import as_written
from challenges.vocabulary import Check

bp = Blueprint("submissions", __name__)


@bp.post("/challenges/<slug>/steps/<int:number>/submissions")
@login_required
def submit(slug: str, number: int) -> AnyResponse:
    """Submit a step, or save a draft if the form says ``draft``."""
    challenge, step = find_step(slug, number)
    if step.check is Check.QUIZ or step.days > 1:
        abort(404)
    try:
        if "draft" in request.form:
            return _save_draft(challenge, step)
        return _after_submitting(challenge, _submit(challenge, step, _written(step)))
    except InvalidField as error:
        return _show_again(challenge, step, error)
    except AlreadyClimbed as error:
        return _show_what_stands(challenge, step, error)


@bp.post("/challenges/<slug>/steps/<int:number>/days")
@login_required
def record_day(slug: str, number: int) -> AnyResponse:
    """Record one day of a habit."""
    challenge, step = _find_habit(slug, number)
    try:
        day = chosen_day(request.form.get("day", ""))
        completion_id = habits.record_day(
            db_session(),
            person_id=viewer().id,
            step=step,
            version=challenge.version,
            day=day,
            reflection=request.form.get("reflection", ""),
            at=now(),
        )
    except InvalidField as error:
        return _show_again(challenge, step, error)
    except AlreadyClimbed as error:
        return _show_what_stands(challenge, step, error)
    if completion_id is None:
        recorded = _("%(day)sの分を記録しました。間が空いても大丈夫です。", day=day_in_words(day))
    else:
        # The completion bears the day of the last one, which may be another day.
        recorded = _("%(day)sの分を記録しました。", day=day_in_words(day))
    flash(recorded, "good")
    return see_other("challenges.challenge", slug=slug, climbed=completion_id)


@bp.post("/challenges/<slug>/steps/<int:number>/completions")
@login_required
def finish_habit(slug: str, number: int) -> AnyResponse:
    """Complete a habit with the days that stayed after its completion was taken back."""
    challenge, step = _find_habit(slug, number)
    try:
        completion_id = habits.finish(
            db_session(),
            person_id=viewer().id,
            step=step,
            version=challenge.version,
            at=now(),
        )
    except AlreadyClimbed as error:
        return _show_what_stands(challenge, step, error)
    return see_other("challenges.challenge", slug=slug, climbed=completion_id)


def _find_habit(slug: str, number: int) -> tuple[PublishedChallenge, PublishedStep]:
    challenge, step = find_step(slug, number)
    if step.days == 1:
        abort(404)
    return challenge, step


@bp.post("/challenges/<slug>/quiz")
@login_required
def hand_in_quiz(slug: str) -> AnyResponse:
    """Mark the quiz. A pass is a completion; anything else is not recorded."""
    challenge, step = find_quiz(slug)
    answers = {question.id: request.form.get(question.id, "") for question in challenge.quiz}
    try:
        marked = quizzes.mark(challenge.quiz, answers)
        completion_id = (
            _submit(challenge, step, Evidence(quiz_score=marked.score)) if marked.passed else None
        )
    except InvalidField as error:
        return make_response(quiz_page(challenge, typed=answers, missing=error.field), 422)
    except AlreadyClimbed:
        undo()
        completion_id = None
    shown = quiz_page(challenge, typed=answers, marked=marked, completion_id=completion_id)
    return make_response(shown)


@bp.post("/submissions/<int:submission_id>/withdrawals")
@login_required
def withdraw(submission_id: int) -> AnyResponse:
    """Withdraw one's own open submission."""
    submission = _find(submission_id)
    withdrawing.withdraw_submission(db_session(), submission, by_id=viewer().id, at=now())
    if submission.submitted_at is None:
        flash(_("書きかけの記録を消しました。またいつでも登れます。"), "info")
    else:
        flash(_("申請を取り下げました。またいつでも登れます。"), "info")
    return see_other("challenges.challenge", slug=submission.step.challenge.slug)


@bp.post("/submissions/<int:submission_id>/day-removals")
@login_required
def remove_day(submission_id: int) -> AnyResponse:
    """Remove one day of a habit."""
    submission, day = _find(submission_id), chosen_day(request.form.get("day", ""))
    habits.remove_day(db_session(), submission, by_id=viewer().id, day=day)
    flash(_("%(day)sの記録を消しました。", day=day_in_words(day)), "info")
    return see_other("challenges.challenge", slug=submission.step.challenge.slug)


@bp.post("/submissions/<int:submission_id>/revisions")
@login_required
def revise(submission_id: int) -> AnyResponse:
    """Turn a waiting submission into a draft again, with everything that was written."""
    submission = _find(submission_id)
    withdrawing.reopen_submission(db_session(), submission, by_id=viewer().id, at=now())
    flash(_("書き直せるようにしました。直したら、もう一度送ってください。"), "info")
    return see_other("challenges.challenge", slug=submission.step.challenge.slug)


def _find(submission_id: int) -> Submission:
    return db_session().get(Submission, submission_id) or abort(404)


def _submit(challenge: PublishedChallenge, step: PublishedStep, evidence: Evidence) -> int | None:
    return submitting.submit(
        db_session(),
        person_id=viewer().id,
        step=step,
        version=challenge.version,
        evidence=evidence,
        at=now(),
    )


def _written(step: PublishedStep) -> Evidence:
    """The evidence in the form of a step."""
    return Evidence(
        reflection=request.form.get("reflection", ""),
        link=request.form.get("link"),
        is_already_doing=_is_already_doing(step),
        shows_words="shown" in request.form,
    )


def _is_already_doing(step: PublishedStep) -> bool:
    """Whether the form was 「もうやっている」, the second form of a first step."""
    return "already" in request.form and step.number == 1


def _after_submitting(challenge: PublishedChallenge, completion_id: int | None) -> Response:
    if completion_id is None:
        flash(
            _(
                "受け取りました。管理職の確認を待っています。"
                "%(days)s開庁日を過ぎたら、自動で達成になります。",
                days=spelled(PATIENCE),
            ),
            "good",
        )
    return see_other("challenges.challenge", slug=challenge.slug, climbed=completion_id)


def _save_draft(challenge: PublishedChallenge, step: PublishedStep) -> Response:
    submitting.save_draft(
        db_session(),
        person_id=viewer().id,
        step=step,
        version=challenge.version,
        reflection=request.form.get("reflection", ""),
        link=request.form.get("link", ""),
        at=now(),
    )
    flash(_("下書きを残しました。続きはいつでも書けます。"), "good")
    return see_other("challenges.challenge", slug=challenge.slug)


def _show_again(
    challenge: PublishedChallenge, step: PublishedStep, error: InvalidField
) -> AnyResponse:
    """The page with 422: the sentence beside its field, and everything that was typed."""
    form = "already" if _is_already_doing(step) else step.number
    wrong = {f"{error.field}-{form}": refusal(error)}
    typed = {f"{name}-{form}": value for name, value in request.form.items()}
    return make_response(challenge_page(challenge, wrong=wrong, typed=typed), 422)


def _show_what_stands(
    challenge: PublishedChallenge, step: PublishedStep, error: AlreadyClimbed
) -> AnyResponse:
    """Answer a form for a step that has already been climbed.

    A form sent twice leads to the result of the first one. If the text differs, as from a second
    tab, the page says that it was not saved and shows it.
    """
    undo()
    record = submission_queries.records_of_challenge(db_session(), viewer().id, challenge.id).get(
        step.id
    )
    if record and record.voided_at is None and _is_all_in(record):
        return see_other("challenges.challenge", slug=challenge.slug, climbed=record.completion_id)
    submission = submission_queries.open_submissions(db_session(), viewer().id).get(step.id)
    if submission and _is_all_in(submission):
        return see_other("challenges.challenge", slug=challenge.slug)
    typed = (as_written(request.form.get(name, "")) for name in ("reflection", "link"))
    unsaved = "\n".join(filter(None, typed))
    return make_response(challenge_page(challenge, unsaved=(refusal(error), unsaved)), 409)


def _is_all_in(kept: submission_queries.Record | submission_queries.OpenSubmission) -> bool:
    """Whether everything that the form says is kept there already."""
    words, link = (as_written(request.form.get(name, "")) for name in ("reflection", "link"))
    if request.form.get("day"):
        return kept.days.get(chosen_day(request.form["day"])) == words
    return words in {"", kept.reflection} and link in {"", kept.link or ""}


@bp.route("/claims/<path:rest>", methods=["GET", "POST"])
@login_required
def moved_claims(rest: str) -> AnyResponse:
    """Redirect forms of tabs that were opened when submissions had another address."""
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    return redirect(f"/submissions/{rest}{query}", 308)
