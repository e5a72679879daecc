"""Recomputing and verifying the awards of everybody."""

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from badges.awards.awarding import recompute
from badges.awards.deciding import Outcome
from badges.awards.verifying import differences
from badges.catalogue.published import BadgeCatalogue
from badges.models import Award
from badges.subscribers import people_pending
from challenges.submissions.models import Completion
from tests.badges.awards.conftest import Climb, held, told


def test_recomputing_awards_and_revokes_and_a_dry_run_only_reports(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    deliver: Callable[[], None],
    published: BadgeCatalogue,
    at: datetime,
) -> None:
    completion = climb(cast.staff, "dx-words")
    deliver()
    climb(cast.colleague, "quick-hands")
    session.execute(update(Completion).where(Completion.id == completion.id).values(voided_at=at))

    said = recompute(session, catalogue=published, at=at, dry_run=True)
    assert held(session, cast.colleague) == set()
    done = recompute(session, catalogue=published, at=at)
    assert said == done
    assert (
        done.total(Outcome.ADDED),
        done.total(Outcome.TAKEN_BACK),
        done.total(Outcome.KEPT),
    ) == (2, 1, 1)
    assert held(session, cast.colleague) == {"first-step", "time-sprout"}
    assert held(session, cast.staff) == {"first-step"}
    assert sorted(told(session, "badge_awarded")) == [
        "first-step",
        "first-step",
        "learning-sprout",
        "time-sprout",
    ]

    again = recompute(session, catalogue=published, at=at)
    assert (again.total(Outcome.UNCHANGED), again.total(Outcome.KEPT)) == (2, 1)


def test_recomputing_quietly_notifies_nobody(
    session: Session, cast: SimpleNamespace, climb: Climb, published: BadgeCatalogue, at: datetime
) -> None:
    climb(cast.staff, "dx-words")
    recompute(session, catalogue=published, at=at, quietly=True)
    assert len(held(session, cast.staff)) == 2
    assert told(session, "badge_awarded") == []


def test_verifying_reports_differences_but_not_of_pending_people(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    deliver: Callable[[], None],
    published: BadgeCatalogue,
    at: datetime,
) -> None:
    climb(cast.staff, "dx-words")
    # The fact is still on its way.
    assert list(differences(session, catalogue=published, pending=people_pending(session))) == []
    deliver()
    assert list(differences(session, catalogue=published, pending=people_pending(session))) == []
    award = session.scalars(select(Award).where(Award.badge_slug == "learning-sprout")).one()
    award.voided_at = at
    wrong = session.scalars(select(Award).where(Award.badge_slug == "first-step")).one()
    wrong.evidence = [12345]
    session.add(
        Award(
            person_id=cast.colleague.id,
            badge_slug="opener",
            badge_version=1,
            awarded_at=at,
            recorded_at=at,
            evidence=[1],
        )
    )
    session.flush()
    assert [
        str(one)
        for one in differences(session, catalogue=published, pending=people_pending(session))
    ] == [
        f"person {cast.staff.id}: badge first-step: "
        "stands, but rests on other completions or another day",
        f"person {cast.staff.id}: badge learning-sprout: earned, but not awarded",
        f"person {cast.colleague.id}: badge opener: stands, but is no longer earned",
    ]
