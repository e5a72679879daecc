"""The ways to begin a campaign, and its file."""

from dataclasses import dataclass

from flask import Blueprint, Response, flash, make_response, request
from flask_babel import gettext as _

from app.clock import now
from app.queries import studio
from app.studio import audit, beginning
from app.web.campaign_access import for_designers
from app.web.rendering import PAGE_SIZE, db_session, page, see_other, viewer
from app.web.wording import campaign_fields as words
from challenges.calendar import day_of
from challenges.campaigns.definitions import CampaignDefinition
from challenges.errors import InvalidField
from challenges.text import as_written
from challenges.vocabulary import CampaignState

bp = Blueprint("studio_new", __name__)


@bp.get("/office/campaigns/new")
@for_designers
def new() -> str:
    """Begin with an empty draft."""
    return _new()


@bp.post("/office/campaigns")
@for_designers
def create() -> Response:
    """Begin a campaign. What cannot be read comes back with the reasons."""
    try:
        begun = _begun()
    except InvalidField as error:
        return make_response(_new(wrong={error.field or "name": error}), 422)
    campaign = beginning.begin(
        db_session(),
        begun.definition,
        by_id=viewer().id,
        at=now(),
        cloned_from_id=begun.cloned_from_id,
    )
    _note(begun, campaign.id)
    flash(_("下書きができました。書いたそばから残ります。"), "good")
    return see_other("studio_edit.edit", slug=campaign.slug)


@dataclass(frozen=True)
class Begun:
    """What a new campaign begins with."""

    definition: CampaignDefinition
    act: str = "created"
    cloned_from_id: int | None = None


def _begun() -> Begun:
    name = as_written(request.form.get("name", ""))
    return Begun(beginning.empty(db_session(), name, day_of(now())))


def _note(begun: Begun, campaign_id: int) -> None:
    audit.note(
        db_session(),
        act=begun.act,
        subject="campaign",
        subject_id=campaign_id,
        subject_name=begun.definition.ja.name or begun.definition.slug,
        after=begun.definition.as_data(),
        by_id=viewer().id,
        at=now(),
    )


def _new(*, wrong: dict[str, InvalidField] | None = None, problems: list[str] | None = None) -> str:
    earlier = studio.designed(db_session(), states=tuple(CampaignState), limit=PAGE_SIZE)
    return page(
        "studio/new.html",
        nav="office",
        templates={},
        earlier=[one for one in earlier if one.first_day],
        wrong=wrong or {},
        problems=problems or [],
        typed=request.form,
        words=words,
    )
