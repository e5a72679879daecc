"""What happens to submissions and completions, as plain values that name their rows by id.

No event holds words of people: facts are kept for ever, and words are not.
"""

from dataclasses import dataclass
from datetime import datetime

from challenges.outbox import Event
from challenges.submissions.models import Submission


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
    """A completion no longer stands: withdrawn by its person, voided by the DX office, or its
    acceptance taken back."""

    kind = "step_undone"
    completion_id: int
    person_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class SubmissionSentBack(Event):
    """A reviewer asked a question about a submission."""

    kind = "claim_sent_back"
    submission_id: int
    person_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class WaitingChanged(Event):
    """A submission began to wait for a manager, waits for those of another unit, or was withdrawn
    or taken up again by its person. That a manager decided it has facts of its own."""

    kind = "waiting_changed"
    submission_id: int
    person_id: int

    @classmethod
    def of(cls, submission: Submission, *, at: datetime) -> "WaitingChanged":
        """The event for that submission."""
        return cls(occurred_at=at, submission_id=submission.id, person_id=submission.person_id)
