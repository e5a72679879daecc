"""Checks endorsements against the completions they are for. Nothing is mended here; a difference is
a sentence."""

from collections.abc import Iterator

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from challenges.recognition.models import Endorsement
from challenges.submissions.models import Completion


def endorsements_that_disagree(session: Session) -> Iterator[str]:
    """Endorsements of one's own completion, and those that are not for the completion's person."""
    rows = session.execute(
        select(Endorsement.id, Endorsement.endorser_id == Completion.person_id)
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
    for id_, is_own in rows:
        wrong = (
            "is by the completion's own person" if is_own else "is not for the completion's person"
        )
        yield f"endorsement {id_}: {wrong}"


def rows_checked(session: Session) -> dict[str, int]:
    """How many rows there were to look at."""
    return {"endorsements": session.scalars(select(func.count()).select_from(Endorsement)).one()}
