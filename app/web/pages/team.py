"""What a manager does: accept or ask, vouch with words, and let somebody stand in. Everything
answers with /team."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from flask import Blueprint, abort, flash, request
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.web.pages.team_page import again, giving, numbers, offer_way_back, team_page
from app.web.rendering import db_session, see, viewer
from challenges.errors import N_, AlreadyDecided, InvalidField, NotAllowed, RuleBroken
from challenges.people import deputies
from challenges.people.accounts import with_number
from challenges.people.models import Membership, Person, Unit
from challenges.recognition import deciding_with_words, endorsing
from challenges.recognition.models import Endorsement
from challenges.storage.orm import Base
from challenges.submissions import reviewing, withdrawing
from challenges.submissions.models import Completion, Submission
from challenges.submissions.queue import completions_to_take_back, submissions_to_decide
from challenges.vocabulary import SubmissionState

bp = Blueprint("teams", __name__)


Found = TypeVar("Found", bound=Base)


NOT_ASKED = N_("聞きたいことが書かれています。聞いてみるか、消してから受けとめてください。")


NOT_GIVEN = N_("贈る言葉が書かれています。受けとめるか、消してから聞いてみてください。")


@bp.get("/team")
@login_required
def team() -> str:
    """What waits for me, oldest first, and what my people did lately."""
    return team_page()


@bp.post("/submissions/<int:submission_id>/acceptances")
@login_required
def accept(submission_id: int) -> Response:
    """Accept a submission, with words of endorsement or without."""
    submission, words = _submissions([submission_id])[0], request.form.get("words", "")
    try:
        _must_be_empty("question", submission, otherwise=NOT_ASKED)
        done = deciding_with_words.accept(
            db_session(), submission, by_id=viewer().id, words=words, at=now()
        )
    except NotAllowed:
        raise
    except RuleBroken as error:
        return again(error, section="queue", of=f"submission-{submission_id}")
    if words.strip():
        said = _(
            "%(name)sさんの一歩を受けとめ、言葉を贈りました。本人のホームに届きます。",
            name=submission.person.name,
        )
    else:
        said = _(
            "%(name)sさんの一歩を受けとめました。申請した日の達成になります。",
            name=submission.person.name,
        )
    offer_way_back(said, [done])
    return see("teams.team", giving=giving())


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
        return again(error, section="queue", of=f"submission-{submission_id}")
    flash(
        _(
            "%(name)sさんに聞きました。書き足されたら、またここに並びます。",
            name=submission.person.name,
        ),
        "good",
    )
    return see("teams.team", giving=giving())


@bp.post("/submissions/acceptances")
@login_required
def accept_all() -> Response:
    """Accept every ticked submission at once."""
    ticked = request.form.getlist("submission", type=int)
    ticked += request.form.getlist("claim", type=int)  # a form from before the name changed
    submissions = _submissions(ticked)
    if not submissions:
        return again(RuleBroken("受けとめる申請に印をつけてください。"), section="bulk", of="bulk")
    done = reviewing.accept_all(db_session(), submissions, by_id=viewer().id, at=now())
    said = _(
        "%(count)s件をまとめて受けとめました。それぞれ申請した日の達成になります。",
        count=len(done.completion_ids),
    )
    offer_way_back(said, done.completion_ids)
    if done.moved:
        flash(_("%(count)s件は、ほかの人が先に進めていました。", count=done.moved), "info")
    return see("teams.team", giving=giving())


@bp.post("/completions/acceptance-withdrawals")
@login_required
def withdraw_acceptances() -> Response:
    """Think again at once about what one just accepted: it waits as before."""
    done = _completions(request.form.getlist("completion", type=int))
    try:
        returned = withdrawing.withdraw_acceptances(db_session(), done, by_id=viewer().id, at=now())
    except NotAllowed:
        raise
    except RuleBroken as error:
        return again(error, section="queue")
    flash(_("%(count)s件を元に戻しました。前と同じ順番で待っています。", count=returned), "info")
    return see("teams.team")


@bp.post("/completions/<int:completion_id>/endorsements")
@login_required
def endorse(completion_id: int) -> Response:
    """Vouch for a step, in words."""
    completion, words = _find(Completion, completion_id), request.form.get("words", "")
    try:
        endorsing.endorse(db_session(), completion, by_id=viewer().id, words=words, at=now())
    except NotAllowed:
        raise
    except RuleBroken as error:
        return again(error, section="recent", of=f"step-{completion_id}")
    flash(
        _("%(name)sさんに言葉を贈りました。本人のホームに届きます。", name=completion.person.name),
        "good",
    )
    return see("teams.team", **numbers())


@bp.post("/endorsements/<int:endorsement_id>/withdrawals")
@login_required
def withdraw(endorsement_id: int) -> Response:
    """Take one's own words back."""
    endorsing.withdraw(
        db_session(), _find(Endorsement, endorsement_id), by_id=viewer().id, at=now()
    )
    flash(_("お墨付きを取り下げました。"), "info")
    return see("teams.team", **numbers())


@bp.post("/deputies")
@login_required
def name_deputy() -> Response:
    """Let somebody stand in for me."""
    try:
        deputy, term = _deputy(), _term()
        unit = _find(Unit, request.form.get("unit", 0, type=int))
        deputies.name_deputy(db_session(), unit=unit, deputy=deputy, term=term, by=_me(), at=now())
    except NotAllowed:
        raise
    except RuleBroken as error:
        return again(error, section="deputies")
    flash(_("%(name)sさんに代理をお願いしました。", name=deputy.name), "good")
    return see("teams.team")


@bp.post("/deputies/<int:membership_id>/endings")
@login_required
def end_deputy(membership_id: int) -> Response:
    """End a deputy's time; a deputy may step back too, and then has nothing to do here any more."""
    membership = _find(Membership, membership_id)
    deputies.end_deputy(db_session(), membership, by=_me(), at=now())
    flash(_("代理を終えました。"), "info")
    return see("home.home" if membership.person_id == viewer().id else "teams.team")


def _must_be_empty(field: str, submission: Submission, *, otherwise: str) -> None:
    """A submission has one form with two buttons; what is meant for the other one must not get
    lost."""
    if submission.state is SubmissionState.WAITING and request.form.get(field, "").strip():
        reviewing.must_be_decidable_by(db_session(), submission, by_id=viewer().id, at=now())
        raise InvalidField(otherwise, field=field)


def _submissions(submission_ids: list[int]) -> Sequence[Submission]:
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


def _me() -> Person:
    return db_session().get_one(Person, viewer().id)


def _deputy() -> Person:
    found = with_number(db_session(), request.form.get("deputy", ""))
    if found is None:
        raise InvalidField(
            "この職員番号の人は見つかりません。番号を確かめてください。", field="deputy"
        )
    return found


def _term() -> deputies.Term:
    return deputies.Term(
        _day("first_day"), _day("last_day") if request.form.get("last_day") else None
    )


def _day(field: str) -> date:
    try:
        return date.fromisoformat(request.form.get(field, ""))
    except ValueError:
        raise InvalidField("日付を選んでください。", field=field) from None
