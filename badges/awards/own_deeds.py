"""Everything that one person did and badges count: steps climbed, and people cheered."""

from typing import NamedTuple

from sqlalchemy.orm import Session

from badges.awards.cheers import CHEERS_OF_ONE, cheer_deed_of
from badges.awards.deeds import DEEDS_OF_ONE, deed_of
from badges.catalogue.published import BadgeCatalogue
from badges.rules.deeds import CheerDeed, Deed
from challenges.storage.sql import fetch_rows, united


class OwnDeeds(NamedTuple):
    """The deeds of one person, earliest first."""

    steps: tuple[Deed, ...]
    cheers: tuple[CheerDeed, ...]


def own_deeds(session: Session, person_id: int, *, catalogue: BadgeCatalogue) -> OwnDeeds:
    """What the person climbed and cheered. One statement. Raises DamagedDefinition, as
    ``deeds_of_many`` does."""
    rows = fetch_rows(session, _OWN_DEEDS, {"person_id": person_id}).all()
    steps = sorted(
        (row for row in rows if row.part == "step"), key=lambda row: (row.happened_at, row.id)
    )
    cheers = sorted(
        (row for row in rows if row.part == "cheer"),
        key=lambda row: (row.happened_at, row.completion_id),
    )
    return OwnDeeds(
        steps=tuple(deed_of(row, catalogue) for row in steps),
        cheers=tuple(cheer_deed_of(row) for row in cheers),
    )


_OWN_DEEDS = united(step=DEEDS_OF_ONE.order_by(None), cheer=CHEERS_OF_ONE)
