"""The DX office's campaigns: the year, and the list; for owners and coaches those they open."""

from datetime import date

from flask import Blueprint, request, url_for
from flask_login import login_required

from app.clock import now
from app.config import config
from app.queries import studio
from app.queries.campaign_year import FiscalYear, fiscal_year
from app.web.campaign_access import ONLY_THE_OFFICE, coaches
from app.web.finding_counts import counts_of
from app.web.fiscal_year import Crowded, YearCampaign
from app.web.fiscal_year import FiscalYear as DrawnYear
from app.web.language import language
from app.web.paging import Page, number_in_request, page_number
from app.web.rendering import PAGE_SIZE, db_session, page, viewer
from app.web.wording import campaign_fields as words
from app.web.wording.growing import HUES
from app.web.wording.numbers import things
from challenges.calendar import day_of, fiscal_year_start
from challenges.errors import NotAllowed
from challenges.vocabulary import CampaignState

bp = Blueprint("studio", __name__)

SHOWN = tuple(state for state in CampaignState if state is not CampaignState.ARCHIVED)
LOOKS = {
    CampaignState.DRAFT: "draft",
    CampaignState.WAITING: "draft",
    CampaignState.SCHEDULED: "scheduled",
    CampaignState.OPEN: "open",
    CampaignState.CLOSED: "past",
    CampaignState.ARCHIVED: "past",
}
"""How the picture of the year draws a campaign."""
FARTHEST_YEAR = 10
"""Years before and after this one that the calendar shows."""
DESIGNED = (CampaignState.DRAFT, CampaignState.WAITING)


@bp.get("/office/campaigns")
@login_required
def campaigns() -> str:
    """The fiscal year, and every campaign by its state; for others than the office what they
    open."""
    return _of_the_office() if viewer().is_dx_office else _opened()


def _opened() -> str:
    """Every campaign for a coach, their own for an owner or a deputy. NotAllowed for the rest."""
    number, me, reads_all = page_number(), viewer(), coaches()
    rows = studio.designed(
        db_session(),
        states=SHOWN,
        looked_after_by=None if reads_all else me.id,
        limit=PAGE_SIZE + 1,
        offset=(number - 1) * PAGE_SIZE,
    )
    if not (rows or reads_all or number > 1):
        raise NotAllowed(ONLY_THE_OFFICE)
    return page(
        "studio/opened.html",
        nav="office",
        found=Page.of(rows, number=number, size=PAGE_SIZE),
        reads_all=reads_all,
        mine={one.slug for one in rows if me.id in (one.campaign.owner_id, one.campaign.deputy_id)},
        words=words,
    )


def _of_the_office() -> str:
    number, shows_archived = page_number(), request.args.get("archived") == "1"
    states = (CampaignState.ARCHIVED,) if shows_archived else SHOWN
    window = {"limit": PAGE_SIZE + 1, "offset": (number - 1) * PAGE_SIZE}
    rows = studio.designed(db_session(), states=states, **window)
    found = Page.of(rows, number=number, size=PAGE_SIZE)
    year = fiscal_year(db_session(), on=_day_in_year(), kinds=config().counted_employments)
    return page(
        "studio/campaigns.html",
        nav="office",
        found=found,
        shows_archived=shows_archived,
        counts=counts_of(
            found.rows, [one for one in found.rows if one.state in DESIGNED or one.waits]
        ),
        waiting=sum(one.waits for one in found.rows),
        opened=sum(one.state is CampaignState.OPEN for one in found.rows),
        year=year,
        drawn=_drawn(year),
        words=words,
        things=things,
    )


def _day_in_year() -> date:
    """Today, or the first day of the fiscal year of the address if that is a near one."""
    today, number = day_of(now()), number_in_request("year", otherwise=0)
    if abs(number - today.year) > FARTHEST_YEAR:
        return today
    first = date(number, 4, 1)
    return today if first == fiscal_year_start(today) else first


def _drawn(year: FiscalYear) -> DrawnYear:
    campaigns = [
        YearCampaign(
            name=one.draft.wording(language()).name or one.slug,
            first_day=one.first_day,
            last_day=one.last_day,
            state=LOOKS[one.state],
            hue=HUES[one.draft.cover],
            href=url_for("studio_edit.edit", slug=one.slug),
        )
        for one in year.campaigns
        if one.first_day and one.last_day
    ]
    crowded = [
        Crowded(one.first_day, one.last_day, len(one.campaigns), one.people)
        for one in year.overlaps
    ]
    return DrawnYear(year.first_day, campaigns, today=day_of(now()), crowded=crowded)
