"""Reads the badge catalogue from the database into one immutable value.

Every stored definition is checked while it is read. One that is damaged ends the reading with
``DamagedDefinition``, whose sentence names it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

from badges.catalogue.published import (
    BadgeCatalogue,
    BadgeWords,
    ChallengeTraits,
    Family,
    PublishedBadge,
    Terms,
)
from badges.models import Badge, BadgeVersion
from badges.rules import language as rule_language
from challenges.catalogue.models import CatalogueLoad, Challenge, ChallengeVersion
from challenges.catalogue.published import DamagedDefinition
from challenges.languages import LANGUAGES
from challenges.vocabulary import Audience, Mindset, Stage

Loads = tuple[tuple[int, str], ...]

_copies: WeakKeyDictionary[Pool, tuple[Loads, BadgeCatalogue]] = WeakKeyDictionary()


def current_catalogue(session: Session) -> BadgeCatalogue:
    """The process's copy for this database, read again after a newer catalogue was loaded.

    For the relay and the commands, which have no request that could keep a copy. One statement
    while nothing changed. Raises DamagedDefinition as ``read_badges`` does.
    """
    bound = session.get_bind()
    # The pool goes when the database is closed, and the copy with it.
    pool = (bound.engine if isinstance(bound, Connection) else bound).pool
    # More than the newest one: on PostgreSQL, of two loads at once, the one with the smaller id may
    # be committed last.
    newest = (
        select(CatalogueLoad.id, CatalogueLoad.digest).order_by(CatalogueLoad.id.desc()).limit(8)
    )
    loads: Loads = tuple((row.id, row.digest) for row in session.execute(newest))
    kept = _copies.get(pool)
    if kept is None or kept[0] != loads:
        kept = _copies[pool] = (loads, read_badges(session))
    return kept[1]


def read_badges(session: Session) -> BadgeCatalogue:
    """The whole catalogue, in three statements. Raises DamagedDefinition for the first bad row."""
    terms = _all_terms(session)
    badges = _badges(session, terms)
    return BadgeCatalogue(
        badges=badges,
        by_slug={badge.slug: badge for badge in badges},
        families=_families(badges),
        terms=terms,
        traits=_all_traits(session),
    )


@contextmanager
def _checked(what: str) -> Iterator[None]:
    """Whatever is wrong with a definition, from a missing key to an unknown word, in a sentence."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise DamagedDefinition(f"{what}: its definition cannot be read: {reason}") from error


def _all_terms(session: Session) -> dict[tuple[str, int], Terms]:
    found = {}
    for row in session.scalars(select(BadgeVersion)):
        with _checked(f"badge {row.badge_slug} version {row.number}"):
            found[row.badge_slug, row.number] = _terms(row.number, row.definition)
    return found


def _terms(version: int, definition: dict[str, Any]) -> Terms:
    return Terms(
        version=version,
        rule=rule_language.parse(definition["rule"]),
        audience=Audience(definition.get("audience", Audience.EVERYONE)),
        on_undo=definition["on_undo"],
    )


def _badges(session: Session, terms: dict[tuple[str, int], Terms]) -> tuple[PublishedBadge, ...]:
    found = []
    for row in session.scalars(select(Badge).order_by(Badge.position, Badge.slug)):
        with _checked(f"badge {row.slug}"):
            found.append(_badge(row, terms[row.slug, row.version]))
    return tuple(found)


def _badge(row: Badge, terms: Terms) -> PublishedBadge:
    definition = row.definition
    return PublishedBadge(
        slug=row.slug,
        position=row.position,
        family=definition["family"],
        tier=definition.get("tier"),
        mindset=Mindset(definition["mindset"]) if "mindset" in definition else None,
        wording={language: BadgeWords(**definition[language]) for language in LANGUAGES},
        terms=terms,
        is_retired=row.retired_at is not None,
    )


def _families(badges: tuple[PublishedBadge, ...]) -> tuple[Family, ...]:
    awarded = [badge for badge in badges if not badge.is_retired]
    # Reversed, so that the first badge of each family is the last to set its position.
    first = {badge.family: badge.position for badge in reversed(awarded)}
    ordered = sorted(awarded, key=lambda badge: (first[badge.family], badge.family, badge.position))
    return tuple(
        Family(slug, tuple(tiers)) for slug, tiers in groupby(ordered, key=lambda one: one.family)
    )


def _all_traits(session: Session) -> dict[tuple[int, int], ChallengeTraits]:
    definition = ChallengeVersion.definition
    # The database takes the four values out. Whole definitions hold every text and quiz, and there
    # is one for each version of each challenge.
    rows = session.execute(
        select(
            ChallengeVersion.challenge_id,
            ChallengeVersion.number,
            Challenge.slug,
            definition["mindset"].as_string().label("mindset"),
            definition["project"].as_string().label("project"),
            definition["steps"].label("steps"),
        ).join(Challenge, Challenge.id == ChallengeVersion.challenge_id)
    )
    found = {}
    for row in rows:
        with _checked(f"challenge {row.slug} version {row.number}"):
            found[row.challenge_id, row.number] = _traits(row)
    return found


def _traits(row: Any) -> ChallengeTraits:
    if row.project is None:
        raise LookupError("it names no project")
    return ChallengeTraits(
        challenge=row.slug,
        version=row.number,
        mindset=Mindset(row.mindset).value,
        project=row.project,
        stages=tuple(Stage(step["stage"]).value for step in row.steps),
    )
