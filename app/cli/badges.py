"""`badges …`: awards, recomputed from what people did."""

import click
from flask.cli import AppGroup

from app.cli.console import say
from app.cli.schema import on_newest_schema
from app.clock import now
from app.db.sessions import Database, database
from badges.awards.awarding import Tally, recompute_some
from badges.awards.deciding import Outcome
from badges.awards.histories import batches_of_people
from badges.catalogue.reading import current_catalogue
from challenges.catalogue.published import DamagedDefinition

group = AppGroup("badges")


@group.command()
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--quietly", is_flag=True, help="Record no facts: nobody is told, neither on Slack.")
@on_newest_schema
def recompute(dry_run: bool, quietly: bool) -> None:
    """Recompute everybody's awards from scratch, after a change of rules or when in doubt. Safe
    while people work."""
    try:
        tally = _recomputed(database(), dry_run=dry_run, quietly=quietly)
    except DamagedDefinition as error:
        raise click.ClickException(f"{error}.") from error
    for slug, counts in tally.by_badge.items():
        say(f"{slug}: " + ", ".join(f"{outcome} {counts[outcome]}" for outcome in Outcome))
    totals = ", ".join(f"{outcome} {tally.total(outcome)}" for outcome in Outcome)
    say(f"{'これから変わるもの' if dry_run else '変わったもの'} (all): {totals}")


def _recomputed(database: Database, *, dry_run: bool, quietly: bool) -> Tally:
    tally = Tally()
    with database.reading() as session:
        batches = batches_of_people(session)
    # A transaction for each batch: its locks are short, and no page waits for all of it.
    for people in batches:
        with database.reading() if dry_run else database.writing() as session:
            recompute_some(
                session,
                people=people,
                catalogue=current_catalogue(session),
                at=now(),
                tally=tally,
                dry_run=dry_run,
                quietly=quietly,
            )
    return tally
