"""Questions whose answer is columns and not objects."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CursorResult, Select
from sqlalchemy.orm import Session


def columns(
    session: Session, statement: Select[*tuple[Any, ...]], asked: Mapping[str, Any]
) -> CursorResult[*tuple[Any, ...]]:
    """The rows of a statement that asks for columns, by the session's connection and past its objects.

    The ORM's own part in such a statement takes as long as the database's, and a page has five of them.
    """
    if session.autoflush:
        session.flush()  # as ``session.execute`` does
    return session.connection().execute(statement, asked)
