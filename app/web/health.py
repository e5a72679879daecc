"""/healthz says that the process answers. /readyz says that the database answers too and has the
schema that this release knows."""

from functools import cache

from flask import Flask, Response

from app import migrations
from app.db import schema
from app.web.rendering import db_session

known = cache(migrations.known)


def init_app(app: Flask) -> None:
    app.add_url_rule("/healthz", "healthz", lambda: Response("ok\n", mimetype="text/plain"))
    app.add_url_rule("/readyz", "readyz", _ready)


def _ready() -> Response:
    problem = schema.problem(db_session(), known=known())
    return Response(
        f"{problem or 'ready'}\n", status=503 if problem else 200, mimetype="text/plain"
    )
