"""Who may open and change a campaign's pages of the office. Every route of that wing asks here.

The DX office may do everything. An owner and their deputy may work on their own campaign, nothing
else. Coaches may read.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, TypeVar, cast

from flask import abort
from flask_login import login_required

from app.clock import now
from app.queries.campaign_access import campaign_named, is_coach
from app.web.rendering import db_session, viewer
from challenges.calendar import day_of
from challenges.campaigns.models import Campaign
from challenges.errors import N_, NotAllowed

View = TypeVar("View", bound=Callable[..., Any])

ONLY_THE_OFFICE = N_("キャンペーンをつくり、公開できるのは、DX事務局だけです。")
ONLY_ITS_PEOPLE = N_("このキャンペーンを開けるのは、DX事務局と、担当の人だけです。")


def for_designers(view: View) -> View:
    """Allow only the DX office. Visitors are sent to sign in; anybody else gets 403."""

    @login_required
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not viewer().is_dx_office:
            raise NotAllowed(ONLY_THE_OFFICE)
        return view(*args, **kwargs)

    return cast(View, guarded)


def campaign_to_read(slug: str) -> Campaign:
    """The campaign, for a page that shows it. 404 if there is none, NotAllowed for anybody else
    than the office, its owner and deputy, and coaches."""
    found = _found(slug)
    if not (_works_on(found) or coaches()):
        raise NotAllowed(ONLY_ITS_PEOPLE)
    return found


def campaign_to_edit(slug: str) -> Campaign:
    """The campaign, for a page that changes it. 404 if there is none, NotAllowed for anybody else
    than the office, its owner and deputy."""
    found = _found(slug)
    if not _works_on(found):
        raise NotAllowed(ONLY_ITS_PEOPLE)
    return found


def campaign_for(slug: str, to: Literal["edit", "read"]) -> Campaign:
    """One of the two above."""
    return campaign_to_edit(slug) if to == "edit" else campaign_to_read(slug)


def coaches() -> bool:
    """Whether the viewer is a coach, who reads what the office reads."""
    return is_coach(db_session(), viewer().id, on=day_of(now()))


def _found(slug: str) -> Campaign:
    return campaign_named(db_session(), slug) or abort(404)


def _works_on(campaign: Campaign) -> bool:
    me = viewer()
    return me.is_dx_office or me.id in (campaign.owner_id, campaign.deputy_id)
