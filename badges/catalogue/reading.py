"""Reads all badges from the database into one immutable value. Needed again only when a newer
catalogue was loaded."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

from badges.catalogue.published import (
    BadgeCatalogue,
    BadgeWords,
    Family,
    PublishedBadge,
    Reading,
    Terms,
)
from badges.models import Badge, BadgeVersion
from badges.rules import language as rule_language
from challenges.catalogue.models import CatalogueLoad, Challenge, ChallengeVersion
from challenges.languages import LANGUAGES
from challenges.vocabulary import Audience, Mindset

__all__ = ["UNREADABLE", "BadgeCatalogue", "current_catalogue", "read_badges", "unreadable"]


UNREADABLE = (LookupError, TypeError, ValueError, AttributeError)
"""What reading raises where the definitions, or what people hold under them, are damaged."""


Loads = tuple[tuple[int, str], ...]


_copies: WeakKeyDictionary[Engine, tuple[Loads, BadgeCatalogue]] = WeakKeyDictionary()


def current_catalogue(session: Session) -> BadgeCatalogue:
    """The process's copy for this database, read again when a newer catalogue was loaded. One
    statement.

    For whoever has no request to hang a copy on: the relay and the commands.
    """
    bound = session.get_bind()
    engine = bound.engine if isinstance(bound, Connection) else bound
    newest = (
        select(CatalogueLoad.id, CatalogueLoad.digest).order_by(CatalogueLoad.id.desc()).limit(8)
    )
    loads: Loads = tuple((row.id, row.digest) for row in session.execute(newest))
    kept = _copies.get(engine)
    if kept is None or kept[0] != loads:
        kept = _copies[engine] = (loads, read_badges(session))
    return kept[1]


def read_badges(session: Session) -> BadgeCatalogue:
    """Everything, in three statements."""
    versions = session.scalars(select(BadgeVersion))
    terms = {(row.badge_slug, row.number): _terms(row.number, row.definition) for row in versions}
    rows = session.scalars(select(Badge).order_by(Badge.position, Badge.slug))
    badges = tuple(_badge(row, terms[row.slug, row.version]) for row in rows)
    return BadgeCatalogue(
        badges=badges,
        by_slug={badge.slug: badge for badge in badges},
        families=_families(badges),
        terms=terms,
        readings=_readings(session),
    )


def unreadable(session: Session) -> Iterator[str]:
    """Every badge, and version of a badge or challenge, whose definition is damaged: why there is
    no catalogue to read."""
    for id_, slug, number in session.execute(
        select(BadgeVersion.id, BadgeVersion.badge_slug, BadgeVersion.number)
    ):
        yield from _trouble(f"badge {slug} version {number}", partial(_terms_of, session, id_))
    for slug, number in session.execute(select(Badge.slug, Badge.version)):
        yield from _trouble(f"badge {slug}", partial(_badge_of, session, slug, number))
    versions = select(ChallengeVersion.id, Challenge.slug, ChallengeVersion.number)
    for id_, slug, number in session.execute(
        versions.join(Challenge, Challenge.id == ChallengeVersion.challenge_id)
    ):
        yield from _trouble(
            f"challenge {slug} version {number}", partial(_reading_of, session, id_)
        )


def _trouble(what: str, read: Callable[[], object]) -> Iterator[str]:
    try:
        read()
    except UNREADABLE as error:
        yield f"{what}: its definition cannot be read: {type(error).__name__}: {error}"


def _terms_of(session: Session, id_: int) -> Terms:
    return _terms(
        0, session.scalars(select(BadgeVersion.definition).where(BadgeVersion.id == id_)).one()
    )


def _reading_of(session: Session, id_: int) -> Reading:
    said = session.scalars(
        select(ChallengeVersion.definition).where(ChallengeVersion.id == id_)
    ).one()
    return Reading(
        said["slug"],
        said["mindset"],
        said["project"],
        tuple(step["stage"] for step in said["steps"]),
    )


def _badge_of(session: Session, slug: str, version: int) -> PublishedBadge:
    row = session.scalars(select(Badge).where(Badge.slug == slug)).one()
    its = select(BadgeVersion.id).where(
        BadgeVersion.badge_slug == slug, BadgeVersion.number == version
    )
    found = session.scalar(its)
    if found is None:
        raise LookupError(f"there is no version {version}")
    return _badge(row, _terms_of(session, found))


def _terms(version: int, definition: dict[str, Any]) -> Terms:
    return Terms(
        version=version,
        rule=rule_language.parse(definition["rule"]),
        audience=Audience(definition.get("audience", Audience.EVERYONE)),
        on_undo=definition["on_undo"],
    )


def _badge(row: Badge, terms: Terms) -> PublishedBadge:
    said = row.definition
    return PublishedBadge(
        slug=row.slug,
        position=row.position,
        family=said["family"],
        tier=said.get("tier"),
        mindset=Mindset(said["mindset"]) if "mindset" in said else None,
        wording={language: BadgeWords(**said[language]) for language in LANGUAGES},
        terms=terms,
        is_retired=row.retired_at is not None,
    )


def _families(badges: tuple[PublishedBadge, ...]) -> tuple[Family, ...]:
    awarded = [badge for badge in badges if not badge.is_retired]
    first = {badge.family: badge.position for badge in reversed(awarded)}
    ordered = sorted(awarded, key=lambda badge: (first[badge.family], badge.family, badge.position))
    return tuple(
        Family(slug, tuple(kin)) for slug, kin in groupby(ordered, key=lambda badge: badge.family)
    )


def _readings(session: Session) -> dict[tuple[int, int], Reading]:
    said = ChallengeVersion.definition
    rows = session.execute(
        select(
            ChallengeVersion.challenge_id,
            ChallengeVersion.number,
            said["slug"].as_string(),
            said["mindset"].as_string(),
            said["project"].as_string(),
            said["steps"],
        )
    )
    return {
        (id_, number): Reading(slug, mindset, project, tuple(step["stage"] for step in steps))
        for id_, number, slug, mindset, project, steps in rows
    }
