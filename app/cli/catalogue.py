"""`catalogue …`: the challenges and badges as files, checked, loaded and written back.

A folder holds `challenges/` and `badges/`. Without one, the catalogue that comes with the app is
meant.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.cli.schema import on_newest_schema
from app.clock import now
from app.db.sessions import database
from badges.catalogue import definitions as badge_files
from badges.catalogue import loading as badge_loading
from badges.catalogue.definitions import BadgesDefinition
from challenges.catalogue import definitions, loading
from challenges.catalogue.definitions import CatalogueDefinition
from challenges.catalogue.loading import CatalogueDiff
from challenges.catalogue.yaml_files import ContentWrong
from challenges.submissions.queries import steps_with_submissions

group = AppGroup("catalogue")
FACES = Path(__file__).resolve().parents[2] / "static" / "badges"
KINDS = ("challenges", "badges")
Read = TypeVar("Read")
folder_argument = click.argument("folder", required=False, type=click.Path(path_type=Path))


@dataclass(frozen=True)
class Folders:
    """Where the files are."""

    challenges: Path
    badges: Path

    @classmethod
    def under(cls, folder: Path | None) -> "Folders":
        if folder is None:
            return cls(_short(definitions.CONTENT), _short(badge_files.CONTENT))
        return cls(folder / "challenges", folder / "badges")


@dataclass(frozen=True)
class Contents:
    """What the files say."""

    challenges: CatalogueDefinition
    badges: BadgesDefinition


@group.command()
@folder_argument
def check(folder: Path | None) -> None:
    """Read the files of FOLDER and name every error with file and line."""
    with _mistakes_told():
        contents = read(folder)
    click.echo(
        f"{len(contents.challenges.challenges)} challenges and {len(contents.badges.badges)} badges are right."
    )


@group.command()
@folder_argument
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@on_newest_schema
def load(folder: Path | None, dry_run: bool) -> None:
    """Bring the files of FOLDER into the database and say what that changed. Nothing is ever
    deleted."""
    with _mistakes_told():
        contents = read(folder)
    with _mistakes_told(), database().writing() as session:
        lines = list(bring_in(session, contents))
        if dry_run:
            session.rollback()
            lines.append("Dry run: nothing was changed.")
        elif any(line.startswith("  ~") for line in lines):
            lines.append(
                "If a badge's rule changed: `badges recompute` awards it; with --dry-run it says who earns it, and with"
                " --quietly Slack hears nothing of it."
            )
    click.echo("\n".join(lines))


@group.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@on_newest_schema
def dump(folder: Path) -> None:
    """Write the catalogue of the database into FOLDER, as files that `load` reads."""
    folders = Folders.under(folder)
    for place in (folders.challenges, folders.badges):
        if place.exists() and any(place.iterdir()):
            raise click.ClickException(f"{place} is not empty; give a new folder.")
    with database().reading() as session:
        try:
            loading.write_folder(loading.dump(session), folders.challenges)
            badge_loading.write_folder(badge_loading.dump(session), folders.badges)
        except OSError as error:
            raise click.ClickException(
                f"{error.filename} cannot be written: {error.strerror}."
            ) from error
    click.echo(f"Wrote {folder}.")


def read(folder: Path | None = None) -> Contents:
    """The files as definitions. Raises ContentWrong with every problem in both folders."""
    folders = Folders.under(folder)
    problems = [*_strays(folders.challenges), *_strays(folders.badges)]
    staircases = _collect(folders.challenges, definitions.read_folder, problems)
    badge_definitions = _collect(
        folders.badges,
        lambda place: badge_files.read_folder(place, challenges=staircases),
        problems,
    )
    if badge_definitions is not None:
        problems += _without_face(badge_definitions, folders.badges)
    if problems or staircases is None or badge_definitions is None:
        raise ContentWrong(problems)
    return Contents(staircases, badge_definitions)


def bring_in(session: Session, contents: Contents) -> Iterator[str]:
    """Load the definitions, and tell, a line each, what that changed. Raises ContentWrong."""
    at = now()
    yield from _told(
        KINDS[0],
        loading.load(
            session, contents.challenges, used_steps=steps_with_submissions(session), at=at
        ),
    )
    diff = badge_loading.load(session, contents.badges, at=at)
    yield from _told(KINDS[1], diff, kept=diff.kept)


@contextmanager
def _mistakes_told() -> Iterator[None]:
    """Every mistake ends the command with its sentence; a session within has rolled back by
    then."""
    try:
        yield
    except ContentWrong as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        told = len(error.problems)
        counted = "1 mistake" if told == 1 else f"{told} mistakes"
        raise click.ClickException(f"{counted} in the catalogue; nothing was changed.") from error


def _collect(place: Path, reader: Callable[[Path], Read], problems: list[str]) -> Read | None:
    if not place.is_dir():
        problems.append(f"{place}: there is no such folder")
        return None
    try:
        return reader(place)
    except ContentWrong as error:
        problems += [f"{place}/{problem}" for problem in error.problems]
        return None


def _strays(place: Path) -> list[str]:
    """Files that would be passed over in silence."""
    files = sorted(place.iterdir()) if place.is_dir() else []
    return [
        f"{path}:1: is not read; a catalogue file ends in .yaml"
        for path in files
        if path.suffix != ".yaml"
    ]


def _without_face(definitions: BadgesDefinition, place: Path) -> list[str]:
    missing = (
        badge.slug for badge in definitions.badges if not (FACES / f"{badge.slug}.svg").is_file()
    )
    return [
        f"{place}/{slug}.yaml:1: slug: has no face; draw static/badges/{slug}.svg"
        for slug in missing
    ]


def _told(what: str, diff: CatalogueDiff, kept: dict[str, int] | None = None) -> Iterator[str]:
    counts = {
        name: len(getattr(diff, name)) for name in ("added", "changed", "retired", "unchanged")
    }
    yield f"{what}: " + ", ".join(f"{count} {name}" for name, count in counts.items())
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
    """The way from here, where it is one, so that an error's place can be clicked."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
