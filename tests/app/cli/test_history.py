"""`history verify`: says yes to what is whole, and names what is not."""

from collections.abc import Callable
from types import SimpleNamespace

from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from badges.awarding import Tally, recompute_some
from badges.models import Award
from badges.snapshot import current_book
from challenges.models import Completion, Fact, StepTotal


def run(app: Flask) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["history", "verify"])
    return result.exit_code, result.output


def settle(session: Session, people: list[int], at) -> None:
    """What the relay does with the facts: award, and be done with them."""
    session.execute(update(Fact).values(fanned_out_at=at))
    recompute_some(
        session, people=people, book=current_book(session), at=at, tally=Tally(), dry_run=False, quietly=True
    )
    session.commit()


def test_a_whole_history_is_said_to_be_whole_with_how_much_was_checked(
    app: Flask, session: Session, cast: SimpleNamespace, climb: Callable[..., Completion], at
) -> None:
    climb(cast.staff, "first-hello")
    settle(session, [cast.staff.id], at)
    code, output = run(app)
    assert code == 0, output
    assert output.startswith("The history is whole: 1 monthly totals, 1 submissions, 1 completions, ")


def test_a_total_that_was_changed_behind_its_back_is_named(
    app: Flask, session: Session, cast: SimpleNamespace, climb: Callable[..., Completion], at
) -> None:
    completion = climb(cast.staff, "first-hello")
    settle(session, [cast.staff.id], at)
    session.execute(update(StepTotal).values(completions=7))
    session.commit()
    code, output = run(app)
    assert code == 1
    assert f"step {completion.step_id}, 2026-07: stored 7, history says 1" in output
    assert "Error: 1 differences in " in output


def test_an_award_that_nobody_earned_is_named(
    app: Flask, session: Session, cast: SimpleNamespace, climb: Callable[..., Completion], at
) -> None:
    climb(cast.staff, "first-hello")
    settle(session, [cast.staff.id], at)
    session.execute(update(Award).where(Award.badge_slug == "first-step").values(person_id=cast.outsider.id))
    session.commit()
    code, output = run(app)
    assert code == 1
    assert f"person {cast.staff.id}: badge first-step: earned, but not awarded" in output
