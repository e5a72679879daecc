"""Naming deputies, and ending it. The forms stand on /team and lead back to it."""

from flask import Blueprint, abort, flash, request
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.web.days import TODAY, chosen_day
from app.web.language import sentence as _
from app.web.pages.team_page import show_again
from app.web.rendering import db_session, see_other, viewer
from app.web.templating import day_in_words
from challenges.calendar import day_of
from challenges.errors import InvalidField, NotAllowed, RuleBroken
from challenges.people import deputies
from challenges.people.accounts import with_number
from challenges.people.coming import shown_unit
from challenges.people.models import Membership, Person, Unit

bp = Blueprint("deputies", __name__)


@bp.post("/deputies")
@login_required
def name_deputy() -> Response:
    """Name a deputy for the viewer."""
    try:
        deputy, term = _deputy(), _term()
        unit = _unit()
        deputies.name_deputy(db_session(), unit=unit, deputy=deputy, term=term, by=_me(), at=now())
    except NotAllowed:
        raise
    except RuleBroken as error:
        return show_again(error, section="deputies")
    flash(_said(deputy.name, term), "good")
    return see_other("team.team")


@bp.post("/deputies/<int:membership_id>/endings")
@login_required
def end_deputy(membership_id: int) -> Response:
    """End a deputyship. A deputy who ends their own loses this page and is sent home."""
    membership = db_session().get(Membership, membership_id)
    if membership is not None:
        deputies.end_deputy(db_session(), membership, by=_me(), at=now())
    elif not viewer().is_manager:
        abort(404)
    # A deputyship that had not begun is gone once it is ended: the button was pressed twice.
    flash(_("代理を終えました。"), "info")
    is_own = membership is not None and membership.person_id == viewer().id
    return see_other("home.home" if is_own else "team.team")


def _unit() -> Unit:
    unit_id = request.form.get("unit", 0, type=int)
    return shown_unit(db_session(), unit_id, on=day_of(now())) or abort(404)


def _me() -> Person:
    return db_session().get_one(Person, viewer().id)


def _deputy() -> Person:
    found = with_number(db_session(), request.form.get("deputy", ""), on=day_of(now()))
    if found is None:
        raise InvalidField(
            "この職員番号の人は見つかりません。番号を確かめてください。", field="deputy"
        )
    return found


def _term() -> deputies.Term:
    first, last = (request.form.get(field) for field in ("first_day", "last_day"))
    return deputies.Term(
        chosen_day(first or TODAY, field="first_day"),
        chosen_day(last, field="last_day") if last else None,
    )


def _said(name: str, term: deputies.Term) -> str:
    days = {"first": day_in_words(term.first_day), "name": name}
    if term.last_day is None:
        said: str = _("%(first)sから、%(name)sさんに代理をお願いしました。", **days)
    else:
        days["last"] = day_in_words(term.last_day)
        said = _("%(first)sから%(last)sまで、%(name)sさんに代理をお願いしました。", **days)
    return said
