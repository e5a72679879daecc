"""Campaigns, their published versions, what counted in them, and the log that staff read.

A campaign row says where it stands now. What it promises stands in its versions: each is the
definition as it was published, never changed. What counted is stored as rows that a fold over the
completions gives again (counting.py).
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from challenges.people.models import Person
from challenges.storage.orm import Base, UtcDateTime, one_of
from challenges.vocabulary import CampaignAct, CampaignState

PUBLISHED = (
    CampaignState.SCHEDULED,
    CampaignState.OPEN,
    CampaignState.CLOSED,
    CampaignState.ARCHIVED,
)


class Campaign(Base):
    """A dated selection of challenges for an audience (キャンペーン)."""

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[CampaignState] = mapped_column(
        one_of(CampaignState, "state"), default=CampaignState.DRAFT
    )
    version: Mapped[int] = mapped_column(default=0)
    """Number of the version in force, 0 before the first was published."""
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    """The days as they stand now, both included: a disaster moves them, an early stop ends them.
    None before the first version was published."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who may work on it without belonging to the DX office, as may the deputy."""
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cloned_from_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    """Last year's, to which pages compare it."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when its draft waits for approval, also that of a published campaign."""
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_digest: Mapped[str | None] = mapped_column(String(64))
    """The draft as it was submitted. Another one cannot be approved."""
    submitted_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Why what counts changes; empty for the first version."""
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The midnight of its first day, whenever a relay got to it."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The midnight after its last day, or the time of an early stop."""
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    """Raised whenever its entry in a calendar changes."""
    has_board: Mapped[bool] = mapped_column(default=False)
    """Whether the board by name is switched on."""
    shows_units: Mapped[bool] = mapped_column(default=False)
    """Whether staff see the list of all units, for a reason that its log says."""
    error_codes: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """What the lint of last night would stop, sorted (lint/codes.py). None before the first night;
    only what is scheduled or open is looked over."""
    owner_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """Where the owner worked when named. Their place falls empty with that post (owners.py)."""
    deputy_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))

    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id])
    deputy: Mapped[Person | None] = relationship(foreign_keys=[deputy_id])


class CampaignVersion(Base):
    """A definition as it was published. Only its days may move, with those of its campaign.

    A standing completion counts if it fits the version in force when it was recorded, or any later
    one. So a change of the rules takes no step from anyone.
    """

    __tablename__ = "campaign_version"
    __table_args__ = (
        UniqueConstraint("campaign_id", "number"),
        Index("ix_campaign_version_starts_on", "starts_on", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the canonical JSON of the definition."""
    rules_digest: Mapped[str] = mapped_column(String(64))
    """The same of the part that decides what counts."""
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    """The days on which steps count by this version, both included, as they stand now."""
    everyone: Mapped[bool] = mapped_column(default=False)
    managers: Mapped[bool] = mapped_column(default=False)
    new_since: Mapped[date | None]
    """This and the two above repeat the audience, so that a statement can judge it."""
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the next version came into force. What was recorded before counts by this one too."""
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The second person. The same as the first where a setting lets an office of one publish."""
    reason: Mapped[str] = mapped_column(Text, default="")
    decision_number: Mapped[str] = mapped_column(String(80), default="")
    """決裁番号, where the office keeps it here."""
    decision_date: Mapped[date | None]


class CampaignStep(Base):
    """A step that counts by a version."""

    __tablename__ = "campaign_step"
    __table_args__ = (Index("ix_campaign_step_step_id", "step_id"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("campaign_version.id"), primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("step.id"), primary_key=True)


class CampaignUnit(Base):
    """A unit that a version reaches, with all units below it."""

    __tablename__ = "campaign_unit"

    version_id: Mapped[int] = mapped_column(ForeignKey("campaign_version.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)


class CampaignCount(Base):
    """A completion that counts in a campaign."""

    __tablename__ = "campaign_count"
    __table_args__ = (
        Index("ix_campaign_count_person_id", "person_id"),
        Index("ix_campaign_count_campaign_id_day", "campaign_id", "day"),
        # Answers alone how many people of a unit climbed (team_lights.py).
        Index("ix_campaign_count_campaign_id_unit_id", "campaign_id", "unit_id", "person_id"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """The unit that the completion is credited to."""
    day: Mapped[date]
    """The Tokyo day on which it happened."""


class CampaignPart(Base):
    """How many steps of a person count in a campaign. No row: the person takes no part."""

    __tablename__ = "campaign_part"
    __table_args__ = (
        CheckConstraint("steps > 0", name="takes_part"),
        Index("ix_campaign_part_person_id", "person_id"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    steps: Mapped[int]


class CampaignTotal(Base):
    """How many steps count in a campaign, and how many people take part."""

    __tablename__ = "campaign_total"
    __table_args__ = (CheckConstraint("steps >= 0 AND people >= 0", name="not_negative"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    steps: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)


class CampaignSnapshot(Base):
    """What the office's page shows of a campaign at the end of one day: made the night after, so
    that no afternoon gives a person away."""

    __tablename__ = "campaign_snapshot"
    # Each page of a campaign asks whether there are new ones. The figures are long: without it, all
    # of them are passed over on the way to when they were made.
    __table_args__ = (Index("ix_campaign_snapshot_made_at", "campaign_id", "made_at"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Plain counts as snapshots.py writes them, nothing suppressed yet. Never shown as they are."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CampaignLogEntry(Base):
    """A line of the log that staff read: when, what, why, and how many it touched."""

    __tablename__ = "campaign_log_entry"
    __table_args__ = (Index("ix_campaign_log_entry_campaign_id", "campaign_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    act: Mapped[CampaignAct] = mapped_column(one_of(CampaignAct, "act"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Numbers and days of the sentence, such as ``gained`` (people), ``last_day``, ``alone``."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Staff read the post, never the name. None: the schedule did it."""
