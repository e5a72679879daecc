"""The DX office enters which unit carries on an earlier one over a reorganisation."""

from flask import Blueprint, flash, make_response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.indicators.successors import successions
from app.studio.successions import enter, take_away
from app.web.days import chosen_day
from app.web.language import refusal
from app.web.pages.office import for_dx_office
from app.web.paging import Page, page_number
from app.web.rendering import PAGE_SIZE, db_session, page, see_other, viewer
from challenges.errors import RuleBroken

bp = Blueprint("successions", __name__)

FIELDS = ("path", "successor", "since")


@bp.get("/office/units/successions")
@for_dx_office
def entered() -> str:
    """The form, and what was entered."""
    return _page()


@bp.post("/office/units/successions")
@for_dx_office
def add() -> Response:
    """Enter one. What was typed stays where it is refused."""
    typed = {field: request.form.get(field, "") for field in FIELDS}
    try:
        since = chosen_day(typed["since"], field="since")
        enter(
            db_session(),
            path=typed["path"],
            successor=typed["successor"],
            since=since,
            by_id=viewer().id,
            at=now(),
        )
    except RuleBroken as error:
        return make_response(_page({error.field or "path": refusal(error)}, typed), 422)
    flash(_("引き継ぎを登録しました。前の年と比べるときに使います。"), "good")
    return see_other("successions.entered")


@bp.post("/units/<int:unit_id>/successors/<int:successor_id>/removals")
@for_dx_office
def remove(unit_id: int, successor_id: int) -> Response:
    """Take one back."""
    take_away(db_session(), unit_id, successor_id, by_id=viewer().id, at=now())
    flash(_("引き継ぎを取り消しました。"), "good")
    return see_other("successions.entered")


def _page(wrong: dict[str, str] | None = None, typed: dict[str, str] | None = None) -> str:
    number = page_number()
    found = successions(db_session(), limit=PAGE_SIZE + 1, offset=(number - 1) * PAGE_SIZE)
    return page(
        "units/successions.html",
        nav="office",
        entered=Page.of(found, number=number, size=PAGE_SIZE),
        typed=typed or {},
        wrong=wrong or {},
    )
