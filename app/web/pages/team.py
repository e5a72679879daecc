"""What a manager does: accept or ask, vouch with words, and let somebody stand in. Everything answers with /team."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from flask import Blueprint, abort, flash, request
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.web.pages.team_page import again, giving, numbers, offer_way_back, team_page
from app.web.rendering import see, session, viewer
from challenges.errors import N_, FieldWrong, Moved, NotAllowed, RuleBroken
from challenges.people import deputies
from challenges.people.accounts import with_number
from challenges.people.models import Membership, Person, Unit
from challenges.recognition import deciding_with_words, endorsing
from challenges.recognition.models import Endorsement
from challenges.storage.orm import Base
from challenges.submissions import reviewing, withdrawing
from challenges.submissions.models import Completion, Submission
from challenges.submissions.queue import claims as claims_of
from challenges.submissions.queue import completions as completions_of
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


@bp.post("/claims/<int:claim_id>/acceptances")
@login_required
def accept(claim_id: int) -> Response:
    """Accept a claim, with words of endorsement or without."""
    claim, words = _claims([claim_id])[0], request.form.get("words", "")
    try:
        _must_be_empty("question", claim, otherwise=NOT_ASKED)
        done = deciding_with_words.accept(session(), claim, by_id=viewer().id, words=words, at=now())
    except NotAllowed:
        raise
    except RuleBroken as error:
        return again(error, section="queue", of=f"claim-{claim_id}")
    if words.strip():
        said = _("%(name)sさんの一歩を受けとめ、言葉を贈りました。本人のホームに届きます。", name=claim.person.name)
    else:
        said = _("%(name)sさんの一歩を受けとめました。申請した日の達成になります。", name=claim.person.name)
    offer_way_back(said, [done])
    return see("teams.team", giving=giving())


@bp.post("/claims/<int:claim_id>/questions")
@login_required
def ask(claim_id: int) -> Response:
    """Send a claim back with a question."""
    claim, question = _claims([claim_id])[0], request.form.get("question", "")
    try:
        _must_be_empty("words", claim, otherwise=NOT_GIVEN)
        reviewing.send_back(session(), claim, by_id=viewer().id, question=question, at=now())
    except (FieldWrong, Moved) as error:
        return again(error, section="queue", of=f"claim-{claim_id}")
    flash(_("%(name)sさんに聞きました。書き足されたら、またここに並びます。", name=claim.person.name), "good")
    return see("teams.team", giving=giving())


@bp.post("/claims/acceptances")
@login_required
def accept_all() -> Response:
    """Accept every ticked claim at once."""
    claims = _claims(request.form.getlist("claim", type=int))
    if not claims:
        return again(RuleBroken("受けとめる申請に印をつけてください。"), section="bulk", of="bulk")
    done = reviewing.accept_all(session(), claims, by_id=viewer().id, at=now())
    said = _(
        "%(count)s件をまとめて受けとめました。それぞれ申請した日の達成になります。", count=len(done.completion_ids)
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
        returned = withdrawing.withdraw_acceptances(session(), done, by_id=viewer().id, at=now())
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
        endorsing.endorse(session(), completion, by_id=viewer().id, words=words, at=now())
    except NotAllowed:
        raise
    except RuleBroken as error:
        return again(error, section="recent", of=f"step-{completion_id}")
    flash(_("%(name)sさんに言葉を贈りました。本人のホームに届きます。", name=completion.person.name), "good")
    return see("teams.team", **numbers())


@bp.post("/endorsements/<int:endorsement_id>/withdrawals")
@login_required
def withdraw(endorsement_id: int) -> Response:
    """Take one's own words back."""
    endorsing.withdraw(session(), _find(Endorsement, endorsement_id), by_id=viewer().id, at=now())
    flash(_("お墨付きを取り下げました。"), "info")
    return see("teams.team", **numbers())


@bp.post("/deputies")
@login_required
def name_deputy() -> Response:
    """Let somebody stand in for me."""
    try:
        deputy, term = _deputy(), _term()
        unit = _find(Unit, request.form.get("unit", 0, type=int))
        deputies.name_deputy(session(), unit=unit, deputy=deputy, term=term, by=_me(), at=now())
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
    deputies.end_deputy(session(), membership, by=_me(), at=now())
    flash(_("代理を終えました。"), "info")
    return see("home.home" if membership.person_id == viewer().id else "teams.team")


def _must_be_empty(field: str, claim: Submission, *, otherwise: str) -> None:
    """A claim has one form with two buttons; what is meant for the other one must not get lost."""
    if claim.state is SubmissionState.WAITING and request.form.get(field, "").strip():
        reviewing.must_be_decidable_by(session(), claim, by_id=viewer().id, at=now())
        raise FieldWrong(otherwise, field=field)


def _claims(claim_ids: list[int]) -> Sequence[Submission]:
    found = claims_of(session(), [number for number in claim_ids if 0 < number < 2**31])
    if len(found) != len(set(claim_ids)):
        abort(404)
    return found


def _completions(completion_ids: list[int]) -> Sequence[Completion]:
    found = completions_of(session(), [number for number in completion_ids if 0 < number < 2**31])
    if not found or len(found) != len(set(completion_ids)):
        abort(404)
    return found


def _find(noun: type[Found], number: int) -> Found:
    found = session().get(noun, number) if 0 < number < 2**31 else None
    if found is None:
        abort(404)
    return found


def _me() -> Person:
    return session().get_one(Person, viewer().id)


def _deputy() -> Person:
    found = with_number(session(), request.form.get("deputy", ""))
    if found is None:
        raise FieldWrong("この職員番号の人は見つかりません。番号を確かめてください。", field="deputy")
    return found


def _term() -> deputies.Term:
    return deputies.Term(_day("first_day"), _day("last_day") if request.form.get("last_day") else None)


def _day(field: str) -> date:
    try:
        return date.fromisoformat(request.form.get(field, ""))
    except ValueError:
        raise FieldWrong("日付を選んでください。", field=field) from None
