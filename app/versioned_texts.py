"""Texts that the DX office enters, with every earlier version. The one with the highest number is
in force; none is changed. What they say stands in ``promise.py`` and ``consultation.py``.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from challenges.errors import N_, InvalidField, RuleBroken
from challenges.storage.orm import Base
from challenges.storage.sql import insert_once
from challenges.text import in_one_line

LONGEST = 200
"""Characters of each text."""


class AlreadyChanged(RuleBroken):
    """Somebody else entered a version in the meantime."""

    sentence = N_("ほかの人が先に書きかえました。今の内容を確かめて、もう一度保存してください。")


Row = TypeVar("Row", bound=Base)
"""A table of such texts. Its ``id`` is the number of the version, from 1, and nothing counts it up:
two people who replace the same version ask for the same number, and the key lets one in. Its
``texts()`` are the texts by the names of their columns."""


def newest_first(table: type[Row]) -> Select[Row]:
    """The versions of the table."""
    return select(table).order_by(table.__mapper__.primary_key[0].desc())


def newest(session: Session, table: type[Row]) -> Row | None:
    """The version in force, or None if none was entered. One statement."""
    return session.scalars(newest_first(table).limit(1)).one_or_none()


def enter(
    session: Session,
    table: type[Base],
    texts: Mapping[str, str],
    *,
    after: int,
    by_id: int,
    at: datetime,
) -> bool:
    """Enter the version that follows version ``after`` (0: the first). False, and nothing changes,
    if it says the same. Raises AlreadyChanged (``after`` is not in force any more)."""
    present: Any = newest(session, table)
    if present and present.texts() == texts:
        return False
    if after != (present.id if present else 0):
        raise AlreadyChanged
    entered = insert_once(session, table, id=after + 1, entered_by_id=by_id, entered_at=at, **texts)
    if entered is None:
        raise AlreadyChanged
    return True


def checked(field: str, text: str) -> str:
    """The text as it is stored. Raises InvalidField if it is too long."""
    text = in_one_line(text)
    if len(text) > LONGEST:  # as the columns count
        raise InvalidField("%(longest)s文字までで書いてください。", field=field, longest=LONGEST)
    return text
