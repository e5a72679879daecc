"""Who is waiting for whom, and who stands in."""

from datetime import date, timedelta

import pytest

from challenges.calendar import TOKYO
from challenges.people import accounts, org_chart
from challenges.people.models import Membership, Unit
from challenges.submissions import queue as review_queue
from challenges.submissions import submitting
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import MembershipKind


@pytest.fixture
def submission(session, step_of):
    def make(person, *, at, slug="meeting-as-post", link=None):
        step = step_of(slug)
        evidence, version = (
            Evidence(reflection="会議を投稿に替えました", link=link),
            step.challenge.version,
        )
        submitting.submit(
            session, person_id=person.id, step=step, version=version, evidence=evidence, at=at
        )

    return make


def names(session, cast, *units, me, **cut):
    cut = {"limit": 20, **cut}
    return [
        one.name
        for one in review_queue.queue(session, [unit.id for unit in units], me=me.id, **cut).rows
    ]


def counts(session, *units, me, **cut):
    found = review_queue.queue(
        session, [unit.id for unit in units], me=me.id, **{"limit": 20, **cut}
    )
    return found.people, found.submissions


def test_the_oldest_is_first(session, cast, submission, at):
    submission(cast.staff, at=at)
    submission(cast.colleague, at=at - timedelta(days=1))
    submission(cast.deputy, at=at + timedelta(hours=1))
    assert names(session, cast, cast.section, me=cast.manager) == [
        "山本 樹",
        "浜口 汐里",
        "田中 渚",
    ]
    assert names(session, cast, cast.section, me=cast.manager, limit=1, offset=1) == ["浜口 汐里"]


def test_ones_own_submission_is_not_in_ones_queue(session, cast, submission, at):
    submission(cast.deputy, at=at)
    assert names(session, cast, cast.section, me=cast.deputy) == []
    assert counts(session, cast.section, me=cast.deputy) == (0, 0)


def test_submissions_of_other_units_are_left_out(session, cast, submission, at):
    submission(cast.dx, at=at)
    assert names(session, cast, cast.section, me=cast.manager) == []
    assert names(session, cast, cast.other_section, me=cast.outsider) == ["西 光"]


def test_people_are_counted_once_with_several_submissions(session, cast, submission, at):
    submission(cast.staff, at=at)
    submission(cast.staff, at=at, slug="why-the-seal")
    submission(cast.colleague, at=at)
    assert counts(session, cast.section, me=cast.manager) == (2, 3)
    assert counts(session, cast.section, me=cast.manager, limit=1) == (2, 3)
    assert counts(session, cast.section, me=cast.manager, offset=10) == (2, 3)


def test_looking_after_no_unit_gives_an_empty_queue(session, cast, submission, at):
    submission(cast.staff, at=at)
    assert (names(session, cast, me=cast.manager), counts(session, me=cast.manager)) == ([], (0, 0))


def test_people_who_left_are_not_in_the_queue(session, cast, submission, at):
    submission(cast.staff, at=at)
    cast.staff.deactivated_at = at
    session.flush()
    assert names(session, cast, cast.section, me=cast.manager) == []


def test_a_submission_shows_its_step_and_due_date(session, cast, submission, at):
    submission(cast.staff, at=at)
    (one,) = review_queue.queue(session, [cast.section.id], me=cast.manager.id, limit=1).rows
    assert (one.slug, one.step_number, one.stage) == ("meeting-as-post", 1, "TRY")
    assert (one.reflection, one.question, one.is_already_doing) == (
        "会議を投稿に替えました",
        None,
        False,
    )
    assert one.due_on == date(2026, 7, 24), "after a weekend and marine day"


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://example.jp/a?b=1", True),
        ("http://example.jp", True),
        (None, False),
        ("", False),
        ("javascript:alert(1)", False),
        ("JAVASCRIPT:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,<script>", False),
        ("//example.jp", False),
    ],
)
def test_only_safe_links_are_returned(link, shown, at):
    submission = review_queue.Waiting(1, "名", "slug", 1, "TRY", "文", link, None, False, at)
    assert submission.address == (link if shown else None)


def test_units_come_with_who_stands_in_now_or_later(session, cast, at):
    today = at.date()

    def stand_in(first_day, last_day):
        session.add(
            Membership(
                person_id=cast.colleague.id,
                unit_id=cast.section.id,
                kind=MembershipKind.DEPUTY,
                is_primary=False,
                valid_from=first_day,
                valid_to=last_day,
            )
        )

    stand_in(today - timedelta(days=9), today - timedelta(days=1))
    stand_in(today + timedelta(days=30), None)
    (unit,) = org_chart.managed_units(session, cast.manager.id, on=today)
    assert (unit.unit_id, unit.name, unit.is_own) == (cast.section.id, "改革課", True)
    assert [(one.name, one.first_day) for one in unit.deputies.values()] == [
        ("田中 渚", date(2024, 4, 1)),
        ("山本 樹", today + timedelta(days=30)),
    ]


def test_a_deputy_looks_after_the_unit_without_owning_it(session, cast, at):
    (unit,) = org_chart.managed_units(session, cast.deputy.id, on=at.date())
    assert (unit.unit_id, unit.is_own) == (cast.section.id, False)
    assert org_chart.managed_units(session, cast.staff.id, on=at.date()) == []


def test_a_manager_of_two_offices_has_both(session, cast, at):
    department = session.get_one(Unit, cast.section.parent_id)
    session.add(
        Membership(
            person_id=cast.manager.id,
            unit_id=department.id,
            kind=MembershipKind.MANAGER,
            is_primary=False,
            valid_from=at.date(),
        )
    )
    session.flush()
    found = org_chart.managed_units(session, cast.manager.id, on=at.astimezone(TOKYO).date())
    assert [(unit.name, unit.is_own, len(unit.deputies)) for unit in found] == [
        ("デジタル部", True, 0),
        ("改革課", True, 1),
    ]


def test_a_person_is_found_by_employee_number(session, cast):
    assert accounts.with_number(session, " staff ").id == cast.staff.id
    assert accounts.with_number(session, "") is None


def test_a_unit_includes_everything_below_and_nothing_above(session, cast, at):
    group = Unit(
        name="推進班", path="デジタル部/改革課/推進班", parent_id=cast.section.id, position=0
    )
    session.add(group)
    session.flush()
    desk = Unit(name="一係", path="デジタル部/改革課/推進班/一係", parent_id=group.id, position=0)
    session.add(desk)
    session.flush()
    (unit,) = org_chart.managed_units(session, cast.manager.id, on=at.date())
    assert unit.unit_ids == {cast.section.id, group.id, desk.id}
    assert len(unit.deputies) == 1
