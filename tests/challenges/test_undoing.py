"""Taking back and giving again: whatever is undone, what is stored stays the fold of what stands."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from challenges import reviewing, submitting, totals, undoing, verifying
from challenges.errors import RuleBroken
from challenges.models import Completion, Submission
from challenges.reviewing import accept_overdue
from challenges.submitting import Evidence
from challenges.tokyo import month_of

SLUGS = ("first-hello", "ask-when-stuck", "meeting-as-post", "why-the-seal")
"""Two that are climbed at once, and two that a manager looks at."""
acts = st.lists(
    st.tuples(
        st.sampled_from(
            ["claim", "claim", "claim", "ask", "accept", "overdue", "drop", "reopen", "withdraw", "void", "restore"]
        ),
        st.integers(0, len(SLUGS) - 1),
        st.sampled_from(["staff", "colleague"]),
        st.integers(0, 20),
    ),
    max_size=30,
)


def say(session, person, step, at):
    evidence = Evidence(reflection="やってみました", link="https://example.jp/")
    version = step.challenge.version
    return submitting.claim(session, person_id=person.id, step=step, version=version, evidence=evidence, at=at)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=acts)
def test_after_any_life_of_claims_what_is_stored_is_the_fold_from_scratch(session, cast, step_of, at, acts):
    whole = session.begin_nested()
    for verb, which, who, days in acts:
        at += timedelta(days=days)
        person, step = getattr(cast, who), step_of(SLUGS[which])
        try:
            with session.begin_nested():
                _act(session, cast, verb, person, step, at)
        except RuleBroken:
            pass  # the rules say no, and nothing may have moved
        session.expire_all()
    standing = session.scalars(select(Completion).where(Completion.voided_at.is_(None))).all()
    assert totals.stored(session) == Counter((one.step_id, month_of(one.happened_at)) for one in standing)
    assert len({(one.person_id, one.step_id) for one in standing}) == len(standing)
    assert [*verifying.claims_that_disagree(session), *verifying.completions_that_disagree(session)] == []
    whole.rollback()
    session.expire_all()


def _act(session, cast, verb, person, step, at):
    """Try it on the person's newest claim on the step, or its completion; where there is none, nothing is done."""
    newest = select(Submission).where(Submission.person_id == person.id, Submission.step_id == step.id)
    found = session.scalars(newest.order_by(Submission.id.desc())).first()
    done = session.scalars(select(Completion).where(Completion.submission_id == found.id)).first() if found else None
    manager = cast.manager.id
    anybodys = {"claim": lambda: say(session, person, step, at), "overdue": lambda: accept_overdue(session, at=at)}
    of_a_claim = {
        "ask": lambda: reviewing.send_back(session, found, by_id=manager, question="もう少し教えて", at=at),
        "accept": lambda: reviewing.accept(session, found, by_id=manager, at=at),
        "drop": lambda: undoing.withdraw_claim(session, found, by_id=person.id),
        "reopen": lambda: undoing.reopen_claim(session, found, by_id=person.id),
    }
    of_a_completion = {
        "withdraw": lambda: undoing.withdraw(session, done, by_id=person.id, at=at),
        "void": lambda: undoing.void(session, done, by_id=cast.dx.id, reason="取り違えでした", at=at),
        "restore": lambda: undoing.restore(session, done, at=at),
    }
    possible = {**anybodys, **(of_a_claim if found else {}), **(of_a_completion if done else {})}
    possible.get(verb, lambda: None)()


def test_what_was_withdrawn_can_be_climbed_again(session, cast, step_of, climb, at):
    completion = climb(cast.staff, "first-hello")
    undoing.withdraw(session, completion, by_id=cast.staff.id, at=at)
    assert say(session, cast.staff, step_of("first-hello"), at) is not None


def test_what_was_climbed_again_is_not_restored_twice(session, cast, step_of, climb, at):
    completion = climb(cast.staff, "first-hello")
    undoing.void(session, completion, by_id=cast.dx.id, reason="まちがいでした", at=at)
    session.refresh(completion)
    say(session, cast.staff, step_of("first-hello"), at)
    with pytest.raises(undoing.RuleBroken, match="もう一度達成"):
        undoing.restore(session, completion, at=at)
    assert totals.differences(session) == []


@pytest.mark.parametrize(("days_later", "may"), [(6, True), (7, True), (8, False)])
def test_a_person_may_withdraw_for_seven_days(session, cast, climb, at, days_later, may):
    completion = climb(cast.staff, "first-hello")
    later = at + timedelta(days=days_later)
    if may:
        undoing.withdraw(session, completion, by_id=cast.staff.id, at=later)
        return
    with pytest.raises(undoing.RuleBroken, match="7日"):
        undoing.withdraw(session, completion, by_id=cast.staff.id, at=later)


def test_nobody_withdraws_for_another(session, cast, climb, at):
    completion = climb(cast.staff, "first-hello")
    with pytest.raises(undoing.NotAllowed):
        undoing.withdraw(session, completion, by_id=cast.colleague.id, at=at)
