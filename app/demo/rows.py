"""Rows of what people did, with ids given here, so that they can be inserted thousands at a
time."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.demo.people import Someone
from app.demo.submissions import DemoSubmission
from challenges.calendar import day_of, month_of
from challenges.outbox import Event, Fact
from challenges.recognition.events import CompletionEndorsed
from challenges.recognition.models import Endorsement
from challenges.submissions.events import StepClimbed, StepUndone, SubmissionSentBack
from challenges.submissions.models import Completion, CompletionVoid, Practice, Submission
from challenges.submissions.totals import Cell
from challenges.vocabulary import SubmissionState, VoidedHow

Row = dict[str, Any]


class Rows:
    """Rows by table in the order in which they may be inserted, the ids given so far, and the
    totals."""

    TABLES: tuple[Any, ...] = (
        Submission.__table__,
        Practice.__table__,
        Completion.__table__,
        CompletionVoid.__table__,
        Endorsement.__table__,
        Fact.__table__,
    )

    def __init__(self) -> None:
        self.last: Counter[str] = Counter()
        """The last id given, by table."""
        self.totals: Counter[Cell] = Counter()
        self._rows: dict[str, list[Row]] = {table.name: [] for table in self.TABLES}

    def take(self) -> Iterable[tuple[Any, list[Row]]]:
        """The rows there are, by table; afterwards there are none."""
        for table in self.TABLES:
            rows, self._rows[table.name] = self._rows[table.name], []
            if rows:
                yield table, rows

    def write(self, who: Someone, submissions: Iterable[DemoSubmission]) -> None:
        """Everything about one person's submissions."""
        for made in submissions:
            submission = self._submission(who, made)
            for at, words in made.days:
                self._add(
                    "practice",
                    submission_id=submission,
                    day=day_of(at),
                    reflection=words,
                    recorded_at=at,
                )
            for at, by in made.sent_back:
                self._tell(
                    SubmissionSentBack(
                        occurred_at=at, submission_id=submission, person_id=who.id, by_id=by
                    )
                )
            if made.happened_at:
                self._completion(who, made, submission, made.happened_at)

    def total_rows(self) -> list[Row]:
        """The stored totals, once everything is written."""
        return [
            {"step_id": step, "month": month, "completions": count}
            for (step, month), count in self.totals.items()
        ]

    def _submission(self, who: Someone, made: DemoSubmission) -> int:
        said = made.evidence
        asked_at, asked_by = made.sent_back[-1] if made.sent_back else (None, None)
        return self._add(
            "submission",
            person_id=who.id,
            step_id=made.rung.step.id,
            unit_id=made.unit,
            reviewing_unit_id=made.asked_unit,
            challenge_version=made.rung.challenge.version,
            state=made.state,
            is_already_doing=said.is_already_doing,
            reflection=said.reflection,
            link=said.link,
            quiz_score=said.quiz_score,
            question=made.question,
            asked_by_id=asked_by,
            asked_at=asked_at,
            created_at=made.created_at,
            submitted_at=made.submitted_at,
            waiting_since=made.waiting_since,
            decided_at=made.decided_at,
            decided_by_id=made.decided_by,
        )

    def _completion(
        self, who: Someone, made: DemoSubmission, submission: int, happened_at: datetime
    ) -> None:
        voided_at, voided_by, reason = made.voided or (None, None, None)
        completion = self._add(
            "completion",
            person_id=who.id,
            step_id=made.rung.step.id,
            submission_id=submission,
            unit_id=made.unit,
            challenge_version=made.rung.challenge.version,
            happened_at=happened_at,
            decided_at=made.decided_at,
            decided_by_id=made.decided_by,
            decided_how=made.how,
            recorded_at=made.decided_at,
            voided_at=voided_at,
            voided_by_id=voided_by,
            void_reason=reason,
        )
        self._tell_of(who, made, completion)
        if made.stands:
            self.totals[made.rung.step.id, month_of(happened_at)] += 1

    def _tell_of(self, who: Someone, made: DemoSubmission, completion: int) -> None:
        decided_at = made.decided_at
        if decided_at:
            self._tell(
                StepClimbed(occurred_at=decided_at, completion_id=completion, person_id=who.id)
            )
        if made.voided:
            at, by, reason = made.voided
            is_own = made.state is SubmissionState.WITHDRAWN
            self._add(
                "completion_void",
                completion_id=completion,
                voided_at=at,
                voided_by_id=by,
                voided_how=VoidedHow.PERSON if is_own else VoidedHow.OFFICE,
                reason=reason,
            )
            self._tell(
                StepUndone(
                    occurred_at=at,
                    completion_id=completion,
                    person_id=who.id,
                    by_id=by,
                    reason=reason,
                )
            )
        if made.praise:
            self._endorsement(who, made, completion)

    def _endorsement(self, who: Someone, made: DemoSubmission, completion: int) -> None:
        praise = made.praise
        if praise is None:
            return
        endorsement = self._add(
            "endorsement",
            completion_id=completion,
            person_id=who.id,
            endorser_id=praise.by,
            words=praise.words,
            given_at=praise.at,
        )
        told = CompletionEndorsed(
            occurred_at=praise.at,
            endorsement_id=endorsement,
            completion_id=completion,
            person_id=who.id,
        )
        self._tell(told)

    def _tell(self, event: Event) -> None:
        """A fact of long ago: everybody who listens has heard it."""
        at = event.occurred_at
        self._add("fact", kind=event.kind, about=event.about(), occurred_at=at, fanned_out_at=at)

    def _add(self, table: str, **values: Any) -> int:
        self.last[table] += 1
        self._rows[table].append({"id": self.last[table], **values})
        return self.last[table]
