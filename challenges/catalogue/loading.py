"""Loads the definitions of challenges into the database and dumps them. Loading twice changes
nothing.

A changed file makes a new version beside the old ones; completions keep the version they were made
under. A challenge or step that is gone from the files is retired and never deleted, because people
have climbed it.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.catalogue import yaml_files
from challenges.catalogue.definitions import (
    CatalogueDefinition,
    ChallengeDefinition,
    ProjectDefinition,
)
from challenges.catalogue.models import CatalogueLoad, Challenge, ChallengeVersion, Project, Step
from challenges.catalogue.moved_steps import moved_steps
from challenges.catalogue.projects import keep_edited
from challenges.catalogue.yaml_files import ContentWrong
from challenges.storage.sql import take_turn

KIND = "challenges"
"""The kind of these loads in the table of loads, which badges share."""


@dataclass
class CatalogueDiff:
    """What a load changed, or would change, by slug."""

    added: list[str] = field(default_factory=list)
    changed: dict[str, list[str]] = field(default_factory=dict)
    """The keys that differ. ``"projects"`` holds the projects that are new, changed or retired."""
    retired: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.retired)


def digest_of(data: Any) -> str:
    """SHA-256 of the canonical JSON of a definition."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def load(
    session: Session, catalogue: CatalogueDefinition, *, used_steps: Collection[int], at: datetime
) -> CatalogueDiff:
    """Make the database say what the definitions say. Returns what that changed.

    ``used_steps`` are the ids of the steps that people have worked on. Raises ContentWrong, before
    anything is changed, if another step would take the place of one of them.
    """
    take_turn(session, KIND)
    if problems := moved_steps(session, catalogue.challenges, used_steps=used_steps):
        raise ContentWrong(problems)
    diff = CatalogueDiff()
    _load_projects(session, catalogue.projects, diff, at=at)
    stored = {challenge.slug: challenge for challenge in session.scalars(select(Challenge))}
    versions = _newest_versions(session)
    for definition in catalogue.challenges:
        _load_challenge(session, definition, stored.get(definition.slug), versions, diff, at=at)
    _retire(stored, {definition.slug for definition in catalogue.challenges}, diff, at=at)
    # A new row tells every process that its copy of the catalogue is out of date.
    if not diff.is_empty:
        session.add(
            CatalogueLoad(
                kind=KIND, digest=digest_of(catalogue.model_dump(mode="json")), loaded_at=at
            )
        )
    session.flush()
    return diff


def dump(session: Session) -> CatalogueDefinition:
    """The catalogue as definitions. ``dump`` after ``load(x)`` returns x."""
    projects = [
        ProjectDefinition(
            slug=row.slug,
            provisional=row.is_provisional,
            starts_on=row.starts_on,
            **row.wording,
        )
        for row in session.scalars(
            select(Project).where(Project.retired_at.is_(None)).order_by(Project.position)
        )
    ]
    rows = session.scalars(
        select(ChallengeVersion.definition)
        .join(
            Challenge,
            (Challenge.id == ChallengeVersion.challenge_id)
            & (Challenge.version == ChallengeVersion.number),
        )
        .where(Challenge.retired_at.is_(None))
        .order_by(Challenge.number)
    )
    return CatalogueDefinition(projects=projects, challenges=[_as_published(row) for row in rows])


def _as_published(definition: dict[str, Any]) -> ChallengeDefinition:
    return ChallengeDefinition.model_validate(definition, context={"published": True})


def write_folder(catalogue: CatalogueDefinition, folder: Path) -> None:
    """Write the files that ``read_folder`` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    projects = [
        project.model_dump(mode="json", exclude_defaults=True) for project in catalogue.projects
    ]
    yaml_files.write(folder / "projects.yaml", projects)
    for challenge in catalogue.challenges:
        yaml_files.write(folder / f"{challenge.slug}.yaml", challenge.as_data())


def _load_projects(
    session: Session, definitions: list[ProjectDefinition], diff: CatalogueDiff, *, at: datetime
) -> None:
    stored = {project.slug: project for project in session.scalars(select(Project))}
    slugs = []
    for position, definition in enumerate(definitions):
        project = stored.pop(definition.slug, None) or Project(slug=definition.slug)
        if _write_project(project, definition, position):
            session.add(project)
            slugs.append(definition.slug)
    for project in stored.values():
        if project.retired_at is None:
            project.retired_at = at
            slugs.append(project.slug)
    if slugs:
        diff.changed["projects"] = slugs
    session.flush()


def _write_project(project: Project, definition: ProjectDefinition, position: int) -> bool:
    """Make the row say what the definition says. Returns whether that changed it."""
    values: dict[str, Any] = {
        "position": position,
        "is_provisional": definition.provisional,
        "starts_on": definition.starts_on,
        "wording": definition.model_dump(mode="json", include={"ja", "en"}),
        "retired_at": None,
    }
    values = keep_edited(project, values)
    changed = project.position is None or any(
        getattr(project, name) != value for name, value in values.items()
    )
    for name, value in values.items():
        setattr(project, name, value)
    return changed


def _newest_versions(session: Session) -> dict[int, ChallengeVersion]:
    rows = session.scalars(select(ChallengeVersion).order_by(ChallengeVersion.number))
    return {version.challenge_id: version for version in rows}


def _load_challenge(
    session: Session,
    definition: ChallengeDefinition,
    challenge: Challenge | None,
    versions: dict[int, ChallengeVersion],
    diff: CatalogueDiff,
    *,
    at: datetime,
) -> None:
    data = definition.as_data()
    digest = digest_of(data)
    if challenge is None:
        challenge = Challenge(slug=definition.slug, version=0)
        diff.added.append(definition.slug)
    else:
        newest = versions[challenge.id]
        # A retired challenge that comes back gets a new version, even with the same words.
        if newest.digest == digest and challenge.retired_at is None:
            diff.unchanged.append(definition.slug)
            return
        keys = sorted(
            key
            for key in data.keys() | newest.definition.keys()
            if data.get(key) != newest.definition.get(key)
        )
        diff.changed[definition.slug] = keys or ["retired"]
    _write_challenge(session, challenge, definition)
    session.add(
        ChallengeVersion(
            challenge_id=challenge.id,
            number=challenge.version,
            digest=digest,
            definition=data,
            loaded_at=at,
        )
    )
    _write_steps(challenge, definition, at=at)


def _write_challenge(
    session: Session, challenge: Challenge, definition: ChallengeDefinition
) -> None:
    challenge.number = definition.number
    challenge.mindset = definition.mindset
    challenge.project_slug = definition.project
    challenge.audience = definition.audience
    challenge.version += 1
    challenge.retired_at = None
    session.add(challenge)
    session.flush()


def _write_steps(challenge: Challenge, definition: ChallengeDefinition, *, at: datetime) -> None:
    stored = {step.number: step for step in challenge.steps}
    for number, wanted in enumerate(definition.steps, start=1):
        step = stored.pop(number, None)
        if step is None:
            step = Step(number=number)
            challenge.steps.append(step)
        step.stage, step.check = wanted.stage, wanted.check
        step.days, step.within_days = wanted.days, wanted.within_days
        step.retired_at = None
    for step in stored.values():
        step.retired_at = step.retired_at or at


def _retire(
    stored: dict[str, Challenge], wanted: set[str], diff: CatalogueDiff, *, at: datetime
) -> None:
    for slug, challenge in stored.items():
        if slug not in wanted and challenge.retired_at is None:
            challenge.retired_at = at
            diff.retired.append(slug)
