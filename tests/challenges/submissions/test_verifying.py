"""The history holds itself to account: whatever was changed behind its back is found and named."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session

from challenges.catalogue.models import Step
from challenges.people.models import Membership, Unit
from challenges.recognition import deciding_with_words, endorsing
from challenges.recognition import verifying as recognition_verifying
from challenges.recognition.models import Endorsement
from challenges.submissions import habits, reviewing, submitting, verifying, voiding, withdrawing
from challenges.submissions.models import Completion, CompletionVoid, Submission
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import DecidedHow, SubmissionState, VoidedHow

Climb = Callable[..., Completion]


def differences(session: Session) -> list[str]:
    session.flush()
    return [
        *verifying.submissions_that_disagree(session),
        *verifying.completions_that_disagree(session),
        *verifying.decisions_that_disagree(session),
        *verifying.voids_that_disagree(session),
        *recognition_verifying.endorsements_that_disagree(session),
        *verifying.units_that_disagree(session),
    ]


@pytest.fixture
def transfer(session: Session, cast: SimpleNamespace) -> Callable[[date], None]:
    """``transfer(day)``: staff moves to the other unit on that day."""

    def move(day: date) -> None:
        post = session.query(Membership).filter_by(person_id=cast.staff.id).one()
        post.valid_to = day - timedelta(days=1)
        session.add(
            Membership(person_id=cast.staff.id, unit_id=cast.other_section.id, valid_from=day)
        )
        session.flush()

    return move


def test_a_history_of_submissions_and_undoing_verifies(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    step_of: Callable[..., Step],
    at: datetime,
) -> None:
    withdrawing.withdraw(session, climb(cast.staff, "quick-hands"), by_id=cast.staff.id, at=at)
    climb(cast.staff, "quick-hands")
    voided = climb(cast.staff, "first-hello")
    voiding.void(session, voided, by_id=cast.dx.id, reason="別の人の記録でした", at=at)
    restored = climb(cast.colleague, "first-hello")
    voiding.void(session, restored, by_id=cast.dx.id, reason="別の人の記録でした", at=at)
    voiding.restore(session, restored, at=at)
    step = step_of("meeting-as-post")
    submitting.submit(
        session,
        person_id=cast.staff.id,
        step=step,
        version=1,
        evidence=Evidence(reflection="並べました"),
        at=at,
    )
    submission = session.query(Submission).filter_by(step_id=step.id).one()
    assert submission.state is SubmissionState.WAITING
    reviewing.send_back(
        session, submission, by_id=cast.manager.id, question="どの会議ですか", at=at
    )
    withdrawing.withdraw_submission(session, submission, by_id=cast.staff.id, at=at)
    assert differences(session) == []


@pytest.mark.parametrize(
    ("state", "is_whole"),
    [
        (SubmissionState.ACCEPTED, True),
        (SubmissionState.WAITING, False),
        (SubmissionState.DRAFT, False),
        (SubmissionState.WITHDRAWN, False),
        (SubmissionState.VOIDED, False),
    ],
)
def test_a_valid_completion_has_an_accepted_submission(
    session: Session, cast: SimpleNamespace, climb: Climb, state: SubmissionState, is_whole: bool
) -> None:
    completion = climb(cast.staff, "first-hello")
    completion.submission.state = state
    assert (differences(session) == []) is is_whole


@pytest.mark.parametrize("state", [SubmissionState.ACCEPTED, SubmissionState.VOIDED])
def test_a_decided_submission_has_a_completion(
    session: Session,
    cast: SimpleNamespace,
    step_of: Callable[..., Step],
    at: datetime,
    state: SubmissionState,
) -> None:
    submission = submitting.open_submission(
        session, person_id=cast.staff.id, step_id=step_of("first-hello").id, version=1, at=at
    )
    submission.state = state
    session.add(submission)
    session.flush()
    [difference] = differences(session)
    assert (
        difference == f"submission {submission.id}: is {state}, with 0 completions of which 0 stand"
    )


def test_a_submission_after_a_taken_back_acceptance_is_valid(
    session: Session, cast: SimpleNamespace, step_of: Callable[..., Step], at: datetime
) -> None:
    step, evidence = step_of("meeting-as-post"), Evidence(reflection="並べました")
    submitting.submit(
        session, person_id=cast.staff.id, step=step, version=1, evidence=evidence, at=at
    )
    submission = session.query(Submission).filter_by(step_id=step.id).one()
    for state in (SubmissionState.WAITING, SubmissionState.DRAFT, SubmissionState.SENT_BACK):
        done = session.get_one(
            Completion, reviewing.accept(session, submission, by_id=cast.manager.id, at=at)
        )
        withdrawing.withdraw_acceptance(session, done, by_id=cast.manager.id, at=at)
        session.expire_all()
        submission.state, submission.challenge_version, submission.unit_id = (
            state,
            99,
            cast.other_section.id,
        )
        assert differences(session) == []
        submission.state, submission.challenge_version, submission.unit_id = (
            SubmissionState.WAITING,
            1,
            cast.section.id,
        )


def test_a_completion_matches_its_submission(
    session: Session, cast: SimpleNamespace, climb: Climb
) -> None:
    completion = climb(cast.staff, "first-hello")
    for name, wrong in (
        ("person_id", cast.colleague.id),
        ("step_id", completion.step_id + 1),
        ("unit_id", None),
    ):
        right = getattr(completion, name)
        setattr(completion, name, wrong)
        assert any(
            difference.startswith(f"completion {completion.id}: its ")
            for difference in differences(session)
        )
        setattr(completion, name, right)
    completion.challenge_version = completion.submission.challenge_version = 99
    assert len(differences(session)) == 1


def test_numbers_stay_with_the_unit_of_that_day_after_a_transfer(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    transfer: Callable[[date], None],
    at: datetime,
) -> None:
    before = climb(cast.staff, "first-hello")
    transfer(date(2026, 7, 16))
    after = climb(cast.staff, "quick-hands", at=at + timedelta(days=1))
    assert (before.unit_id, after.unit_id) == (cast.section.id, cast.other_section.id)
    assert differences(session) == []


def test_a_completion_credited_to_a_later_unit_is_reported(
    session: Session, cast: SimpleNamespace, climb: Climb, transfer: Callable[[date], None]
) -> None:
    completion = climb(cast.staff, "first-hello")
    transfer(date(2026, 7, 16))
    completion.unit_id = completion.submission.unit_id = cast.other_section.id
    assert differences(session) == [
        f"completion {completion.id}: is credited to unit {cast.other_section.id}, "
        f"the posts until that day say {cast.section.id} or None"
    ]


def test_news_of_a_transfer_may_come_late(
    session: Session, cast: SimpleNamespace, climb: Climb, transfer: Callable[[date], None]
) -> None:
    climb(cast.staff, "first-hello")
    transfer(date(2026, 7, 1))
    assert differences(session) == []


def test_news_of_two_transfers_may_come_late(
    session: Session, cast: SimpleNamespace, climb: Climb, transfer: Callable[[date], None]
) -> None:
    """To B in May and to C in June, both brought in after what was done in July."""
    completion = climb(cast.staff, "first-hello")
    transfer(date(2026, 5, 1))
    post = session.query(Membership).filter_by(person_id=cast.staff.id, valid_to=None).one()
    post.valid_to = date(2026, 5, 31)
    third = Unit(name="三課", path="デジタル部/三課", parent_id=cast.section.parent_id, position=9)
    session.add(third)
    session.flush()
    session.add(Membership(person_id=cast.staff.id, unit_id=third.id, valid_from=date(2026, 6, 1)))
    assert differences(session) == []
    for unit, is_whole in (
        (cast.other_section, True),
        (third, True),
        (cast.other_section.parent_id, False),
    ):
        completion.unit_id = completion.submission.unit_id = getattr(unit, "id", unit)
        assert (differences(session) == []) is is_whole


@pytest.mark.parametrize(
    "state", [SubmissionState.DRAFT, SubmissionState.WAITING, SubmissionState.SENT_BACK]
)
def test_an_open_submission_may_have_voided_completions(
    session: Session, cast: SimpleNamespace, climb: Climb, at: datetime, state: SubmissionState
) -> None:
    completion = climb(cast.staff, "first-hello")
    voiding.void(session, completion, by_id=cast.dx.id, reason="別の人の記録でした", at=at)
    completion.submission.state = state
    assert differences(session) == []


def test_a_completion_says_what_its_open_void_says(
    session: Session, cast: SimpleNamespace, climb: Climb, at: datetime
) -> None:
    completion = climb(cast.staff, "first-hello")
    voiding.void(session, completion, by_id=cast.dx.id, reason="別の人の記録でした", at=at)
    void = session.query(CompletionVoid).one()
    assert differences(session) == []
    for name, wrong in (
        ("voided_at", at + timedelta(seconds=1)),
        ("voided_by_id", cast.manager.id),
        ("reason", "別の理由でした"),
        ("voided_how", VoidedHow.PERSON),
        ("voided_how", VoidedHow.MANAGER),
        ("restored_at", at),
    ):
        right = getattr(void, name)
        setattr(void, name, wrong)
        found = differences(session)
        assert [one.split(": ")[0] for one in found] == [f"completion {completion.id}"], name
        setattr(void, name, right)
    voiding.restore(session, completion, at=at)
    assert differences(session) == []
    session.add(
        CompletionVoid(
            completion_id=completion.id, voided_at=at, voided_how=VoidedHow.OFFICE, reason=""
        )
    )
    assert len(differences(session)) == 1


@pytest.fixture
def accepted(
    session: Session, cast: SimpleNamespace, step_of: Callable[..., Step], at: datetime
) -> Callable[[], Completion]:
    """``accepted()``: a completion that a manager decided and endorsed."""

    def make() -> Completion:
        step, evidence = step_of("meeting-as-post"), Evidence(reflection="並べました")
        submitting.submit(
            session, person_id=cast.staff.id, step=step, version=1, evidence=evidence, at=at
        )
        submission = session.query(Submission).filter_by(step_id=step.id).one()
        words = "どの議題も一目で分かりました。"
        made = deciding_with_words.accept(
            session, submission, by_id=cast.manager.id, at=at, words=words
        )
        return session.get_one(Completion, made)

    return make


def test_a_decision_matches_its_submission(
    session: Session, cast: SimpleNamespace, accepted: Callable[[], Completion], at: datetime
) -> None:
    completion = accepted()
    assert differences(session) == []
    wrongs = [
        {"decided_by_id": None},
        {"decided_by_id": cast.deputy.id},
        {"decided_by_id": cast.staff.id},
        {"decided_at": at + timedelta(seconds=1)},
        {"decided_how": DecidedHow.SELF},
        {"decided_how": DecidedHow.QUIZ},
        {"decided_how": DecidedHow.OVERDUE},
    ]
    for wrong in wrongs:
        right = {name: getattr(completion, name) for name in wrong}
        for name, value in wrong.items():
            setattr(completion, name, value)
        assert len(differences(session)) == 1, wrong
        assert differences(session)[0].startswith(f"completion {completion.id}: is decided by "), (
            wrong
        )
        for name, value in right.items():
            setattr(completion, name, value)
    completion.decided_by_id = completion.submission.decided_by_id = cast.staff.id
    assert len(differences(session)) == 1, "one's own decision, in both places"


def test_an_undecided_completion_has_no_decider(
    session: Session, cast: SimpleNamespace, climb: Climb
) -> None:
    completion = climb(cast.staff, "first-hello")
    completion.decided_by_id = completion.submission.decided_by_id = cast.manager.id
    assert len(differences(session)) == 1
    completion.decided_how = DecidedHow.MANAGER
    assert differences(session) == []


def test_an_undone_completion_may_differ_from_its_submission(
    session: Session, cast: SimpleNamespace, climb: Climb, at: datetime
) -> None:
    first = climb(cast.staff, "first-hello")
    voiding.void(session, first, by_id=cast.dx.id, reason="別の人の記録でした", at=at)
    first.submission.decided_at = at + timedelta(days=1)
    assert differences(session) == []


def test_an_endorsement_comes_from_somebody_else(
    session: Session, cast: SimpleNamespace, climb: Climb, at: datetime
) -> None:
    completion = climb(cast.staff, "first-hello")
    given = endorsing.endorse(
        session, completion, by_id=cast.manager.id, words="とても分かりやすかったです。", at=at
    )
    endorsement = session.get_one(Endorsement, given)
    assert differences(session) == []
    endorsement.endorser_id = cast.staff.id
    assert differences(session) == [f"endorsement {given}: is by the completion's own person"]
    endorsement.endorser_id, endorsement.person_id = cast.manager.id, cast.colleague.id
    assert differences(session) == [f"endorsement {given}: is not for the completion's person"]
    endorsement.person_id = cast.manager.id
    assert differences(session) == [f"endorsement {given}: is not for the completion's person"]


def test_a_day_without_an_appointment_is_not_checked(
    session: Session, cast: SimpleNamespace, climb: Climb
) -> None:
    completion = climb(cast.staff, "first-hello")
    completion.unit_id = completion.submission.unit_id = cast.other_section.id
    session.query(Membership).filter_by(person_id=cast.staff.id).delete()
    assert differences(session) == []


def test_a_draft_from_before_a_transfer_counts_for_the_new_unit(
    session: Session,
    cast: SimpleNamespace,
    step_of: Callable[..., Step],
    transfer: Callable[[date], None],
    at: datetime,
) -> None:
    step = step_of("first-hello")
    submitting.save_draft(
        session, person_id=cast.staff.id, step=step, version=1, reflection="途中", link="", at=at
    )
    transfer(date(2026, 7, 20))
    completed = submitting.submit(
        session,
        person_id=cast.staff.id,
        step=step,
        version=1,
        evidence=Evidence(reflection="書けました"),
        at=at + timedelta(days=10),
    )
    assert session.get_one(Completion, completed).unit_id == cast.other_section.id
    assert differences(session) == []


def test_a_habit_from_before_a_transfer_counts_for_the_old_unit(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    step_of: Callable[..., Step],
    transfer: Callable[[date], None],
    at: datetime,
) -> None:
    climb(cast.staff, "quick-hands", 1)
    transfer(date(2026, 7, 14))
    step, completed = step_of("quick-hands", 2), None
    for day in (11, 12, 13):
        completed = habits.record_day(
            session,
            person_id=cast.staff.id,
            step=step,
            version=1,
            day=date(2026, 7, day),
            reflection="続きました",
            at=at,
        )
    assert session.get_one(Completion, completed).unit_id == cast.section.id
