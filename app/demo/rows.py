"""Rows of what people did. Their ids are given here, so that thousands are inserted at once."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.demo.people import DemoPerson
from app.demo.submissions import DemoSubmission
from challenges.calendar import day_of, month_of
from challenges.outbox import Event, Fact
from challenges.recognition.events import CompletionEndorsed
from challenges.recognition.models import Endorsement
from challenges.submissions.events import StepClimbed, StepUndone, SubmissionSentBack
from challenges.submissions.models import Completion, CompletionVoid, Practice, Submission
from challenges.submissions.totals import Cell
from challenges.vocabulary import PraiseKind, SubmissionState, VoidedHow

Row = dict[str, Any]

_KINDS = tuple(PraiseKind)


class Rows:
    """Rows by table, in the order of their foreign keys, and the totals that follow from them."""

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
        """The last id of each table."""
        self.totals: Counter[Cell] = Counter()
        self._rows: dict[str, list[Row]] = {table.name: [] for table in self.TABLES}

    def take(self) -> Iterable[tuple[Any, list[Row]]]:
        """Hand over the rows so far, by table, and forget them."""
        for table in self.TABLES:
            rows, self._rows[table.name] = self._rows[table.name], []
            if rows:
                yield table, rows

    def write(self, who: DemoPerson, submissions: Iterable[DemoSubmission]) -> None:
        """Add all rows of one person's submissions."""
        for submission in submissions:
            id_ = self._submission(who, submission)
            for at, words in submission.days:
                self._add(
                    "practice",
                    submission_id=id_,
                    day=day_of(at),
                    reflection=words,
                    recorded_at=at,
                )
            for at, by in submission.sent_back:
                self._record(
                    SubmissionSentBack(
                        occurred_at=at, submission_id=id_, person_id=who.id, by_id=by
                    )
                )
            if submission.happened_at:
                self._completion(who, submission, id_, submission.happened_at)

    def total_rows(self) -> list[Row]:
        """The rows of the stored totals. Ask after everything is written."""
        return [
            {"step_id": step, "month": month, "completions": count}
            for (step, month), count in self.totals.items()
        ]

    def _submission(self, who: DemoPerson, submission: DemoSubmission) -> int:
        evidence = submission.evidence
        asked_at, asked_by = submission.sent_back[-1] if submission.sent_back else (None, None)
        return self._add(
            "submission",
            person_id=who.id,
            step_id=submission.rung.step.id,
            unit_id=submission.unit,
            reviewing_unit_id=submission.asked_unit,
            challenge_version=submission.rung.challenge.version,
            state=submission.state,
            is_already_doing=evidence.is_already_doing,
            reflection=evidence.reflection,
            link=evidence.link,
            quiz_score=evidence.quiz_score,
            question=submission.question,
            asked_by_id=asked_by,
            asked_at=asked_at,
            created_at=submission.created_at,
            submitted_at=submission.submitted_at,
            waiting_since=submission.waiting_since,
            decided_at=submission.decided_at,
            decided_by_id=submission.decided_by,
            words_shown_at=self._shows_words(submission),
        )

    def _shows_words(self, submission: DemoSubmission) -> datetime | None:
        """When the person showed what they wrote; None for three in four."""
        shows = submission.stands and submission.evidence.reflection
        return submission.submitted_at if shows and self.last["submission"] % 4 == 0 else None

    def _completion(
        self, who: DemoPerson, submission: DemoSubmission, id_: int, happened_at: datetime
    ) -> None:
        voided_at, voided_by, reason = submission.voided or (None, None, None)
        completion = self._add(
            "completion",
            person_id=who.id,
            step_id=submission.rung.step.id,
            submission_id=id_,
            unit_id=submission.unit,
            challenge_version=submission.rung.challenge.version,
            happened_at=happened_at,
            decided_at=submission.decided_at,
            decided_by_id=submission.decided_by,
            decided_how=submission.how,
            recorded_at=submission.decided_at,
            voided_at=voided_at,
            voided_by_id=voided_by,
            void_reason=reason,
        )
        self._facts(who, submission, completion)
        if submission.stands:
            self.totals[submission.rung.step.id, month_of(happened_at)] += 1

    def _facts(self, who: DemoPerson, submission: DemoSubmission, completion: int) -> None:
        decided_at = submission.decided_at
        if decided_at:
            self._record(
                StepClimbed(occurred_at=decided_at, completion_id=completion, person_id=who.id)
            )
        if submission.voided:
            at, by, reason = submission.voided
            is_own = submission.state is SubmissionState.WITHDRAWN
            self._add(
                "completion_void",
                completion_id=completion,
                voided_at=at,
                voided_by_id=by,
                voided_how=VoidedHow.PERSON if is_own else VoidedHow.OFFICE,
                reason=reason,
            )
            self._record(
                StepUndone(
                    occurred_at=at,
                    completion_id=completion,
                    person_id=who.id,
                    by_id=by,
                )
            )
        if submission.praise:
            self._endorsement(who, submission, completion)

    def _endorsement(self, who: DemoPerson, submission: DemoSubmission, completion: int) -> None:
        praise = submission.praise
        if praise is None:
            return
        endorsement = self._add(
            "endorsement",
            completion_id=completion,
            person_id=who.id,
            endorser_id=praise.by,
            words=praise.words,
            praise=_kinds(self.last["endorsement"]),
            given_at=praise.at,
        )
        endorsed = CompletionEndorsed(
            occurred_at=praise.at,
            endorsement_id=endorsement,
            completion_id=completion,
            person_id=who.id,
        )
        self._record(endorsed)

    def _record(self, event: Event) -> None:
        """Add a fact that is fanned out already, so that no relay carries it to anybody."""
        at = event.occurred_at
        self._add("fact", kind=event.kind, about=event.about(), occurred_at=at, fanned_out_at=at)

    def _add(self, table: str, **values: Any) -> int:
        self.last[table] += 1
        self._rows[table].append({"id": self.last[table], **values})
        return self.last[table]


def _kinds(number: int) -> tuple[PraiseKind, ...]:
    """What was good in that endorsement: the kinds in turn, and two of them in every third."""
    first, second = (_KINDS[(number + ahead) % len(_KINDS)] for ahead in (0, 2))
    return (first, second) if number % 3 == 0 else (first,)
