"""`backup …`: copies of the database, made while people work, and their way back."""

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import exists, inspect, select

from app.cli import history
from app.cli.console import say
from app.db import backups, schema
from app.db.sessions import Database, database
from app.migrations import known
from challenges.people.models import Person

group = AppGroup("backup")
file_argument = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@group.command()
@file_argument
def create(file: Path) -> None:
    """Write the whole database into FILE, which must not exist. Safe while people work."""
    try:
        backups.create(database(), file)
    except backups.BackupFailed as error:
        raise click.ClickException(str(error)) from error
    say(f"Wrote {file} ({file.stat().st_size / 1e6:.1f} MB).")


@group.command()
@file_argument
@click.option("--replace", is_flag=True, help="Even if the database holds people.")
@click.pass_context
def restore(context: click.Context, file: Path, replace: bool) -> None:
    """Replace the whole database by FILE, and check it. All of it, or nothing. Stop web servers and
    relays before."""
    if not replace and _has_people(database()):
        raise click.ClickException(
            "The database holds people. With --replace, FILE takes the place of everything in it."
        )
    try:
        backups.restore(database(), file, known=known())
    except backups.BackupFailed as error:
        raise click.ClickException(str(error)) from error
    say(f"Restored {file}.")
    with database().reading() as session:
        problem = schema.problem(session, known=known())
    if problem is None:
        context.invoke(history.verify)
    else:
        say("It is of an older release. Run `db upgrade`, then `history verify`.")


def _has_people(database: Database) -> bool:
    with database.reading() as session:
        if not inspect(session.connection()).has_table(Person.__tablename__):
            return False
        return bool(session.scalar(select(exists().select_from(Person))))
