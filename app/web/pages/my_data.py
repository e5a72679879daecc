"""Everything that is stored of the viewer, as a file for themselves."""

from flask import Blueprint, Response
from flask_login import login_required

from app.clock import now
from app.exports.my_data_file import MEDIA_TYPE, as_zip
from app.exports.tables import file_name
from app.migrations.tables import metadata
from app.queries.my_data import my_data
from app.web.downloads import attachment
from app.web.rendering import db_session, viewer
from challenges.calendar import day_of

bp = Blueprint("my_data", __name__)


@bp.get("/settings/my-data.zip")
@login_required
def file() -> Response:
    """The viewer's own rows of every table, as JSON and CSV."""
    today = day_of(now())
    found = my_data(db_session(), viewer().id, tables=metadata.tables, on=today)
    tables = [(one.name, one.columns, one.rows) for one in found]
    return attachment(as_zip(tables), f"{file_name(today, 'my-data')}.zip", media_type=MEDIA_TYPE)
