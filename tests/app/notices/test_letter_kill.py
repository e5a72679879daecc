"""kill -9 while letters go out: nobody gets two, and what may have arrived is listed as unknown."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.db.sessions import Database
from app.notices.letter_models import SENDING_LASTS, Letter, LetterKind, LetterState
from app.notices.letter_planning import plan_invitation
from tests.app.notices.mail_server import Mailbox

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.kill
Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start(database_url: str, smtp: str) -> Iterator[Start]:
    """``start()``: a worker in a process of its own, gone after the test."""
    started: list[subprocess.Popen[bytes]] = []

    def begin() -> subprocess.Popen[bytes]:
        script = ROOT / "tests/app/notices/letter_process.py"
        command = [sys.executable, str(script), database_url, smtp]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()


def states(database: Database) -> Counter[str]:
    with database.reading() as session:
        return Counter(one.value for one in session.scalars(select(Letter.state)))


def time_passes(database: Database) -> None:
    """As if the time had passed after which the dead are taken for dead."""
    with database.writing() as session:
        session.execute(
            update(Letter)
            .where(Letter.state == LetterState.SENDING)
            .values(sending_at=now() - SENDING_LASTS - timedelta(seconds=1))
        )


def test_workers_killed_before_their_answer_send_nobody_two(
    database: Database, box: Mailbox, session: Session, cast: Any, start: Start
) -> None:
    people = (cast.staff, cast.colleague, cast.manager, cast.deputy, cast.outsider)
    for person in people:
        assert plan_invitation(session, person.id, at=now())
    session.commit()
    for killed in range(1, 3):
        box.answers.clear()
        worker = start()
        box.wait_for(killed, seconds=60)
        worker.kill()
        worker.wait()
        box.answers.set()
        time_passes(database)
    start()
    deadline = time.monotonic() + 60
    while states(database) != {"UNKNOWN": 2, "SENT": 3}:
        assert time.monotonic() < deadline, states(database)
        time.sleep(0.05)
    assert sorted(box.addresses()) == sorted(person.email for person in people)
    with database.reading() as reader:
        assert set(reader.scalars(select(Letter.kind))) == {LetterKind.INVITATION}
