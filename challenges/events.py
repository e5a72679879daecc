"""What can happen, as plain values. An event names its rows by id; readers look up what they need when they hear it."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of every event. ``kind`` is its name in the outbox and never changes once facts of it are stored."""

    kind: ClassVar[str]
    occurred_at: datetime

    def about(self) -> dict[str, Any]:
        """The ids and words of the event, as JSON; the time is the fact's own column."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "occurred_at"}


@dataclass(frozen=True, kw_only=True)
class StepClimbed(Event):
    """A completion now stands, for the first time."""

    kind = "step_climbed"
    completion_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class StepRestored(Event):
    """A completion that the DX office had voided stands again, and with it whatever endorses it."""

    kind = "step_restored"
    completion_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class StepUndone(Event):
    """A completion no longer stands: withdrawn by its person, voided by the DX office, or its acceptance taken back."""

    kind = "step_undone"
    completion_id: int
    person_id: int
    by_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ClaimSentBack(Event):
    """A reviewer asked a question about a claim."""

    kind = "claim_sent_back"
    submission_id: int
    person_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class CompletionEndorsed(Event):
    """A manager vouched for a completion."""

    kind = "completion_endorsed"
    endorsement_id: int
    completion_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class EndorsementWithdrawn(Event):
    """A manager took an endorsement back."""

    kind = "endorsement_withdrawn"
    endorsement_id: int
    completion_id: int
    person_id: int
