"""The app with two bare routes beside it, on the same database glue: the floor that pages are measured against."""

from flask import request
from sqlalchemy import insert, select

from app.clock import now
from app.db import request_session
from challenges.models import Fact, Person
from wsgi import app

app.config["WTF_CSRF_ENABLED"] = False  # wrk cannot read a form first; the check itself costs microseconds


@app.get("/bench/read")
def read() -> str:
    """One indexed SELECT."""
    return str(request_session().scalar(select(Person.name).where(Person.id == request.args.get("id", 1, int))))


@app.post("/bench/write")
def write() -> str:
    """One row."""
    row = {"kind": "bench", "about": {}, "occurred_at": now(), "fanned_out_at": now()}
    request_session().execute(insert(Fact).values(row))
    return "ok"
