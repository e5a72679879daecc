"""The disaster switch: a pause is looked at before it begins, and ended on the day that it was."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, make_response, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.clock import now
from app.db.sessions import database
from app.queries import studio
from app.queries.campaign_pauses import ids_of, listed, pause_with
from app.studio import audit
from app.studio.pause_preview import preview
from app.web.campaign_access import for_designers
from app.web.days import chosen_day
from app.web.paging import Page, page_number
from app.web.rendering import PAGE_SIZE, db_session, page, see_other, viewer
from challenges.calendar import day_of
from challenges.campaigns import pauses as disasters
from challenges.errors import InvalidField
from challenges.text import as_written

bp = Blueprint("studio_pauses", __name__)


@dataclass(frozen=True)
class Wanted:
    """The pause that somebody is putting together, from the address or the form."""

    everywhere: bool
    units: tuple[str, ...]
    first_day: str
    last_day: str

    @classmethod
    def of(cls, given: MultiDict[str, str]) -> "Wanted":
        """What the form has, after the button that adds or removes a unit."""
        verb, _colon, path = given.get("act", "").partition(":")
        units = [one for one in dict.fromkeys(given.getlist("units")) if one and one != path]
        if verb == "add":
            units.append(path)
        # Whoever adds a unit means chosen ones, whatever stands above it: pausing everything
        # instead would be the worse mistake.
        where = "units" if verb == "add" else given.get("where", "units" if units else "all")
        everywhere = where == "all"
        return cls(
            everywhere=everywhere,
            units=() if everywhere else tuple(units[:200]),
            first_day=given.get("first_day", "") or day_of(now()).isoformat(),
            last_day=given.get("last_day", ""),
        )

    def days(self) -> tuple[date, date | None]:
        """Both days. Raises InvalidField."""
        last = chosen_day(self.last_day, field="last_day") if self.last_day else None
        return chosen_day(self.first_day, field="first_day"), last

    def unit_ids(self) -> list[int] | None:
        """The ids of the units, None for all."""
        return None if self.everywhere else ids_of(db_session(), self.units)


@bp.get("/office/pauses")
@for_designers
def pauses() -> Response:
    """What goes on, what was, and what a new pause would move."""
    wanted = Wanted.of(request.args)
    if "try" not in request.args:
        return make_response(_page(wanted))
    try:
        return make_response(_page(wanted, moved=_tried(wanted)))
    except InvalidField as error:
        return make_response(_page(wanted, wrong=error), 422)


@bp.post("/office/pauses")
@for_designers
def begin() -> Response:
    """Begin a pause, and end it at once if it is over already."""
    wanted, reason = Wanted.of(request.form), request.form.get("reason", "")
    acts: dict[str, Any] = {"by_id": viewer().id, "at": now()}
    try:
        first, last = wanted.days()
        pause = disasters.begin(
            db_session(), first_day=first, unit_ids=wanted.unit_ids(), reason=reason, **acts
        )
        if last is not None:
            disasters.end(db_session(), pause, last_day=last, **acts)
    except InvalidField as error:
        return make_response(_page(wanted, moved=_tried_or_none(wanted), wrong=error), 422)
    _note("paused", pause.id, after=_said(wanted), reason=as_written(reason))
    flash(_("休止を記録しました。休んだ日の分だけ、終わりの日が延びます。"), "good")
    return see_other("studio_pauses.pauses")


@bp.post("/office/pauses/<int:pause_id>/endings")
@for_designers
def end(pause_id: int) -> Response:
    """Say which day was the last one lost."""
    pause = pause_with(db_session(), pause_id) or abort(404)
    before = {"last_day": pause.last_day.isoformat() if pause.last_day else None}
    try:
        last = chosen_day(request.form.get("last_day", ""), field="last_day")
        disasters.end(db_session(), pause, last_day=last, by_id=viewer().id, at=now())
    except InvalidField as error:
        shown = _page(Wanted.of(MultiDict()), wrong_end=(pause_id, error))
        return make_response(shown, 422)
    _note("resumed", pause.id, before=before, after={"last_day": last.isoformat()})
    flash(_("休止を終えました。"), "good")
    return see_other("studio_pauses.pauses")


def _tried(wanted: Wanted) -> list[Any]:
    """The campaigns that would move. Nothing of the trial is kept."""
    first, last = wanted.days()
    unit_ids = wanted.unit_ids()
    with database().trying() as trying:
        return preview(
            trying,
            first_day=first,
            last_day=last,
            unit_ids=unit_ids,
            by_id=viewer().id,
            at=now(),
        )


def _tried_or_none(wanted: Wanted) -> list[Any] | None:
    try:
        return _tried(wanted)
    except InvalidField:
        return None


def _said(wanted: Wanted) -> dict[str, Any]:
    return {
        "first_day": wanted.first_day,
        "last_day": wanted.last_day or None,
        "units": [] if wanted.everywhere else list(wanted.units),
    }


def _note(act: str, pause_id: int, **more: Any) -> None:
    audit.note(
        db_session(),
        act=act,
        subject="pause",
        subject_id=pause_id,
        by_id=viewer().id,
        at=now(),
        **more,
    )


def _page(
    wanted: Wanted,
    *,
    moved: list[Any] | None = None,
    wrong: InvalidField | None = None,
    wrong_end: tuple[int, InvalidField] | None = None,
) -> str:
    number, words = page_number(), as_written(request.values.get("unit", ""))[:100]
    window = {"limit": PAGE_SIZE + 1, "offset": (number - 1) * PAGE_SIZE}
    today = day_of(now())
    return page(
        "studio/pauses.html",
        nav="office",
        wanted=wanted,
        moved=moved,
        found=Page.of(listed(db_session(), **window), number=number, size=PAGE_SIZE),
        going_on=len(disasters.going_on(db_session())),
        unit_words=words,
        units=studio.units_found(db_session(), words, on=today, except_=wanted.units),
        wrong={wrong.field: wrong} if wrong else {},
        wrong_end=wrong_end,
        reason=request.form.get("reason", ""),
        today=today,
    )
