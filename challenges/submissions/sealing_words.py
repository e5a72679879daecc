"""Seals what a person wrote for a step, or a manager asked about it, before others take its place.

A draft that nobody else ever read is not sealed: it is changed, and that is all.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from challenges.submissions.models import Submission
from challenges.words.kinds import SealedBecause, TextKind, TextRef, Written
from challenges.words.sealing import seal
from challenges.words.withheld import withheld


def seal_before_rewording(
    session: Session, submission: Submission, *, reflection: str, link: str | None, at: datetime
) -> None:
    """Seal the words and the link of a submission that others could read, if they are to change.
    The caller holds a lock on it."""
    if submission.id is None or (submission.reflection, submission.link) == (reflection, link):
        return
    if submission.submitted_at is not None or withheld(submission.reflection):
        seal_step(session, submission, because=SealedBecause.REWORDED, at=at)


def take_words_back(session: Session, submission: Submission, *, at: datetime) -> None:
    """Seal the words of a submission that others could read, and leave none behind. The caller
    holds a lock on it and withdraws it."""
    if submission.submitted_at is not None:
        seal_step(session, submission, because=SealedBecause.TAKEN_BACK, at=at)
        submission.reflection, submission.link = "", None


def seal_step(
    session: Session, submission: Submission, *, because: SealedBecause, at: datetime
) -> None:
    """Seal the words and the link of a submission. They stay where they are."""
    written = Written(
        words=submission.reflection,
        link=submission.link,
        writer_id=submission.person_id,
        at=submission.submitted_at or submission.created_at,
    )
    seal(session, TextRef(TextKind.STEP, submission.id), written, because=because, at=at)


def seal_question(session: Session, submission: Submission, *, at: datetime) -> None:
    """Seal the question of a submission, which another one replaces."""
    if submission.asked_by_id is None or submission.asked_at is None:
        return
    text = TextRef(TextKind.QUESTION, submission.id)
    written = Written(
        words=submission.question, writer_id=submission.asked_by_id, at=submission.asked_at
    )
    seal(session, text, written, because=SealedBecause.REWORDED, at=at)
