"""`history verify`: says yes to what is whole, and names what is not."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from app.migrations.tables import metadata
from badges.awards.awarding import Tally, recompute_some
from badges.catalogue.reading import current_catalogue
from badges.models import Award, Badge, BadgeVersion
from challenges.calendar import day_of
from challenges.campaigns.counting import recount_person
from challenges.campaigns.models import Campaign, CampaignCount
from challenges.catalogue.models import ChallengeVersion
from challenges.outbox import Fact, record
from challenges.people.events import AppointmentsChanged
from challenges.people.models import Membership, Person, Unit
from challenges.storage.overlaps import declared_in
from challenges.submissions.models import Completion, StepTotal
from challenges.vocabulary import MembershipKind


def run(app: Flask) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["history", "verify"])
    return result.exit_code, result.output


def settle(session: Session, people: list[int], at) -> None:
    """What the relay does with the facts: award, and be done with them."""
    session.execute(update(Fact).values(fanned_out_at=at))
    recompute_some(
        session,
        people=people,
        catalogue=current_catalogue(session),
        at=at,
        tally=Tally(),
        dry_run=False,
        quietly=True,
    )
    session.commit()


def test_a_sound_history_is_confirmed_with_the_number_of_rows(
    app: Flask, session: Session, cast: SimpleNamespace, climb: Callable[..., Completion], at
) -> None:
    climb(cast.staff, "first-hello")
    settle(session, [cast.staff.id], at)
    code, output = run(app)
    assert code == 0, output
    assert output.startswith(
        "The history is whole: 1 monthly totals, 1 submissions, 1 completions, "
    )


def test_a_tampered_total_is_reported(
    app: Flask, session: Session, cast: SimpleNamespace, climb: Callable[..., Completion], at
) -> None:
    completion = climb(cast.staff, "first-hello")
    settle(session, [cast.staff.id], at)
    session.execute(update(StepTotal).values(completions=7))
    session.commit()
    code, output = run(app)
    assert code == 1
    assert f"step {completion.step_id}, 2026-07: stored 7, history says 1" in output
    assert "Error: 1 differences in " in output


def test_an_unearned_award_is_reported(
    app: Flask, session: Session, cast: SimpleNamespace, climb: Callable[..., Completion], at
) -> None:
    climb(cast.staff, "first-hello")
    settle(session, [cast.staff.id], at)
    session.execute(
        update(Award).where(Award.badge_slug == "first-step").values(person_id=cast.outsider.id)
    )
    session.commit()
    code, output = run(app)
    assert code == 1
    assert f"person {cast.staff.id}: badge first-step: earned, but not awarded" in output


def test_an_award_of_an_unpublished_version_does_not_stop_the_check(
    app: Flask, session: Session, cast: SimpleNamespace, climb: Callable[..., Completion], at
) -> None:
    for person in (cast.staff, cast.colleague):
        climb(person, "first-hello")
    settle(session, [cast.staff.id, cast.colleague.id], at)
    theirs = session.query(Award).filter_by(person_id=cast.staff.id, badge_slug="first-step").one()
    theirs.badge_version = 9
    lost = (
        session.query(Award).filter_by(person_id=cast.colleague.id, badge_slug="first-step").one()
    )
    session.delete(lost)
    session.commit()
    code, output = run(app)
    assert code == 1
    assert (
        f"award {theirs.id}: person {cast.staff.id}: badge first-step has no version 9, "
        "so this person's badges cannot be judged"
    ) in output
    assert f"person {cast.colleague.id}: badge first-step: earned, but not awarded" in output


@pytest.mark.parametrize("definition", [{}, {"rule": {"at_least": "many"}}, [], None])
@pytest.mark.parametrize("table", [BadgeVersion, Badge, ChallengeVersion])
def test_a_damaged_definition_is_reported(app: Flask, session: Session, table, definition) -> None:
    key = next(iter(table.__table__.primary_key))
    first = session.query(key).order_by(key).limit(1).scalar()
    session.execute(update(table).where(key == first).values(definition=definition))
    session.commit()
    code, output = run(app)
    assert code == 1
    [line] = [line for line in output.splitlines() if ": its definition cannot be read: " in line]
    assert line.startswith(("badge ", "challenge "))
    assert "Traceback" not in output
    assert " differences in " in output


def test_a_completion_of_a_step_missing_in_its_version_is_reported(
    app: Flask, session: Session, cast: SimpleNamespace, climb: Callable[..., Completion], at
) -> None:
    completion = climb(cast.staff, "first-hello")
    settle(session, [cast.staff.id], at)
    version = (
        session.query(ChallengeVersion).filter_by(challenge_id=completion.step.challenge_id).one()
    )
    version.definition = {**version.definition, "steps": []}
    session.commit()
    code, output = run(app)
    assert code == 1
    assert "challenge first-hello version 1: it has no step 1, and somebody climbed it" in output
    assert "Traceback" not in output


def test_a_deputy_named_twice_is_reported_and_so_is_the_missing_guard(
    app: Flask, session: Session, cast: SimpleNamespace, at
) -> None:
    for table, declared in declared_in(metadata):
        if declared.name == "ex_membership_deputyship":
            for statement in declared.drop(table.name, session.get_bind().dialect.name):
                session.execute(text(statement))
    named = {"kind": MembershipKind.DEPUTY, "is_primary": False, "valid_from": at.date()}
    twice = [
        Membership(person_id=cast.staff.id, unit_id=cast.section.id, **named) for _ in range(2)
    ]
    session.add_all(twice)
    session.commit()
    code, output = run(app)
    assert code == 1
    assert output.splitlines()[:2] == [
        "membership: the guard ex_membership_deputyship is missing",
        f"membership {twice[0].id} and {twice[1].id}: overlap, against ex_membership_deputyship",
    ]


def test_a_count_of_a_campaign_that_is_gone_is_reported(
    app: Flask,
    session: Session,
    cast: SimpleNamespace,
    climb: Callable[..., Completion],
    campaign_of: Callable[..., Campaign],
    at,
) -> None:
    campaign = campaign_of()
    completion = climb(cast.staff, "first-hello")
    recount_person(session, cast.staff.id, at=at)
    settle(session, [cast.staff.id], at)
    assert run(app)[0] == 0
    session.execute(delete(CampaignCount))
    session.commit()
    code, output = run(app)
    assert code == 1
    assert f"campaign {campaign.id}: completion {completion.id} counts, and is not" in output
    assert f"campaign {campaign.id}: stored 1 steps of 1 people, the counts say 0 of 0" in output


def test_counts_that_a_job_is_about_to_write_are_left_out(
    app: Flask,
    session: Session,
    cast: SimpleNamespace,
    climb: Callable[..., Completion],
    campaign_of: Callable[..., Campaign],
    at,
) -> None:
    climb(cast.staff, "first-hello")
    campaign_of()
    settle(session, [cast.staff.id], at)
    assert run(app)[0] == 1
    record(session, AppointmentsChanged.from_day(day_of(at), at=at))
    session.commit()
    assert run(app)[0] == 0


def test_a_name_that_no_search_would_find_is_reported(
    app: Flask, session: Session, cast: SimpleNamespace, at
) -> None:
    settle(session, [cast.staff.id], at)
    session.execute(update(Person).where(Person.id == cast.staff.id).values(name="渡邉 葵"))
    session.execute(update(Unit).where(Unit.id == cast.section.id).values(name="推進課"))
    session.commit()
    code, output = run(app)
    assert code == 1
    assert f"person {cast.staff.id}: what a search looks into is not their name" in output
    assert f"unit {cast.section.id}: what a search looks into is not its name" in output
