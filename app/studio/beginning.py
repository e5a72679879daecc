"""How a new campaign begins: empty, from a template, or from an earlier one."""

from datetime import date, datetime
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.studio import drafts
from challenges.campaigns import cloning, lifecycle, templates
from challenges.campaigns.cloning import Mended
from challenges.campaigns.definitions import LONGEST_NAME, CampaignDefinition
from challenges.campaigns.models import Campaign
from challenges.campaigns.reports import CampaignReport
from challenges.campaigns.templates import Template
from challenges.errors import InvalidField
from challenges.words.withheld import own


def begin(
    session: Session,
    definition: CampaignDefinition,
    *,
    by_id: int,
    at: datetime,
    cloned_from_id: int | None = None,
) -> Campaign:
    """A new campaign with that draft, which belongs to whoever begins it."""
    campaign = lifecycle.create(
        session, definition, by_id=by_id, at=at, owner_id=by_id, cloned_from_id=cloned_from_id
    )
    drafts.begin(session, campaign, definition, by_id=by_id, at=at)
    return campaign


def empty(session: Session, name: str, today: date) -> CampaignDefinition:
    """A draft with a name and nothing else. Raises InvalidField."""
    if not name:
        raise InvalidField("名前を書いてください。あとで変えられます。", field="name")
    if len(name) > LONGEST_NAME:
        raise InvalidField(
            "名前は、%(longest)s字までで書いてください。", field="name", longest=LONGEST_NAME
        )
    slug = free_slug(session, f"campaign-{today:%Y-%m}")
    return CampaignDefinition.model_validate({"slug": slug, "ja": {"name": name}})


def from_template(session: Session, slug: str, today: date) -> CampaignDefinition:
    """A draft with the words of a template, on its next days. Raises InvalidField if there is none
    of that name."""
    if slug not in templates.SLUGS:
        raise InvalidField("ひな型を選んでください。", field="template")
    definition = templates.from_template(slug, today)
    return _ready(session, definition, definition.slug, today).definition


def cloned(session: Session, source: Campaign, today: date) -> Mended:
    """A draft for a later fiscal year than that of an earlier campaign: its words, what its report
    says to do differently, and its units as they are now."""
    definition = drafts.draft_of(session, source.id).definition
    report = session.get(CampaignReport, source.id)
    lessons = own(report.do_differently) if report else ""
    clone = cloning.clone(definition, slug=source.slug, today=today, lessons=lessons)
    slug = free_slug(session, cloning.next_slug(source.slug, clone.first_day, today=today))
    moved = cloning.clone(definition, slug=slug, today=today, lessons=lessons)
    return _ready(session, moved, slug, today)


def _ready(session: Session, definition: CampaignDefinition, slug: str, today: date) -> Mended:
    """Under a free slug, with units that people work in today."""
    free = definition.model_copy(update={"slug": free_slug(session, slug)})
    return cloning.mend_units(session, free, on=today)


def source(session: Session, slug: str) -> Campaign:
    """The campaign to begin from. Raises InvalidField if there is none."""
    found = session.scalar(select(Campaign).where(Campaign.slug == slug))
    if found is None:
        raise InvalidField("もとにするキャンペーンを選んでください。", field="source")
    return found


def with_free_slug(session: Session, definition: CampaignDefinition) -> CampaignDefinition:
    """The same definition, under an address that nobody uses."""
    return definition.model_copy(update={"slug": free_slug(session, definition.slug)})


def free_slug(session: Session, wanted: str) -> str:
    """The slug, with a number behind it if it is taken."""
    taken = set(session.scalars(select(Campaign.slug).where(Campaign.slug.startswith(wanted[:50]))))
    if wanted not in taken:
        return wanted
    return next(
        one
        for number in range(2, len(taken) + 3)
        if (one := f"{wanted[:58]}-{number}") not in taken
    )


@cache
def offered_templates() -> tuple[Template, ...]:
    """The templates that come with the app. Read once."""
    return templates.read()
