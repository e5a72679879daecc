"""Compares the history with itself: submissions with completions, completions with their voids, and
units with the appointments of people.

Nothing is mended here. Each difference is a sentence for the operator. ``totals.differences`` does
the same for the stored totals.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from challenges.calendar import day_of
from challenges.catalogue.models import ChallengeVersion, Step
from challenges.people.models import Membership
from challenges.submissions.models import (
    IS_ALREADY_DOING,
    Completion,
    CompletionVoid,
    Submission,
)
from challenges.vocabulary import DecidedHow, SubmissionState, VoidedHow

_BATCH = 10_000
"""Rows in memory at a time."""
_DECIDED = (SubmissionState.ACCEPTED, SubmissionState.VOIDED)

Appointment = tuple[date, date | None, int]
"""First day, last day, unit."""


def submissions_that_disagree(session: Session) -> Iterator[str]:
    """Submissions whose state is not what their completion says."""
    standing = func.count(Completion.id).filter(Completion.voided_at.is_(None))
    rows = session.execute(
        select(
            Submission.id,
            Submission.state,
            func.count(Completion.id).label("made"),
            standing.label("standing"),
        )
        .outerjoin(Completion, Completion.submission_id == Submission.id)
        .group_by(Submission.id, Submission.state)
        .order_by(Submission.id)
    )
    for row in rows.yield_per(_BATCH):
        if not _may_be(row.state, made=row.made, standing=row.standing):
            yield (
                f"submission {row.id}: is {row.state}, "
                f"with {row.made} completions of which {row.standing} stand"
            )


def completions_that_disagree(session: Session) -> Iterator[str]:
    """Completions that do not have the person, step, unit or version of their submission, or have a
    version that was never published."""
    # Unit and version only of the last one: a submission whose acceptance was taken back may be
    # submitted again in another unit or of a newer version.
    is_the_last_decision = Completion.decided_at == Submission.decided_at
    rows = session.execute(
        select(Completion.id)
        .join(Submission, Submission.id == Completion.submission_id)
        .join(Step, Step.id == Completion.step_id)
        .outerjoin(
            ChallengeVersion,
            (ChallengeVersion.challenge_id == Step.challenge_id)
            & (ChallengeVersion.number == Completion.challenge_version),
        )
        .where(
            or_(
                Completion.person_id != Submission.person_id,
                Completion.step_id != Submission.step_id,
                is_the_last_decision & Completion.unit_id.is_distinct_from(Submission.unit_id),
                is_the_last_decision
                & (Completion.challenge_version != Submission.challenge_version),
                ChallengeVersion.id.is_(None),
            )
        )
        .order_by(Completion.id)
    )
    for row in rows:
        yield (
            f"completion {row.id}: its person, step, unit or version is not that of its submission"
        )


def decisions_that_disagree(session: Session) -> Iterator[str]:
    """Completions with a decider where ``decided_how`` allows none, or without one where it
    names a manager; completions decided by their own person; and standing completions with another
    decision than their submission's, or that say 「もうやっている」 where it does not."""
    rows = session.execute(
        select(Completion.id, Completion.decided_how)
        .join(Submission, Submission.id == Completion.submission_id)
        .where(
            or_(
                _is_decided_wrongly(),
                and_(_is_the_last_and_stands(), _differs_from_its_submission()),
                and_(IS_ALREADY_DOING, _is_the_last_and_stands(), ~Submission.is_already_doing),
            )
        )
        .order_by(Completion.id)
    )
    for row in rows:
        yield (
            f"completion {row.id}: is decided by {row.decided_how}, "
            "and by whom or when is not what this and its submission say"
        )


def voids_that_disagree(session: Session) -> Iterator[str]:
    """Completions that do not repeat their open void, and open voids by a person or manager other
    than the completion's."""
    void = aliased(CompletionVoid)
    own, deciders = void.voided_how == VoidedHow.PERSON, void.voided_how == VoidedHow.MANAGER
    rows = session.execute(
        select(Completion.id)
        .outerjoin(void, (void.completion_id == Completion.id) & void.restored_at.is_(None))
        .where(
            or_(
                Completion.voided_at.is_distinct_from(void.voided_at),
                Completion.voided_by_id.is_distinct_from(void.voided_by_id),
                func.coalesce(Completion.void_reason, "") != func.coalesce(void.reason, ""),
                own & void.voided_by_id.is_distinct_from(Completion.person_id),
                deciders & void.voided_by_id.is_distinct_from(Completion.decided_by_id),
            )
        )
        .order_by(Completion.id)
    )
    for row in rows:
        yield (
            f"completion {row.id}: whether, when, by whom or why it was voided "
            "is not what its void says"
        )


def units_that_disagree(session: Session) -> Iterator[str]:
    """Completions credited to a unit that the person joined only after that day, or never.

    A day without a primary appointment is not checked. The app may hear of transfers late, and of
    several one after the other. So a completion may be credited to any unit that the person held
    until that day, or to none. An appointment that was corrected in place is reported too.
    """
    appointments = _primary_appointments(session)
    rows = session.execute(
        select(
            Completion.id, Completion.person_id, Completion.unit_id, Completion.happened_at
        ).order_by(Completion.id)
    )
    for row in rows.yield_per(_BATCH):
        right = _right_units(appointments.get(row.person_id, []), day_of(row.happened_at))
        if right and row.unit_id not in right:
            said = " or ".join(map(str, right))
            yield (
                f"completion {row.id}: is credited to unit {row.unit_id}, "
                f"the posts until that day say {said}"
            )


def rows_checked(session: Session) -> dict[str, int]:
    """How many rows there were to look at."""
    tables: dict[str, Any] = {
        "submissions": Submission,
        "completions": Completion,
        "voids": CompletionVoid,
    }
    return {
        name: session.scalars(select(func.count()).select_from(table)).one()
        for name, table in tables.items()
    }


def _may_be(state: SubmissionState, *, made: int, standing: int) -> bool:
    """Whether a submission in this state may have so many completions, and so many that stand."""
    # It may have several: all but the last are of acceptances that were taken back.
    return standing == (state is SubmissionState.ACCEPTED) and made >= (state in _DECIDED)


def _is_decided_wrongly() -> ColumnElement[bool]:
    """A manager's decision has a decider, other decisions have none. Nobody decides their own."""
    by_manager = Completion.decided_how == DecidedHow.MANAGER
    return or_(
        and_(by_manager, Completion.decided_by_id.is_(None)),
        and_(~by_manager, Completion.decided_by_id.is_not(None)),
        Completion.decided_by_id == Completion.person_id,
    )


def _is_the_last_and_stands() -> ColumnElement[bool]:
    # A submission keeps only its last decision, so only its last completion can be compared.
    later = aliased(Completion)
    has_later = exists().where(
        later.submission_id == Completion.submission_id, later.id > Completion.id
    )
    return and_(Completion.voided_at.is_(None), ~has_later)


def _differs_from_its_submission() -> ColumnElement[bool]:
    return or_(
        Completion.decided_by_id.is_distinct_from(Submission.decided_by_id),
        Completion.decided_at.is_distinct_from(Submission.decided_at),
    )


def _primary_appointments(session: Session) -> dict[int, list[Appointment]]:
    """By person, earliest first."""
    appointments: defaultdict[int, list[Appointment]] = defaultdict(list)
    rows = session.execute(
        select(Membership.person_id, Membership.valid_from, Membership.valid_to, Membership.unit_id)
        .where(Membership.is_primary)
        .order_by(Membership.person_id, Membership.valid_from)
    )
    for row in rows:
        appointments[row.person_id].append((row.valid_from, row.valid_to, row.unit_id))
    return appointments


def _right_units(appointments: list[Appointment], day: date) -> list[int | None]:
    """Units that a completion of that day may be credited to, the newest first. Empty if the person
    has no appointment on that day."""
    begun = bisect_right([first for first, _, _ in appointments], day)
    if not begun:
        return []
    _, last, _ = appointments[begun - 1]
    if last is not None and last < day:
        return []
    return [*dict.fromkeys(unit for _, _, unit in reversed(appointments[:begun])), None]
