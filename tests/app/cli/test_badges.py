"""`flask badges recompute`: everybody's awards from scratch, or only what would change."""

from collections.abc import Callable
from types import SimpleNamespace

from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from badges.models import Award, BadgeVersion
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


def test_a_damaged_badge_is_named_and_nothing_is_changed(
    app: Flask, session: Session, cast: SimpleNamespace, climb: Climb
) -> None:
    climb(cast.staff, "dx-words")
    of_opener = update(BadgeVersion).where(BadgeVersion.badge_slug == "opener")
    session.execute(of_opener.values(definition={}))
    session.commit()
    result = app.test_cli_runner().invoke(args=["badges", "recompute"])
    assert result.exit_code == 1
    assert "Error: badge opener version 1: its definition cannot be read: " in result.output
    assert count(session, Award) == 0
