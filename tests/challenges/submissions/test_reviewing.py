"""A manager accepts, or asks. Nobody is refused, and nobody waits for ever."""

from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select, update

from challenges.calendar import TOKYO, working_days_between
from challenges.errors import (
    AlreadyClimbed,
    AlreadyDecided,
    CannotDecideOwnSubmission,
    InvalidField,
    NotTheirManager,
    RuleBroken,
)
from challenges.outbox import Fact
from challenges.people.models import Membership, Unit
from challenges.recognition import deciding_with_words, endorsing
from challenges.recognition.models import Endorsement
from challenges.submissions import (
    overdue,
    queue,
    reviewing,
    submitting,
    totals,
    voiding,
    withdrawing,
)
from challenges.submissions.models import Completion, StepTotal, Submission
from challenges.submissions.states import NEXT_STATES
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import DecidedHow, MembershipKind, SubmissionState

ASKED = "meeting-as-post"
GOOD = "手順を残したので、次の人が助かります。"


@pytest.fixture
def submission(session, step_of):
    """``submission(person, at=…)``: a submission that waits for a manager."""

    def make(person, *, at, slug=ASKED, words="会議を投稿に替えました"):
        step = step_of(slug)
        evidence, version = Evidence(reflection=words), step.challenge.version
        submitting.submit(
            session, person_id=person.id, step=step, version=version, evidence=evidence, at=at
        )
        newest = (
            select(Submission)
            .where(Submission.person_id == person.id)
            .order_by(Submission.id.desc())
        )
        return session.scalars(newest.where(Submission.step_id == step.id).limit(1)).one()

    return make


def afternoon_of(day):
    return datetime.combine(date.fromisoformat(day), time(16, 30), TOKYO)


def test_accepting_makes_a_completion(session, cast, submission, at):
    waiting = submission(cast.staff, at=at)
    completion = session.get_one(
        Completion, reviewing.accept(session, waiting, by_id=cast.manager.id, at=at)
    )
    assert waiting.state is SubmissionState.ACCEPTED
    assert (completion.decided_by_id, completion.decided_how) == (
        cast.manager.id,
        DecidedHow.MANAGER,
    )
    assert (waiting.decided_by_id, waiting.decided_at) == (cast.manager.id, at)
    assert session.scalars(select(Fact.kind)).all() == ["waiting_changed", "step_climbed"]


def test_accepting_with_words_also_endorses(session, cast, submission, at):
    completion_id = deciding_with_words.accept(
        session, submission(cast.staff, at=at), by_id=cast.manager.id, at=at, words=GOOD
    )
    endorsement = session.scalars(select(Endorsement)).one()
    assert (endorsement.completion_id, endorsement.endorser_id) == (completion_id, cast.manager.id)
    assert (endorsement.person_id, endorsement.words) == (cast.staff.id, GOOD)
    assert session.scalars(select(Fact.kind).order_by(Fact.id)).all() == [
        "waiting_changed",
        "step_climbed",
        "completion_endorsed",
    ]


def test_blank_words_are_no_endorsement(session, cast, submission, at):
    deciding_with_words.accept(
        session, submission(cast.staff, at=at), by_id=cast.manager.id, at=at, words=" \r\n "
    )
    assert session.scalar(select(func.count(Endorsement.id))) == 0


def test_words_that_are_too_few_change_nothing(session, cast, submission, at):
    waiting = submission(cast.staff, at=at)
    with pytest.raises(InvalidField) as error:
        deciding_with_words.accept(session, waiting, by_id=cast.manager.id, at=at, words="よい")
    assert error.value.field == "words"
    session.refresh(waiting)
    assert waiting.state is SubmissionState.WAITING


def test_a_late_acceptance_keeps_the_day_of_the_submission(session, cast, submission):
    made, decided = afternoon_of("2026-06-30"), afternoon_of("2026-07-03")
    waiting = submission(cast.staff, at=made)
    completion = session.get_one(
        Completion, reviewing.accept(session, waiting, by_id=cast.manager.id, at=decided)
    )
    assert (completion.happened_at, completion.decided_at, completion.recorded_at) == (
        made,
        decided,
        decided,
    )
    month, count = session.execute(select(StepTotal.month, StepTotal.completions)).one()
    assert (month, count) == (date(2026, 6, 1), 1)
    assert totals.differences(session) == []


def test_sending_back_returns_the_submission_with_the_question(session, cast, submission, at):
    waiting = submission(cast.staff, at=at)
    reviewing.send_back(
        session, waiting, by_id=cast.manager.id, question="  どの会議でしたか。\r\n ", at=at
    )
    session.refresh(waiting)
    assert (waiting.state, waiting.question) == (SubmissionState.SENT_BACK, "どの会議でしたか。")
    assert waiting.waiting_since is None
    fact = session.scalars(select(Fact).order_by(Fact.id.desc())).first()
    assert (fact.kind, fact.about["person_id"], fact.about["by_id"]) == (
        "claim_sent_back",
        cast.staff.id,
        cast.manager.id,
    )


def test_resubmitting_waits_again_and_keeps_the_first_day(session, cast, submission):
    made, asked, again, decided = (afternoon_of(f"2026-07-{day:02}") for day in (1, 2, 3, 6))
    waiting = submission(cast.staff, at=made)
    reviewing.send_back(
        session, waiting, by_id=cast.manager.id, question="どの会議でしたか", at=asked
    )
    assert submission(cast.staff, at=again, words="月曜の連絡会です") is waiting
    assert (waiting.state, waiting.submitted_at, waiting.waiting_since) == (
        SubmissionState.WAITING,
        made,
        again,
    )
    completion_id = reviewing.accept(session, waiting, by_id=cast.manager.id, at=decided)
    assert session.get_one(Completion, completion_id).happened_at == made


@pytest.mark.parametrize(
    ("length", "fits"), [(4, False), (5, True), (6, True), (399, True), (400, True), (401, False)]
)
def test_a_question_has_five_to_four_hundred_characters(
    session, cast, submission, at, length, fits
):
    waiting = submission(cast.staff, at=at)
    question = "あ" * length
    if fits:
        reviewing.send_back(session, waiting, by_id=cast.manager.id, question=question, at=at)
        assert waiting.question == question
        return
    with pytest.raises(InvalidField) as error:
        reviewing.send_back(session, waiting, by_id=cast.manager.id, question=question, at=at)
    assert (error.value.field, waiting.state) == ("question", SubmissionState.WAITING)


@pytest.mark.parametrize("who", ["manager", "deputy"])
def test_managers_and_deputies_can_decide(session, cast, submission, at, who):
    assert reviewing.accept(
        session, submission(cast.staff, at=at), by_id=getattr(cast, who).id, at=at
    )


@pytest.mark.parametrize("who", ["colleague", "outsider", "dx"])
@pytest.mark.parametrize("act", ["accept", "send_back"])
def test_nobody_else_can_decide(session, cast, submission, at, who, act):
    waiting, by_id = submission(cast.staff, at=at), getattr(cast, who).id
    with pytest.raises(NotTheirManager):
        _acts(act)(session, waiting, by_id, at)
    session.refresh(waiting)
    assert waiting.state is SubmissionState.WAITING


@pytest.mark.parametrize("act", ["accept", "send_back"])
def test_nobody_decides_their_own_submission_even_as_deputy(session, cast, submission, at, act):
    own = submission(cast.deputy, at=at)
    with pytest.raises(CannotDecideOwnSubmission):
        _acts(act)(session, own, cast.deputy.id, at)


def test_a_managers_submission_is_decided_above(session, cast, submission, at):
    department = session.get_one(Unit, cast.section.parent_id)
    session.add(
        Membership(
            person_id=cast.dx.id,
            unit_id=department.id,
            kind=MembershipKind.MANAGER,
            is_primary=False,
            valid_from=at.date(),
        )
    )
    waiting = submission(cast.manager, at=at)
    assert waiting.reviewing_unit_id == department.id
    assert reviewing.accept(session, waiting, by_id=cast.dx.id, at=at)


def test_a_former_deputy_cannot_decide(session, cast, submission, at):
    deputy = select(Membership).where(Membership.kind == MembershipKind.DEPUTY)
    session.scalars(deputy).one().valid_to = at.date() - timedelta(days=1)
    with pytest.raises(NotTheirManager):
        reviewing.accept(session, submission(cast.staff, at=at), by_id=cast.deputy.id, at=at)


# Every edge of the state machine, and no other.

S = SubmissionState
EDGES = {
    "submission": {S.DRAFT: S.WAITING, S.SENT_BACK: S.WAITING},
    "accept": {S.WAITING: S.ACCEPTED},
    "send_back": {S.WAITING: S.SENT_BACK},
    "overdue": {S.WAITING: S.ACCEPTED},
    "drop": {S.DRAFT: S.WITHDRAWN, S.WAITING: S.WITHDRAWN, S.SENT_BACK: S.WITHDRAWN},
    "reopen": {S.WAITING: S.DRAFT},
    "withdraw": {S.ACCEPTED: S.DRAFT},
    "void": {S.ACCEPTED: S.VOIDED},
    "restore": {S.VOIDED: S.ACCEPTED},
    "think_again": {S.ACCEPTED: S.WAITING},
}
AT_ONCE = {(S.DRAFT, S.ACCEPTED), (S.SENT_BACK, S.ACCEPTED)}
"""A step that its person checks is accepted at once, also if a manager used to check it; see
test_submitting."""
WITHOUT_WORDS = {(S.ACCEPTED, S.WITHDRAWN)}
"""A withdrawn quiz leaves nothing to go on with; see test_keeping_words."""


def test_the_table_of_states_has_exactly_these_moves():
    edges = {edge for steps in EDGES.values() for edge in steps.items()} | AT_ONCE | WITHOUT_WORDS
    assert edges == {
        (state, after) for state, all_after in NEXT_STATES.items() for after in all_after
    }
    assert set(NEXT_STATES) == set(SubmissionState)


@pytest.mark.parametrize("act", EDGES)
@pytest.mark.parametrize("state", list(SubmissionState))
def test_an_action_follows_an_allowed_move_or_changes_nothing(
    session, cast, submission, step_of, at, act, state
):
    submission = _in_state(state, session, cast, submission, step_of, at)
    session.commit()
    try:
        _acts(act)(
            session,
            submission,
            cast.staff.id if act in {"drop", "reopen", "withdraw"} else cast.manager.id,
            at,
        )
        session.commit()
    except (RuleBroken, LookupError):
        session.rollback()
    session.refresh(submission)
    assert submission.state is EDGES[act].get(state, state)
    assert totals.differences(session) == []


def _in_state(state, session, cast, submission, step_of, at):
    before = at - timedelta(days=20)
    if state is S.DRAFT:
        step = step_of(ASKED)
        version = step.challenge.version
        return submitting.save_draft(
            session,
            person_id=cast.staff.id,
            step=step,
            version=version,
            reflection="途中",
            link="",
            at=before,
        )
    submission = submission(cast.staff, at=before)
    route = {
        S.SENT_BACK: ["send_back"],
        S.ACCEPTED: ["accept"],
        S.WITHDRAWN: ["drop"],
        S.VOIDED: ["accept", "void"],
    }
    for act in route.get(state, []):
        _acts(act)(session, submission, cast.staff.id if act == "drop" else cast.manager.id, before)
    return submission


def _acts(act):
    """One call for each act: (session, submission, by_id, at)."""

    def completion(session, submission):
        return (
            session.scalars(
                select(Completion).where(Completion.submission_id == submission.id)
            ).first()
            or _none()
        )

    def _none():
        raise LookupError("nothing was climbed")

    def again(session, submission, by_id, at):
        evidence = Evidence(reflection="書き足しました")
        submitting.submit(
            session,
            person_id=submission.person_id,
            step=submission.step,
            version=1,
            evidence=evidence,
            at=at,
        )

    return {
        "submission": again,
        "accept": lambda s, one, by, at: reviewing.accept(s, one, by_id=by, at=at),
        "send_back": lambda s, one, by, at: reviewing.send_back(
            s, one, by_id=by, question="もう少し教えて", at=at
        ),
        "overdue": lambda s, _one, _by, at: overdue.accept_overdue(s, at=at),
        "drop": lambda s, one, by, at: withdrawing.withdraw_submission(s, one, by_id=by, at=at),
        "reopen": lambda s, one, by, at: withdrawing.reopen_submission(s, one, by_id=by, at=at),
        "withdraw": lambda s, one, by, _at: withdrawing.withdraw(
            s, completion(s, one), by_id=by, at=completion(s, one).recorded_at
        ),
        "think_again": lambda s, one, by, _at: withdrawing.withdraw_acceptance(
            s, completion(s, one), by_id=by, at=completion(s, one).decided_at
        ),
        "void": lambda s, one, by, at: voiding.void(
            s, completion(s, one), by_id=by, reason="取り違えでした", at=at
        ),
        "restore": lambda s, one, _by, at: voiding.restore(s, completion(s, one), at=at),
    }[act]


# Several at once.


def test_accepting_together_completes_each(session, cast, submission, at):
    submissions = [
        submission(cast.staff, at=at),
        submission(cast.staff, at=at, slug="why-the-seal"),
        submission(cast.colleague, at=at),
    ]
    accepted = reviewing.accept_all(session, submissions, by_id=cast.manager.id, at=at)
    assert (len(set(accepted.completion_ids)), accepted.overtaken) == (3, ())
    assert (
        session.scalar(select(func.count(Completion.id)).where(Completion.voided_at.is_(None))) == 3
    )
    assert totals.differences(session) == []


def test_one_forbidden_submission_stops_all_of_them(session, cast, submission, at):
    submissions = [submission(cast.staff, at=at), submission(cast.manager, at=at)]
    session.commit()
    with pytest.raises(CannotDecideOwnSubmission):
        reviewing.accept_all(session, submissions, by_id=cast.manager.id, at=at)
    session.rollback()
    assert session.scalar(select(func.count(Completion.id))) == 0


def test_one_decided_meanwhile_is_counted_and_the_rest_accepted(session, cast, submission, at):
    submissions = [submission(cast.staff, at=at), submission(cast.colleague, at=at)]
    reviewing.accept(session, submissions[0], by_id=cast.deputy.id, at=at)
    accepted = reviewing.accept_all(session, submissions, by_id=cast.manager.id, at=at)
    assert (len(accepted.completion_ids), accepted.overtaken) == (1, (submissions[0].id,))


def withdraw(session, submission, cast, at):
    withdrawing.withdraw_submission(session, submission, by_id=cast.staff.id, at=at)


def reword(session, submission, cast, at):
    withdrawing.reopen_submission(session, submission, by_id=cast.staff.id, at=at)


def ask(session, submission, cast, at):
    question = "どなたに声をかけましたか。"
    reviewing.send_back(session, submission, by_id=cast.deputy.id, question=question, at=at)


def accept(session, submission, cast, at):
    reviewing.accept(session, submission, by_id=cast.deputy.id, at=at)


def let_it_be(session, submission, cast, at):
    overdue.accept_overdue(session, at=afternoon_of("2026-07-31"))


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (withdraw, "本人が取り下げました"),
        (reword, "本人が書き直しています"),
        (accept, "ほかの人が先に進めました"),
    ],
)
@pytest.mark.parametrize("too_late", ["accept", "send_back"])
def test_who_decides_too_late_reads_who_was_quicker(
    database, session, cast, submission, at, act, sentence, too_late
):
    overtaken = submission(cast.staff, at=at)
    session.commit()
    with database.writing() as other:
        act(other, other.get_one(Submission, overtaken.id), cast, at)
    with pytest.raises(AlreadyDecided, match=sentence):
        _acts(too_late)(session, overtaken, cast.manager.id, at)


@pytest.mark.parametrize(
    ("act", "state", "is_by_deputy"),
    [
        (withdraw, S.WITHDRAWN, False),
        (reword, S.DRAFT, False),
        (ask, S.SENT_BACK, True),
        (accept, S.ACCEPTED, True),
        (let_it_be, S.ACCEPTED, False),
    ],
)
def test_accepting_says_what_became_of_each_that_no_longer_waits(
    database, session, cast, submission, at, act, state, is_by_deputy
):
    overtaken = submission(cast.staff, at=at)
    session.commit()
    with database.writing() as other:  # another tab or person, behind the back of the object
        act(other, other.get_one(Submission, overtaken.id), cast, at)
    late = submission(cast.colleague, at=afternoon_of("2026-07-31"))
    done = reviewing.accept_all(
        session, [overtaken, late], by_id=cast.manager.id, at=afternoon_of("2026-07-31")
    )
    assert len(done.completion_ids) == 1
    assert done.overtaken == (overtaken.id,)
    assert overtaken.state is state
    [outcome] = queue.outcomes(session, done.overtaken)
    decided_by = cast.deputy.id if is_by_deputy else None
    assert (outcome.name, outcome.state, outcome.by_id) == (cast.staff.name, state, decided_by)


def test_a_button_pressed_twice_decides_once(session, cast, submission, at):
    first, second = submission(cast.staff, at=at), submission(cast.colleague, at=at)
    done = [
        deciding_with_words.accept(session, first, by_id=cast.manager.id, at=at, words=GOOD)
        for _ in range(2)
    ]
    assert done[0] == done[1]
    assert session.scalar(select(func.count(Endorsement.id))) == 1
    for _ in range(2):
        reviewing.send_back(
            session, second, by_id=cast.manager.id, question="もう少し教えて", at=at
        )
    assert session.scalar(select(func.count(Fact.id)).where(Fact.kind == "claim_sent_back")) == 1
    assert reviewing.accept_all(session, [first], by_id=cast.manager.id, at=at).completion_ids == (
        done[0],
    )


def test_words_added_after_accepting_arrive(session, cast, submission, at):
    waiting = submission(cast.staff, at=at)
    done = reviewing.accept(session, waiting, by_id=cast.manager.id, at=at)
    assert (
        deciding_with_words.accept(session, waiting, by_id=cast.manager.id, at=at, words=GOOD)
        == done
    )
    assert session.scalars(select(Endorsement.words)).all() == [GOOD]


def test_different_words_than_the_first_are_refused(session, cast, submission, at):
    waiting, words = submission(cast.staff, at=at), "ほかの言葉を贈ろうとしました"
    deciding_with_words.accept(session, waiting, by_id=cast.manager.id, at=at, words=GOOD)
    with pytest.raises(RuleBroken, match="もうお墨付き"):
        deciding_with_words.accept(session, waiting, by_id=cast.manager.id, at=at, words=words)
    asked = submission(cast.colleague, at=at)
    reviewing.send_back(session, asked, by_id=cast.manager.id, question="もう少し教えて", at=at)
    with pytest.raises(AlreadyDecided):
        reviewing.send_back(session, asked, by_id=cast.manager.id, question=words, at=at)


def test_of_two_managers_at_once_only_one_decides(database, session, cast, submission, at):
    submission_id = submission(cast.staff, at=at).id
    session.commit()
    start, outcomes = Barrier(2), []

    def decide(by_id, act):
        start.wait()
        try:
            with database.writing() as writing:
                _acts(act)(writing, writing.get_one(Submission, submission_id), by_id, at)
            outcomes.append(act)
        except AlreadyDecided as error:
            outcomes.append(error.sentence)

    threads = [
        Thread(target=decide, args=one)
        for one in ((cast.manager.id, "accept"), (cast.deputy.id, "send_back"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) in (
        ["accept", AlreadyDecided.sentence],
        ["send_back", AlreadyDecided.sentence],
    )
    with database.reading() as reading:
        climbed = reading.scalar(select(func.count(Completion.id)))
        state = reading.get_one(Submission, submission_id).state
    assert (climbed, state) in {(1, S.ACCEPTED), (0, S.SENT_BACK)}


# A busy manager costs nobody a step.


@pytest.mark.parametrize(
    ("submitted", "fifth", "sixth", "around"),
    [
        ("2026-07-06", "2026-07-13", "2026-07-14", "a weekend"),
        ("2026-07-15", "2026-07-23", "2026-07-24", "a weekend and marine day"),
        ("2026-07-18", "2026-07-27", "2026-07-28", "submitted on a Saturday, before marine day"),
        ("2026-09-17", "2026-09-29", "2026-09-30", "three holidays in a row"),
        ("2026-04-28", "2026-05-11", "2026-05-12", "the golden week with its substitute day"),
        (
            "2025-12-26",
            "2026-01-09",
            "2026-01-13",
            "the closure at the year's end and coming-of-age day",
        ),
        ("2024-12-27", "2025-01-10", "2025-01-14", "the closure between two weekends"),
    ],
)
def test_a_submission_is_accepted_on_the_sixth_working_day(
    session, cast, submission, submitted, fifth, sixth, around
):
    made = afternoon_of(submitted)
    waiting = submission(cast.staff, at=made)
    assert working_days_between(date.fromisoformat(submitted), date.fromisoformat(fifth)) == 5
    assert overdue.due_on(made) == date.fromisoformat(sixth)
    assert overdue.accept_overdue(session, at=afternoon_of(sixth) - timedelta(days=1)) == 0
    assert (
        overdue.accept_overdue(
            session, at=datetime.combine(date.fromisoformat(fifth), time(23, 59, 59), TOKYO)
        )
        == 0
    )
    assert waiting.state is S.WAITING
    assert (
        overdue.accept_overdue(
            session, at=datetime.combine(date.fromisoformat(sixth), time(), TOKYO)
        )
        == 1
    )
    completion = session.scalars(select(Completion)).one()
    assert (completion.happened_at, completion.decided_how) == (made, DecidedHow.OVERDUE)
    assert completion.decided_by_id is None


def test_the_days_of_waiting_are_days_in_tokyo(session, cast, submission):
    just_before_midnight = datetime(2026, 7, 6, 14, 59, tzinfo=UTC)
    just_after = datetime(2026, 7, 6, 15, 1, tzinfo=UTC)
    early, late = (
        submission(cast.staff, at=just_before_midnight),
        submission(cast.colleague, at=just_after),
    )
    assert overdue.accept_overdue(session, at=datetime(2026, 7, 13, 15, 0, tzinfo=UTC)) == 1
    assert (early.state, late.state) == (S.ACCEPTED, S.WAITING)


def test_resubmitting_restarts_the_waiting_period(session, cast, submission):
    waiting = submission(cast.staff, at=afternoon_of("2026-07-06"))
    reviewing.send_back(
        session,
        waiting,
        by_id=cast.manager.id,
        question="どの会議でしたか",
        at=afternoon_of("2026-07-07"),
    )
    assert overdue.accept_overdue(session, at=afternoon_of("2026-07-31")) == 0, (
        "it waits for its person, not for us"
    )
    submission(cast.staff, at=afternoon_of("2026-07-31"))
    assert overdue.accept_overdue(session, at=afternoon_of("2026-08-07")) == 0
    assert overdue.accept_overdue(session, at=afternoon_of("2026-08-10")) == 1


def test_a_submission_nobody_can_decide_is_still_accepted(session, cast, submission):
    waiting = submission(cast.manager, at=afternoon_of("2026-07-06"))
    assert waiting.reviewing_unit_id is None
    assert overdue.accept_overdue(session, at=afternoon_of("2026-07-14")) == 1


def test_overdue_submissions_are_handled_in_batches_oldest_first(session, cast, submission):
    young = submission(cast.staff, at=afternoon_of("2026-07-06"))
    old = submission(cast.colleague, at=afternoon_of("2026-07-03"))
    assert overdue.accept_overdue(session, at=afternoon_of("2026-07-31"), limit=1) == 1
    assert (old.state, young.state) == (S.ACCEPTED, S.WAITING)


def test_a_submission_on_a_restored_step_is_closed(session, cast, submission):
    """Voided, and restored in the moment in which it was submitted again."""
    at = afternoon_of("2026-07-06")
    first = reviewing.accept(session, submission(cast.staff, at=at), by_id=cast.manager.id, at=at)
    completion = session.get_one(Completion, first)
    voiding.void(session, completion, by_id=cast.dx.id, reason="取り違えでした", at=at)
    again = submission(cast.staff, at=at)
    waiting = {"state": S.WAITING, "waiting_since": again.waiting_since}
    voiding.restore(session, completion, at=at)
    session.execute(update(Submission).where(Submission.id == again.id).values(waiting))
    other = submission(cast.colleague, at=at)
    session.commit()
    with pytest.raises(AlreadyClimbed):
        reviewing.accept(session, again, by_id=cast.manager.id, at=at)
    session.rollback()
    accepted = reviewing.accept_all(session, [again], by_id=cast.manager.id, at=at)
    assert (accepted.completion_ids, accepted.overtaken) == ((), (again.id,))
    overdue.accept_overdue(session, at=afternoon_of("2026-07-31"))
    session.commit()
    assert (again.state, other.state) == (S.WITHDRAWN, S.ACCEPTED)
    assert totals.differences(session) == []


def test_a_manager_racing_the_deadline_makes_one_completion(database, session, cast, submission):
    submission_id = submission(cast.staff, at=afternoon_of("2026-07-06")).id
    session.commit()
    start, late = Barrier(2), afternoon_of("2026-07-14")

    def by_itself():
        start.wait()
        with database.writing() as writing:
            overdue.accept_overdue(writing, at=late)

    def by_hand():
        start.wait()
        try:
            with database.writing() as writing:
                reviewing.accept(
                    writing,
                    writing.get_one(Submission, submission_id),
                    by_id=cast.manager.id,
                    at=late,
                )
        except AlreadyDecided:
            pass

    threads = [Thread(target=by_itself), Thread(target=by_hand)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as reading:
        assert reading.scalar(select(func.count(Completion.id))) == 1
        assert totals.differences(reading) == []


def test_words_count_as_a_browser_counts_them(session, cast, submission, at):
    """A line end is one character for who types it, though two are sent."""
    waiting = submission(cast.staff, at=at)
    words = "\r\n".join(["あ" * 100] * 3) + "い" * 98
    assert len(words.replace("\r\n", "\n")) == endorsing.WORDS_LENGTH[1]
    deciding_with_words.accept(session, waiting, by_id=cast.manager.id, at=at, words=words)
    assert session.scalars(select(Endorsement.words)).one() == words.replace("\r\n", "\n")
