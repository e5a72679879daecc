"""The tree of units, read once: what lies below a unit, and the way up from it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.people.models import Unit
from challenges.people.units import known_units, unit_key


@dataclass(frozen=True, slots=True)
class Organisation:
    """Every unit by its id."""

    names: Mapping[int, str]
    """In the order of their paths."""
    parents: Mapping[int, int | None]
    children: Mapping[int, list[int]]
    ids: Mapping[str, int]
    """By ``unit_key`` of the path."""

    @classmethod
    def read(cls, session: Session) -> "Organisation":
        """As it stands. Two statements."""
        rows = session.execute(select(Unit.id, Unit.parent_id, Unit.name).order_by(Unit.path)).all()
        children: defaultdict[int, list[int]] = defaultdict(list)
        for row in rows:
            if row.parent_id is not None:
                children[row.parent_id].append(row.id)
        return cls(
            names={row.id: row.name for row in rows},
            parents={row.id: row.parent_id for row in rows},
            children=children,
            ids={key: unit.id for key, unit in known_units(session).items()},
        )

    def find(self, path: str) -> int | None:
        """The id of the unit with that path, however it is typed."""
        return self.ids.get(unit_key(path))

    def at_and_below(self, ids: Collection[int]) -> set[int]:
        """Those units and all units below them."""
        found, to_do = set[int](), list(ids)
        while to_do:
            unit_id = to_do.pop()
            if unit_id not in found:
                found.add(unit_id)
                to_do += self.children.get(unit_id, ())
        return found

    def upward(self, unit_id: int) -> Iterator[int]:
        """That unit, then the one above it, up to the top."""
        above: int | None = unit_id
        while above is not None:
            yield above
            above = self.parents[above]
