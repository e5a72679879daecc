"""What a manager sees of the steps of others: what they allow, and what the manager accepted."""

from datetime import timedelta

import pytest

from challenges.calendar import day_of
from challenges.people import consents
from challenges.people.models import Membership, Unit
from challenges.recognition import endorsing
from challenges.recognition import models as recognition_models
from challenges.recognition.recent import TeamScope, climbed_lately
from challenges.submissions import models as submission_models
from challenges.submissions import reviewing, submitting, withdrawing
from challenges.submissions.models import Submission
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import Consent, MembershipKind


@pytest.fixture
def seen(session, at):
    """``seen(person, unit…)``: what that person sees there."""

    def look(person, *units, limit=20, offset=0):
        session.flush()
        looking = TeamScope(person.id, [unit.id for unit in units], at, day_of(at))
        return climbed_lately(session, looking, limit=limit, offset=offset)

    return look


@pytest.fixture
def allow(session, at):
    def give(person):
        consents.set_consent(session, person, Consent.STEPS, given=True, at=at)

    return give


@pytest.fixture
def accepted(session, step_of, cast, at):
    """A submission of the person, accepted by the manager; the completion's id."""

    def make(person, by=None):
        step = step_of("meeting-as-post")
        evidence, version = Evidence(reflection="会議を投稿に替えました"), step.challenge.version
        submitting.submit(
            session, person_id=person.id, step=step, version=version, evidence=evidence, at=at
        )
        submission = session.query(Submission).filter_by(person_id=person.id, state="WAITING").one()
        return reviewing.accept(session, submission, by_id=(by or cast.manager).id, at=at)

    return make


def post(session, person, unit, at, *, kind=MembershipKind.STAFF, primary=True):
    session.add(
        Membership(
            person_id=person.id,
            unit_id=unit.id,
            kind=kind,
            is_primary=primary,
            valid_from=at.date(),
        )
    )


def test_without_consent_nothing_is_seen(cast, climb, seen):
    climb(cast.staff, "first-hello")
    assert seen(cast.manager, cast.section) == []


def test_with_consent_the_step_is_seen_and_the_words_are_not(cast, climb, seen, allow):
    allow(cast.staff)
    completion = climb(cast.staff, "first-hello")
    (one,) = seen(cast.manager, cast.section)
    assert (one.completion_id, one.name, one.slug, one.step_number) == (
        completion.id,
        "浜口 汐里",
        "first-hello",
        1,
    )
    assert one.reflection is None
    assert (one.person_id, one.is_open) == (cast.staff.id, True)


def test_withdrawing_consent_hides_the_step(session, cast, climb, seen, allow, at):
    allow(cast.staff)
    climb(cast.staff, "first-hello")
    consents.set_consent(session, cast.staff, Consent.STEPS, given=False, at=at)
    assert seen(cast.manager, cast.section) == []


@pytest.mark.parametrize("other", [Consent.SLACK, Consent.BADGES])
def test_another_consent_is_not_this_one(session, cast, climb, seen, at, other):
    consents.set_consent(session, cast.staff, other, given=True, at=at)
    climb(cast.staff, "first-hello")
    assert seen(cast.manager, cast.section) == []


def test_steps_i_accepted_count_as_read(cast, seen, accepted):
    completion_id = accepted(cast.staff)
    (one,) = seen(cast.manager, cast.section)
    assert (one.completion_id, one.reflection) == (completion_id, "会議を投稿に替えました")
    assert not one.is_open


def test_steps_my_deputy_accepted_count_as_unread(cast, seen, accepted):
    accepted(cast.staff, by=cast.deputy)
    assert seen(cast.manager, cast.section) == []
    assert len(seen(cast.deputy, cast.section)) == 1


def test_allowed_and_accepted_is_one_step(cast, seen, accepted, allow):
    allow(cast.staff)
    accepted(cast.staff)
    assert len(seen(cast.manager, cast.section)) == 1


def test_ones_own_steps_are_not_listed(cast, climb, seen, allow):
    allow(cast.manager)
    climb(cast.manager, "first-hello")
    assert seen(cast.manager, cast.section) == []


def test_an_undone_step_is_not_listed(session, cast, climb, seen, allow, at):
    allow(cast.staff)
    withdrawing.withdraw(session, climb(cast.staff, "first-hello"), by_id=cast.staff.id, at=at)
    assert seen(cast.manager, cast.section) == []


def test_people_who_left_are_not_shown(cast, seen, accepted, at):
    accepted(cast.staff)
    cast.staff.deactivated_at = at
    assert seen(cast.manager, cast.section) == []


@pytest.mark.parametrize(("days", "there"), [(59, True), (60, True), (61, False)])
def test_recent_means_sixty_days(cast, climb, seen, allow, at, days, there):
    allow(cast.staff)
    climb(cast.staff, "first-hello", at=at - timedelta(days=days))
    assert bool(seen(cast.manager, cast.section)) is there


def test_the_newest_is_first_and_the_list_has_pages(cast, climb, seen, allow, at):
    allow(cast.staff)
    climb(cast.staff, "first-hello", at=at - timedelta(days=2))
    climb(cast.staff, "fifteen-minutes", at=at)
    climb(cast.staff, "quick-hands", at=at - timedelta(days=1))
    assert [one.slug for one in seen(cast.manager, cast.section)] == [
        "fifteen-minutes",
        "quick-hands",
        "first-hello",
    ]
    assert [one.slug for one in seen(cast.manager, cast.section, limit=1, offset=1)] == [
        "quick-hands"
    ]


def test_other_units_are_not_shown(session, cast, climb, seen, allow):
    allow(cast.staff)
    climb(cast.staff, "first-hello")
    department = session.get_one(Unit, cast.section.parent_id)
    assert len(seen(cast.outsider, cast.section, department)) == 1
    assert seen(cast.outsider, cast.other_section, department) == []


def test_after_a_transfer_only_the_new_manager_sees_the_steps(
    session, cast, climb, seen, allow, at
):
    allow(cast.staff)
    climb(cast.staff, "first-hello", at=at - timedelta(days=3))
    old = session.query(Membership).filter_by(person_id=cast.staff.id).one()
    old.valid_to = at.date() - timedelta(days=1)
    post(session, cast.staff, cast.other_section, at)
    assert seen(cast.manager, cast.section) == []
    assert len(seen(cast.outsider, cast.other_section)) == 1


def test_a_concurrent_appointment_counts_and_a_deputyship_does_not(
    session, cast, climb, seen, allow, at
):
    for person in (cast.staff, cast.colleague):
        allow(person)
        climb(person, "first-hello")
    post(session, cast.staff, cast.other_section, at, primary=False)
    post(session, cast.colleague, cast.other_section, at, kind=MembershipKind.DEPUTY, primary=False)
    assert [one.name for one in seen(cast.outsider, cast.other_section)] == ["浜口 汐里"]


def test_whatever_is_shown_may_be_endorsed(session, cast, climb, seen, allow, accepted, at):
    allow(cast.staff)
    climb(cast.staff, "first-hello")
    accepted(cast.colleague)
    shown = seen(cast.manager, cast.section)
    assert len(shown) == 2
    for one in shown:
        completion = session.get_one(submission_models.Completion, one.completion_id)
        endorsing.must_be_endorsable_by(session, completion, by_id=cast.manager.id, at=at)


def test_only_my_own_words_are_shown(session, cast, climb, seen, allow, at):
    allow(cast.staff)
    completion = climb(cast.staff, "first-hello")
    words = "最初の一声で、場がやわらぎました。"
    given = endorsing.endorse(
        session, completion, by_id=cast.manager.id, kinds=["STEADINESS"], words=words, at=at
    )
    (mine,), (theirs,) = seen(cast.manager, cast.section), seen(cast.deputy, cast.section)
    assert (mine.endorsement_id, mine.words) == (given, words)
    assert (theirs.endorsement_id, theirs.words) == (None, None)
    endorsing.withdraw(
        session,
        session.get_one(recognition_models.Endorsement, given),
        by_id=cast.manager.id,
        at=at,
    )
    assert seen(cast.manager, cast.section)[0].words is None
