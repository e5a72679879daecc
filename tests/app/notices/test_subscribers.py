"""Everybody is told once of what stands, whatever is delivered twice, late or out of order."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.notices import choosing, subscribers
from app.notices.kinds import NoticeKind
from app.notices.models import Notice
from app.notices.reading import open_notice
from app.notices.waiting import tell_who_decides, waiting_in
from badges.events import BadgeReturned, BadgeTakenBack
from badges.models import Award
from challenges.outbox import Fact, record
from challenges.people import consents, deputies
from challenges.people.models import Membership
from challenges.recognition import cheering, deciding_with_words, endorsing, thanks
from challenges.recognition.cheering import Applause
from challenges.recognition.models import Cheer, Endorsement
from challenges.recognition.stamps import Stamp
from challenges.submissions import overdue, reviewing, voiding, withdrawing
from challenges.submissions.models import Completion
from challenges.submissions.routing import route_some
from challenges.vocabulary import Consent, MembershipKind

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


# Who decides changes.


def name(session, cast, at, person, first_day, last_day=None):
    term = deputies.Term(first_day, last_day)
    return deputies.name_deputy(
        session, unit=cast.section, deputy=person, term=term, by=cast.manager, at=at
    )


def test_a_deputy_named_later_hears_of_what_waits(session, cast, submit, deliver, kinds, at):
    submit(cast.staff)
    submit(cast.staff, "why-the-seal")
    deliver()
    deputyship = name(session, cast, at, cast.colleague, at.date())
    deliver()
    assert kinds(cast.colleague) == ["WAITING", "WAITING"]
    deputies.end_deputy(session, deputyship, by=cast.manager, at=at + HOUR)
    deliver(at + HOUR)
    assert kinds(cast.colleague) == []
    assert kinds(cast.manager) == kinds(cast.deputy) == ["WAITING", "WAITING"]


def test_a_deputy_to_be_hears_when_the_term_begins_and_until_it_ends(
    session, cast, submit, deliver, kinds, at
):
    submit(cast.staff)
    tomorrow = (at + DAY).date()
    name(session, cast, at, cast.colleague, tomorrow, tomorrow)
    deliver()
    assert kinds(cast.colleague) == []

    def day_begins(at):
        tell_who_decides(session, waiting_in(session), at=at)

    day_begins(at + DAY)
    assert kinds(cast.colleague) == ["WAITING"]
    assert kinds(cast.manager) == ["WAITING"]
    day_begins(at + 2 * DAY)
    assert kinds(cast.colleague) == []
    assert kinds(cast.manager) == ["WAITING"]


def test_a_deputy_does_not_hear_of_other_units(session, cast, submit, deliver, kinds, at):
    submit(cast.outsider)
    submit(cast.colleague)
    name(session, cast, at, cast.colleague, at.date())
    deliver()
    assert kinds(cast.colleague) == []


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


# Cheers.


@pytest.fixture
def cheered(session, cast, climb, at):
    """``cheered()``: the colleague has cheered a step of the staff member."""
    consents.set_consent(session, cast.staff, Consent.STEPS, given=True, at=at)
    completion = climb(cast.staff, "first-hello")

    def make(stamp=Stamp.HELPED):
        applause = Applause(stamp, "朝が明るくなりました")
        (made,) = cheering.cheer(session, [completion.id], applause, by_id=cast.colleague.id, at=at)
        return session.get_one(Cheer, made)

    return make


def of(kind, found):
    return [one for one in found if one.kind is kind]


def test_a_cheer_reaches_whom_it_is_for_alone(cast, cheered, deliver, notices, kinds):
    cheered()
    deliver()
    (told,) = of(NoticeKind.CHEER, notices(cast.staff))
    assert (told.by, told.stamp, told.is_unread) == (cast.colleague.name, Stamp.HELPED, True)
    for person in (cast.colleague, cast.manager, cast.deputy, cast.outsider, cast.dx):
        assert kinds(person) == []


def test_a_cheer_taken_back_disappears(session, cast, cheered, deliver, notices, at):
    cheer = cheered()
    deliver()
    cheering.take_back(session, cheer, by_id=cast.colleague.id, at=at + HOUR)
    deliver()
    assert of(NoticeKind.CHEER, notices(cast.staff)) == []
    cheered()
    deliver()
    assert len(of(NoticeKind.CHEER, notices(cast.staff))) == 1


def test_thanks_reach_the_giver_once_and_end_it(session, cast, cheered, deliver, notices, at):
    cheer = cheered()
    deliver()
    for hours in (1, 2):
        thanks.thank(session, cheer, by_id=cast.staff.id, at=at + hours * HOUR)
        deliver()
    (told,) = notices(cast.colleague)
    assert (told.kind, told.by, told.is_unread) == (NoticeKind.THANKS, "浜口 汐里", True)
    assert told.happened_at == at + HOUR
    (dealt_with,) = of(NoticeKind.CHEER, notices(cast.staff))
    assert not dealt_with.is_unread


def test_thanks_go_with_a_cheer_taken_back(session, cast, cheered, deliver, kinds, at):
    cheer = cheered()
    thanks.thank(session, cheer, by_id=cast.staff.id, at=at)
    deliver()
    cheering.take_back(session, cheer, by_id=cast.colleague.id, at=at + HOUR)
    deliver()
    assert kinds(cast.colleague) == []
    assert "CHEER" not in kinds(cast.staff)


def test_cheers_go_and_come_with_their_step(session, cast, cheered, deliver, kinds, at):
    cheer = cheered()
    thanks.thank(session, cheer, by_id=cast.staff.id, at=at)
    deliver()
    completion = session.get_one(Completion, cheer.completion_id)
    voiding.void(session, completion, by_id=cast.dx.id, reason="取り違えでした", at=at + HOUR)
    deliver()
    assert "CHEER" not in kinds(cast.staff)
    assert kinds(cast.colleague) == []
    voiding.restore(session, completion, at=at + DAY)
    deliver()
    assert "CHEER" in kinds(cast.staff)
    assert kinds(cast.colleague) == ["THANKS"]


@pytest.mark.parametrize("kind", [NoticeKind.CHEER, NoticeKind.THANKS])
def test_cheers_and_thanks_can_each_be_switched_off(
    session, cast, cheered, deliver, kinds, at, kind
):
    for person in (cast.staff, cast.colleague):
        choosing.choose_kinds(session, person.id, off=[kind], at=at)
    thanks.thank(session, cheered(), by_id=cast.staff.id, at=at)
    deliver()
    assert ("CHEER" in kinds(cast.staff)) is (kind is not NoticeKind.CHEER)
    assert kinds(cast.colleague) == ["THANKS"] * (kind is not NoticeKind.THANKS)


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
    consents.set_consent(session, cast.colleague, Consent.STEPS, given=True, at=at)
    completion = climb(cast.colleague, "first-hello")
    for stamp in (Stamp.HELPED, Stamp.CAREFUL):
        applause = Applause(stamp)
        (made,) = cheering.cheer(session, [completion.id], applause, by_id=cast.staff.id, at=at)
        cheer = session.get_one(Cheer, made)
        thanks.thank(session, cheer, by_id=cast.colleague.id, at=at)
    cheering.take_back(session, cheer, by_id=cast.staff.id, at=at)
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
        "cheered": subscribers.on_cheer_changed,
        "cheer_taken_back": subscribers.on_cheer_changed,
        "cheer_thanked": subscribers.on_cheer_changed,
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
