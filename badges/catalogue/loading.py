"""Loads badge definitions into the database, and dumps them. Loading twice changes nothing.

Changed terms (rule, audience, what an undo does) make a new version. Nobody loses a badge by that:
an award is judged by the terms it was earned under. Changed words make no new version.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from badges.catalogue.definitions import BadgeDefinition, BadgesDefinition
from badges.models import Award, Badge, BadgeVersion
from challenges.catalogue import yaml_files
from challenges.catalogue.loading import CatalogueDiff, digest_of
from challenges.catalogue.models import CatalogueLoad
from challenges.storage.sql import take_turn

KIND = "badges"
TERMS = {"rule", "audience", "on_undo"}
"""The keys of a definition that make a new version."""


@dataclass
class BadgeDiff(CatalogueDiff):
    """What a load changed: slugs and, for changed badges, the keys that differ."""

    kept: dict[str, int] = field(default_factory=dict)
    """How many people keep a badge that has new terms or is retired, by slug."""


def load(session: Session, definitions: BadgesDefinition, *, at: datetime) -> BadgeDiff:
    """Make the database match the definitions; what that changed. Awards are not touched."""
    take_turn(session, KIND)
    diff = BadgeDiff()
    stored = {badge.slug: badge for badge in session.scalars(select(Badge))}
    for definition in definitions.badges:
        _load_badge(session, definition, stored.get(definition.slug), diff, at=at)
    _retire(stored, {definition.slug for definition in definitions.badges}, diff, at=at)
    if not diff.is_empty:
        digest = digest_of(definitions.model_dump(mode="json"))
        session.add(CatalogueLoad(kind=KIND, digest=digest, loaded_at=at))
    session.flush()
    diff.kept = _holders(session, diff)
    return diff


def dump(session: Session) -> BadgesDefinition:
    """The published badges as definitions: after ``load(session, x)`` they equal x."""
    rows = session.scalars(
        select(Badge.definition).where(Badge.retired_at.is_(None)).order_by(Badge.position)
    )
    return BadgesDefinition(badges=[BadgeDefinition.model_validate(row) for row in rows])


def write_folder(definitions: BadgesDefinition, folder: Path) -> None:
    """Write the files that ``read_folder`` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    for badge in definitions.badges:
        yaml_files.write(folder / f"{badge.slug}.yaml", badge.as_data())


def _load_badge(
    session: Session,
    definition: BadgeDefinition,
    badge: Badge | None,
    diff: BadgeDiff,
    *,
    at: datetime,
) -> None:
    data = definition.as_data()
    if badge is None:
        badge = Badge(
            slug=definition.slug, position=definition.position, version=1, definition=data
        )
        session.add(badge)
        diff.added.append(definition.slug)
        _publish_terms(session, badge, at=at)
        return
    before = badge.definition
    keys = sorted(key for key in data.keys() | before.keys() if data.get(key) != before.get(key))
    if not keys and badge.retired_at is None:
        diff.unchanged.append(definition.slug)
        return
    diff.changed[definition.slug] = keys or ["retired"]
    badge.position, badge.definition, badge.retired_at = definition.position, data, None
    if TERMS & set(keys):
        badge.version += 1
        _publish_terms(session, badge, at=at)


def _publish_terms(session: Session, badge: Badge, *, at: datetime) -> None:
    # The badge goes first: the version refers to it by a plain foreign key, and no relationship
    # tells the ORM the order.
    session.flush()
    session.add(
        BadgeVersion(
            badge_slug=badge.slug,
            number=badge.version,
            digest=digest_of(_terms(badge.definition)),
            definition=badge.definition,
            loaded_at=at,
        )
    )


def _terms(data: dict[str, Any]) -> dict[str, Any]:
    return {key: data.get(key) for key in sorted(TERMS)}


def _retire(stored: dict[str, Badge], wanted: set[str], diff: BadgeDiff, *, at: datetime) -> None:
    for slug, badge in stored.items():
        if slug not in wanted and badge.retired_at is None:
            badge.retired_at = at
            diff.retired.append(slug)


def _holders(session: Session, diff: BadgeDiff) -> dict[str, int]:
    with_new_terms = {slug for slug, keys in diff.changed.items() if TERMS & set(keys)}
    concerned = with_new_terms.union(diff.retired)
    rows = session.execute(
        select(Award.badge_slug, func.count().label("holders"))
        .where(Award.voided_at.is_(None), Award.badge_slug.in_(concerned))
        .group_by(Award.badge_slug)
    )
    return {row.badge_slug: row.holders for row in rows}
