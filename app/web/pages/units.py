"""The DX office says which units are at the head office and which are branches."""

from flask import Blueprint, abort, flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.web.pages.office import for_dx_office
from app.web.paging import Page, page_number
from app.web.rendering import PAGE_SIZE, db_session, page, see_other
from challenges.calendar import day_of
from challenges.people.coming import shown_unit
from challenges.people.sites import place, placed_units

bp = Blueprint("units", __name__)


@bp.get("/office/units")
@for_dx_office
def units() -> str:
    """Every unit with its site, by path."""
    number = page_number()
    every = placed_units(db_session(), on=day_of(now()))
    start = (number - 1) * PAGE_SIZE
    shown = Page.of(every[start : start + PAGE_SIZE + 1], number=number, size=PAGE_SIZE)
    return page("units/units.html", nav="office", units=shown)


@bp.post("/units/<int:unit_id>/sites")
@for_dx_office
def set_site(unit_id: int) -> Response:
    """Say where a unit is."""
    unit = shown_unit(db_session(), unit_id, on=day_of(now())) or abort(404)
    place(unit, request.form.get("site", ""))
    flash(_("「%(unit)s」を保存しました。", unit=unit.path), "good")
    return see_other("units.units", page=page_number())
