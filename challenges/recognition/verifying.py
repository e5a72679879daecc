"""Checks endorsements against the completions they are for. Nothing is mended here; a difference is
a sentence."""

from collections.abc import Iterator

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from challenges.recognition.models import Endorsement
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


def rows_checked(session: Session) -> dict[str, int]:
    """How many rows there were to look at."""
    return {"endorsements": session.scalars(select(func.count()).select_from(Endorsement)).one()}
