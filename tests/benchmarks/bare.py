"""The app with two bare routes beside it, on the same database glue.

They are the floor that pages are measured against.
"""

from flask import Flask, request
from sqlalchemy import insert, select

from app.clock import now
from app.config import Config
from app.db.sessions import request_session
from app.factory import create_app
from challenges.outbox import Fact
from challenges.people.models import Person


def beside(app: Flask) -> Flask:
    """That app with the two routes, and without the check of forms: wrk cannot read one first."""
    app.config["WTF_CSRF_ENABLED"] = False
    app.add_url_rule("/bench/read", view_func=read)
    app.add_url_rule("/bench/write", view_func=write, methods=["POST"])
    return app


def read() -> str:
    """One indexed SELECT."""
    id_ = request.args.get("id", 1, int)
    return str(request_session().scalar(select(Person.name).where(Person.id == id_)))


def write() -> str:
    """One row."""
    row = {"kind": "bench", "about": {}, "occurred_at": now(), "fanned_out_at": now()}
    request_session().execute(insert(Fact).values(row))
    return "ok"


def app() -> Flask:
    """For gunicorn."""
    return beside(create_app(Config.from_environment()))
