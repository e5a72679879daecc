"""How a new campaign begins."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.studio import drafts
from challenges.campaigns import lifecycle
from challenges.campaigns.definitions import LONGEST_NAME, CampaignDefinition
from challenges.campaigns.models import Campaign
from challenges.errors import InvalidField


def begin(
    session: Session,
    definition: CampaignDefinition,
    *,
    by_id: int,
    at: datetime,
    cloned_from_id: int | None = None,
) -> Campaign:
    """A new campaign with that draft, which belongs to whoever begins it."""
    campaign = lifecycle.create(
        session, definition, by_id=by_id, at=at, owner_id=by_id, cloned_from_id=cloned_from_id
    )
    drafts.begin(session, campaign, definition, by_id=by_id, at=at)
    return campaign


def empty(session: Session, name: str, today: date) -> CampaignDefinition:
    """A draft with a name and nothing else. Raises InvalidField."""
    if not name:
        raise InvalidField("名前を書いてください。あとで変えられます。", field="name")
    if len(name) > LONGEST_NAME:
        raise InvalidField("名前は、60字までで書いてください。", field="name")
    slug = free_slug(session, f"campaign-{today:%Y-%m}")
    return CampaignDefinition.model_validate({"slug": slug, "ja": {"name": name}})


def free_slug(session: Session, wanted: str) -> str:
    """The slug, with a number behind it if it is taken."""
    taken = set(session.scalars(select(Campaign.slug).where(Campaign.slug.startswith(wanted[:50]))))
    if wanted not in taken:
        return wanted
    return next(
        one
        for number in range(2, len(taken) + 3)
        if (one := f"{wanted[:58]}-{number}") not in taken
    )
