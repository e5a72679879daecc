"""What happens to campaigns, as plain values that name their rows by id."""

from dataclasses import dataclass

from challenges.outbox import Event


@dataclass(frozen=True, kw_only=True)
class CampaignOpened(Event):
    """A campaign opened, at the midnight of its first day."""

    kind = "campaign_opened"
    campaign_id: int


@dataclass(frozen=True, kw_only=True)
class CampaignClosed(Event):
    """A campaign closed: at the midnight after its last day, or stopped early."""

    kind = "campaign_closed"
    campaign_id: int
    is_early: bool


@dataclass(frozen=True, kw_only=True)
class CampaignNeedsAttention(Event):
    """What is scheduled or open could not be published as it is now: a unit ended, a challenge was
    retired. Told once for each set of errors."""

    kind = "campaign_needs_attention"
    campaign_id: int
    codes: list[str]
    """Sorted, as in lint/codes.py."""


@dataclass(frozen=True, kw_only=True)
class TeamLightLit(Event):
    """Three people of one unit have climbed in a campaign; the unit's light is lit, and stays."""

    kind = "team_light_lit"
    campaign_id: int
    unit_id: int


@dataclass(frozen=True, kw_only=True)
class CampaignPublished(Event):
    """A version came into force, so other steps may count from now on."""

    kind = "campaign_published"
    campaign_id: int
    version: int


@dataclass(frozen=True, kw_only=True)
class CampaignMoved(Event):
    """The days of a campaign changed without a new version, as after a disaster."""

    kind = "campaign_moved"
    campaign_id: int
