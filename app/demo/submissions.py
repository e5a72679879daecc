"""One claim of one person with everything that became of it, as values; `rows` writes it down."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from challenges.catalogue.published import ChallengeText, StepText
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import DecidedHow, SubmissionState


@dataclass(frozen=True, slots=True)
class Rung:
    """A step with the challenge it belongs to."""

    challenge: ChallengeText
    step: StepText


@dataclass(frozen=True, slots=True)
class Praise:
    """An endorsement to be."""

    by: int
    words: str
    at: datetime


@dataclass(slots=True)
class Claim:
    """It is made by one of the functions below and then goes through what happens to claims."""

    rung: Rung
    office: int
    created_at: datetime
    evidence: Evidence
    state: SubmissionState = SubmissionState.DRAFT
    asked_office: int | None = None
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
    """Of a habit: when it was written down, and the words."""
    voided: tuple[datetime, int, str] | None = None
    """When, by whom, and why."""
    praise: Praise | None = None

    def wait(self, *, office: int | None, since: datetime) -> None:
        """Ask the managers of ``office``."""
        self.state, self.asked_office, self.waiting_since = SubmissionState.WAITING, office, since
        self.submitted_at = self.submitted_at or since

    def send_back(self, *, by: int, question: str, at: datetime) -> None:
        """A manager asks a question."""
        self.state, self.question, self.waiting_since = SubmissionState.SENT_BACK, question, None
        self.sent_back.append((at, by))

    def say_more(self, answer: str) -> None:
        """The person answers below what they had written."""
        self.evidence = replace(self.evidence, reflection=f"{self.evidence.reflection}\n{answer}")

    def accept(self, *, how: DecidedHow, at: datetime, by: int | None = None) -> None:
        """It becomes a completion, of the day on which it was claimed."""
        self.submitted_at = self.submitted_at or at
        self.state, self.how, self.happened_at = SubmissionState.ACCEPTED, how, self.submitted_at
        self.decided_at, self.decided_by = at, by

    def void(self, *, to: SubmissionState, at: datetime, by: int, reason: str) -> None:
        """The completion is taken back: by its person (WITHDRAWN) or by the DX office (VOIDED)."""
        self.state, self.voided = to, (at, by, reason)

    @property
    def stands(self) -> bool:
        return self.state is SubmissionState.ACCEPTED


def at_once(rung: Rung, *, office: int, evidence: Evidence, at: datetime) -> Claim:
    """A claim that nobody has to look at."""
    claim = Claim(rung, office, at, evidence)
    claim.accept(how=DecidedHow.SELF if evidence.quiz_score is None else DecidedHow.QUIZ, at=at)
    return claim


def habit(rung: Rung, *, office: int, days: Sequence[tuple[datetime, str]]) -> Claim:
    """Days of a habit; a completion if there are enough of them, else a draft that goes on."""
    last, words = days[-1]
    if len(days) < rung.step.days:
        return Claim(rung, office, days[0][0], Evidence(), days=days)
    claim = Claim(rung, office, days[0][0], Evidence(words), days=days)
    claim.accept(how=DecidedHow.SELF, at=last)
    return claim
