"""The DX office is never left without anybody: whoever is its last person keeps their role.

Asked by whatever ends a role: taking it back, letting people leave, and the personnel list.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from challenges.errors import N_, NotAllowed
from challenges.people.held_roles import lasting_office
from challenges.storage.sql import take_turn

_TURN = "dx-office"


class LastOfTheOffice(NotAllowed):
    """Nobody would be left in the DX office."""

    sentence = N_(
        "DX事務局の最後の一人の役割は、終えられません。先に、後任の人に役割を渡してください。"
    )


def must_leave_somebody(
    session: Session, person_ids: Collection[int], *, is_locking: bool = True
) -> None:
    """Raise LastOfTheOffice if nobody else belongs to the office for as long as is known.

    Two who leave at once wait for each other, unless this only tries (``is_locking``). An office
    that nobody belongs to yet is left alone.
    """
    if is_locking:
        take_turn(session, _TURN)
    members = {one.person_id for one in lasting_office(session)}
    if members and members <= set(person_ids):
        raise LastOfTheOffice


@contextmanager
def office_keeps_somebody(session: Session) -> Iterator[None]:
    """Raise LastOfTheOffice if what is done meanwhile leaves nobody in the office."""
    take_turn(session, _TURN)
    had_somebody = bool(lasting_office(session))
    yield
    session.flush()
    if had_somebody and not lasting_office(session):
        raise LastOfTheOffice
