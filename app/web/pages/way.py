"""「わたしの道のり」 and its sheets for printing.

Neither has an id in its address: everybody sees only their own, and nobody anybody else's.
"""

from flask import Blueprint, abort
from flask_login import login_required

from app.clock import now
from app.queries import my_way
from app.queries.my_way import MyYear
from app.web import catalogue, way_picture
from app.web.eras import fiscal_year
from app.web.paging import Page, number_in_request, page_number
from app.web.rendering import PAGE_SIZE, db_session, page, viewer
from app.web.wording import way as wording
from challenges.calendar import day_of

bp = Blueprint("way", __name__)

ON_PAPER = 500
"""More steps than a catalogue has."""


@bp.get("/me/way")
@login_required
def way() -> str:
    """One fiscal year of the viewer: the way, the steps with their words, what else it brought."""
    seen, number = _year(), page_number()
    offset = (number - 1) * PAGE_SIZE
    told = my_way.told(
        db_session(), viewer().id, days=seen.days, limit=PAGE_SIZE + 1, offset=offset
    )
    return page(
        "way/way.html",
        nav="people",
        told=told,
        records=Page.of(told.records, number=number, size=PAGE_SIZE),
        lying=way_picture.lying(seen.months),
        standing=way_picture.standing(seen.months),
        **_shown(seen),
    )


@bp.get("/me/way/sheet")
@login_required
def sheet() -> str:
    """The same year on paper, whole."""
    seen = _year()
    told = my_way.told(db_session(), viewer().id, days=seen.days, limit=ON_PAPER)
    return page(
        "way/sheet.html",
        nav="people",
        told=told,
        printed_on=day_of(now()),
        picture=way_picture.lying(seen.months),
        **_shown(seen),
    )


def _year() -> MyYear:
    """The year in the address, or the present one."""
    wanted = number_in_request("year", otherwise=0) or None
    return my_way.my_year(
        db_session(),
        viewer().id,
        catalogue=catalogue.current().challenges,
        year=wanted,
        on=day_of(now()),
    ) or abort(404)


def _shown(seen: MyYear) -> dict[str, object]:
    copy = catalogue.current()
    return {
        "seen": seen,
        "year_name": fiscal_year,
        "wording": wording,
        "not_for_review": wording.NOT_FOR_REVIEW,
        "steps": copy.challenges.by_step,
        "badges": copy.badges.by_slug,
        "firsts": _by_step(seen),
    }


def _by_step(seen: MyYear) -> dict[int, list[str]]:
    """What each step was the first of, in words. A person has a standing step once."""
    found: dict[int, list[str]] = {}
    for one in seen.milestones:
        found.setdefault(one.taken.step_id, []).append(wording.milestone(one))
    return found
