"""Holds the history against itself: submissions, completions and endorsements against each other,
units against the posts.

For the stored totals see ``totals.differences``. Nothing is mended here; a difference is a sentence
for a person.
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
from challenges.submissions.models import Completion, CompletionVoid, Submission
from challenges.vocabulary import DecidedHow, SubmissionState, VoidedHow

_BATCH = 10_000


_DECIDED = (SubmissionState.ACCEPTED, SubmissionState.VOIDED)


Post = tuple[date, date | None, int]
"""First day, last day, unit."""


def submissions_that_disagree(session: Session) -> Iterator[str]:
    """Submissions whose state is not what their completion says."""
    standing = func.count(Completion.id).filter(Completion.voided_at.is_(None))
    rows = session.execute(
        select(Submission.id, Submission.state, func.count(Completion.id), standing)
        .outerjoin(Completion, Completion.submission_id == Submission.id)
        .group_by(Submission.id, Submission.state)
        .order_by(Submission.id)
    )
    for id_, state, made, stand in rows.yield_per(_BATCH):
        if not _may_be(state, made=made, stand=stand):
            yield f"submission {id_}: is {state}, with {made} completions of which {stand} stand"


def completions_that_disagree(session: Session) -> Iterator[str]:
    """Completions that are not of their submission's person, step, unit or version, or of a version
    never published.

    A submission whose acceptance was taken back may be made anew, in another unit or of a newer
    version.
    """
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
    for (id_,) in rows:
        yield f"completion {id_}: its person, step, unit or version is not that of its submission"


def decisions_that_disagree(session: Session) -> Iterator[str]:
    """Completions decided by nobody where a manager is said to have, by somebody where none is, or
    by their own person; and those that stand with another decision than their submission's."""
    rows = session.execute(
        select(Completion.id, Completion.decided_how)
        .join(Submission, Submission.id == Completion.submission_id)
        .where(
            or_(
                _is_decided_wrongly(),
                and_(_is_the_last_and_stands(), _differs_from_its_submission()),
            )
        )
        .order_by(Completion.id)
    )
    for id_, how in rows:
        yield f"completion {id_}: is decided by {how}, and by whom or when is not what this and its submission say"


def voids_that_disagree(session: Session) -> Iterator[str]:
    """Completions that do not say what their open void says, and voids by somebody who could not
    have done it so."""
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
    for (id_,) in rows:
        yield f"completion {id_}: whether, when, by whom or why it was voided is not what its void says"


def units_that_disagree(session: Session) -> Iterator[str]:
    """Completions credited to a unit that was not the person's on the day it happened, nor at any
    time before.

    Only what can be said truly: a day without a primary post says nothing, and news of transfers
    may come late, of several one after the other, so every unit that the person held until that day
    may have been the known one, and so may none. What shows is a unit the person came to only
    later, or never. (One that was entered wrongly and corrected in place shows as well.)
    """
    posts = _primary_posts(session)
    rows = session.execute(
        select(
            Completion.id, Completion.person_id, Completion.unit_id, Completion.happened_at
        ).order_by(Completion.id)
    )
    for row in rows.yield_per(_BATCH):
        right = _right_units(posts.get(row.person_id, []), day_of(row.happened_at))
        if right and row.unit_id not in right:
            said = " or ".join(map(str, right))
            yield f"completion {row.id}: is credited to unit {row.unit_id}, the posts until that day say {said}"


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


def _may_be(state: SubmissionState, *, made: int, stand: int) -> bool:
    """A submission may have several completions: all but the last are of acceptances that were
    taken back."""
    return stand == (state is SubmissionState.ACCEPTED) and made >= (state in _DECIDED)


def _is_decided_wrongly() -> ColumnElement[bool]:
    """Only a manager's decision has somebody who made it, and that is somebody else."""
    by_manager = Completion.decided_how == DecidedHow.MANAGER
    return or_(
        and_(by_manager, Completion.decided_by_id.is_(None)),
        and_(~by_manager, Completion.decided_by_id.is_not(None)),
        Completion.decided_by_id == Completion.person_id,
    )


def _is_the_last_and_stands() -> ColumnElement[bool]:
    """Of the completions of its submission: the submission tells of the decision that was made
    last."""
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


def _primary_posts(session: Session) -> dict[int, list[Post]]:
    posts: defaultdict[int, list[Post]] = defaultdict(list)
    rows = session.execute(
        select(Membership.person_id, Membership.valid_from, Membership.valid_to, Membership.unit_id)
        .where(Membership.is_primary)
        .order_by(Membership.person_id, Membership.valid_from)
    )
    for person_id, first, last, unit_id in rows:
        posts[person_id].append((first, last, unit_id))
    return posts


def _right_units(posts: list[Post], day: date) -> list[int | None]:
    """Units a completion of that day may be credited to; none where the posts say nothing about the
    day."""
    begun = bisect_right([first for first, _, _ in posts], day)
    if not begun:
        return []
    last = posts[begun - 1][1]
    if last is not None and last < day:
        return []
    return [*dict.fromkeys(unit for _, _, unit in reversed(posts[:begun])), None]
