"""`flask --app wsgi …`: the commands for operators and scripts, a module a group."""

from importlib import import_module
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from app.cli.console import plain_lines

GROUPS = {
    "db": "The schema of the database.",
    "backup": "Copies of the database, made while people work.",
    "people": "The personnel list, first passwords, roles and deputies.",
    "catalogue": "The challenges and badges as files.",
    "campaigns": "Campaigns as files, and what is wrong with them.",
    "indicators": "Values of indicators as files.",
    "demo": "A made-up prefecture to try the app in.",
    "relay": "Carries facts to badges and to Slack.",
    "badges": "Awards of badges.",
    "history": "What is stored, held against the history.",
    "slack": "The Slack app.",
}


class LazyGroup(AppGroup):
    """A group whose module is imported when it is used, so that a web worker does not import it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self._group.list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self._group.get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Exit with 1 for wrong usage, as our commands do for all bad input; click says 2. Any
        error is printed without control characters."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            click.UsageError(plain_lines(error.format_message()), error.ctx).show()
            raise click.exceptions.Exit(1) from error
        except click.ClickException as error:
            raise click.ClickException(plain_lines(error.format_message())) from error

    @property
    def _group(self) -> click.Group:
        group: click.Group = import_module(f"app.cli.{self.name}").group
        return group


def register(app: Flask) -> None:
    """Add every command group to the app."""
    for name, help_ in GROUPS.items():
        app.cli.add_command(LazyGroup(name, help=help_))
