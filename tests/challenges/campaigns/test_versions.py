"""Versions: what was approved becomes one, and everything that judges it follows."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import Campaign, CampaignStep, CampaignUnit, CampaignVersion
from challenges.campaigns.versions import put_in_force
from challenges.catalogue.published import Catalogue
from challenges.people.models import Unit
from challenges.vocabulary import CampaignState


def versions(session: Session) -> list[CampaignVersion]:
    return list(session.scalars(select(CampaignVersion).order_by(CampaignVersion.number)))


def test_the_first_version_schedules_the_campaign(campaign_of: Callable[..., Campaign]) -> None:
    campaign = campaign_of(state=CampaignState.SCHEDULED)
    assert (campaign.version, campaign.first_day, campaign.last_day) == (
        1,
        date(2026, 7, 1),
        date(2026, 7, 31),
    )


def test_only_the_chosen_steps_count(
    session: Session, campaign_of: Callable[..., Campaign], catalogue: Catalogue
) -> None:
    campaign_of(challenges=[{"slug": "first-hello", "steps": [2]}, {"slug": "why-the-seal"}])
    chosen = [catalogue.by_slug["first-hello"].steps[1], *catalogue.by_slug["why-the-seal"].steps]
    assert set(session.scalars(select(CampaignStep.step_id))) == {step.id for step in chosen}


def test_a_unit_is_found_however_its_path_is_typed(
    session: Session, campaign_of: Callable[..., Campaign]
) -> None:
    campaign_of(audience={"units": ["デジタル部／改革課"]})
    paths = select(Unit.path).join(CampaignUnit, CampaignUnit.unit_id == Unit.id)
    assert session.scalars(paths).all() == ["デジタル部/改革課"]


def test_the_next_version_ends_the_one_before(
    session: Session, campaign_of: Callable[..., Campaign], at: datetime
) -> None:
    campaign = campaign_of()

    definition = CampaignDefinition.model_validate(versions(session)[0].definition)
    put_in_force(session, campaign, definition, submitted_by_id=None, approved_by_id=None, at=at)
    session.expire_all()
    assert [one.replaced_at for one in versions(session)] == [at, None]
    assert campaign.version == 2
