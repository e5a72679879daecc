"""What staff see of a campaign beside their own part: the shares of their department and of the
prefecture, each against its own last year. Never a list of departments."""

from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from challenges.campaigns.models import Campaign


class PublicShares(NamedTuple):
    """What staff see, in per cent, each beside its own last year. None: hidden, or not known."""

    day: date | None
    own: int | None
    """The share of the reader's own department that takes part."""
    whole: int | None
    own_before: int | None
    whole_before: int | None


def shares_for(session: Session, campaign: Campaign, unit_id: int | None) -> PublicShares:  # noqa: ARG001  # no snapshots are read yet
    """The shares of the unit's department and of the prefecture, as staff may see them."""
    return PublicShares(None, None, None, None, None)
