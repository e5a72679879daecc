"""Roles that ended with a post are written down, and places in campaigns fall empty."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from app.jobs.ending_roles import end_roles
from app.jobs.handling import Chunk
from app.jobs.models import Job
from app.queries.campaign_access import is_coach
from app.studio.models import AuditEntry
from challenges.calendar import day_of
from challenges.campaigns import lifecycle, owners
from challenges.campaigns.attention import definition_in_force
from challenges.campaigns.facts import gather
from challenges.campaigns.lint import codes, lint
from challenges.people import leaving, roles
from challenges.people.models import Membership, RoleGrant
from challenges.vocabulary import CampaignState, Role

NAMED_ON = date(2026, 6, 1)
"""When the owners of these campaigns are named, before anybody moves."""


@pytest.fixture
def gone(session, cast, at):
    """``staff`` belonged to the office until yesterday; ``outsider`` never did."""
    roles.grant_role(session, cast.staff, Role.DX_OFFICE, at=at - timedelta(days=60))
    move(session, cast.staff, cast.other_section, day_of(at))
    return cast.staff


def move(session, person, unit, first_day):
    main = session.scalars(select(Membership).where(Membership.person_id == person.id)).one()
    main.valid_to = first_day - timedelta(days=1)
    session.flush()
    session.add(Membership(person_id=person.id, unit_id=unit.id, valid_from=first_day))
    session.flush()


def run(session, at):
    job = Job(kind="end-roles", done=0)
    assert end_roles(session, job, Chunk(at=at, ends=float("inf"))) is False
    return job.done


def owned(session, campaign_of, owner, deputy, **how):
    campaign = campaign_of(**how)
    for name, person in (("owner", owner), ("deputy", deputy)):
        for column, value in owners.place(session, name, person.id, on=NAMED_ON).items():
            setattr(campaign, column, value)
    session.flush()
    return campaign


def test_the_role_ends_and_its_campaigns_go_on_without_an_owner(
    session, campaign_of, cast, gone, at
):
    campaign = owned(session, campaign_of, gone, cast.outsider)
    assert run(session, at) == 1
    assert (campaign.owner_id, campaign.deputy_id) == (None, cast.outsider.id)
    assert campaign.state is CampaignState.OPEN
    grant = session.scalars(select(RoleGrant).where(RoleGrant.person_id == gone.id)).one()
    assert grant.revoked_at is not None
    assert run(session, at) == 0


def test_it_is_in_the_audit_log(session, campaign_of, cast, gone, at):
    owned(session, campaign_of, cast.outsider, gone)
    run(session, at)
    lines = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.act, one.by_id) for one in lines] == [("role_ended", None), ("people", None)]
    assert lines[1].before == {"owner": cast.outsider.name, "deputy": gone.name}
    assert lines[1].after == {"owner": cast.outsider.name, "deputy": ""}


def test_a_finding_asks_for_a_new_owner(session, campaign_of, cast, gone, at):
    campaign = owned(session, campaign_of, gone, cast.outsider)

    def found():
        definition = definition_in_force(session, campaign)
        facts = gather(session, definition, campaign_id=campaign.id, today=day_of(at), kinds=())
        return [one.place for one in lint(definition, facts) if one.code == codes.OWNER_MISSING]

    assert found() == []
    run(session, at)
    assert found() == ["people"]


def test_who_left_leaves_their_places_empty(session, campaign_of, cast, at):
    campaign = owned(session, campaign_of, cast.outsider, cast.colleague)
    leaving.deactivate(session, cast.outsider, at=at)
    run(session, at)
    assert (campaign.owner_id, campaign.deputy_id) == (None, cast.colleague.id)


def test_what_was_put_away_keeps_its_names(session, campaign_of, cast, gone, at):
    campaign = owned(session, campaign_of, gone, cast.outsider, state="ARCHIVED")
    run(session, at)
    assert campaign.owner_id == gone.id


def test_an_owner_outside_the_office_keeps_the_place_as_long_as_the_post(
    session, campaign_of, cast, at
):
    campaign = owned(session, campaign_of, cast.staff, cast.colleague)
    move(session, cast.staff, cast.other_section, day_of(at) + timedelta(days=1))
    run(session, at)
    assert campaign.owner_id == cast.staff.id
    run(session, at + timedelta(days=1))
    assert (campaign.owner_id, campaign.deputy_id) == (None, cast.colleague.id)


def test_naming_the_deputy_does_not_renew_the_post_of_the_owner(session, campaign_of, cast, at):
    campaign = owned(session, campaign_of, cast.staff, cast.colleague)
    move(session, cast.staff, cast.other_section, day_of(at))
    people = {"owner_id": cast.staff.id, "deputy_id": cast.outsider.id}
    lifecycle.set_people(session, campaign, **people, on=day_of(at))
    run(session, at)
    assert (campaign.owner_id, campaign.deputy_id) == (None, cast.outsider.id)


def test_nobody_else_loses_anything(session, campaign_of, cast, at):
    roles.grant_role(session, cast.colleague, Role.DX_OFFICE, at=at)
    campaign = owned(session, campaign_of, cast.colleague, cast.outsider)
    assert run(session, at) == 0
    assert (campaign.owner_id, campaign.deputy_id) == (cast.colleague.id, cast.outsider.id)
    assert session.scalars(select(AuditEntry)).all() == []


def test_the_office_is_closed_to_them_before_the_job_has_run(session, as_, cast):
    today = day_of(now())
    roles.grant_role(session, cast.staff, Role.DX_OFFICE, at=now())
    roles.grant_role(session, cast.colleague, Role.COACH, at=now())
    session.commit()
    assert as_(cast.staff).get("/office").status_code == 200
    for person in (cast.staff, cast.colleague):
        main = session.scalars(select(Membership).where(Membership.person_id == person.id)).one()
        main.valid_to = today - timedelta(days=1)
    session.commit()
    assert as_(cast.staff).get("/office").status_code == 403
    assert not is_coach(session, cast.colleague.id, on=today)
    assert as_(cast.dx).get("/office").status_code == 200
