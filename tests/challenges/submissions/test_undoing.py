"""Taking back and giving again: whatever is undone, what is stored stays the fold of what
stands."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from challenges import errors
from challenges.calendar import month_of
from challenges.errors import AlreadyDecided, NotAllowed, RuleBroken
from challenges.outbox import Fact
from challenges.submissions import queries as submission_queries
from challenges.submissions import reviewing, submitting, totals, verifying, voiding, withdrawing
from challenges.submissions.models import Completion, CompletionVoid, Submission
from challenges.submissions.overdue import accept_overdue
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import SubmissionState, VoidedHow
from challenges.words.models import SealedWords

SLUGS = ("first-hello", "ask-when-stuck", "meeting-as-post", "why-the-seal")
"""Two that are climbed at once, and two that a manager looks at."""
VERBS = (
    *("submit", "submit", "submit", "ask", "accept", "accept", "think again"),
    *("overdue", "drop", "reopen", "withdraw", "void", "restore"),
)
acts = st.lists(
    st.tuples(
        st.sampled_from(VERBS),
        st.integers(0, len(SLUGS) - 1),
        st.sampled_from(["staff", "colleague"]),
        st.sampled_from([0, 0, 0, 1, 3, 8, 20]),
    ),
    max_size=30,
)


def say(session, person, step, at):
    evidence = Evidence(reflection="やってみました", link="https://example.jp/")
    version = step.challenge.version
    return submitting.submit(
        session, person_id=person.id, step=step, version=version, evidence=evidence, at=at
    )


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=acts)
def test_after_any_history_the_stored_totals_equal_the_fold(session, cast, step_of, at, acts):
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
    assert totals.stored(session) == Counter(
        (one.step_id, month_of(one.happened_at)) for one in standing
    )
    assert len({(one.person_id, one.step_id) for one in standing}) == len(standing)
    assert [
        *verifying.submissions_that_disagree(session),
        *verifying.completions_that_disagree(session),
        *verifying.voids_that_disagree(session),
    ] == []
    assert _times_taken_back(session) == _facts(session, "step_undone")
    assert _times_restored(session) == _facts(session, "step_restored")
    whole.rollback()
    session.expire_all()


def _times_taken_back(session):
    return session.scalar(select(func.count(CompletionVoid.id)))


def _times_restored(session):
    return session.scalar(select(func.count(CompletionVoid.restored_at)))


def _facts(session, kind):
    return session.scalar(select(func.count(Fact.id)).where(Fact.kind == kind))


def _act(session, cast, verb, person, step, at):
    """Try it on the person's newest submission on the step, or its completion; where there is none,
    nothing is done."""
    newest = select(Submission).where(
        Submission.person_id == person.id, Submission.step_id == step.id
    )
    found = session.scalars(newest.order_by(Submission.id.desc())).first()
    of_it = select(Completion).where(Completion.submission_id == found.id if found else False)
    done = session.scalars(of_it.order_by(Completion.id.desc())).first()
    manager = cast.manager.id
    always = {
        "submit": lambda: say(session, person, step, at),
        "overdue": lambda: accept_overdue(session, at=at),
    }
    of_a_submission = {
        "ask": lambda: reviewing.send_back(
            session, found, by_id=manager, question="もう少し教えて", at=at
        ),
        "accept": lambda: reviewing.accept(session, found, by_id=manager, at=at),
        "drop": lambda: withdrawing.withdraw_submission(session, found, by_id=person.id, at=at),
        "reopen": lambda: withdrawing.reopen_submission(session, found, by_id=person.id, at=at),
    }
    of_a_completion = {
        "think again": lambda: withdrawing.withdraw_acceptance(session, done, by_id=manager, at=at),
        "withdraw": lambda: withdrawing.withdraw(session, done, by_id=person.id, at=at),
        "void": lambda: voiding.void(
            session, done, by_id=cast.dx.id, reason="取り違えでした", at=at
        ),
        "restore": lambda: voiding.restore(session, done, at=at),
    }
    possible = {**always, **(of_a_submission if found else {}), **(of_a_completion if done else {})}
    possible.get(verb, lambda: None)()


def test_a_withdrawn_step_can_be_repeated(session, cast, step_of, climb, at):
    completion = climb(cast.staff, "first-hello")
    withdrawing.withdraw(session, completion, by_id=cast.staff.id, at=at)
    assert say(session, cast.staff, step_of("first-hello"), at) is not None


def test_a_repeated_step_is_not_restored(session, cast, step_of, climb, at):
    completion = climb(cast.staff, "first-hello")
    voiding.void(session, completion, by_id=cast.dx.id, reason="まちがいでした", at=at)
    session.refresh(completion)
    say(session, cast.staff, step_of("first-hello"), at)
    with pytest.raises(errors.RuleBroken, match="もう一度達成"):
        voiding.restore(session, completion, at=at)
    assert totals.differences(session) == []


@pytest.mark.parametrize(("days_later", "may"), [(6, True), (7, True), (8, False)])
def test_a_person_may_withdraw_for_seven_days(session, cast, climb, at, days_later, may):
    completion = climb(cast.staff, "first-hello")
    later = at + timedelta(days=days_later)
    if may:
        withdrawing.withdraw(session, completion, by_id=cast.staff.id, at=later)
        return
    with pytest.raises(errors.RuleBroken, match="7日"):
        withdrawing.withdraw(session, completion, by_id=cast.staff.id, at=later)


def test_nobody_withdraws_for_another(session, cast, climb, at):
    completion = climb(cast.staff, "first-hello")
    with pytest.raises(errors.NotAllowed):
        withdrawing.withdraw(session, completion, by_id=cast.colleague.id, at=at)


# A manager thinks again.


@pytest.fixture
def accepted(session, cast, step_of, at):
    """``accepted(person)``: a completion that the manager decided at ``at``, of a submission that
    waited since two days."""

    def make(person, *, slug="meeting-as-post", decided=None):
        step = step_of(slug)
        say(session, person, step, at - timedelta(days=2))
        found = select(Submission).where(
            Submission.person_id == person.id, Submission.step_id == step.id
        )
        submission = session.scalars(found).one()
        return session.get_one(
            Completion,
            reviewing.accept(session, submission, by_id=cast.manager.id, at=decided or at),
        )

    return make


def test_taking_back_returns_the_submission_to_its_old_place(session, cast, accepted, at):
    completion = accepted(cast.staff)
    withdrawing.withdraw_acceptance(
        session, completion, by_id=cast.manager.id, at=at + timedelta(minutes=3)
    )
    session.expire_all()
    submission = completion.submission
    assert (submission.state, submission.waiting_since) == (
        SubmissionState.WAITING,
        at - timedelta(days=2),
    )
    assert (submission.decided_at, submission.decided_by_id) == (None, None)
    assert (completion.voided_at, completion.voided_by_id) == (
        at + timedelta(minutes=3),
        cast.manager.id,
    )
    assert completion.void_reason == voiding.REGRET_REASON
    assert totals.differences(session) == []
    assert session.scalars(select(Fact.kind).order_by(Fact.id)).all() == [
        "waiting_changed",
        "step_climbed",
        "step_undone",
    ]


def test_accepting_again_after_taking_back_keeps_the_day(session, cast, accepted, at):
    first = accepted(cast.staff)
    withdrawing.withdraw_acceptance(session, first, by_id=cast.manager.id, at=at)
    later = at + timedelta(days=1)
    again = session.get_one(
        Completion, reviewing.accept(session, first.submission, by_id=cast.deputy.id, at=later)
    )
    assert (again.happened_at, again.decided_at, again.voided_at) == (
        first.happened_at,
        later,
        None,
    )
    assert totals.differences(session) == []
    assert list(verifying.submissions_that_disagree(session)) == []


@pytest.mark.parametrize(
    ("later", "may"),
    [
        (timedelta(minutes=10), True),
        (timedelta(minutes=10, microseconds=1), False),
        (timedelta(days=1), False),
    ],
)
def test_a_manager_can_take_back_for_ten_minutes(session, cast, accepted, at, later, may):
    completion = accepted(cast.staff)
    if may:
        withdrawing.withdraw_acceptance(session, completion, by_id=cast.manager.id, at=at + later)
        return
    with pytest.raises(RuleBroken, match="10分まで"):
        withdrawing.withdraw_acceptance(session, completion, by_id=cast.manager.id, at=at + later)
    assert completion.voided_at is None


@pytest.mark.parametrize("who", ["deputy", "staff", "outsider", "dx"])
def test_nobody_takes_back_what_somebody_else_accepted(session, cast, accepted, at, who):
    completion = accepted(cast.staff)
    with pytest.raises(NotAllowed):
        withdrawing.withdraw_acceptance(session, completion, by_id=getattr(cast, who).id, at=at)
    assert completion.voided_at is None


def test_only_a_managers_acceptance_can_be_taken_back(session, cast, climb, at):
    with pytest.raises(NotAllowed):
        withdrawing.withdraw_acceptance(
            session, climb(cast.staff, "first-hello"), by_id=cast.staff.id, at=at
        )


@pytest.mark.parametrize("quicker", ["withdraw", "void", "withdraw_acceptance"])
def test_an_undone_acceptance_is_not_taken_back(session, cast, accepted, at, quicker):
    completion = accepted(cast.staff)
    by_id = cast.staff.id if quicker == "withdraw" else cast.manager.id
    reason = {"reason": "取り違えでした"} if quicker == "void" else {}
    getattr(voiding if quicker == "void" else withdrawing, quicker)(
        session, completion, by_id=by_id, at=at, **reason
    )
    session.expire_all()
    state = completion.submission.state
    with pytest.raises(AlreadyDecided):
        withdrawing.withdraw_acceptance(session, completion, by_id=cast.manager.id, at=at)
    assert completion.submission.state is state
    assert totals.differences(session) == []


def test_a_submission_made_again_does_not_wait_twice(session, cast, accepted, step_of, at):
    """Voided, and restored in the moment in which it was submitted again, all within the ten
    minutes."""
    completion = accepted(cast.staff)
    voiding.void(session, completion, by_id=cast.dx.id, reason="取り違えでした", at=at)
    say(session, cast.staff, step_of("meeting-as-post"), at)
    again = session.scalars(
        select(Submission).where(Submission.state == SubmissionState.WAITING)
    ).one()
    voiding.restore(session, completion, at=at)
    session.execute(
        update(Submission).where(Submission.id == again.id).values(state=SubmissionState.WAITING)
    )
    session.commit()
    with pytest.raises(RuleBroken, match="もう一度申請"):
        withdrawing.withdraw_acceptance(session, completion, by_id=cast.manager.id, at=at)
    session.expire_all()
    assert (completion.voided_at, completion.submission.state) == (None, SubmissionState.ACCEPTED)
    assert totals.differences(session) == []


@pytest.mark.parametrize("then", ["waits", "was sent back", "is a draft"])
def test_restoring_a_step_closes_a_repeated_submission(session, cast, accepted, step_of, at, then):
    completion = accepted(cast.staff)
    voiding.void(session, completion, by_id=cast.dx.id, reason="取り違えでした", at=at)
    say(session, cast.staff, step_of("meeting-as-post"), at)
    again = session.scalars(
        select(Submission).where(Submission.state == SubmissionState.WAITING)
    ).one()
    if then == "was sent back":
        reviewing.send_back(session, again, by_id=cast.manager.id, question="もう少し教えて", at=at)
    if then == "is a draft":
        withdrawing.reopen_submission(session, again, by_id=cast.staff.id, at=at)
    voiding.restore(session, completion, at=at)
    session.expire_all()
    assert (again.state, completion.submission.state) == (
        SubmissionState.WITHDRAWN,
        SubmissionState.ACCEPTED,
    )
    assert submission_queries.open_submissions(session, cast.staff.id) == {}
    with pytest.raises(AlreadyDecided):
        reviewing.accept(session, again, by_id=cast.deputy.id, at=at)


def test_each_void_stays_in_the_history_after_restoring(session, cast, climb, at):
    completion = climb(cast.staff, "first-hello")
    for day in range(2):
        then = at + timedelta(days=day)
        voiding.void(session, completion, by_id=cast.dx.id, reason="取り違えでした", at=then)
        assert voiding.undone_by(completion) is VoidedHow.OFFICE
        by_id = cast.manager.id if day else None
        later = then + timedelta(hours=1)
        voiding.restore(session, completion, by_id=by_id, at=later)
        assert voiding.undone_by(completion) is None
    voids = session.scalars(select(CompletionVoid).order_by(CompletionVoid.id)).all()
    hour = timedelta(hours=1)
    assert [(one.voided_at, one.restored_at, one.restored_by_id) for one in voids] == [
        (at, at + hour, None),
        (at + timedelta(days=1), at + timedelta(days=1) + hour, cast.manager.id),
    ]
    assert {(one.reason, one.voided_by_id) for one in voids} == {("取り違えでした", cast.dx.id)}


def test_who_took_it_back_does_not_hang_on_the_reason(session, cast, climb, at):
    completion = climb(cast.staff, "first-hello")
    reason = voiding.WITHDRAWN_REASON
    voiding.void(session, completion, by_id=cast.staff.id, reason=reason, at=at)
    assert voiding.undone_by(completion) is VoidedHow.OFFICE


def test_taking_back_twice_is_done_once(session, cast, accepted, at):
    completion = accepted(cast.staff)
    for _ in range(2):
        withdrawing.withdraw(session, completion, by_id=cast.staff.id, at=at)
    assert session.scalar(select(func.count(Fact.id)).where(Fact.kind == "step_undone")) == 1
    assert totals.differences(session) == []


def test_taking_back_together_skips_what_was_undone(session, cast, accepted, at):
    done = [
        accepted(cast.staff),
        accepted(cast.colleague),
        accepted(cast.staff, slug="why-the-seal"),
    ]
    withdrawing.withdraw(session, done[1], by_id=cast.colleague.id, at=at)
    session.expire_all()
    assert withdrawing.withdraw_acceptances(session, done, by_id=cast.manager.id, at=at) == 2
    session.expire_all()
    assert [one.submission.state for one in done] == ["WAITING", "DRAFT", "WAITING"]
    assert totals.differences(session) == []
    with pytest.raises(AlreadyDecided):
        withdrawing.withdraw_acceptances(session, done, by_id=cast.manager.id, at=at)


def test_words_of_a_submission_that_restoring_withdraws_are_sealed(
    session, cast, step_of, accepted, at
):
    completion, step = accepted(cast.staff), step_of("meeting-as-post")
    voiding.void(session, completion, by_id=cast.dx.id, reason="取り違えでした", at=at)
    again = {"step": step, "version": step.challenge.version, "person_id": cast.staff.id}
    submitting.submit(session, **again, evidence=Evidence("もう一度、投稿にしてみました。"), at=at)
    voiding.restore(session, completion, at=at)
    withdrawn = session.query(Submission).filter_by(state=SubmissionState.WITHDRAWN).one()
    sealed = session.query(SealedWords).filter_by(text_id=withdrawn.id).one()
    assert (withdrawn.reflection, sealed.words) == ("", "もう一度、投稿にしてみました。")


def test_the_dx_office_restores_only_what_it_voided(session, cast, accepted, at):
    first = accepted(cast.staff)
    withdrawing.withdraw_acceptance(session, first, by_id=cast.manager.id, at=at)
    later = at + timedelta(minutes=1)
    second = session.get_one(
        Completion, reviewing.accept(session, first.submission, by_id=cast.manager.id, at=later)
    )
    voiding.void(session, second, by_id=cast.dx.id, reason="取り違えでした", at=later)
    session.expire_all()
    own = submission_queries.recent_records(session, cast.staff.id, own=True, limit=9)
    assert [(one.completion_id, one.void_reason) for one in own] == [(second.id, "取り違えでした")]
    with pytest.raises(RuleBroken, match="DX事務局が取り消したものだけ"):
        voiding.restore(session, first, at=later)
    voiding.restore(session, second, at=later)
    assert second.submission.state is SubmissionState.ACCEPTED
    assert list(verifying.submissions_that_disagree(session)) == []
