"""How many findings the drafts of a list have. Looking a draft over takes a tenth of a second, so
the numbers are kept until something in the list, or the catalogue, changes, or a day is over.

The page of a draft, and whoever submits or approves it, look it over anew.
"""

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from app.clock import now
from app.queries.studio import DesignedCampaign
from app.web.findings import findings_of
from app.web.rendering import db_session, viewer
from challenges.calendar import day_of
from challenges.campaigns.lint import Severity

MOST_KEPT = 200
"""Drafts of one database."""

_kept: WeakKeyDictionary[Any, dict[int, tuple[Hashable, "Counts"]]] = WeakKeyDictionary()
"""By database: its pool stands for it."""


class Counts(NamedTuple):
    """How many findings stop a draft, and how many ask for a thought."""

    errors: int
    warnings: int


def counts_of(
    shown: Sequence[DesignedCampaign], drafts: Sequence[DesignedCampaign]
) -> dict[str, Counts]:
    """The counts of the drafts, which stand in a list with all that is shown, by their slugs."""
    stands = (day_of(now()), viewer().catalogue_revision, *map(_stands, shown))
    return {one.slug: _kept_or_made(one, stands) for one in drafts}


def _kept_or_made(one: DesignedCampaign, stands: Hashable) -> Counts:
    values = _kept.setdefault(db_session().get_bind().engine.pool, {})
    known = values.get(one.campaign.id)
    if known is not None and known[0] == stands:
        return known[1]
    if len(values) >= MOST_KEPT:
        values.clear()
    found = findings_of(one.draft, one.campaign)
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    counts = Counts(errors, len(found) - errors)
    values[one.campaign.id] = (stands, counts)
    return counts


def _stands(one: DesignedCampaign) -> Hashable:
    """What tells one state of a campaign, and of its draft, from another."""
    campaign = one.campaign
    days = (campaign.state, campaign.version, campaign.first_day, campaign.last_day)
    return (campaign.id, *days, campaign.owner_id, one.draft.digest(), one.saved_at)
