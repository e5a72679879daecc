"""Checks that the database answers and has the tables that this release knows."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.orm import Session

OLD = "The database has not been migrated: run `flask --app wsgi db upgrade`."
NEWER = (
    "The database is newer than this release (it is at {found}, the release knows up to {newest}): "
    "start the newer release again, or restore a backup from before it."
)
SILENT = "The database does not answer."


def problem(session: Session, *, known: Sequence[str]) -> str | None:
    """One sentence for operators, or None if all is well.

    ``known`` are the revisions of this release, the newest last.
    """
    try:
        found = session.scalar(text("SELECT version_num FROM alembic_version"))
    except ProgrammingError:
        return OLD
    except OperationalError as error:
        # SQLite reports a missing table as the same error as a file that cannot be opened.
        return OLD if "no such table" in str(error.orig) else SILENT
    except SQLAlchemyError:
        # The connection was lost between two requests.
        return SILENT
    return None if found == known[-1] else newer(found, known=known) or OLD


def newer(found: str | None, *, known: Sequence[str]) -> str | None:
    """A sentence if only a later release knows the revision of the database, else None."""
    return None if found is None or found in known else NEWER.format(found=found, newest=known[-1])
