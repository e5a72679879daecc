"""The history of a demo is as consistent as a real one's."""

from collections import defaultdict
from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from badges.awards.verifying import differences as awards_that_disagree
from badges.catalogue.reading import read_badges
from badges.subscribers import people_pending
from challenges.calendar import TOKYO, day_of, is_working_day
from challenges.catalogue.models import Challenge, Step
from challenges.outbox import Delivery, Fact
from challenges.people import org_chart
from challenges.people import verifying as people_verifying
from challenges.people.models import Person
from challenges.recognition import verifying as recognition_verifying
from challenges.recognition.models import Endorsement
from challenges.submissions import habits, overdue, submitting, totals, verifying
from challenges.submissions.models import Completion, Practice, Submission
from tests.app.demo.moments import AT


def test_every_stored_total_is_what_the_history_says(demo: Session) -> None:
    assert totals.differences(demo) == []
    assert sum(totals.stored(demo).values()) > 200


def test_every_award_is_what_the_rules_say_of_the_deeds(demo: Session) -> None:
    assert (
        list(awards_that_disagree(demo, catalogue=read_badges(demo), pending=people_pending(demo)))
        == []
    )


def test_submissions_completions_endorsements_and_units_verify(demo: Session) -> None:
    assert list(verifying.submissions_that_disagree(demo)) == []
    assert list(verifying.completions_that_disagree(demo)) == []
    assert list(verifying.decisions_that_disagree(demo)) == []
    assert list(verifying.voids_that_disagree(demo)) == []
    assert list(recognition_verifying.endorsements_that_disagree(demo)) == []
    assert list(verifying.units_that_disagree(demo)) == []
    assert list(people_verifying.rests_that_disagree(demo)) == []


def test_every_completion_is_credited_to_the_unit_of_that_day(demo: Session) -> None:
    for one in demo.scalars(select(Completion)):
        assert one.unit_id == org_chart.unit_on(demo, one.person_id, day_of(one.happened_at))


def test_everything_happened_on_working_days_and_before_now(demo: Session) -> None:
    for one in demo.scalars(select(Completion)):
        assert is_working_day(day_of(one.happened_at))
        assert 8 <= one.happened_at.astimezone(TOKYO).hour < 18
        assert one.happened_at <= one.decided_at <= AT
    assert demo.scalar(select(func.max(Endorsement.given_at))) <= AT
    assert demo.scalar(select(func.max(Fact.occurred_at))) <= AT


def test_a_habit_was_done_on_as_many_days_as_it_asks(demo: Session) -> None:
    days = defaultdict(list)
    for one in demo.scalars(select(Practice)):
        days[one.submission_id].append(one.day)
    done = demo.execute(select(Completion, Step).join(Step).where(Step.days > 1)).all()
    assert done
    for completion, step in done:
        reached = habits.habit_reached(
            days[completion.submission_id], needed=step.days, within=step.within_days
        )
        assert reached == day_of(completion.happened_at)


def test_whoever_decided_or_endorsed_was_allowed_to(demo: Session) -> None:
    asked = select(Submission).where(Submission.reviewing_unit_id.is_not(None))
    for submission in demo.scalars(asked):
        day = day_of(submission.submitted_at)
        nearest = org_chart.reviewing_unit(
            demo, person_id=submission.person_id, unit_id=submission.unit_id, on=day
        )
        assert submission.reviewing_unit_id == nearest
        if submission.decided_by_id is not None:
            assert submission.decided_by_id != submission.person_id
            assert org_chart.manages(
                demo, submission.decided_by_id, unit_id=nearest, on=day_of(submission.decided_at)
            )
    for endorsement, completion in demo.execute(select(Endorsement, Completion).join(Completion)):
        assert endorsement.endorser_id != endorsement.person_id == completion.person_id
        assert org_chart.manages(
            demo,
            endorsement.endorser_id,
            unit_id=completion.unit_id,
            on=day_of(endorsement.given_at),
        )


def test_no_submission_is_overdue(demo: Session) -> None:
    assert overdue.accept_overdue(demo, at=AT) == 0


def test_the_relay_finds_nothing_to_deliver(demo: Session) -> None:
    kinds = set(demo.scalars(select(Fact.kind)))
    assert {"step_climbed", "completion_endorsed", "claim_sent_back"} <= kinds
    assert demo.scalar(select(func.count()).where(Fact.fanned_out_at.is_(None))) == 0
    assert demo.scalar(select(func.count(Delivery.id))) == 0


def test_the_next_row_gets_an_id_of_its_own(demo: Session, person: Callable[[str], Person]) -> None:
    step = demo.scalars(
        select(Step).join(Challenge).where(Challenge.slug == "ai-draft", Step.number == 1)
    ).one()
    last = demo.scalar(select(func.max(Submission.id)))
    submission = submitting.open_submission(
        demo, person_id=person("staff").id, step_id=step.id, version=1, at=AT
    )
    demo.add(submission)
    demo.flush()
    assert submission.id > last
