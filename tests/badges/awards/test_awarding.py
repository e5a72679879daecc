"""One person: a met rule gives exactly one award, and an undo does what the badge says."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from badges.awards.awarding import bring_up_to_date, preview_undo
from badges.catalogue.published import BadgeCatalogue
from badges.catalogue.reading import read_badges
from badges.models import Award
from badges.subscribers import on_step_climbed
from challenges.calendar import day_of
from challenges.catalogue.models import Challenge
from challenges.outbox import Fact
from challenges.people.models import Membership
from challenges.recognition import endorsing
from challenges.recognition.models import Endorsement
from challenges.submissions import voiding, withdrawing
from challenges.vocabulary import MembershipKind
from tests.badges.awards.conftest import REASON, WORDS, Climb, held, told


def test_an_award_is_dated_the_day_of_its_step(
    session: Session, cast: SimpleNamespace, climb: Climb, deliver: Callable[[], None], at: datetime
) -> None:
    done = at - timedelta(days=9)
    completion = climb(cast.staff, "dx-words", at=done)
    deliver()
    award = session.scalars(select(Award).where(Award.badge_slug == "first-step")).one()
    assert (award.person_id, award.evidence, award.awarded_at) == (
        cast.staff.id,
        [completion.id],
        done,
    )
    assert award.recorded_at == at
    assert held(session, cast.staff) == {"first-step", "learning-sprout"}
    assert sorted(told(session, "badge_awarded")) == ["first-step", "learning-sprout"]


def test_a_badge_is_awarded_with_the_nth_step_and_not_before(
    session: Session, cast: SimpleNamespace, climb: Climb, deliver: Callable[[], None]
) -> None:
    for slug in ("dx-words", "first-hello", "safety-ten"):
        climb(cast.staff, slug)
    deliver()
    assert "learning-trunk" not in held(session, cast.staff)
    climb(cast.staff, "ai-draft")
    deliver()
    assert "learning-trunk" in held(session, cast.staff)
    climb(cast.staff, "first-api-call")
    deliver()
    assert told(session, "badge_awarded").count("learning-trunk") == 1


def test_a_fact_that_is_delivered_again_changes_nothing(
    session: Session, cast: SimpleNamespace, climb: Climb, at: datetime
) -> None:
    climb(cast.staff, "dx-words")
    fact = session.scalars(select(Fact)).one()
    for _ in range(3):
        on_step_climbed(session, fact, at)
    assert session.scalar(select(func.count()).select_from(Award)) == 2
    assert len(told(session, "badge_awarded")) == 2


def test_an_undone_step_revokes_or_keeps_a_badge_as_defined(
    session: Session, cast: SimpleNamespace, climb: Climb, deliver: Callable[[], None], at: datetime
) -> None:
    completion = climb(cast.staff, "dx-words")
    deliver()
    voiding.void(session, completion, by_id=cast.dx.id, reason=REASON, at=at)
    deliver()
    assert held(session, cast.staff) == {"first-step"}
    assert told(session, "badge_taken_back") == ["learning-sprout"]
    gone = session.scalars(select(Award).where(Award.voided_at.is_not(None))).one()
    assert (gone.badge_slug, gone.voided_at) == ("learning-sprout", at)
    assert gone.void_reason


def test_a_restored_step_restores_its_badge_without_a_second_notice(
    session: Session, cast: SimpleNamespace, climb: Climb, deliver: Callable[[], None], at: datetime
) -> None:
    completion = climb(cast.staff, "dx-words")
    deliver()
    voiding.void(session, completion, by_id=cast.dx.id, reason=REASON, at=at)
    deliver()
    session.refresh(completion)
    voiding.restore(session, completion, at=at)
    deliver()
    assert held(session, cast.staff) == {"first-step", "learning-sprout"}
    assert told(session, "badge_awarded").count("learning-sprout") == 1
    assert told(session, "badge_returned") == ["learning-sprout"]


def test_withdrawing_and_repeating_a_step_announces_a_badge_once(
    session: Session, cast: SimpleNamespace, climb: Climb, deliver: Callable[[], None], at: datetime
) -> None:
    for _ in range(5):
        completion = climb(cast.staff, "dx-words")
        deliver()
        withdrawing.withdraw(session, completion, by_id=cast.staff.id, at=at)
        deliver()
    assert sorted(told(session, "badge_awarded")) == ["first-step", "learning-sprout"]


def test_an_award_stays_while_enough_steps_are_left(
    session: Session, cast: SimpleNamespace, climb: Climb, deliver: Callable[[], None], at: datetime
) -> None:
    first = climb(cast.staff, "dx-words", at=at - timedelta(days=2))
    second = climb(cast.staff, "first-hello", at=at - timedelta(days=1))
    deliver()
    voiding.void(session, first, by_id=cast.dx.id, reason=REASON, at=at)
    deliver()
    award = session.scalars(select(Award).where(Award.badge_slug == "learning-sprout")).one()
    session.refresh(award)
    assert (award.evidence, award.voided_at) == ([second.id], None)
    assert award.awarded_at == second.happened_at
    assert told(session, "badge_taken_back") == []


def test_withdrawing_an_endorsement_keeps_the_badge_it_earned(
    session: Session, cast: SimpleNamespace, climb: Climb, deliver: Callable[[], None], at: datetime
) -> None:
    completion = climb(cast.staff, "dx-words")
    id_ = endorsing.endorse(
        session, completion, by_id=cast.manager.id, kinds=["STEADINESS"], words=WORDS, at=at
    )
    deliver()
    assert "noticed" in held(session, cast.staff)
    endorsing.withdraw(session, session.get_one(Endorsement, id_), by_id=cast.manager.id, at=at)
    deliver()
    assert "noticed" in held(session, cast.staff)


@pytest.mark.parametrize("who", ["manager", "deputy"])
def test_managers_and_deputies_earn_manager_badges(
    session: Session, cast: SimpleNamespace, climb: Climb, deliver: Callable[[], None], who: str
) -> None:
    for person in (getattr(cast, who), cast.staff):
        climb(person, "start-with-myself")
        climb(person, "quick-hands")
    deliver()
    assert "leading-by-trying" in held(session, getattr(cast, who))
    assert "leading-by-trying" not in held(session, cast.staff)


def test_former_managers_keep_manager_badges(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    deliver: Callable[[], None],
    published: BadgeCatalogue,
    at: datetime,
) -> None:
    climb(cast.manager, "start-with-myself")
    climb(cast.manager, "quick-hands")
    deliver()
    ended = update(Membership).where(
        Membership.person_id == cast.manager.id, Membership.kind != MembershipKind.STAFF
    )
    session.execute(ended.values(valid_to=day_of(at) - timedelta(days=1)))
    bring_up_to_date(session, person_id=cast.manager.id, catalogue=published, at=at)
    assert "leading-by-trying" in held(session, cast.manager)


def test_a_step_counts_as_it_was_when_completed(
    session: Session, cast: SimpleNamespace, climb: Climb, deliver: Callable[[], None], at: datetime
) -> None:
    # The DX office moves a challenge to another mindset and project.
    climb(cast.staff, "dx-words")
    deliver()
    challenge = session.scalars(select(Challenge).where(Challenge.slug == "dx-words")).one()
    challenge.mindset, challenge.project_slug = "PRODUCE", "data"
    session.flush()
    assert (
        bring_up_to_date(session, person_id=cast.staff.id, catalogue=read_badges(session), at=at)
        == []
    )


def test_an_unknown_person_is_awarded_nothing(
    session: Session, published: BadgeCatalogue, at: datetime
) -> None:
    assert bring_up_to_date(session, person_id=999_999, catalogue=published, at=at) == []


def test_awarding_five_badges_takes_at_most_ten_statements(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    published: BadgeCatalogue,
    at: datetime,
    count_statements: Callable[..., Iterator[list[str]]],
) -> None:
    for slug in ("dx-words", "quick-hands", "next-department"):
        climb(cast.staff, slug)
    with count_statements(session.get_bind()) as statements:
        bring_up_to_date(session, person_id=cast.staff.id, catalogue=published, at=at)
    assert len(statements) <= 10, "\n".join(statements)
    assert len(held(session, cast.staff)) == 5


# Previewing an undo.


def test_the_effect_of_an_undo_is_known_beforehand(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    deliver: Callable[[], None],
    published: BadgeCatalogue,
) -> None:
    completion = climb(cast.staff, "dx-words")
    deliver()
    preview = preview_undo(session, completion.id, catalogue=published)
    assert (preview.taken_back, preview.kept) == (("learning-sprout",), ("first-step",))
    climb(cast.staff, "first-hello")
    preview = preview_undo(session, completion.id, catalogue=published)
    assert (preview.taken_back, preview.kept) == ((), ())
    assert preview_undo(session, 999_999, catalogue=published).taken_back == ()
