"""Where somebody stands, as pages ask it of their reader: what they climbed and have open, and for
the page of a challenge what they wrote on it and whether they put it aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from challenges.storage.sql import fetch_rows, united
from challenges.submissions.models import Completion
from challenges.submissions.putting_aside import ASIDE, Aside, asides_in_order
from challenges.submissions.queries import (
    OPEN_SUBMISSIONS,
    RECORDS_OF_CHALLENGE,
    STANDS,
    OpenSubmission,
    Record,
    opened_in_order,
    recorded,
)


@dataclass(frozen=True, slots=True)
class OwnSteps:
    """What one person did, as far as the page of one challenge shows it."""

    submissions: dict[int, OpenSubmission]
    """All that are open, by step id."""
    records: dict[int, Record]
    """The completions of the challenge by step id. Of a step that does not stand, the last one that
    the DX office voided."""
    aside: Aside | None

    @property
    def climbed(self) -> dict[int, int]:
        """The completions of the challenge that stand: their ids by step id."""
        return {
            step_id: one.completion_id
            for step_id, one in self.records.items()
            if one.voided_at is None
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one person is on all challenges."""

    climbed: frozenset[int]
    """Ids of the steps."""
    submissions: dict[int, OpenSubmission]
    """All that are open, by step id."""


def standing_of(session: Session, person_id: int) -> Standing:
    """How far the person is. One statement, for pages that tell no badges."""
    return standing_in(fetch_rows(session, _STANDING, {"person_id": person_id}).all())


def standing_in(rows: Sequence[Row[*tuple[Any, ...]]]) -> Standing:
    """What the rows say whose ``part`` is "open" or "climbed"."""
    return Standing(
        climbed=frozenset(row.step_id for row in rows if row.part == "climbed"),
        submissions=opened_in_order(row for row in rows if row.part == "open"),
    )


def own_steps(session: Session, person_id: int, challenge_id: int) -> OwnSteps:
    """What the person did. One statement."""
    asked = {"person_id": person_id, "challenge_id": challenge_id}
    rows = fetch_rows(session, _OWN_STEPS, asked).all()
    asides = asides_in_order(row for row in rows if row.part == "aside")
    records = sorted((row for row in rows if row.part == "record"), key=_standing_last)
    return OwnSteps(
        submissions=opened_in_order(row for row in rows if row.part == "open"),
        records={one.step_id: one for one in recorded(records)},
        aside=asides[0] if asides else None,
    )


def _standing_last(row: Row[*tuple[Any, ...]]) -> tuple[bool, int, date]:
    return row.voided_at is None, row.completion_id, row.day or date.min


CLIMBED: Select[*tuple[Any, ...]] = select(Completion.step_id).where(
    Completion.person_id == bindparam("person_id"), STANDS
)
_STANDING = united(open=OPEN_SUBMISSIONS.order_by(None), climbed=CLIMBED)
_OWN_STEPS = united(
    open=OPEN_SUBMISSIONS.order_by(None), record=RECORDS_OF_CHALLENGE.order_by(None), aside=ASIDE
)
