"""Relays as processes of their own, to be killed by test_kill.py. They are forked from this one,
which has imported the app already: that takes seconds.

python relay_process.py DATABASE_URL LEASE_IN_SECONDS

Each line that it reads has a kind of relay and the path of a pipe for what the relay says. It
answers with the process id.
"""

import os
import signal
import sys
from datetime import datetime, timedelta

from flask.cli import main as flask
from sqlalchemy import text
from sqlalchemy.orm import Session

import app.factory  # noqa: F401  # for the forks
from app.clock import now
from app.db.sessions import Database
from app.relay.outbox import dispatch
from challenges.outbox import Fact


def one(session: Session, fact: Fact, at: datetime) -> None:
    session.execute(text("INSERT INTO heard VALUES (:fact, 'one')"), {"fact": fact.id})
    print(fact.id, flush=True)  # the test reads along, and may kill from here on, before the commit


def other(session: Session, fact: Fact, at: datetime) -> None:
    print(fact.id, flush=True)
    session.execute(text("INSERT INTO heard VALUES (:fact, 'other')"), {"fact": fact.id})


def count(url: str, lease: str) -> None:
    """A relay whose subscribers count whenever they hear."""
    database = Database(url)
    subscriptions = {"tested": {"one": one, "other": other}}
    lasting = timedelta(seconds=float(lease))
    while True:
        dispatch(database, clock=now, subscriptions=subscriptions, lasting=lasting)


def main(url: str, lease: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    for line in sys.stdin:
        kind, said = line.split()
        if pid := os.fork():
            print(pid, flush=True)
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        pipe = os.open(said, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(pipe, stream)
        os.close(pipe)
        if kind == "counts":
            count(url, lease)
        sys.argv = ["flask", "--app", "wsgi", "relay", "run"]
        flask()


if __name__ == "__main__":
    main(*sys.argv[1:])
