"""Last year's campaign again, after the organisation has changed."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from app.clock import now
from challenges.calendar import day_of
from challenges.people import roles
from challenges.people.models import Membership, Person, Unit
from challenges.vocabulary import CampaignState, MembershipKind, Role
from tests.journeys.conftest import SIZES

pytestmark = pytest.mark.journey

MOVED, MERGED, STAYED = "デジタル部/改革課", "デジタル部/広報課", "農林部/森林課"


@pytest.fixture
def reorganised(campaign_of, session, cast, dx2):
    """A campaign that is over, and a reorganisation after it: デジタル部 ended, 改革課 went to
    総務部, and 広報課 became part of a new unit there."""
    today = day_of(now())
    changed = today - timedelta(days=60)
    digital = session.get_one(Unit, cast.section.parent_id)
    merged = add_unit(session, "広報課", digital)
    post_of(session, cast.outsider, merged, changed - timedelta(days=300), last=changed)
    campaign_of(
        CampaignState.CLOSED,
        at=now() - timedelta(days=160),
        first_day=today - timedelta(days=120),
        last_day=today - timedelta(days=90),
        audience={"units": [MOVED, MERGED, STAYED]},
        goal={"kind": "steps", "target": 2},
    )
    general = add_unit(session, "総務部")
    section, joined = add_unit(session, "改革課", general), add_unit(session, "広報統計課", general)
    session.execute(
        update(Membership)
        .where(Membership.unit_id == cast.section.id)
        .values(valid_to=changed - timedelta(days=1))
    )
    for person in (cast.staff, cast.manager, cast.deputy):
        kind = MembershipKind.MANAGER if person is cast.manager else MembershipKind.STAFF
        post_of(session, person, section, changed, kind=kind)
    post_of(session, dx2, joined, changed, kind=MembershipKind.MANAGER)
    # Their role ended with the post it rested on.
    roles.grant_role(session, dx2, Role.DX_OFFICE, at=now())
    session.commit()


def add_unit(session, name: str, above: Unit | None = None) -> Unit:
    path = f"{above.path}/{name}" if above else name
    unit = Unit(name=name, path=path, parent_id=above.id if above else None, position=9)
    session.add(unit)
    session.flush()
    return unit


def post_of(
    session,
    person: Person,
    unit: Unit,
    first: date,
    *,
    last: date | None = None,
    kind: MembershipKind = MembershipKind.STAFF,
) -> None:
    session.add(
        Membership(
            person_id=person.id,
            unit_id=unit.id,
            kind=kind,
            valid_from=first,
            valid_to=last,
            is_primary=last is None,
        )
    )
    session.flush()


def clone(page: Page) -> None:
    page.goto("/office/campaigns/new")
    page.get_by_label("もとにするキャンペーン").select_option("light-meetings")
    page.get_by_role("button", name="これをもとに始める").click()


def replace_unit(page: Page, old: str, *, words: str, new: str) -> None:
    page.get_by_role("button", name=f"{old}をはずす").click()
    expect(page.locator("#chosen-units")).not_to_contain_text(old)
    page.get_by_label("所属をさがして加える").fill(words)
    page.get_by_role("button", name=f"{new}を加える").click()
    expect(page.locator("#chosen-units")).to_contain_text(new)


@pytest.mark.parametrize("size", SIZES)
def test_last_years_campaign_is_mended_for_new_units_and_approved(
    open_as, accessible, reorganised, size
):
    page = open_as("dx", size=size)
    clone(page)
    told = page.locator("#flash")
    expect(told).to_contain_text("「デジタル部/改革課」は、いまの「総務部/改革課」にしました。")
    expect(page.locator("h1")).to_contain_text("あと一つ直せば公開できます。")
    units = page.locator("#margin-whom-audience")
    expect(units).to_contain_text("「デジタル部/広報課」")
    expect(units).to_contain_text("引き継いだ所属を選び直すか、この所属を外してください。")
    accessible(page)
    replace_unit(page, MERGED, words="広報", new="総務部/広報統計課")
    expect(page.locator("h1")).to_contain_text("承認を依頼できます。")
    page.get_by_role("link", name="承認を依頼する").click()
    page.get_by_label("気になるところがあっても、このまま進める訳").fill("このまま進めます")
    page.get_by_role("button", name="承認を依頼する").click()
    expect(page.locator("#flash")).to_contain_text("承認を依頼しました。")
    second = open_as("colleague", size=size)
    second.goto(page.url)
    for unit in ("総務部/改革課", "総務部/広報統計課", STAYED):
        expect(second.locator("main")).to_contain_text(unit)
    expect(second.locator("main")).not_to_contain_text("デジタル部")
    accessible(second)
    second.get_by_role("button", name="承認して公開する").click()
    expect(second.locator("#flash")).to_contain_text("公開しました。")
    staff = open_as("staff", size=size)
    staff.goto("/campaigns")
    expect(staff.locator("#coming")).to_contain_text("会議をかるく")
    expect(staff.locator("#over")).to_contain_text("会議をかるく")
    accessible(staff)
