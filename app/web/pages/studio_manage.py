"""The switches of a campaign: who works on it, stopping it early, its board, putting it away."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, make_response, request
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.queries import studio
from app.studio import audit, drafts
from app.web.campaign_access import campaign_to_edit, campaign_to_read, for_designers
from app.web.rendering import db_session, page, see_other, viewer
from app.web.wording import campaign_fields as words
from challenges.calendar import day_of
from challenges.campaigns import lifecycle, publishing
from challenges.campaigns.models import Campaign
from challenges.errors import InvalidField
from challenges.text import as_written
from challenges.vocabulary import CampaignState

bp = Blueprint("studio_manage", __name__)

RUNS = (CampaignState.SCHEDULED, CampaignState.OPEN)


@bp.get("/office/campaigns/<slug>/manage")
@login_required
def manage(slug: str) -> str:
    """What can still be done with it."""
    return _page(campaign_to_read(slug))


@bp.post("/office/campaigns/<slug>/people")
@for_designers
def set_people(slug: str) -> Response:
    """Name an owner or a deputy (``owner:7``), or nobody (``owner:``)."""
    campaign = campaign_to_edit(slug)
    role, _colon, given = request.form.get("act", "").partition(":")
    if role not in {"owner", "deputy"}:
        abort(404)
    is_id = given.isascii() and given.isdigit() and len(given) < 11
    person = studio.person_named(db_session(), int(given)) if is_id else None
    if given and person is None:
        abort(404)
    before = _people(campaign)
    chosen = {"owner_id": campaign.owner_id, "deputy_id": campaign.deputy_id}
    chosen[f"{role}_id"] = person.id if person else None
    lifecycle.set_people(db_session(), campaign, **chosen, on=day_of(now()))
    _note(campaign, "people", before=before, after=_people(campaign))
    flash(_("担当を保存しました。"), "good")
    return see_other("studio_edit.edit", slug=slug)


@bp.post("/office/campaigns/<slug>/stops")
@for_designers
def stop(slug: str) -> Response:
    """End it today, with a reason that staff read."""
    return _act(slug, "stopped", lambda one, why: lifecycle.stop_early(db_session(), one, **why))


@bp.post("/office/campaigns/<slug>/boards")
@for_designers
def set_board(slug: str) -> Response:
    """Switch the board by name on or off."""
    on = request.form.get("on") == "1"
    return _act(
        slug, "board", lambda one, why: lifecycle.set_board(db_session(), one, on, **why), on=on
    )


@bp.post("/office/campaigns/<slug>/unit-lists")
@for_designers
def set_shows_units(slug: str) -> Response:
    """Show staff the list of all units, or no longer."""
    on = request.form.get("on") == "1"
    return _act(
        slug,
        "units",
        lambda one, why: lifecycle.set_shows_units(db_session(), one, on, **why),
        on=on,
    )


@bp.post("/office/campaigns/<slug>/archivings")
@for_designers
def archive(slug: str) -> Response:
    """Put a campaign that is over away."""
    campaign = campaign_to_edit(slug)
    before = {"state": campaign.state.value}
    lifecycle.archive(db_session(), campaign, by_id=viewer().id, at=now())
    _note(campaign, "archived", before=before, after={"state": campaign.state.value})
    flash(_("しまいました。記録はいつでも読めます。"), "good")
    return see_other("studio.campaigns")


def _act(
    slug: str, act: str, change: Callable[[Campaign, dict[str, Any]], None], **after: Any
) -> Response:
    """Do what needs a reason, and note it. A missing reason comes back beside its field."""
    campaign, reason = campaign_to_edit(slug), request.form.get("reason", "")
    before = {"state": campaign.state.value, **_switches(campaign)}
    try:
        change(campaign, {"reason": reason, "by_id": viewer().id, "at": now()})
    except InvalidField as error:
        return make_response(_page(campaign, wrong={act: error}, typed={act: reason}), 422)
    _note(
        campaign,
        act,
        before=before,
        after={"state": campaign.state.value, **_switches(campaign), **after},
        reason=as_written(reason),
    )
    flash(_("保存しました。職員の読む記録にも残ります。"), "good")
    return see_other("studio_manage.manage", slug=slug)


def _switches(campaign: Campaign) -> dict[str, bool]:
    return {"has_board": campaign.has_board, "shows_units": campaign.shows_units}


def _people(campaign: Campaign) -> dict[str, str]:
    names = studio.names_of(db_session(), [campaign.owner_id, campaign.deputy_id])
    return {
        "owner": names.get(campaign.owner_id or 0, ""),
        "deputy": names.get(campaign.deputy_id or 0, ""),
    }


def _note(campaign: Campaign, act: str, **more: Any) -> None:
    draft = drafts.draft_of(db_session(), campaign.id)
    audit.note(
        db_session(),
        act=act,
        subject="campaign",
        subject_id=campaign.id,
        subject_name=draft.definition.ja.name or campaign.slug,
        by_id=viewer().id,
        at=now(),
        **more,
    )


def _page(
    campaign: Campaign,
    *,
    wrong: dict[str, InvalidField] | None = None,
    typed: dict[str, str] | None = None,
) -> str:
    return page(
        "studio/manage.html",
        nav="office",
        campaign=campaign,
        draft=drafts.draft_of(db_session(), campaign.id),
        people=studio.names_of(db_session(), [campaign.owner_id, campaign.deputy_id]),
        version=publishing.version_in_force(db_session(), campaign),
        runs=campaign.state in RUNS,
        is_published=campaign.version > 0,
        wrong=wrong or {},
        typed=typed or {},
        words=words,
    )
