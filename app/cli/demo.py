"""`demo …`: a made-up prefecture to try the app in. Refused in a database of real people."""

import click
from flask.cli import AppGroup

from app.cli.console import say
from app.cli.schema import on_newest_schema
from app.clock import now
from app.db.sessions import database
from app.demo.accounts import ACCOUNTS, PASSWORD
from app.demo.loading import CannotLoadDemo, DemoPlan, Loaded
from app.demo.loading import load as load_demo

group = AppGroup("demo")


@group.command()
@click.option(
    "--staff",
    type=click.IntRange(60, 200_000),
    default=4500,
    show_default=True,
    help="People to make.",
)
@click.option(
    "--days",
    type=click.IntRange(30, 1500),
    default=240,
    show_default=True,
    help="Days of activity.",
)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="The same seed makes the same people."
)
@on_newest_schema
def load(staff: int, days: int, seed: int) -> None:
    """Fill an empty database with made-up units, people and activity until now. All of it, or
    nothing."""
    try:
        with database().writing() as session:
            loaded = load_demo(session, DemoPlan(at=now(), staff=staff, days=days, seed=seed))
    except CannotLoadDemo as error:
        raise click.ClickException(str(error)) from error
    _print(loaded)


def _print(loaded: Loaded) -> None:
    say(f"people: {loaded.people} 職員")
    say(f"units: {loaded.units} 所属（部局を含む）")
    say(f"completions: {loaded.completions} 達成")
    say(f"endorsements: {loaded.endorsements} お墨付き")
    say(f"awards: {loaded.awards} 授与")
    names = "、".join(f"{account.number}（{account.name}）" for account in ACCOUNTS)
    say(f"サインインできる人: {names}。パスワードはどれも {PASSWORD} です。")
