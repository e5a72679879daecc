"""What pages show of badges: the newest first, their evidence, and no count of a few people."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session

from badges.awards.awarding import recompute
from badges.catalogue.reading import read_badges
from badges.models import Award
from badges.queries import evidence_of, holders, standing_awards
from challenges.people.models import Person
from challenges.submissions import voiding
from challenges.submissions.models import Completion

Climb = Callable[..., Completion]


def test_badges_are_listed_newest_first_without_revoked_ones(
    session: Session, cast: SimpleNamespace, climb: Climb, at: datetime
) -> None:
    climb(cast.staff, "dx-words", at=at - timedelta(days=3))
    gone = climb(cast.staff, "quick-hands", at=at - timedelta(days=2))
    climb(cast.staff, "next-department", at=at - timedelta(days=1))
    recompute(session, catalogue=read_badges(session), at=at)
    voiding.void(session, gone, by_id=cast.dx.id, reason="間違いでした。", at=at)
    recompute(session, catalogue=read_badges(session), at=at)
    slugs = [award.badge for award in standing_awards(session, cast.staff.id)]
    assert slugs == ["daring-sprout", "learning-sprout", "first-step"]
    assert standing_awards(session, cast.colleague.id) == []


def test_an_award_lists_its_completions_with_their_days(
    session: Session, cast: SimpleNamespace, climb: Climb, at: datetime
) -> None:
    later = climb(cast.staff, "open-up-dm", at=at)
    sooner = climb(cast.staff, "ask-when-stuck", at=at - timedelta(days=5))
    recompute(session, catalogue=read_badges(session), at=at)
    [award] = [one for one in standing_awards(session, cast.staff.id) if one.badge == "opener"]
    evidence = evidence_of(session, award)
    assert [(one.completion_id, one.step_id, one.happened_at) for one in evidence] == [
        (sooner.id, sooner.step_id, sooner.happened_at),
        (later.id, later.step_id, later.happened_at),
    ]
    assert not any(one.is_undone for one in evidence)


def test_the_evidence_of_a_kept_badge_is_marked_as_undone(
    session: Session, cast: SimpleNamespace, climb: Climb, at: datetime
) -> None:
    completion = climb(cast.staff, "dx-words")
    recompute(session, catalogue=read_badges(session), at=at)
    voiding.void(session, completion, by_id=cast.dx.id, reason="間違いでした。", at=at)
    recompute(session, catalogue=read_badges(session), at=at)
    [award] = standing_awards(session, cast.staff.id)
    assert award.badge == "first-step"
    assert [one.is_undone for one in evidence_of(session, award)] == [True]


@pytest.mark.parametrize(("count", "shown"), [(0, None), (9, None), (10, 10), (11, 11)])
def test_fewer_than_ten_holders_are_never_a_number(
    session: Session, at: datetime, count: int, shown: int | None
) -> None:
    people = [Person(employee_number=f"h{number}", name="x") for number in range(count + 1)]
    session.add_all(people)
    session.flush()
    for number, person in enumerate(people):
        session.add(
            Award(
                person_id=person.id,
                badge_slug="opener",
                badge_version=1,
                awarded_at=at,
                recorded_at=at,
                evidence=[],
                voided_at=at if number == count else None,
            )
        )
    session.flush()
    assert holders(session, "opener") == shown
