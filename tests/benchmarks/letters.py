"""The weekly letter to everybody: how long it takes to a mail server of this machine.

The server is a process of its own, as a real one is. It takes every mail and prints at the end how
many there were, and to how many addresses.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import delete, event, insert, select
from sqlalchemy.orm import Session

from app.clock import now
from app.config import ROOT
from app.db.sessions import Database
from app.mail_server import read_mail_server
from app.notices.letter_models import Letter, LetterWish
from app.notices.letter_planning import goes_out_at, monday_of, plan_weekly
from app.notices.letter_sending import Sender, send_some, sender
from challenges.calendar import day_of
from challenges.people.models import Person
from tests.benchmarks.databases import config

MOST = 4_500
"""Letters: as many as the prefecture has people."""
AT_ONCE = 500
"""People for whom letters are planned in one transaction, as in app/jobs/letters.py."""
PORT = 8_972


@dataclass(frozen=True)
class LetterFigures:
    """How long the letters took, in seconds, and what it cost."""

    letters: int
    planning: float
    sending: float
    cpu: float
    """Seconds of the sender's processor time."""
    statements: float
    """For one letter."""

    def sentence(self) -> str:
        """A sentence of the report."""
        return (
            f"The weekly letter: {self.letters:,} planned in {self.planning:.1f} s and sent in "
            f"{self.sending:.0f} s to a server of this machine (goal: 4,500 in 60 s), with "
            f"{self.cpu:.0f} s of the sender's processor time and {self.statements:.2f} statements "
            "a letter."
        )


def measure_letters(url: str) -> LetterFigures:
    """Let up to 4,500 people want the letter, and send them that of this week.

    Raises AssertionError if a letter did not arrive, or arrived twice.
    """
    database = Database(url)
    at = _last_letter_day()
    with database.writing() as session:
        wanted = _want(session, at=at)
    with _mail_server() as server:
        mail_server = read_mail_server(f"smtp://127.0.0.1:{PORT}", "bench@pref.example.jp")
        settings = replace(config(url), mail_server=mail_server)
        worker = sender(database, settings, clock=lambda: at)
        assert worker is not None
        began = time.monotonic()
        _plan(database, at=at)
        planned = time.monotonic()
        used = time.process_time()
        statements = _send(worker)
        sent, used = time.monotonic(), time.process_time() - used
        worker.connection.close()
        assert _stop(server) == (wanted, wanted), "some letters did not arrive once"
    database.dispose()
    return LetterFigures(wanted, planned - began, sent - planned, used, statements / wanted)


def _last_letter_day() -> datetime:
    """When the newest weekly letter was due that people can have got by now."""
    week = monday_of(day_of(now()))
    while True:
        at = goes_out_at(week)
        if at is not None and at <= now():
            return at
        week -= timedelta(days=7)


def _want(session: Session, *, at: datetime) -> int:
    for table in (Letter, LetterWish):
        session.execute(delete(table))
    able = select(Person.id).where(
        Person.email.is_not(None), Person.deactivated_at.is_(None), Person.paused_at.is_(None)
    )
    ids = session.scalars(able.order_by(Person.id).limit(MOST)).all()
    before = at - timedelta(days=1)
    session.execute(insert(LetterWish), [{"person_id": id_, "wanted_at": before} for id_ in ids])
    return len(ids)


def _plan(database: Database, *, at: datetime) -> None:
    after: int | None = 0
    while after is not None:
        with database.writing() as session:
            after = plan_weekly(session, after=after, limit=AT_ONCE, at=at)


def _send(worker: Sender) -> int:
    """Send what is due. Returns the number of statements."""
    seen = 0

    def count(*_rest: object) -> None:
        nonlocal seen
        seen += 1

    event.listen(worker.database.engine, "before_cursor_execute", count)
    while send_some(worker):
        pass
    event.remove(worker.database.engine, "before_cursor_execute", count)
    return seen


# The mail server, a process.


@contextmanager
def _mail_server() -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.benchmarks.letters", "--serve"]
    process = subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        process.stdout.readline()
        yield process
    finally:
        process.kill()
        process.wait()


def _stop(server: "subprocess.Popen[str]") -> tuple[int, int]:
    """End the server. Returns how many mails it took, and how many addresses they had."""
    printed, _ = server.communicate("stop\n")
    mails, addresses = map(int, printed.split())
    return mails, addresses


class Counting:
    """Takes every mail and forgets it. aiosmtpd calls it by these names."""

    def __init__(self) -> None:
        self.addresses: list[str] = []

    async def handle_DATA(  # noqa: N802  # its name
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        self.addresses += envelope.rcpt_tos
        return "250 OK"


def serve() -> None:
    """Take mail until a line arrives, then print how many mails and addresses there were."""
    counting = Counting()
    controller = Controller(counting, hostname="127.0.0.1", port=PORT)
    controller.start()
    print("ready", flush=True)
    sys.stdin.readline()
    controller.stop()
    print(len(counting.addresses), len(set(counting.addresses)), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.letters")
    parser.add_argument("--serve", action="store_true", help="be the mail server of another run")
    if parser.parse_args().serve:
        serve()


if __name__ == "__main__":
    main()
