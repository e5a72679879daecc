"""The DX office's campaigns: the year, and the list."""

from flask import Blueprint, request

from app.clock import now
from app.config import config
from app.queries import studio
from app.queries.campaign_year import fiscal_year
from app.web.campaign_access import for_designers
from app.web.findings import Margins, findings_of
from app.web.paging import Page, page_number
from app.web.rendering import PAGE_SIZE, db_session, page
from app.web.wording import campaign_fields as words
from app.web.wording.numbers import things
from challenges.calendar import day_of
from challenges.vocabulary import CampaignState

bp = Blueprint("studio", __name__)

SHOWN = tuple(state for state in CampaignState if state is not CampaignState.ARCHIVED)
DESIGNED = (CampaignState.DRAFT, CampaignState.WAITING)


@bp.get("/office/campaigns")
@for_designers
def campaigns() -> str:
    """The fiscal year, and every campaign by its state."""
    number, shows_archived = page_number(), request.args.get("archived") == "1"
    states = (CampaignState.ARCHIVED,) if shows_archived else SHOWN
    window = {"limit": PAGE_SIZE + 1, "offset": (number - 1) * PAGE_SIZE}
    rows = studio.designed(db_session(), states=states, **window)
    found = Page.of(rows, number=number, size=PAGE_SIZE)
    return page(
        "studio/campaigns.html",
        nav="office",
        found=found,
        shows_archived=shows_archived,
        margins={
            one.slug: Margins(findings_of(one.draft, one.campaign))
            for one in found.rows
            if one.state in DESIGNED or one.waits
        },
        waiting=sum(one.waits for one in found.rows),
        opened=sum(one.state is CampaignState.OPEN for one in found.rows),
        year=fiscal_year(db_session(), on=day_of(now()), kinds=config().counted_employments),
        today=day_of(now()),
        words=words,
        things=things,
    )
