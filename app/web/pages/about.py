"""「はじめての方へ」 and 「記録のあつかい」, open to everybody, and the form with which the DX
office enters what its promise on personnel review rests on."""

from flask import Blueprint, flash, make_response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import promise
from app.clock import now
from app.retention.periods import periods
from app.versioned_texts import LONGEST
from app.web.language import refusal
from app.web.pages.office import for_dx_office
from app.web.paging import Page, number_in_request, page_number
from app.web.rendering import PAGE_SIZE, db_session, page, see_other, viewer
from app.web.wording.records import lines_of_data, lines_of_words
from challenges.catalogue.search import MINUTES
from challenges.errors import RuleBroken
from challenges.moderation.opening import kept_days
from challenges.shares import SMALLEST_GROUP

bp = Blueprint("about", __name__)


@bp.get("/about")
def about() -> str:
    """What the programme is, who sees what, and what the promise rests on. No sign-in is needed."""
    return page(
        "about/about.html",
        nav="about",
        basis=promise.basis_in_force(db_session()),
        minutes=MINUTES[0],
        smallest_group=SMALLEST_GROUP,
    )


@bp.get("/about/data")
def data() -> str:
    """What is kept, for what, who sees it and how long. No sign-in is needed."""
    return page(
        "about/data.html",
        nav="about",
        data=lines_of_data(),
        words=lines_of_words(periods(db_session())),
        sealed_days=kept_days(db_session()),
        basis=promise.basis_in_force(db_session()),
    )


@bp.get("/office/promise")
@for_dx_office
def basis() -> str:
    """The form, and every earlier version."""
    return _basis_page()


@bp.post("/office/promise")
@for_dx_office
def enter_basis() -> Response:
    """Enter a new version. What was typed stays where it is refused."""
    typed = {field: request.form.get(field, "") for field in promise.FIELDS}
    try:
        promise.enter_basis(
            db_session(),
            typed,
            after=number_in_request("after", otherwise=0),
            by_id=viewer().id,
            at=now(),
        )
    except RuleBroken as error:
        wrong = {error.field or "basis": refusal(error)}
        return make_response(_basis_page(wrong=wrong, typed=typed), 422)
    flash(_("約束の根拠を保存しました。「はじめての方へ」に出ています。"), "good")
    return see_other("about.basis")


def _basis_page(*, wrong: dict[str, str] | None = None, typed: dict[str, str] | None = None) -> str:
    number = page_number()
    found = promise.versions(db_session(), limit=PAGE_SIZE + 1, offset=(number - 1) * PAGE_SIZE)
    present = promise.basis_in_force(db_session())
    return page(
        "about/basis.html",
        nav="office",
        present=present,
        versions=Page.of(found, number=number, size=PAGE_SIZE),
        typed=typed or (present.texts() if present else {}),
        longest=LONGEST,
        wrong=wrong or {},
    )
