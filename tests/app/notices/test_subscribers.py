"""Everybody is told once of what stands, whatever is delivered twice, late or out of order."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.notices import choosing, subscribers
from app.notices.kinds import NoticeKind
from app.notices.models import Notice
from app.notices.reading import open_notice
from badges.events import BadgeReturned, BadgeTakenBack
from badges.models import Award
from challenges.outbox import Fact, record
from challenges.people import consents
from challenges.people.models import Membership
from challenges.recognition import deciding_with_words, endorsing
from challenges.recognition.models import Endorsement
from challenges.submissions import overdue, reviewing, voiding, withdrawing
from challenges.submissions.models import Completion
from challenges.submissions.routing import route_some
from challenges.vocabulary import MembershipKind

GOOD = "手順を残したので、次の人が助かります。"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def accept(session, submission, by, at):
    return session.get_one(Completion, reviewing.accept(session, submission, by_id=by.id, at=at))


def read_everything(session, at):
    session.execute(update(Notice).values(read_at=at))


def rows(session):
    columns = (Notice.person_id, Notice.key, Notice.read_at, Notice.withdrawn_at)
    return session.execute(select(*columns).order_by(Notice.id)).all()


# Who waits.


def test_manager_and_deputy_hear_once_of_each_submission(
    session, cast, submit, deliver, notices, kinds
):
    submit(cast.staff)
    submit(cast.staff, "why-the-seal")
    deliver()
    for person in (cast.manager, cast.deputy):
        assert kinds(person) == ["WAITING", "WAITING"]
        assert {one.by for one in notices(person)} == {"浜口 汐里"}
    for person in (cast.staff, cast.colleague, cast.outsider, cast.dx):
        assert kinds(person) == []


def test_nobody_hears_that_they_wait_for_themselves(cast, submit, deliver, kinds):
    submit(cast.deputy)
    deliver()
    assert kinds(cast.deputy) == []
    assert kinds(cast.manager) == ["WAITING"]


@pytest.mark.parametrize("how", ["accepted", "asked", "withdrawn", "reopened", "overdue"])
def test_what_is_decided_waits_no_longer(session, cast, submit, deliver, kinds, at, how):
    submission = submit(cast.staff)
    deliver()
    by = cast.manager.id
    {
        "accepted": lambda: reviewing.accept(session, submission, by_id=by, at=at),
        "asked": lambda: reviewing.send_back(
            session, submission, by_id=by, question="どの会議ですか。", at=at
        ),
        "withdrawn": lambda: withdrawing.withdraw_submission(
            session, submission, by_id=cast.staff.id, at=at
        ),
        "reopened": lambda: withdrawing.reopen_submission(
            session, submission, by_id=cast.staff.id, at=at
        ),
        "overdue": lambda: overdue.accept_overdue(session, at=at + 14 * DAY),
    }[how]()
    deliver()
    assert "WAITING" not in kinds(cast.manager)
    assert "WAITING" not in kinds(cast.deputy)


def test_an_acceptance_taken_back_waits_again_as_it_was(
    session, cast, submit, deliver, notices, at
):
    submission = submit(cast.staff)
    deliver()
    read_everything(session, at)
    completion = accept(session, submission, cast.manager, at + HOUR)
    deliver()
    withdrawing.withdraw_acceptance(
        session, completion, by_id=cast.manager.id, at=at + HOUR + timedelta(minutes=3)
    )
    deliver()
    (back,) = notices(cast.manager)
    assert (back.kind, back.is_unread) == (NoticeKind.WAITING, False)
    assert NoticeKind.ACCEPTED not in {one.kind for one in notices(cast.staff)}


def test_an_answer_to_a_question_is_new_to_the_manager(session, cast, submit, deliver, notices, at):
    submission = submit(cast.staff)
    deliver()
    read_everything(session, at)
    reviewing.send_back(
        session, submission, by_id=cast.manager.id, question="どの会議ですか。", at=at + HOUR
    )
    deliver()
    submit(cast.staff, at=at + 2 * HOUR)
    deliver()
    (again,) = notices(cast.manager)
    assert (again.happened_at, again.is_unread) == (at + 2 * HOUR, True)


def test_a_submission_that_moves_up_tells_the_others(session, cast, submit, deliver, kinds, at):
    submission = submit(cast.staff)
    deliver()
    session.execute(
        update(Membership)
        .where(Membership.person_id.in_((cast.manager.id, cast.deputy.id)))
        .where(Membership.kind != MembershipKind.STAFF)
        .values(valid_to=(at - DAY).date())
    )
    department = cast.section.parent_id
    session.add(
        Membership(
            person_id=cast.dx.id,
            unit_id=department,
            kind=MembershipKind.MANAGER,
            is_primary=False,
            valid_from=(at - DAY).date(),
        )
    )
    session.flush()
    assert route_some(session, after=0, limit=10, at=at).moved == 1
    deliver()
    assert submission.reviewing_unit_id == department
    assert kinds(cast.dx) == ["WAITING"]
    assert kinds(cast.manager) == kinds(cast.deputy) == []


# Questions.


def test_a_question_reaches_its_person_and_is_read_when_answered(
    session, cast, submit, deliver, notices, at
):
    submission = submit(cast.staff)
    reviewing.send_back(
        session, submission, by_id=cast.manager.id, question="どの会議ですか。", at=at
    )
    deliver()
    (asked,) = notices(cast.staff)
    assert (asked.kind, asked.by, asked.is_unread) == (NoticeKind.QUESTION, "中村 岳", True)
    submit(cast.staff, at=at + HOUR)
    deliver()
    (answered,) = notices(cast.staff)
    assert not answered.is_unread


# Accepted, with words, taken back.


def test_accepted_says_by_whom(session, cast, submit, deliver, notices, at):
    accept(session, submit(cast.staff), cast.manager, at)
    deliver()
    accepted = next(one for one in notices(cast.staff) if one.kind is NoticeKind.ACCEPTED)
    assert accepted.by == "中村 岳"


def test_accepted_by_the_calendar_names_nobody(session, cast, submit, deliver, notices, at):
    submit(cast.staff)
    overdue.accept_overdue(session, at=at + 14 * DAY)
    deliver()
    accepted = next(one for one in notices(cast.staff) if one.kind is NoticeKind.ACCEPTED)
    assert accepted.by is None


def test_what_one_decides_for_oneself_is_no_news(cast, climb, deliver, kinds):
    climb(cast.staff, "first-hello")
    deliver()
    assert set(kinds(cast.staff)) == {"BADGE"}


def test_accepting_with_words_is_one_notice(session, cast, submit, deliver, notices, at):
    deciding_with_words.accept(
        session, submit(cast.staff), by_id=cast.manager.id, words=GOOD, kinds=["STEADINESS"], at=at
    )
    deliver()
    told = [one for one in notices(cast.staff) if one.kind is not NoticeKind.BADGE]
    assert [(one.kind, one.came_with_acceptance) for one in told] == [(NoticeKind.WORDS, True)]


def test_acceptance_is_told_to_who_wants_no_words(session, cast, submit, deliver, kinds, at):
    choosing.choose_kinds(session, cast.staff.id, off=[NoticeKind.WORDS], at=at)
    deciding_with_words.accept(
        session, submit(cast.staff), by_id=cast.manager.id, words=GOOD, kinds=["STEADINESS"], at=at
    )
    deliver()
    assert "ACCEPTED" in kinds(cast.staff)
    assert "WORDS" not in kinds(cast.staff)


def test_words_taken_back_disappear_and_return_unread_if_given_anew(
    session, cast, climb, deliver, notices, at
):
    completion = climb(cast.staff, "first-hello")
    given = session.get_one(
        Endorsement,
        endorsing.endorse(
            session, completion, by_id=cast.manager.id, words=GOOD, kinds=["STEADINESS"], at=at
        ),
    )
    deliver()
    words = lambda: [one for one in notices(cast.staff) if one.kind is NoticeKind.WORDS]  # noqa: E731
    assert [one.by for one in words()] == ["中村 岳"]
    read_everything(session, at)
    endorsing.withdraw(session, given, by_id=cast.manager.id, at=at + HOUR)
    deliver()
    assert words() == []
    other = "となりの課の人も、この手順を使っています。"
    endorsing.endorse(
        session,
        completion,
        by_id=cast.manager.id,
        words=other,
        kinds=["STEADINESS"],
        at=at + 2 * HOUR,
    )
    deliver()
    assert [(one.is_unread, one.happened_at) for one in words()] == [(True, at + 2 * HOUR)]


def test_taken_back_by_the_office_says_why_and_ends_when_restored(
    session, cast, submit, deliver, notices, kinds, at
):
    completion = accept(session, submit(cast.staff), cast.manager, at)
    endorsing.endorse(
        session, completion, by_id=cast.manager.id, words=GOOD, kinds=["STEADINESS"], at=at + HOUR
    )
    deliver()
    before = kinds(cast.staff)
    voiding.void(session, completion, by_id=cast.dx.id, reason="取り違えでした", at=at + HOUR)
    deliver()
    told = [one for one in notices(cast.staff) if one.kind is not NoticeKind.BADGE]
    assert [(one.kind, one.reason) for one in told] == [(NoticeKind.TAKEN_BACK, "取り違えでした")]
    voiding.restore(session, completion, at=at + DAY)
    deliver()
    assert kinds(cast.staff) == before


# Badges.


def test_a_badge_held_again_is_no_news(session, cast, climb, deliver, notices, at):
    climb(cast.staff, "first-hello")
    deliver()
    about = {"person_id": cast.staff.id, "badge": "first-step"}
    award = session.scalars(select(Award).where(Award.badge_slug == "first-step")).one()

    def badges():
        return {one.badge: one.is_unread for one in notices(cast.staff)}

    assert badges()["first-step"]
    read_everything(session, at)
    award.voided_at = at + HOUR
    record(session, BadgeTakenBack(occurred_at=at + HOUR, award_id=award.id, **about))
    session.flush()
    deliver()
    assert "first-step" not in badges()
    again = Award(
        person_id=cast.staff.id,
        badge_slug="first-step",
        badge_version=award.badge_version,
        awarded_at=at,
        recorded_at=at + DAY,
        evidence=award.evidence,
    )
    session.add(again)
    session.flush()
    record(session, BadgeReturned(occurred_at=at + DAY, award_id=again.id, **about))
    session.flush()
    deliver(at + DAY)
    assert badges()["first-step"] is False


# Redelivery and races.


def everything(session, cast, submit, climb, at):
    """Something of each kind, undone and not."""
    accept(session, submit(cast.staff), cast.manager, at)
    reviewing.send_back(
        session,
        submit(cast.staff, "why-the-seal"),
        by_id=cast.manager.id,
        question="どの様式ですか。",
        at=at,
    )
    submit(cast.colleague)
    completion = climb(cast.colleague, "first-hello")
    endorsing.endorse(
        session, completion, by_id=cast.manager.id, words=GOOD, kinds=["STEADINESS"], at=at
    )
    voiding.void(session, completion, by_id=cast.dx.id, reason="取り違えでした", at=at + HOUR)


def test_redelivery_adds_nothing_and_makes_nothing_unread(
    session, cast, submit, climb, deliver, at
):
    everything(session, cast, submit, climb, at)
    deliver()
    read_everything(session, at)
    once = rows(session)
    assert len(once) > 6
    deliver(at + HOUR, again=True)
    assert rows(session) == once


def test_any_order_ends_in_the_same_list(session, cast, submit, climb, deliver, kinds, at):
    everything(session, cast, submit, climb, at)
    people = (cast.staff, cast.colleague, cast.manager, cast.deputy)
    deliver()
    in_order = [kinds(person) for person in people]
    session.execute(Notice.__table__.delete())
    heard = {
        "waiting_changed": subscribers.on_waiting_changed,
        "claim_sent_back": subscribers.on_submission_sent_back,
        "step_climbed": subscribers.on_completion_changed,
        "step_undone": subscribers.on_completion_changed,
        "completion_endorsed": subscribers.on_endorsement_changed,
        "badge_awarded": subscribers.on_badge_changed,
        "badge_taken_back": subscribers.on_badge_changed,
    }
    for fact in session.scalars(select(Fact).order_by(Fact.id.desc())).all():
        if fact.kind in heard:
            heard[fact.kind](session, fact, at)
    assert [kinds(person) for person in people] == in_order


def test_one_fact_handled_by_many_at_once_is_one_row(session, cast, submit, race, at):
    submit(cast.staff)
    fact_id = session.scalars(select(Fact.id).where(Fact.kind == "waiting_changed")).one()
    session.commit()
    outcomes = race(
        lambda own: subscribers.on_waiting_changed(own, own.get_one(Fact, fact_id), at), times=16
    )
    assert outcomes == [None] * 16
    assert session.scalar(select(func.count(Notice.id))) == 2, "the manager and the deputy"


def test_a_late_fact_beside_the_decision_leaves_nobody_waiting(session, cast, submit, race, at):
    """A relay that is slow with the submission races with the manager's decision and its fact."""
    submission_id = submit(cast.staff).id
    fact_id = session.scalars(select(Fact.id).where(Fact.kind == "waiting_changed")).one()
    session.commit()

    def decide(own):
        submission = own.get_one(reviewing.Submission, submission_id)
        return reviewing.accept(own, submission, by_id=cast.manager.id, at=at)

    race(
        lambda own: subscribers.on_waiting_changed(own, own.get_one(Fact, fact_id), at),
        decide,
        times=8,
    )
    climbed = session.scalars(select(Fact).where(Fact.kind == "step_climbed")).one()
    subscribers.on_completion_changed(session, climbed, at)
    session.commit()
    is_listed = Notice.withdrawn_at.is_(None)
    waiting = select(func.count(Notice.id)).where(Notice.kind == NoticeKind.WAITING, is_listed)
    assert session.scalar(waiting) == 0


# What people want to hear.


def test_a_kind_switched_off_is_not_listed(session, cast, submit, deliver, kinds, at):
    choosing.choose_kinds(session, cast.manager.id, off=[NoticeKind.WAITING], at=at)
    submit(cast.staff)
    deliver()
    assert kinds(cast.manager) == []
    assert kinds(cast.deputy) == ["WAITING"]


def test_nothing_of_a_rest_is_listed_not_even_later(session, cast, submit, deliver, kinds, at):
    consents.pause(session, cast.manager, at=at - DAY)
    submit(cast.staff)
    deliver()
    assert kinds(cast.manager) == []
    consents.resume(session, cast.manager, at=at + HOUR)
    deliver(at + 2 * HOUR, again=True)
    assert kinds(cast.manager) == []
    submit(cast.colleague, at=at + 2 * HOUR)
    deliver(at + 2 * HOUR)
    assert kinds(cast.manager) == ["WAITING"]


def test_who_has_left_is_told_nothing(session, cast, submit, deliver, kinds, at):
    cast.manager.deactivated_at = at
    session.flush()
    submit(cast.staff)
    deliver()
    assert kinds(cast.manager) == []


def test_a_withdrawn_notice_can_be_opened_but_is_not_listed(
    session, cast, submit, deliver, notices, at
):
    submission = submit(cast.staff)
    deliver()
    (waiting,) = notices(cast.manager)
    reviewing.accept(session, submission, by_id=cast.deputy.id, at=at)
    deliver()
    assert notices(cast.manager) == []
    assert open_notice(session, waiting.id, person_id=cast.manager.id, at=at) is not None
    assert open_notice(session, waiting.id, person_id=cast.outsider.id, at=at) is None


@pytest.mark.parametrize("people", [1, 30])
def test_the_statements_are_the_same_however_many_decide(
    session, database, cast, submit, count_statements, at, people
):
    for n in range(people):
        person = type(cast.staff)(employee_number=f"many-{n}", name="多い 人", email=None)
        session.add(person)
        session.flush()
        post = {"unit_id": cast.section.id, "kind": MembershipKind.DEPUTY, "is_primary": False}
        session.add(Membership(person_id=person.id, valid_from=(at - DAY).date(), **post))
    submit(cast.staff)
    session.flush()
    fact = session.scalars(select(Fact).where(Fact.kind == "waiting_changed")).one()
    with count_statements(session.get_bind()) as statements:
        subscribers.on_waiting_changed(session, fact, at)
    assert len(statements) <= 6
    assert session.scalar(select(func.count(Notice.id))) == people + 2
