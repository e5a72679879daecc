"""One submission of one person with everything that became of it, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from challenges.catalogue.published import PublishedChallenge, PublishedStep
from challenges.submissions.submitting import Evidence, decided_how
from challenges.vocabulary import DecidedHow, SubmissionState


@dataclass(frozen=True, slots=True)
class Rung:
    """A step with the challenge it belongs to."""

    challenge: PublishedChallenge
    step: PublishedStep


@dataclass(frozen=True, slots=True)
class Praise:
    """An endorsement, before it is a row."""

    by: int
    words: str
    at: datetime


@dataclass(slots=True)
class DemoSubmission:
    """A submission before it is rows. Its methods are what may happen to a submission."""

    rung: Rung
    unit: int
    created_at: datetime
    evidence: Evidence
    state: SubmissionState = SubmissionState.DRAFT
    asked_unit: int | None = None
    submitted_at: datetime | None = None
    waiting_since: datetime | None = None
    question: str | None = None
    sent_back: list[tuple[datetime, int]] = field(default_factory=list)
    """When, and by whom."""
    how: DecidedHow | None = None
    happened_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: int | None = None
    days: Sequence[tuple[datetime, str]] = ()
    """The days of a habit: when each was written down, and its words."""
    voided: tuple[datetime, int, str] | None = None
    """When, by whom, and why."""
    praise: Praise | None = None

    def wait(self, *, unit: int | None, since: datetime) -> None:
        """Wait for the managers of ``unit``."""
        self.state, self.asked_unit, self.waiting_since = SubmissionState.WAITING, unit, since
        self.submitted_at = self.submitted_at or since

    def send_back(self, *, by: int, question: str, at: datetime) -> None:
        """A manager asks a question."""
        self.state, self.question, self.waiting_since = SubmissionState.SENT_BACK, question, None
        self.sent_back.append((at, by))

    def answer_with(self, answer: str) -> None:
        """The person adds an answer to what they wrote."""
        self.evidence = replace(self.evidence, reflection=f"{self.evidence.reflection}\n{answer}")

    def accept(self, *, how: DecidedHow, at: datetime, by: int | None = None) -> None:
        """It becomes a completion, on the day on which it was submitted."""
        self.submitted_at = self.submitted_at or at
        self.state, self.how, self.happened_at = SubmissionState.ACCEPTED, how, self.submitted_at
        self.decided_at, self.decided_by = at, by

    def void(self, *, to: SubmissionState, at: datetime, by: int, reason: str) -> None:
        """The completion is taken back: by its person (WITHDRAWN) or by the DX office (VOIDED)."""
        self.state, self.voided = to, (at, by, reason)

    @property
    def stands(self) -> bool:
        return self.state is SubmissionState.ACCEPTED


def at_once(rung: Rung, *, unit: int, evidence: Evidence, at: datetime) -> DemoSubmission:
    """A submission that is accepted without a manager."""
    submission = DemoSubmission(rung, unit, at, evidence)
    submission.accept(how=decided_how(rung.step.check, evidence), at=at)
    return submission


def habit(rung: Rung, *, unit: int, days: Sequence[tuple[datetime, str]]) -> DemoSubmission:
    """The days of a habit: a completion if there are enough of them, else a draft."""
    last, words = days[-1]
    if len(days) < rung.step.days:
        return DemoSubmission(rung, unit, days[0][0], Evidence(), days=days)
    submission = DemoSubmission(rung, unit, days[0][0], Evidence(words), days=days)
    submission.accept(how=DecidedHow.SELF, at=last)
    return submission
