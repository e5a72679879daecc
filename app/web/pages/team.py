"""What a manager does: accept or ask back, and endorse. Every form leads back to /team."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from flask import Blueprint, abort, flash, request
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.indicators.unnoticed import UnnoticedShares, unnoticed_shares
from app.web import catalogue
from app.web.language import sentence as _
from app.web.pages.team_page import giving, numbers, offer_undo, show_again, team_page
from app.web.rendering import db_session, page, see_other, viewer
from app.web.wording.outcomes import outcome_line, outcome_lines
from challenges.calendar import day_of
from challenges.errors import (
    N_,
    AlreadyClimbed,
    AlreadyDecided,
    InvalidField,
    NotAllowed,
    RuleBroken,
)
from challenges.people import org_chart
from challenges.recognition import deciding_with_words, endorsing
from challenges.recognition.models import Endorsement
from challenges.recognition.units_below import units_below
from challenges.storage.orm import Base
from challenges.submissions import reviewing, withdrawing
from challenges.submissions.models import Completion, Submission
from challenges.submissions.queue import (
    completions_to_take_back,
    outcomes,
    submissions_to_decide,
)
from challenges.text import as_written
from challenges.vocabulary import SubmissionState

bp = Blueprint("team", __name__)


Found = TypeVar("Found", bound=Base)

NOT_ASKED = N_("質問が書かれています。聞いてみるか、消してから確認してください。")
NOT_GIVEN = N_("お墨付きの言葉が書かれています。確認するか、消してから聞いてみてください。")


@bp.get("/team")
@login_required
def team() -> str:
    """The submissions that wait for the viewer, oldest first, and recent steps of their people."""
    return team_page()


@bp.get("/team/units")
@login_required
def units() -> str:
    """The units below the viewer's own, in numbers of people."""
    today = day_of(now())
    managed = org_chart.managed_units(db_session(), viewer().id, on=today)
    if not managed:
        raise NotAllowed("チームのページは、管理職と代理の人のためのものです。")
    own_ids = {unit.unit_id for unit in managed}
    unit_ids = set().union(*(unit.unit_ids for unit in managed))
    return page(
        "team/units.html",
        nav="team",
        below=units_below(db_session(), own_ids=own_ids, unit_ids=unit_ids, on=today),
        unnoticed=_unnoticed(unit_ids, on=today) if unit_ids != own_ids else None,
    )


def _unnoticed(unit_ids: set[int], *, on: date) -> UnnoticedShares | None:
    """The rows of the viewer's units, of the table that is the same for everybody."""
    found = unnoticed_shares(db_session(), on=on)
    return found and replace(found, units=[one for one in found.units if one.unit_id in unit_ids])


@bp.post("/submissions/<int:submission_id>/acceptances")
@login_required
def accept(submission_id: int) -> Response:
    """Accept a submission, with or without an endorsement."""
    submission, (words, kinds) = _submissions([submission_id])[0], _praise()
    try:
        _must_be_empty("question", submission, otherwise=NOT_ASKED)
        done = deciding_with_words.accept(
            db_session(), submission, by_id=viewer().id, words=words, kinds=kinds, at=now()
        )
    except NotAllowed:
        raise
    except RuleBroken as error:
        return _refused(error, submission)
    if as_written(words):
        outcome = _(
            "%(name)sさんの一歩を確認し、お墨付きを贈りました。本人のホームに届きます。",
            name=submission.person.name,
        )
    else:
        outcome = _(
            "%(name)sさんの一歩を確認しました。申請した日の達成になります。",
            name=submission.person.name,
        )
    offer_undo(outcome, [done])
    return see_other("team.team", giving=giving())


@bp.post("/submissions/<int:submission_id>/questions")
@login_required
def ask(submission_id: int) -> Response:
    """Send a submission back with a question."""
    submission, question = _submissions([submission_id])[0], request.form.get("question", "")
    try:
        _must_be_empty("words", submission, otherwise=NOT_GIVEN)
        reviewing.send_back(
            db_session(), submission, by_id=viewer().id, question=question, at=now()
        )
    except (InvalidField, AlreadyDecided) as error:
        return _refused(error, submission)
    flash(
        _(
            "%(name)sさんに聞きました。書き足されたら、またここに並びます。",
            name=submission.person.name,
        ),
        "good",
    )
    return see_other("team.team", giving=giving())


@bp.post("/submissions/acceptances")
@login_required
def accept_all() -> Response:
    """Accept every ticked submission, or none if one of them does not wait any more."""
    ticked = request.form.getlist("submission", type=int)
    ticked += request.form.getlist("claim", type=int)  # a form from before the name changed
    submissions = _submissions(ticked)
    if not submissions:
        return show_again(RuleBroken("確認する申請を選んでください。"), section="bulk", of="bulk")
    try:
        done = reviewing.accept_all(db_session(), submissions, by_id=viewer().id, at=now())
    except reviewing.SomeDecidedAlready as error:
        return show_again(RuleBroken(_named(error)), section="queue")
    said = _(
        "%(count)s件をまとめて確認しました。それぞれ申請した日の達成になります。", count=len(done)
    )
    offer_undo(said, done)
    return see_other("team.team", giving=giving())


@bp.post("/completions/acceptance-withdrawals")
@login_required
def withdraw_acceptances() -> Response:
    """Undo recent acceptances: the submissions wait as before."""
    done = _completions(request.form.getlist("completion", type=int))
    try:
        returned = withdrawing.withdraw_acceptances(db_session(), done, by_id=viewer().id, at=now())
    except NotAllowed:
        raise
    except RuleBroken as error:
        return show_again(error, section="queue")
    flash(
        _("%(count)s件の確認を取り消しました。前と同じ順番で待っています。", count=returned), "info"
    )
    if returned < len(done):
        late = len(done) - returned
        flash(_("%(count)s件は、先に取り消されていたため、そのままです。", count=late), "info")
    return see_other("team.team")


@bp.post("/completions/<int:completion_id>/endorsements")
@login_required
def endorse(completion_id: int) -> Response:
    """Endorse a step, in words."""
    completion, (words, kinds) = _find(Completion, completion_id), _praise()
    try:
        endorsing.endorse(
            db_session(), completion, by_id=viewer().id, words=words, kinds=kinds, at=now()
        )
    except NotAllowed:
        raise
    except RuleBroken as error:
        return show_again(error, section="recent", of=f"step-{completion_id}")
    flash(
        _(
            "%(name)sさんにお墨付きを贈りました。本人のホームに届きます。",
            name=completion.person.name,
        ),
        "good",
    )
    return see_other("team.team", **numbers())


@bp.post("/endorsements/<int:endorsement_id>/wordings")
@login_required
def reword(endorsement_id: int) -> Response:
    """Let one's own endorsement say something else, within a day."""
    endorsement, (words, kinds) = _find(Endorsement, endorsement_id), _praise()
    try:
        endorsing.reword(
            db_session(), endorsement, by_id=viewer().id, words=words, kinds=kinds, at=now()
        )
    except NotAllowed:
        raise
    except RuleBroken as error:
        return show_again(error, section="recent", of=f"step-{endorsement.completion_id}")
    flash(_("お墨付きの言葉を直しました。"), "good")
    return see_other("team.team", **numbers())


@bp.post("/endorsements/<int:endorsement_id>/withdrawals")
@login_required
def withdraw(endorsement_id: int) -> Response:
    """Withdraw one's own endorsement."""
    endorsing.withdraw(
        db_session(), _find(Endorsement, endorsement_id), by_id=viewer().id, at=now()
    )
    flash(_("お墨付きを取り下げました。"), "info")
    return see_other("team.team", **numbers())


def _refused(error: RuleBroken, submission: Submission) -> Response:
    """The page with the sentence of the error. Who decided too late is told what happened, also if
    their words were wrong: the field is gone with its row."""
    is_late = submission.state is not SubmissionState.WAITING
    if is_late or isinstance(error, AlreadyDecided | AlreadyClimbed):
        (outcome,) = outcomes(db_session(), [submission.id])
        challenges = catalogue.current().challenges.by_slug
        error = RuleBroken(outcome_line(outcome, challenges, me=viewer().id))
    return show_again(error, section="queue", of=f"submission-{submission.id}")


def _named(error: reviewing.SomeDecidedAlready) -> str:
    """Which submissions did not wait any more, what became of them, and that nothing changed."""
    late = outcomes(db_session(), error.submission_ids)
    return " ".join(outcome_lines(late, catalogue.current().challenges.by_slug, me=viewer().id))


def _praise() -> tuple[str, list[str]]:
    """The words and the ticked kinds of the form."""
    return request.form.get("words", ""), request.form.getlist("praise")


def _must_be_empty(field: str, submission: Submission, *, otherwise: str) -> None:
    """Refuse the form if it holds text for its other button: that text would be lost.

    Raises InvalidField, or NotAllowed before it if the viewer may not decide.
    """
    if submission.state is SubmissionState.WAITING and as_written(request.form.get(field, "")):
        reviewing.must_be_decidable_by(db_session(), submission, by_id=viewer().id, at=now())
        raise InvalidField(otherwise, field=field)


def _submissions(submission_ids: list[int]) -> Sequence[Submission]:
    # Beyond 2**31 PostgreSQL would refuse the query instead of finding nothing.
    found = submissions_to_decide(
        db_session(), [number for number in submission_ids if 0 < number < 2**31]
    )
    if len(found) != len(set(submission_ids)):
        abort(404)
    return found


def _completions(completion_ids: list[int]) -> Sequence[Completion]:
    found = completions_to_take_back(
        db_session(), [number for number in completion_ids if 0 < number < 2**31]
    )
    if not found or len(found) != len(set(completion_ids)):
        abort(404)
    return found


def _find(noun: type[Found], number: int) -> Found:
    found = db_session().get(noun, number) if 0 < number < 2**31 else None
    if found is None:
        abort(404)
    return found
