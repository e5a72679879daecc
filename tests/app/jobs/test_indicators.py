"""The job of every night folds what changed and publishes what is settled."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.config import Config
from app.db.sessions import Database
from app.indicators.activity import ChangedDay, FoldProgress, PersonDay
from app.indicators.models import Measure
from app.indicators.verifying import differences
from app.relay.worker import run_once
from challenges.calendar import TOKYO
from challenges.outbox import Fact
from challenges.submissions import withdrawing
from challenges.submissions.models import Completion

Climb = Callable[..., Completion]
NIGHT = datetime(2026, 8, 13, 1, 0, tzinfo=TOKYO)
"""July is settled since the day before."""


def relay(session: Session, database: Database, config: Config, at: datetime) -> Counter[str]:
    session.commit()
    done = run_once(database, config, clock=lambda: at)
    session.expire_all()
    return done


def test_a_night_folds_the_steps_and_publishes_the_month(
    session: Session,
    database: Database,
    config: Config,
    cast: SimpleNamespace,
    climb: Climb,
    at: datetime,
) -> None:
    climb(cast.staff, "first-hello", at=at)
    relay(session, database, config, at)
    assert session.scalars(select(Measure)).all() == []
    relay(session, database, config, NIGHT)

    assert [one.tries for one in session.scalars(select(PersonDay))] == [1]
    assert session.scalars(select(ChangedDay)).all() == []
    assert session.scalars(select(FoldProgress.folded_until)).all() == [None]
    published = session.scalars(select(Measure.indicator).where(Measure.unit_id.is_(None))).all()
    assert "tried-share" in published
    # Six people are too few for anything.
    assert set(session.scalars(select(Measure.is_hidden))) == {True}


def test_what_is_withdrawn_is_folded_in_the_next_night(
    session: Session,
    database: Database,
    config: Config,
    cast: SimpleNamespace,
    climb: Climb,
    at: datetime,
) -> None:
    done = climb(cast.staff, "first-hello", at=at)
    relay(session, database, config, at)
    withdrawing.withdraw(session, done, by_id=cast.staff.id, at=at + timedelta(days=1))
    relay(session, database, config, at + timedelta(days=1, hours=23))

    assert session.scalars(select(PersonDay)).all() == []
    assert list(differences(session)) == []


def test_what_was_there_before_is_folded_once(
    session: Session,
    database: Database,
    config: Config,
    cast: SimpleNamespace,
    climb: Climb,
    at: datetime,
) -> None:
    climb(cast.staff, "first-hello", at=at)
    climb(cast.outsider, "first-hello", at=at)
    # The version before has heard of it.
    session.execute(update(Fact).values(fanned_out_at=at))
    relay(session, database, config, NIGHT)
    assert list(differences(session)) == []
    assert len(session.scalars(select(PersonDay)).all()) == 2
