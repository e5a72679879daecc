"""Whether the database can be asked at all."""

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session


def problem(session: Session) -> str | None:
    """None when the database answers and has been migrated, else one sentence."""
    try:
        session.execute(text("SELECT version_num FROM alembic_version")).one()
    except OperationalError as error:
        return (
            "The database has no tables yet: run `flask --app wsgi db upgrade`."
            if "no such" in str(error)
            else "The database does not answer."
        )
    except (DBAPIError, LookupError):
        return "The database has no tables yet: run `flask --app wsgi db upgrade`."
    return None
