"""What was said about steps: on one's own the endorsements and the cheers, on those of others the
cheers that one sees, and which of them one may cheer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from challenges.recognition.cheer_lists import CHEERS_ON, ShownCheer, cheers_by_completion
from challenges.recognition.queries import WORDS_ON, Recognition, words_by_completion
from challenges.recognition.seeing import NONE, SEEN, SeenCompletion
from challenges.storage.sql import fetch_rows, fields_of, padded_ids, united


@dataclass(frozen=True, slots=True)
class Said:
    """Endorsements and cheers by the completion they are for, the oldest first."""

    endorsements: dict[int, list[Recognition]]
    cheers: dict[int, list[ShownCheer]]


def said_on(session: Session, person_id: int, completion_ids: Collection[int]) -> Said:
    """What reached the person for these completions of theirs. One statement."""
    asked = {
        "person_id": person_id,
        "viewer_id": person_id,
        "completion_ids": padded_ids(completion_ids) or NONE,
    }
    rows = fetch_rows(session, _SAID_ON, asked).all()
    words = sorted(
        (row for row in rows if row.part == "words"), key=lambda row: (row.at, row.endorsement_id)
    )
    return Said(words_by_completion(words), _cheers_in(rows))


@dataclass(frozen=True, slots=True)
class OfAnother:
    """Of some completions of somebody else: those that the viewer may cheer, and the cheers that
    the viewer sees, by completion."""

    seen: dict[int, SeenCompletion]
    cheers: dict[int, list[ShownCheer]]


def of_another(
    session: Session,
    completion_ids: Collection[int],
    *,
    viewer_id: int,
    on: date,
    under_badges: Collection[int],
) -> OfAnother:
    """The same as ``seen_completions`` and ``cheers_on``. One statement, none without
    completions."""
    if not completion_ids:
        return OfAnother({}, {})
    asked = {
        "viewer_id": viewer_id,
        "completion_ids": padded_ids(completion_ids),
        "under_badges": padded_ids(under_badges) or NONE,
        "on_day": on,
    }
    rows = fetch_rows(session, _OF_ANOTHER, asked).all()
    seen = [SeenCompletion(**fields_of(row, SeenCompletion)) for row in rows if row.part == "seen"]
    return OfAnother({one.completion_id: one for one in seen}, _cheers_in(rows))


def _cheers_in(rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[int, list[ShownCheer]]:
    cheers = (row for row in rows if row.part == "cheer")
    return cheers_by_completion(sorted(cheers, key=lambda row: (row.given_at, row.cheer_id)))


_SAID_ON = united(words=WORDS_ON.order_by(None), cheer=CHEERS_ON.order_by(None))
_OF_ANOTHER = united(seen=SEEN, cheer=CHEERS_ON.order_by(None))
