"""A met rule gives exactly one award, and awards always equal a recompute from scratch."""

import random
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.db.sessions import Database
from badges.awards.awarding import bring_up_to_date, preview_undo, recompute
from badges.awards.deciding import Outcome
from badges.awards.verifying import differences
from badges.catalogue.published import BadgeCatalogue
from badges.catalogue.reading import read_badges
from badges.models import Award
from badges.rules.deeds import Deed
from badges.rules.verdicts import evaluate
from badges.subscribers import (
    HEARD,
    on_completion_endorsed,
    on_endorsement_withdrawn,
    on_step_climbed,
    on_step_restored,
    on_step_undone,
    people_pending,
)
from challenges.calendar import day_of
from challenges.catalogue.models import Challenge, Step
from challenges.outbox import Fact
from challenges.people.models import Membership, Person
from challenges.recognition import endorsing
from challenges.recognition.models import Endorsement
from challenges.submissions import voiding, withdrawing
from challenges.submissions.models import Completion
from challenges.vocabulary import MembershipKind

Climb = Callable[..., Completion]
HANDLERS = {
    "step_climbed": on_step_climbed,
    "step_undone": on_step_undone,
    "step_restored": on_step_restored,
    "completion_endorsed": on_completion_endorsed,
    "endorsement_withdrawn": on_endorsement_withdrawn,
}
REASON = "証拠が別の人のものでした。"
WORDS = "相手のことを考えた書き方がとても良かったです。"


@pytest.fixture
def published(session: Session) -> BadgeCatalogue:
    return read_badges(session)


@pytest.fixture
def deliver(session: Session, at: datetime) -> Callable[[], None]:
    """Hand every new fact to the badges' handlers, as the relay does."""

    def hear() -> None:
        new = session.scalars(
            select(Fact).where(Fact.fanned_out_at.is_(None), Fact.kind.in_(HEARD))
        ).all()
        for fact in new:
            HANDLERS[fact.kind](session, fact, at)
            fact.fanned_out_at = at
        session.flush()

    return hear


def held(session: Session, person: Person) -> set[str]:
    rows = select(Award.badge_slug).where(Award.person_id == person.id, Award.voided_at.is_(None))
    return set(session.scalars(rows))


def told(session: Session, kind: str) -> list[str]:
    return [
        about["badge"]
        for about in session.scalars(select(Fact.about).where(Fact.kind == kind).order_by(Fact.id))
    ]


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
    id_ = endorsing.endorse(session, completion, by_id=cast.manager.id, words=WORDS, at=at)
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


# After any sequence of acts, awards are what the deeds say.

SLUGS = (
    "dx-words",
    "first-hello",
    "quick-hands",
    "next-department",
    "ask-when-stuck",
    "open-up-dm",
)
Act = tuple[str, int, int]
acts = st.lists(
    st.tuples(
        st.sampled_from(["climb", "climb", "climb", "undo", "restore", "endorse", "unsay", "hear"]),
        st.integers(0, len(SLUGS) - 1),
        st.integers(1, 3),
    ),
    max_size=25,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=acts, seed=st.integers(0, 999))
def test_after_any_sequence_the_awards_equal_the_fold(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    deliver: Callable[[], None],
    published: BadgeCatalogue,
    at: datetime,
    acts: list[Act],
    seed: int,
) -> None:
    whole = session.begin_nested()
    random.seed(seed)
    person, earned_once = cast.staff, set[str]()
    for number, (verb, which, step) in enumerate(acts):
        _act(
            session,
            cast,
            climb,
            deliver,
            verb,
            SLUGS[which],
            step,
            at=at - timedelta(days=(which * 7 + number) % 40),
        )
        if verb == "hear":
            earned_once |= set(_earned(session, person, published))
    deliver()
    now = _earned(session, person, published)
    awards = session.scalars(
        select(Award).where(Award.voided_at.is_(None)).execution_options(populate_existing=True)
    )
    stored = {one.badge_slug: (one.awarded_at, tuple(one.evidence)) for one in awards}
    for badge in published.badges:
        kept = badge.slug in earned_once and badge.terms.on_undo == "keep"
        if badge.slug in now:
            assert stored.pop(badge.slug) == now[badge.slug]
        else:
            assert (stored.pop(badge.slug, None) is not None) is kept, badge.slug
    assert stored == {}
    assert list(differences(session, catalogue=published, pending=people_pending(session))) == []
    assert recompute(session, catalogue=published, at=at).total(Outcome.ADDED) == 0
    whole.rollback()
    session.expire_all()


def _act(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    deliver: Callable[[], None],
    verb: str,
    slug: str,
    step: int,
    *,
    at: datetime,
) -> None:
    """Do it, if it is possible now."""
    found = session.scalars(
        select(Completion)
        .join(Step)
        .join(Challenge)
        .where(Challenge.slug == slug, Step.number == step)
        .order_by(Completion.id.desc())
        .execution_options(populate_existing=True)
    ).first()
    stands = found is not None and found.voided_at is None
    if verb == "hear":
        deliver()
    elif verb == "climb" and not stands:
        climb(cast.staff, slug, step, at=at)
    elif verb == "undo" and found and stands:
        voiding.void(session, found, by_id=cast.dx.id, reason=REASON, at=at)
    elif verb == "restore" and found and not stands:
        session.refresh(found.submission)
        voiding.restore(session, found, at=at)
    elif verb in {"endorse", "unsay"} and found:
        _word(session, cast, found, verb, at=at)


def _word(
    session: Session, cast: SimpleNamespace, completion: Completion, verb: str, *, at: datetime
) -> None:
    given_ = session.scalars(
        select(Endorsement)
        .where(Endorsement.completion_id == completion.id, Endorsement.withdrawn_at.is_(None))
        .execution_options(populate_existing=True)
    ).first()
    if verb == "unsay" and given_:
        endorsing.withdraw(session, given_, by_id=cast.manager.id, at=at)
    elif verb == "endorse" and not given_ and completion.voided_at is None:
        endorsing.endorse(session, completion, by_id=cast.manager.id, words=WORDS, at=at)


def _earned(
    session: Session, person: Person, published: BadgeCatalogue
) -> dict[str, tuple[datetime, tuple[int, ...]]]:
    """The slow way: row by row, in random order."""
    deeds = [
        _slow_deed(session, one) for one in session.query(Completion).filter_by(person_id=person.id)
    ]
    standing = [deed for deed in deeds if deed is not None]
    random.shuffle(standing)
    found = {}
    for badge in published.offered(manager=False):
        verdict = evaluate(badge.terms.rule, standing)
        if verdict.awarded_on:
            found[badge.slug] = (verdict.awarded_on, verdict.evidence)
    return found


def _slow_deed(session: Session, completion: Completion) -> Deed | None:
    session.refresh(completion)
    if completion.voided_at is not None:
        return None
    challenge = completion.step.challenge
    words = (
        session.query(Endorsement).filter_by(completion_id=completion.id, withdrawn_at=None).count()
    )
    return Deed(
        completion.id,
        challenge.slug,
        completion.step.number,
        challenge.mindset,
        challenge.project_slug,
        completion.step.stage,
        completion.happened_at,
        day_of(completion.happened_at),
        endorsed=words > 0,
    )


# Everybody at once.


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


# Races, with threads on a real database.


def test_many_relays_with_the_same_facts_award_each_badge_once(
    database: Database, session: Session, cast: SimpleNamespace, climb: Climb, at: datetime
) -> None:
    for slug in ("dx-words", "first-hello", "safety-ten", "ai-draft"):
        climb(cast.staff, slug)
    facts = list(session.scalars(select(Fact.id)))
    session.commit()
    barrier, problems = threading.Barrier(12), list[BaseException]()

    def hear(which: int) -> None:
        barrier.wait()
        try:
            with database.writing() as own:
                on_step_climbed(own, own.get_one(Fact, facts[which % len(facts)]), at)
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=hear, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
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
    barrier, problems = threading.Barrier(8), list[BaseException]()

    def undo_and_hear(number: int) -> None:
        barrier.wait()
        try:
            if number == 0:
                with database.writing() as own:
                    voiding.void(
                        own,
                        own.get_one(Completion, completion_id),
                        by_id=cast.dx.id,
                        reason=REASON,
                        at=at,
                    )
            with database.writing() as own:
                last = own.scalars(
                    select(Fact).where(Fact.kind.in_(HEARD)).order_by(Fact.id.desc())
                ).first()
                assert last is not None
                HANDLERS[last.kind](own, last, at)
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=undo_and_hear, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with database.reading() as reader:
        assert held(reader, cast.staff) == {"first-step", "time-sprout"}
        assert told(reader, "badge_taken_back") == ["learning-sprout"]
