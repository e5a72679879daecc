"""Checks endorsements and cheers against the completions they are for, and the weekly budgets
against the cheers. Nothing is mended here; a difference is a sentence."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from challenges.recognition.models import Cheer, CheerBudget, Endorsement
from challenges.submissions.models import Completion


def endorsements_that_disagree(session: Session) -> Iterator[str]:
    """Endorsements that people gave themselves, and those for another person than the
    completion's."""
    rows = session.execute(
        select(Endorsement.id, (Endorsement.endorser_id == Completion.person_id).label("is_own"))
        .join(Completion, Completion.id == Endorsement.completion_id)
        .where(
            or_(
                Endorsement.endorser_id == Completion.person_id,
                Endorsement.endorser_id == Endorsement.person_id,
                Endorsement.person_id != Completion.person_id,
            )
        )
        .order_by(Endorsement.id)
    )
    for row in rows:
        whose = "by the completion's own" if row.is_own else "not for the completion's"
        yield f"endorsement {row.id}: is {whose} person"


def cheers_that_disagree(session: Session) -> Iterator[str]:
    """Cheers for another person than the completion's."""
    rows = session.scalars(
        select(Cheer.id)
        .join(Completion, Completion.id == Cheer.completion_id)
        .where(Cheer.receiver_id != Completion.person_id)
        .order_by(Cheer.id)
    )
    for cheer_id in rows:
        yield f"cheer {cheer_id}: is not for the completion's person"


def budgets_that_disagree(session: Session) -> Iterator[str]:
    """Budgets of a week that are not the number of its cheers that were not refunded."""
    stored = {
        (row.giver_id, row.week): row.spent
        for row in session.execute(
            select(CheerBudget.giver_id, CheerBudget.week, CheerBudget.spent)
        )
    }
    given = _given_by_week(session)
    for giver_id, week in sorted(stored.keys() | given.keys()):
        kept, counted = stored.get((giver_id, week), 0), given.get((giver_id, week), 0)
        if kept != counted:
            yield f"budget of person {giver_id} for {week}: {kept} spent, {counted} cheers"


def _given_by_week(session: Session) -> dict[tuple[int, date], int]:
    rows = session.execute(
        select(Cheer.giver_id, Cheer.week, func.count().label("cheers"))
        .where(~Cheer.refunded)
        .group_by(Cheer.giver_id, Cheer.week)
    )
    return {(row.giver_id, row.week): row.cheers for row in rows}


def rows_checked(session: Session) -> dict[str, int]:
    """How many rows there were to look at."""
    kinds = {"endorsements": Endorsement, "cheers": Cheer, "weekly budgets": CheerBudget}
    return {
        name: session.scalars(select(func.count()).select_from(model)).one()
        for name, model in kinds.items()
    }
