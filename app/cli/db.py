"""`db …`: the schema of the database."""

import click
from flask.cli import AppGroup

from app import migrations
from app.cli.console import say
from app.db import schema
from app.db.sessions import database

group = AppGroup("db")


@group.command()
def upgrade() -> None:
    """Bring the database to the newest schema. Safe to run twice, or twice at once."""
    try:
        migrations.upgrade(database().engine)
    except migrations.MigrationFailed as error:
        raise click.ClickException(str(error)) from error
    say(f"The database is at {migrations.newest()}.")


@group.command()
def current() -> None:
    """Say which schema the database has; exit 1 if it is not the newest."""
    have, known = migrations.current(database().engine), migrations.known()
    if have != known[-1]:
        old = (
            f"The database is at {have or 'nothing'}, the newest is {known[-1]}: run `db upgrade`."
        )
        raise click.ClickException(schema.newer(have, known=known) or old)
    say(f"The database is at {have}, which is the newest.")


@group.command()
@click.argument("number")
@click.argument("words")
def revise(number: str, words: str) -> None:
    """For developers: write migration NUMBER (0002, …) from the database's schema to the models.
    WORDS say what for."""
    migrations.revise(database().engine, words=words, number=number)
    say("Read it, and run `make format`, before you commit it.")
