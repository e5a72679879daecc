"""A relay as a process of its own, to be killed by test_relay_kill.py. Its subscribers count
whenever they hear.

python relay_process.py DATABASE_URL LEASE_IN_SECONDS
"""

import sys
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

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


def main(url: str, lease: str) -> None:
    database = Database(url)
    subscriptions = {"tested": {"one": one, "other": other}}
    with database.reading() as session:
        session.connection()
    print("ready", flush=True)
    sys.stdin.readline()  # the test says when to begin
    while True:
        dispatch(
            database,
            clock=now,
            subscriptions=subscriptions,
            lasting=timedelta(seconds=float(lease)),
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
