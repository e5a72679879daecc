"""The list of all staff: by name, and by units in the order of the organisation.

It shows of everybody what the personnel list says: name, unit and post. What somebody did is on
their own page, as far as they allow.
"""

from flask import Blueprint, abort, request
from flask_login import login_required

from app.clock import now
from app.web.paging import Page, page_number
from app.web.rendering import PAGE_SIZE, db_session, page, viewer
from challenges.calendar import day_of
from challenges.people import directory as finding
from challenges.people import staff_list
from challenges.people.coming import shown_unit

bp = Blueprint("directory", __name__)

FURTHEST = 25
"""The last page of a search. Whoever has leafed so far types another letter instead, and a page
costs no more the further one leafs."""
UNITS_AT_ONCE = 10


@bp.get("/people")
@login_required
def directory() -> str:
    """Who is called so, or the highest units."""
    words, today = request.args.get("q", "").strip()[:100], day_of(now())
    number = min(page_number(), FURTHEST)
    found = finding.people_found(
        db_session(),
        words,
        viewer_id=viewer().id,
        on=today,
        limit=PAGE_SIZE + 1,
        offset=(number - 1) * PAGE_SIZE,
    )
    return page(
        "people/directory.html",
        nav="directory",
        words=words,
        people=Page.of(found[: PAGE_SIZE + (number < FURTHEST)], number=number, size=PAGE_SIZE),
        has_more=number == FURTHEST and len(found) > PAGE_SIZE,
        units=finding.units_found(db_session(), words, on=today, limit=UNITS_AT_ONCE),
        highest=[] if words else staff_list.units_in(db_session(), None, on=today),
    )


@bp.get("/people/units/<int:unit_id>")
@login_required
def unit(unit_id: int) -> str:
    """One unit: where it stands, what is below it, and who works in it."""
    today, number = day_of(now()), page_number()
    found = shown_unit(db_session(), unit_id, on=today) or abort(404)
    people = staff_list.members(
        db_session(),
        found.id,
        viewer_id=viewer().id,
        on=today,
        limit=PAGE_SIZE + 1,
        offset=(number - 1) * PAGE_SIZE,
    )
    return page(
        "people/unit.html",
        nav="directory",
        unit=found,
        above=staff_list.units_above(db_session(), found.id),
        below=staff_list.units_in(db_session(), found.id, on=today),
        people=Page.of(people, number=number, size=PAGE_SIZE),
    )
