"""Letters that went wrong, for the DX office."""

from flask import Blueprint

from app.config import config
from app.notices.letter_queries import troubled_letters
from app.web.pages.office import for_dx_office
from app.web.paging import Page, page_number
from app.web.rendering import PAGE_SIZE, db_session, page
from app.web.wording.letters import KINDS

bp = Blueprint("lost_letters", __name__)


@bp.get("/office/letters")
@for_dx_office
def letters() -> str:
    """Letters that were refused, and those of which nobody knows whether they arrived."""
    number = page_number()
    rows = troubled_letters(db_session(), limit=PAGE_SIZE + 1, offset=(number - 1) * PAGE_SIZE)
    return page(
        "office/letters.html",
        nav="office",
        letters=Page.of(rows, number=number, size=PAGE_SIZE),
        kinds=KINDS,
        has_server=config().mail_server is not None,
    )
