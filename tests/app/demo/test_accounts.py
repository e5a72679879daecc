"""Six people can sign in to a demo, and each has something to see."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.demo.accounts import ACCOUNTS, HOME, PASSWORD
from app.identity import passwords
from challenges.calendar import day_of
from challenges.catalogue.models import Challenge, Step
from challenges.people import org_chart
from challenges.people.models import ConsentGiven, Membership, Person, RoleGrant, Unit
from challenges.recognition.models import Endorsement
from challenges.submissions import states
from challenges.submissions.models import OPEN, Completion, Submission
from challenges.vocabulary import Consent, Mindset, Role, SubmissionState
from tests.app.demo.moments import AT


def test_each_demo_account_signs_in_with_the_one_password(
    demo: Session, person: Callable[[str], Person]
) -> None:
    for account in ACCOUNTS:
        assert passwords.verify(person(account.number).password_hash, PASSWORD)
    assert demo.scalar(select(func.count()).where(Person.password_hash.is_not(None))) == len(
        ACCOUNTS
    )


def test_they_work_where_they_should(demo: Session, person: Callable[[str], Person]) -> None:
    unit_of = {
        account.number: org_chart.unit_on(demo, person(account.number).id, day_of(AT))
        for account in ACCOUNTS
    }
    assert unit_of["staff"] == unit_of["colleague"] == unit_of["manager"] != unit_of["outsider"]
    assert org_chart.manages(demo, person("manager").id, unit_id=unit_of["staff"], on=day_of(AT))
    assert not org_chart.manages(
        demo, person("outsider").id, unit_id=unit_of["staff"], on=day_of(AT)
    )
    roles = demo.execute(select(RoleGrant.person_id, RoleGrant.role))
    assert {(role.person_id, role.role) for role in roles} == {
        (person("dx").id, Role.DX_OFFICE),
        (person("dx2").id, Role.DX_OFFICE),
    }


def test_their_unit_is_large_enough_to_show_numbers(demo: Session) -> None:
    here = (
        select(func.count(Membership.id)).join(Unit).where(Unit.path == HOME, Membership.is_primary)
    )
    assert demo.scalar(here) >= 10


def test_submissions_wait_for_the_manager(demo: Session, person: Callable[[str], Person]) -> None:
    unit = demo.scalars(select(Unit.id).where(Unit.path == HOME)).one()
    waiting = set(
        demo.scalars(
            select(Submission.person_id).where(
                Submission.reviewing_unit_id == unit, states.IS_WAITING
            )
        )
    )
    assert len(waiting) >= 3
    assert {person("staff").id, person("colleague").id} <= waiting


def test_staff_has_a_history(demo: Session, person: Callable[[str], Person]) -> None:
    me = person("staff").id
    done = demo.execute(
        select(Completion.happened_at, Challenge.mindset)
        .join(Step, Step.id == Completion.step_id)
        .join(Challenge)
        .where(Completion.person_id == me)
    ).all()
    months = Counter(day_of(row.happened_at).month for row in done)
    assert len(done) == 9
    assert months[7] > months[6]
    assert {row.mindset for row in done} == set(Mindset)
    assert all(AT - row.happened_at < timedelta(days=92) for row in done)


def test_staff_has_something_open_of_each_kind(
    demo: Session, person: Callable[[str], Person]
) -> None:
    me = person("staff").id
    open_ = {
        one.state: one
        for one in demo.scalars(select(Submission).where(Submission.person_id == me))
        if one.state in OPEN
    }
    assert set(open_) == set(OPEN)
    assert len(open_[SubmissionState.DRAFT].practices) == 2
    assert open_[SubmissionState.SENT_BACK].question
    [endorsement] = demo.scalars(select(Endorsement).where(Endorsement.person_id == me))
    assert endorsement.endorser_id == person("manager").id


def test_colleague_shows_steps_and_badges(demo: Session, person: Callable[[str], Person]) -> None:
    given = set(
        demo.scalars(
            select(ConsentGiven.consent).where(ConsentGiven.person_id == person("colleague").id)
        )
    )
    assert {Consent.STEPS, Consent.BADGES} <= given
