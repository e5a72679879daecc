"""What a personnel list does to the DX office: a role there ends with the post that it rests on. No
list may leave the office without anybody."""

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from challenges.people.appointments import Changes, KnownAppointment
from challenges.people.held_roles import lasting_office
from challenges.people.roster.reading import ListedPerson
from challenges.people.units import Units
from challenges.tables.files import Problem
from challenges.vocabulary import MembershipKind


class EndingRoles:
    """The people of the DX office while a list is compared with the database."""

    def __init__(self, session: Session, units: Units) -> None:
        self._units = {
            one.person_id: one.unit_id and units.path_of_id[one.unit_id]
            for one in lasting_office(session)
        }
        self._ending: dict[int, ListedPerson] = {}

    def look_at(
        self,
        person_id: int,
        person: ListedPerson,
        known: Sequence[KnownAppointment],
        found: Changes,
    ) -> None:
        """See whether the changes end the post of somebody of the office."""
        unit = self._units.get(person_id)
        if unit and not _goes_on_in(unit, known, found):
            self._ending[person_id] = person

    def ending(self) -> list[int]:
        """The ids of those whose role ends."""
        return list(self._ending)

    def problems(self, leaving: Collection[int]) -> list[Problem]:
        """A line for each whose role ends, if nobody of the office would be left. ``leaving`` are
        people who are not on the list; of them alone there is no line to tell."""
        if not self._ending or self._units.keys() - self._ending.keys() - set(leaving):
            return []
        return [
            Problem(
                one[0].line,
                "unit",
                f"{one.name} さんはDX事務局の最後の一人で、この異動で役割が終わります。"
                "先に後任の人に役割を渡してください（people grant 職員番号 dx-office。"
                "後任の人もこの名簿で異動するときは --for-next-post を付けます）。",
            )
            for one in self._ending.values()
        ]

    def notices(self) -> list[str]:
        """What the report says of them."""
        return [
            f"{one.name} さんのDX事務局の役割は、異動の前の日までです。"
            for one in self._ending.values()
        ]


def _goes_on_in(unit: str, known: Sequence[KnownAppointment], found: Changes) -> bool:
    """Whether the person has an appointment without an end in that unit after the changes."""
    changed = {row.id: row for row in found.updated}
    rows = [changed.get(row.id, row) for row in known if row.id not in found.removed]
    going_on = [(row.unit, row.kind) for row in rows if row.valid_to is None]
    going_on += [(one.unit, one.kind) for one in found.added]
    return any(one == unit and kind is not MembershipKind.DEPUTY for one, kind in going_on)
