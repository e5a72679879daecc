"""Lists of what is offered to everybody: campaigns, projects, challenges and badges."""

from app.api import parameters, rows
from app.api.reading import Keyed, Reading, by_slug
from app.http.catalogue import at_revision
from app.queries import open_data
from app.queries.open_campaigns import OpenCampaign, campaigns_after, mark_of_campaigns
from app.queries.open_data import Mark
from badges.catalogue.published import PublishedBadge
from challenges.catalogue.published import PublishedChallenge


def mark_of_campaign_list(reading: Reading) -> Mark:
    return mark_of_campaigns(reading.session, today=reading.today)


def campaign_page(reading: Reading) -> Keyed:
    after = int(reading.after or 0)
    found = campaigns_after(reading.session, after=after, limit=reading.limit, today=reading.today)
    offered = {one.slug for one in _offered(reading)}
    return [(one.id, _campaign(one, offered)) for one in found]


def _campaign(one: OpenCampaign, offered: set[str]) -> rows.Campaign:
    said = one.definition
    return rows.Campaign(
        slug=one.slug,
        phase=one.phase,
        first_day=one.first_day,
        last_day=one.last_day,
        name_ja=said.ja.name,
        name_en=said.en.name or None,
        motto_ja=said.ja.motto,
        motto_en=said.en.motto or None,
        challenges=[each.slug for each in said.challenges if each.slug in offered],
        as_of=one.as_of,
        share=one.share,
        share_before=one.share_before,
        steps=one.steps,
    )


def mark_of_catalogue(reading: Reading) -> Mark:
    revision, loaded_at = open_data.revision_of_catalogue(reading.session)
    return Mark((revision,), loaded_at)


def project_page(reading: Reading) -> Keyed:
    copy = at_revision(reading.session, _revision(reading))
    return by_slug(
        reading,
        (
            (
                one.slug,
                rows.Project(
                    slug=one.slug,
                    name_ja=one.name["ja"],
                    name_en=one.name["en"],
                    starts_on=one.starts_on,
                ),
            )
            for one in copy.challenges.projects
        ),
    )


def challenge_page(reading: Reading) -> Keyed:
    asked: parameters.ChallengeParameters = reading.asked
    chosen = (
        one
        for one in _offered(reading)
        if asked.project in (None, one.project.slug) and asked.mindset in (None, one.mindset)
    )
    return by_slug(reading, ((one.slug, _challenge(one)) for one in chosen))


def _challenge(one: PublishedChallenge) -> rows.Challenge:
    return rows.Challenge(
        slug=one.slug,
        number=one.number,
        project=one.project.slug,
        mindset=one.mindset,
        version=one.version,
        minutes=one.minutes,
        needs=list(one.needs),
        stages=[step.stage for step in one.steps],
        title_ja=one.wording["ja"].title,
        title_en=one.wording["en"].title,
        summary_ja=one.wording["ja"].summary,
        summary_en=one.wording["en"].summary,
    )


def badge_page(reading: Reading) -> Keyed:
    copy = at_revision(reading.session, _revision(reading))
    return by_slug(reading, ((one.slug, _badge(one)) for one in copy.badges.offered(manager=False)))


def _badge(one: PublishedBadge) -> rows.Badge:
    return rows.Badge(
        slug=one.slug,
        position=one.position,
        family=one.family,
        tier=one.tier,
        mindset=one.mindset,
        version=one.terms.version,
        name_ja=one.wording["ja"].name,
        name_en=one.wording["en"].name,
        asks_ja=one.wording["ja"].asks,
        asks_en=one.wording["en"].asks,
    )


def _offered(reading: Reading) -> list[PublishedChallenge]:
    """The challenges that everybody may read of."""
    copy = at_revision(reading.session, _revision(reading))
    return copy.challenges.offered(to_manager=False)


def _revision(reading: Reading) -> int:
    return open_data.revision_of_catalogue(reading.session)[0]
