"""What staff will see of a draft: on a phone or a desk, in both languages. Nothing in it acts."""

from flask import Blueprint, make_response, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.studio import drafts
from app.web import catalogue
from app.web.campaign_access import campaign_to_edit
from app.web.headers import may_be_framed, may_hold_frames
from app.web.language import language, speaking
from app.web.rendering import db_session, page
from challenges.calendar import day_of
from challenges.campaigns.definitions import CampaignDefinition
from challenges.catalogue.published import PublishedChallenge, PublishedStep
from challenges.languages import LANGUAGES
from challenges.markdown import as_html

bp = Blueprint("studio_preview", __name__)

WIDTHS = ("phone", "desk")


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
    """The page alone, as it stands in the frame."""
    campaign = campaign_to_edit(slug)
    definition = drafts.draft_of(db_session(), campaign.id).definition
    with speaking(_spoken()):
        shown = page(
            "studio/framed.html",
            nav="campaigns",
            is_framed=True,
            campaign=campaign,
            definition=definition,
            wording=definition.wording(language()),
            purpose=as_html(definition.wording(language()).purpose),
            today=day_of(now()),
            chosen=_chosen(definition),
        )
    return may_be_framed(make_response(shown))


def _spoken() -> str:
    wanted = request.args.get("language", "")
    return wanted if wanted in LANGUAGES else language()


def _chosen(
    definition: CampaignDefinition,
) -> list[tuple[PublishedChallenge, list[PublishedStep]]]:
    """The challenges with the steps that count, as far as the catalogue knows them."""
    known = catalogue.current().challenges.by_slug
    return [
        (known[one.slug], [step for step in known[one.slug].steps if one.counts(step.number)])
        for one in definition.challenges
        if one.slug in known
    ]
