"""What staff will see of a draft: on a phone or a desk, in both languages. Nothing in it acts."""

from datetime import date, timedelta

from flask import Blueprint, make_response, request, url_for
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.queries.campaigns import SeenCampaign
from app.studio import drafts
from app.web.campaign_access import campaign_to_edit
from app.web.campaign_page import Reader, campaign_values
from app.web.headers import may_be_framed, may_hold_frames
from app.web.language import language, speaking
from app.web.rendering import db_session, page
from challenges.calendar import day_of
from challenges.campaigns.definitions import CampaignAudience, CampaignDefinition
from challenges.campaigns.models import Campaign
from challenges.languages import LANGUAGES
from challenges.vocabulary import CampaignState

bp = Blueprint("studio_preview", __name__)

WIDTHS = ("phone", "desk")
WITHOUT_DAYS = timedelta(days=30)
"""How long a draft without days lasts in the preview, which shows none of them."""


@bp.get("/office/campaigns/<slug>/preview")
@login_required
def preview(slug: str) -> Response:
    """The draft in a frame as wide as a phone or a desk, with the other three ways one click
    away."""
    campaign = campaign_to_edit(slug)
    draft = drafts.draft_of(db_session(), campaign.id)
    spoken, width = _spoken(), request.args.get("width", "phone")
    shown = page(
        "studio/preview.html",
        nav="office",
        campaign=campaign,
        draft=draft,
        spoken=spoken,
        width=width if width in WIDTHS else "phone",
        framed=url_for("studio_preview.framed", slug=slug, language=spoken, version=draft.number),
    )
    return may_hold_frames(make_response(shown))


@bp.get("/office/campaigns/<slug>/preview/page")
@login_required
def framed(slug: str) -> Response:
    """The very page of staff, as somebody finds it who has climbed nothing yet: on its first day,
    or today once it runs."""
    campaign = campaign_to_edit(slug)
    definition = drafts.draft_of(db_session(), campaign.id).definition
    has_days, on = _day(definition)
    with speaking(_spoken()):
        seen = _as_published(campaign, definition, on=on)
        reader = Reader(is_manager=_is_for_managers(definition.audience))
        values = campaign_values(seen, reader, on=on) | {"has_days": has_days}
        shown = page("campaigns/campaign.html", nav="campaigns", is_framed=True, **values)
    return may_be_framed(make_response(shown))


def _as_published(campaign: Campaign, definition: CampaignDefinition, *, on: date) -> SeenCampaign:
    """The draft as if somebody had just approved it."""
    has_days, _on = _day(definition)
    return SeenCampaign(
        id=campaign.id,
        slug=campaign.slug,
        state=CampaignState.OPEN,
        first_day=(definition.first_day if has_days else None) or on,
        last_day=(definition.last_day if has_days else None) or on + WITHOUT_DAYS,
        opened_at=campaign.opened_at,
        has_board=campaign.has_board,
        shows_units=False,
        version=campaign.version + 1,
        published_at=now(),
        digest=definition.digest(),
        definition=_named(definition),
        steps=0,
        reached=None,
        people=None,
        reaches_me=True,
        is_paused=False,
        gets_days_back=False,
        takes_part=False,
    )


def _named(definition: CampaignDefinition) -> CampaignDefinition:
    """The draft, with words in place of a name that it does not have yet."""
    texts = definition.wording(language())
    if texts.name:
        return definition
    named = texts.model_copy(update={"name": _("（名前はこれから）")})
    return definition.model_copy(update={language(): named})


def _day(definition: CampaignDefinition) -> tuple[bool, date]:
    """Whether the draft has a period, and the day of the preview."""
    first, last, today = definition.first_day, definition.last_day, day_of(now())
    if first is None or last is None or last < first:
        return False, today
    return True, today if first <= today <= last else first


def _is_for_managers(audience: CampaignAudience) -> bool:
    return audience.managers and not (audience.everyone or audience.units or audience.new_since)


def _spoken() -> str:
    wanted = request.args.get("language", "")
    return wanted if wanted in LANGUAGES else language()
