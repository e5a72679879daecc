"""The lists of the API: what each is asked for, what its rows say, what tells that it changed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.api import parameters, rows
from app.api.parameters import ListParameters
from app.api.rows import Row
from app.http.catalogue import at_revision
from app.indicators.definitions import IndicatorDefinition, indicators
from app.indicators.published import Published, Wanted
from app.queries import open_data
from app.queries.open_campaigns import OpenCampaign, campaigns_after, mark_of_campaigns
from app.queries.open_data import Mark
from badges.catalogue.published import PublishedBadge
from challenges.calendar import day_of
from challenges.catalogue.published import PublishedChallenge

Key = int | str
Keyed = Sequence[tuple[Key, Row]]
"""Rows, each with the key that the next page goes on after."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One request for a page of a list."""

    session: Session
    asked: Any
    """Parameters of the kind that the list takes."""
    until: datetime
    """As of when."""
    at: datetime
    """Now."""
    after: Key | None
    """The key of the last row read before; None at the beginning."""
    limit: int
    """Rows to read at most."""

    @property
    def today(self) -> date:
        return day_of(self.at)


@dataclass(frozen=True)
class OpenList:
    """One list. Its name is the last part of its address."""

    name: str
    about: str
    row: type[Row]
    parameters: type[ListParameters]
    key: type[int] | type[str]
    mark: Callable[[Reading], Mark]
    """What tells that it changed: at most one cheap statement."""
    page: Callable[[Reading], Keyed]


def _indicators_mark(_reading: Reading) -> Mark:
    # They come with the release, whose digest is in every ETag.
    return Mark((), None)


def _indicators(reading: Reading) -> Keyed:
    asked: parameters.IndicatorParameters = reading.asked
    chosen = (
        one
        for one in indicators()
        if asked.project in (None, one.project) and asked.layer in (None, one.layer)
    )
    return _by_slug(reading, ((one.slug, _indicator(one)) for one in chosen))


def _indicator(one: IndicatorDefinition) -> rows.Indicator:
    plain = one.model_dump(exclude={"ja", "en"})
    words = {
        f"{name}_{language}": getattr(getattr(one, language), name)
        for name in ("name", "formula", "unit", "source", "caveat")
        for language in ("ja", "en")
    }
    return rows.Indicator(**plain, **words)


def _measures_mark(reading: Reading) -> Mark:
    return open_data.mark_of_measures(reading.session, until=reading.until)


def _measures(reading: Reading) -> Keyed:
    asked: parameters.MeasureParameters = reading.asked
    units = {None if one == "prefecture" else one for one in asked.unit}
    wanted = Wanted(
        until=reading.until,
        indicators=asked.indicator or None,
        unit_ids=units or None,
        variant=asked.variant,
        first=asked.first or date.min,
        last=asked.last or date.max,
    )
    after = int(reading.after or 0)
    found = open_data.measures_after(
        reading.session, wanted, after=after, limit=reading.limit, today=reading.today
    )
    return [(one.measure_id, _measure(one, path)) for one, path in found]


def _measure(one: Published, unit_path: str | None) -> rows.Measure:
    # A share of a unit is told in steps of five points. Its numerator would undo that.
    is_whole = one.unit_id is None
    return rows.Measure(
        id=one.measure_id,
        indicator=one.indicator,
        version=one.version,
        unit_id=one.unit_id,
        unit_path=unit_path,
        period=one.period,
        variant=one.variant,
        value=one.value,
        numerator=one.numerator if is_whole and not one.is_hidden else None,
        denominator=None if one.is_hidden else one.denominator,
        by_calendar=one.by_calendar if is_whole and not one.is_hidden else None,
        is_hidden=one.is_hidden,
        is_sample=one.is_sample,
        source=one.source,
        published_at=one.published_at,
        reason=one.reason,
    )


def _units_mark(reading: Reading) -> Mark:
    return open_data.mark_of_units(reading.session, today=reading.today)


def _units(reading: Reading) -> Keyed:
    found = open_data.units_after(
        reading.session,
        after=int(reading.after or 0),
        limit=reading.limit,
        today=reading.today,
        parent_id=reading.asked.parent,
    )
    return [
        (one.id, rows.Unit(id=one.id, parent_id=one.parent_id, name=one.name, path=one.path))
        for one in found
    ]


def _campaigns_mark(reading: Reading) -> Mark:
    return mark_of_campaigns(reading.session, today=reading.today)


def _campaigns(reading: Reading) -> Keyed:
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


def _catalogue_mark(reading: Reading) -> Mark:
    revision, loaded_at = open_data.revision_of_catalogue(reading.session)
    return Mark((revision,), loaded_at)


def _projects(reading: Reading) -> Keyed:
    copy = at_revision(reading.session, _revision(reading))
    return _by_slug(
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


def _challenges(reading: Reading) -> Keyed:
    asked: parameters.ChallengeParameters = reading.asked
    chosen = (
        one
        for one in _offered(reading)
        if asked.project in (None, one.project.slug) and asked.mindset in (None, one.mindset)
    )
    return _by_slug(reading, ((one.slug, _challenge(one)) for one in chosen))


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


def _badges(reading: Reading) -> Keyed:
    copy = at_revision(reading.session, _revision(reading))
    return _by_slug(
        reading, ((one.slug, _badge(one)) for one in copy.badges.offered(manager=False))
    )


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


def _by_slug(reading: Reading, found: Iterable[tuple[str, Row]]) -> Keyed:
    """A page of what is in memory anyway, by slug."""
    after = str(reading.after or "")
    return sorted(((key, row) for key, row in found if key > after), key=lambda one: one[0])[
        : reading.limit
    ]


LISTS = (
    OpenList(
        "indicators",
        "What each indicator means",
        rows.Indicator,
        parameters.IndicatorParameters,
        str,
        _indicators_mark,
        _indicators,
    ),
    OpenList(
        "measures",
        "Published values of indicators",
        rows.Measure,
        parameters.MeasureParameters,
        int,
        _measures_mark,
        _measures,
    ),
    OpenList(
        "projects",
        "The themes that challenges belong to",
        rows.Project,
        ListParameters,
        str,
        _catalogue_mark,
        _projects,
    ),
    OpenList(
        "units",
        "The units of the organisation",
        rows.Unit,
        parameters.UnitParameters,
        int,
        _units_mark,
        _units,
    ),
    OpenList(
        "campaigns",
        "Published campaigns, with the numbers of the whole as of yesterday",
        rows.Campaign,
        parameters.CampaignParameters,
        int,
        _campaigns_mark,
        _campaigns,
    ),
    OpenList(
        "challenges",
        "The challenges that everybody is offered",
        rows.Challenge,
        parameters.ChallengeParameters,
        str,
        _catalogue_mark,
        _challenges,
    ),
    OpenList(
        "badges",
        "The badges that everybody can be awarded",
        rows.Badge,
        ListParameters,
        str,
        _catalogue_mark,
        _badges,
    ),
)
BY_NAME = {one.name: one for one in LISTS}
