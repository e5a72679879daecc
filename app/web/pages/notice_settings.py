"""What a person chooses about notices: the kinds, and the hours in which the number rises."""

from datetime import time

from flask import Blueprint, flash, make_response, request
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.notices import choosing
from app.notices.hours import OF_THE_PREFECTURE, Hours
from app.notices.kinds import NoticeKind
from app.queries.campaign_access import opens_some
from app.web.language import sentence as _
from app.web.rendering import db_session, page, see_other, viewer
from app.web.wording.notices import KINDS
from challenges.calendar import day_of
from challenges.errors import InvalidField

bp = Blueprint("notice_settings", __name__)


@bp.get("/settings/notices")
@login_required
def settings() -> str:
    """The choices of the viewer."""
    return _page(choosing.choices(db_session(), viewer().id))


@bp.post("/settings/notices")
@login_required
def save() -> Response:
    """Save the choices. A box that is not ticked switches its kind off."""
    at, me = now(), viewer().id
    off = {kind for kind in NoticeKind if kind.value not in request.form.getlist("kinds")}
    try:
        hours = _hours()
        choosing.choose_hours(db_session(), me, hours, at=at)
    except InvalidField as error:
        written = choosing.Choices(frozenset(off), None)
        return make_response(_page(written, wrong=error), 422)
    choosing.choose_kinds(db_session(), me, off=off, at=at)
    flash(_("お知らせの設定を保存しました。"), "good")
    return see_other("notice_settings.settings")


def _hours() -> Hours | None:
    """The hours of the form; None if the person has none of their own. Raises InvalidField."""
    if "own" not in request.form:
        return None
    return Hours(_time("begins"), _time("ends"), every_day="every_day" in request.form)


def _time(name: str) -> time:
    """The time of day in that field. Raises InvalidField."""
    found = choosing.time_written(request.form.get(name, ""))
    if found is None:
        raise InvalidField("時刻を入れてください。", field=name)
    return found


def _page(chosen: choosing.Choices, *, wrong: InvalidField | None = None) -> str:
    hours = chosen.hours or OF_THE_PREFECTURE
    shown = _shown(hours)
    if wrong:
        shown = {name: request.form.get(name, "") for name in shown}
    return page(
        "notices/settings.html",
        nav="settings",
        kinds=KINDS,
        chosen=chosen,
        unasked=_unasked(),
        has_own="own" in request.form if wrong else chosen.hours is not None,
        every_day="every_day" in request.form if wrong else hours.every_day,
        shown=shown,
        usual={name: one.removeprefix("0") for name, one in _shown(OF_THE_PREFECTURE).items()},
        wrong=wrong,
    )


def _unasked() -> set[NoticeKind]:
    """The kinds that never reach somebody like the viewer."""
    me, unasked = viewer(), set()
    if not me.is_manager:
        unasked.add(NoticeKind.WAITING)
    if not (me.is_dx_office or opens_some(db_session(), me.id, on=day_of(now()))):
        unasked.add(NoticeKind.CAMPAIGN_MEND)
    return unasked


def _shown(hours: Hours) -> dict[str, str]:
    return {name: f"{getattr(hours, name):%H:%M}" for name in ("begins", "ends")}
