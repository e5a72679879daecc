"""The hand-over (引継書): what is open, due and connected, for whoever takes over the office."""

from flask import Blueprint

from app.clock import now
from app.config import config
from app.queries import studio
from app.queries.campaign_handover import members_of_the_office, pending, reported
from app.web.campaign_access import for_designers
from app.web.rendering import db_session, page, viewer
from app.web.wording import campaign_fields as words
from challenges.calendar import day_of
from challenges.campaigns import pauses
from challenges.vocabulary import CampaignState

bp = Blueprint("studio_handover", __name__)

OPEN = tuple(state for state in CampaignState if state is not CampaignState.ARCHIVED)


@bp.get("/office/handover")
@for_designers
def handover() -> str:
    """One page to print."""
    campaigns = studio.designed(db_session(), states=OPEN)
    return page(
        "studio/handover.html",
        nav="office",
        at=now(),
        today=day_of(now()),
        by_state=[
            (state, found)
            for state in OPEN
            if (found := [one for one in campaigns if one.state is state])
        ],
        waiting=[one for one in campaigns if one.waits],
        members=members_of_the_office(db_session(), on=day_of(now())),
        reported=reported(db_session()),
        pending=pending(db_session(), me=viewer().id, at=now()),
        pauses=pauses.going_on(db_session()),
        config=config(),
        words=words,
    )
