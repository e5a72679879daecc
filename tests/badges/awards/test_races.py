"""Races of threads on a real database: each badge is awarded once."""

import threading
from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.sessions import Database
from badges.models import Award
from badges.subscribers import (
    HEARD,
    on_step_climbed,
)
from challenges.outbox import Fact
from challenges.submissions import voiding
from challenges.submissions.models import Completion
from tests.badges.awards.conftest import HANDLERS, REASON, Climb, held, told


def race(act: Callable[[int], None], *, threads: int) -> list[BaseException]:
    """Let all threads begin at once, each with its number; the errors they ended with."""
    barrier, errors = threading.Barrier(threads), list[BaseException]()

    def run(number: int) -> None:
        barrier.wait()
        try:
            act(number)
        except BaseException as error:
            errors.append(error)

    running = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return errors


def test_many_relays_with_the_same_facts_award_each_badge_once(
    database: Database, session: Session, cast: SimpleNamespace, climb: Climb, at: datetime
) -> None:
    for slug in ("dx-words", "first-hello", "safety-ten", "ai-draft"):
        climb(cast.staff, slug)
    facts = list(session.scalars(select(Fact.id)))
    session.commit()

    def hear(number: int) -> None:
        with database.writing() as own:
            on_step_climbed(own, own.get_one(Fact, facts[number % len(facts)]), at)

    assert race(hear, threads=12) == []
    with database.reading() as reader:
        assert held(reader, cast.staff) == {"first-step", "learning-sprout", "learning-trunk"}
        assert reader.scalar(select(func.count()).select_from(Award)) == 3
        assert sorted(told(reader, "badge_awarded")) == [
            "first-step",
            "learning-sprout",
            "learning-trunk",
        ]


def test_a_racing_undo_and_step_end_in_the_right_awards(
    database: Database, session: Session, cast: SimpleNamespace, climb: Climb, at: datetime
) -> None:
    words = climb(cast.staff, "dx-words")
    with_words = session.scalars(select(Fact)).one()
    on_step_climbed(session, with_words, at)
    session.commit()
    completion_id = words.id
    climb(cast.staff, "quick-hands")
    session.commit()
    dx_id, newest = cast.dx.id, select(Fact).where(Fact.kind.in_(HEARD)).order_by(Fact.id.desc())

    def undo_and_hear(number: int) -> None:
        if number == 0:
            with database.writing() as own:
                completion = own.get_one(Completion, completion_id)
                voiding.void(own, completion, by_id=dx_id, reason=REASON, at=at)
        with database.writing() as own:
            last = own.scalars(newest.limit(1)).one()
            HANDLERS[last.kind](own, last, at)

    assert race(undo_and_hear, threads=8) == []
    with database.reading() as reader:
        assert held(reader, cast.staff) == {"first-step", "time-sprout"}
        assert told(reader, "badge_taken_back") == ["learning-sprout"]
