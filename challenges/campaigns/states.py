"""The states of a campaign, and the one function that writes to its row under a condition.

Two people of the office, or two relays, may act at once. The database decides who was first.
"""

from typing import Any

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from challenges.campaigns.models import Campaign
from challenges.errors import N_, AlreadyDecided, InvalidField
from challenges.text import as_written, is_longer
from challenges.vocabulary import CampaignState

RUNS = (CampaignState.SCHEDULED, CampaignState.OPEN)
"""Published, and not over."""
TURN = "campaign-days"
"""Whoever opens, closes or moves several campaigns takes this turn, so that no two of them wait for
each other's rows."""
LONGEST_REASON = 400
NOT_SUBMITTED: dict[str, Any] = {
    "submitted_at": None,
    "submitted_by_id": None,
    "submitted_digest": None,
    "submitted_reason": "",
}
"""The columns of a campaign whose draft waits for nobody."""


class ReasonMissing(InvalidField):
    """What staff have to be told needs a reason."""

    sentence = N_("理由を書いてください。職員が読む記録に残ります。")


class ReasonTooLong(InvalidField):
    """A reason is a sentence or two."""

    sentence = N_("理由は%(most)s文字までにしてください。")


def change_if(
    session: Session, campaign: Campaign, *conditions: ColumnElement[bool], **values: Any
) -> None:
    """Write the values to the row of the campaign, if the conditions hold by now.

    Raises AlreadyDecided if they do not: somebody else was quicker. The object says afterwards what
    the row says.
    """
    if not is_changed(session, campaign.id, *conditions, **values):
        raise AlreadyDecided
    session.refresh(campaign)


def is_changed(
    session: Session, campaign_id: int, *conditions: ColumnElement[bool], **values: Any
) -> bool:
    """The same, saying whether they held. Objects of the session are not brought up to date."""
    changed = session.execute(
        update(Campaign)
        .where(Campaign.id == campaign_id, *conditions)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def given_reason(reason: str) -> str:
    """The reason as it is stored. Raises ReasonMissing or ReasonTooLong."""
    written = as_written(reason)
    if not written:
        raise ReasonMissing(ReasonMissing.sentence, field="reason")
    if is_longer(written, LONGEST_REASON):
        raise ReasonTooLong(ReasonTooLong.sentence, field="reason", most=LONGEST_REASON)
    return written
