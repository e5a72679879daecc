"""Whether the database can be asked at all, and has the tables that this code knows."""

from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.orm import Session

OLD = "The database has not been migrated: run `flask --app wsgi db upgrade`."
SILENT = "The database does not answer."


def problem(session: Session, *, newest: str) -> str | None:
    """None when the database answers and is at the ``newest`` revision, else one sentence."""
    try:
        found = session.scalar(text("SELECT version_num FROM alembic_version"))
    except ProgrammingError:
        return OLD
    except OperationalError as error:
        return OLD if "no such table" in str(error.orig) else SILENT
    except SQLAlchemyError:  # its connection was lost between two requests
        return SILENT
    return None if found == newest else OLD
