"""The catalogue as files: reads challenges and badges, and loads them into the database.

A folder holds `challenges/` and `badges/`. Without a folder, it is the catalogue that comes with
the app.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from app.config import ROOT
from app.indicators.folding import meaning_of_steps
from app.indicators.nightly import fold_everybody_again
from badges.catalogue import definitions as badge_files
from badges.catalogue import loading as badge_loading
from badges.catalogue.definitions import BadgesDefinition
from challenges.catalogue import definitions as challenge_files
from challenges.catalogue import loading as challenge_loading
from challenges.catalogue.definitions import CatalogueDefinition
from challenges.catalogue.loading import CatalogueDiff
from challenges.catalogue.yaml_files import ContentWrong
from challenges.submissions.queries import steps_with_submissions

FACES = ROOT / "static" / "badges"
KINDS = ("challenges", "badges")
Read = TypeVar("Read")


@dataclass(frozen=True)
class Folders:
    """Where the files are."""

    challenges: Path
    badges: Path

    @classmethod
    def under(cls, folder: Path | None) -> "Folders":
        if folder is None:
            return cls(_short(challenge_files.CONTENT), _short(badge_files.CONTENT))
        return cls(folder / "challenges", folder / "badges")


@dataclass(frozen=True)
class Contents:
    """The definitions that the files hold."""

    challenges: CatalogueDefinition
    badges: BadgesDefinition


def read(folder: Path | None = None) -> Contents:
    """Read the files. Raises ContentWrong with every problem in both folders."""
    folders = Folders.under(folder)
    problems = [*_unread_files(folders.challenges), *_unread_files(folders.badges)]
    staircases = _collect(folders.challenges, challenge_files.read_folder, problems)
    badge_definitions = _collect(
        folders.badges,
        lambda place: badge_files.read_folder(place, challenges=staircases),
        problems,
    )
    if badge_definitions is not None:
        problems += _without_drawing(badge_definitions, folders.badges)
    if problems or staircases is None or badge_definitions is None:
        raise ContentWrong(problems)
    return Contents(staircases, badge_definitions)


def bring_in(session: Session, contents: Contents, *, at: datetime) -> Iterator[str]:
    """Load the definitions. Yields a line for each kind and each change. Raises ContentWrong."""
    used_steps = steps_with_submissions(session)
    meant = meaning_of_steps(session, used_steps)
    diff = challenge_loading.load(session, contents.challenges, used_steps=used_steps, at=at)
    if meaning_of_steps(session, used_steps) != meant:
        # A step at the top may be one that earlier ones lead to.
        fold_everybody_again(session)
    yield from _lines(KINDS[0], diff)
    # Badges come second, because their rules name challenges.
    badge_diff = badge_loading.load(session, contents.badges, at=at)
    yield from _lines(KINDS[1], badge_diff, kept=badge_diff.kept)


def _collect(place: Path, reader: Callable[[Path], Read], problems: list[str]) -> Read | None:
    if not place.is_dir():
        problems.append(f"{place}: there is no such folder")
        return None
    try:
        return reader(place)
    except ContentWrong as error:
        problems += [f"{place}/{problem}" for problem in error.problems]
        return None


def _unread_files(place: Path) -> list[str]:
    """One problem for each file that loading would silently skip."""
    files = sorted(place.iterdir()) if place.is_dir() else []
    unread = (path for path in files if path.suffix != ".yaml")
    return [f"{path}:1: is not read; a catalogue file ends in .yaml" for path in unread]


def _without_drawing(definitions: BadgesDefinition, place: Path) -> list[str]:
    wanted = (
        (badge.slug, what, drawn)
        for badge in definitions.badges
        for what, drawn in (
            ("face", f"{badge.slug}.svg"),
            ("outline", f"outlines/{badge.slug}.svg"),
        )
    )
    return [
        f"{place}/{slug}.yaml:1: slug: has no {what}; draw static/badges/{drawn}"
        for slug, what, drawn in wanted
        if not (FACES / drawn).is_file()
    ]


def _lines(kind: str, diff: CatalogueDiff, kept: dict[str, int] | None = None) -> Iterator[str]:
    names = ("added", "changed", "retired", "unchanged")
    counts = {name: len(getattr(diff, name)) for name in names}
    yield f"{kind}: " + ", ".join(f"{count} {name}" for name, count in counts.items())
    keep = {
        slug: f"; {count} people keep what they earned before"
        for slug, count in (kept or {}).items()
    }
    yield from (f"  + {slug}" for slug in diff.added)
    yield from (
        f"  ~ {slug}: {', '.join(keys)}{keep.get(slug, '')}" for slug, keys in diff.changed.items()
    )
    yield from (f"  - {slug}: retired{keep.get(slug, '')}" for slug in diff.retired)


def _short(path: Path) -> Path:
    """Relative to the working directory if possible, so that a terminal can open the place of an
    error."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
