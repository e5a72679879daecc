"""`catalogue …`: checks and loads the files of challenges and badges, and writes them back.

A folder holds `challenges/` and `badges/`. Without a folder, it is the catalogue that comes with
the app.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup

from app.catalogue import Folders, bring_in, read
from app.cli.console import say
from app.cli.schema import on_newest_schema
from app.clock import now
from app.db.sessions import database
from badges.catalogue import loading as badge_loading
from challenges.catalogue import loading as challenge_loading
from challenges.catalogue.yaml_files import ContentWrong

group = AppGroup("catalogue")
folder_argument = click.argument("folder", required=False, type=click.Path(path_type=Path))


@group.command()
@folder_argument
def check(folder: Path | None) -> None:
    """Read the files of FOLDER and name every error with file and line."""
    with _exit_with_mistakes():
        contents = read(folder)
    challenges, badges = contents.challenges.challenges, contents.badges.badges
    say(f"{len(challenges)} challenges and {len(badges)} badges are right.")


@group.command()
@folder_argument
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@on_newest_schema
def load(folder: Path | None, dry_run: bool) -> None:
    """Bring the files of FOLDER into the database and say what that changed. Nothing is ever
    deleted."""
    with _exit_with_mistakes():
        contents = read(folder)
    opened = database().trying() if dry_run else database().writing()
    with _exit_with_mistakes(), opened as session:
        lines = list(bring_in(session, contents, at=now()))
        if dry_run:
            lines.append("Dry run: nothing was changed.")
        elif any(line.startswith("  ~") for line in lines):
            lines.append(
                "If a badge's rule changed: `badges recompute` awards it; with --dry-run it says"
                " who earns it, and with --quietly Slack hears nothing of it."
            )
    for line in lines:
        say(line)


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
            challenge_loading.write_folder(challenge_loading.dump(session), folders.challenges)
            badge_loading.write_folder(badge_loading.dump(session), folders.badges)
        except OSError as error:
            raise click.ClickException(
                f"{error.filename} cannot be written: {error.strerror}."
            ) from error
    say(f"Wrote {folder}.")


@contextmanager
def _exit_with_mistakes() -> Iterator[None]:
    """End the command with a line for each mistake. A session within has rolled back by then."""
    try:
        yield
    except ContentWrong as error:
        for problem in error.problems:
            say(problem, err=True)
        count = len(error.problems)
        counted = "1 mistake" if count == 1 else f"{count} mistakes"
        raise click.ClickException(f"{counted} in the catalogue; nothing was changed.") from error
