"""Whether the database can be asked at all, and has the tables that this code knows."""

from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

OLD = "The database has not been migrated: run `flask --app wsgi db upgrade`."


def problem(session: Session, *, newest: str) -> str | None:
    """None when the database answers and is at the ``newest`` revision, else one sentence."""
    try:
        found = session.scalar(text("SELECT version_num FROM alembic_version"))
    except ProgrammingError:
        return OLD
    except OperationalError as error:
        return OLD if "no such table" in str(error.orig) else "The database does not answer."
    return None if found == newest else OLD
