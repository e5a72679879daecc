"""What users of other programmes complained of for years, and what happens here instead.

Each test is the complaint as a story. The finer rules stand beside what they test.
"""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.clock import now
from challenges.calendar import TOKYO, day_of, is_working_day, noon_of
from challenges.people.models import Membership
from challenges.recognition import endorsing
from challenges.recognition.models import Endorsement
from challenges.submissions import habits, submitting, voiding
from challenges.submissions.models import Completion, Submission
from challenges.submissions.overdue import accept_overdue
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import DecidedHow, MembershipKind, SubmissionState


@pytest.fixture
def accepted_by_calendar(session, cast, step_of, at):
    """A submission that no manager looked at in time."""
    submitting.submit(
        session,
        person_id=cast.staff.id,
        step=step_of("meeting-as-post"),
        version=1,
        evidence=Evidence("会議を投稿に替えました"),
        at=at,
    )
    assert accept_overdue(session, at=at + timedelta(days=30), limit=10) == 1
    session.expire_all()
    return session.scalars(select(Completion)).one()


def test_what_was_accepted_by_itself_can_still_be_vouched_for(
    session, cast, accepted_by_calendar, at
):
    assert accepted_by_calendar.decided_how is DecidedHow.OVERDUE
    words = "早く気づけずごめんなさい。とても良い工夫です。"
    how = {"words": words, "kinds": ["DESIGN"], "at": at + timedelta(days=31)}
    endorsing.endorse(session, accepted_by_calendar, by_id=cast.manager.id, **how)
    assert session.scalar(select(Endorsement.words)) == words


def test_what_was_accepted_by_itself_can_still_be_taken_back(
    session, cast, accepted_by_calendar, at
):
    reason = "同じ記録が二つありました。"
    later = at + timedelta(days=31)
    voiding.void(session, accepted_by_calendar, by_id=cast.dx.id, reason=reason, at=later)
    assert accepted_by_calendar.voided_at == later


def test_no_word_for_a_submission_says_rejected_or_deleted():
    assert {state.value for state in SubmissionState} == {
        "DRAFT",
        "WAITING",
        "SENT_BACK",
        "ACCEPTED",
        "WITHDRAWN",
        "VOIDED",
    }


def test_a_weekend_and_golden_week_break_no_habit(session, cast, step_of, climb):
    """Friday, then a day after the holidays, then one more than five weeks later."""
    climb(cast.staff, "first-hello", at=datetime(2026, 4, 1, 10, tzinfo=TOKYO))
    days = [date(2026, 5, 1), date(2026, 5, 7), date(2026, 6, 15)]
    between = [days[0] + timedelta(days=n) for n in range(1, 6)]
    assert not any(is_working_day(day) for day in between)
    done = [
        habits.record_day(
            session,
            person_id=cast.staff.id,
            step=step_of("first-hello", 2),
            version=1,
            day=day,
            reflection="ひとこと書きました",
            at=noon_of(day),
        )
        for day in days
    ]
    assert done[:2] == [None, None]
    assert done[2] is not None


def test_a_habit_that_is_under_way_says_how_far_it_is(as_, session, cast, step_of, climb):
    climb(cast.staff, "first-hello", at=now() - timedelta(days=9))
    habits.record_day(
        session,
        person_id=cast.staff.id,
        step=step_of("first-hello", 2),
        version=1,
        day=day_of(now()),
        reflection="ひとこと書きました",
        at=now(),
    )
    session.commit()
    assert "1 / 3" in as_(cast.staff).get("/challenges/first-hello").text


def test_one_act_of_somebody_in_two_units_is_credited_to_one(session, cast, climb, at):
    session.add(
        Membership(
            person_id=cast.staff.id,
            unit_id=cast.other_section.id,
            kind=MembershipKind.STAFF,
            is_primary=False,
            valid_from=day_of(at) - timedelta(days=9),
        )
    )
    session.flush()
    climb(cast.staff, "first-hello", at=at)
    units = session.scalars(select(Completion.unit_id)).all()
    assert units == [cast.section.id]
    assert session.scalar(select(func.count()).select_from(Submission)) == 1
