"""`flask badges recompute`: everybody's awards from scratch, said first when asked."""

from collections.abc import Callable
from types import SimpleNamespace

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from badges.models import Award
from challenges.outbox import Fact
from challenges.submissions.models import Completion

Climb = Callable[..., Completion]


def count(session: Session, what: type[Award] | type[Fact]) -> int:
    return session.scalar(select(func.count()).select_from(what)) or 0


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    app: Flask, session: Session, cast: SimpleNamespace, climb: Climb
) -> None:
    climb(cast.staff, "dx-words")
    session.commit()
    said = app.test_cli_runner().invoke(args=["badges", "recompute", "--dry-run"])
    assert said.exit_code == 0, said.output
    assert "first-step: added 1, taken_back 0, kept 0, renewed 0, unchanged 0" in said.output
    assert "(all): added 2" in said.output
    assert count(session, Award) == 0


def test_recomputing_awards_badges_and_a_second_run_changes_nothing(
    app: Flask, session: Session, cast: SimpleNamespace, climb: Climb
) -> None:
    climb(cast.staff, "dx-words")
    session.commit()
    before = count(session, Fact)
    session.rollback()
    runner = app.test_cli_runner()
    assert "(all): added 2" in runner.invoke(args=["badges", "recompute"]).output
    assert (count(session, Award), count(session, Fact)) == (2, before + 2)
    session.rollback()
    assert (
        "(all): added 0, taken_back 0, kept 0, renewed 0, unchanged 2"
        in runner.invoke(args=["badges", "recompute"]).output
    )


def test_recomputing_quietly_records_no_fact(
    app: Flask, session: Session, cast: SimpleNamespace, climb: Climb
) -> None:
    climb(cast.staff, "dx-words")
    session.commit()
    before = count(session, Fact)
    session.rollback()
    app.test_cli_runner().invoke(args=["badges", "recompute", "--quietly"])
    assert (count(session, Award), count(session, Fact)) == (2, before)
