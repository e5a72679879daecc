"""`slack …`: what sets up the Slack app."""

import json

import click
from flask.cli import AppGroup

from app.slack.manifest import manifest as build

group = AppGroup("slack")


@group.command()
def manifest() -> None:
    """Print the app manifest (JSON) for api.slack.com/apps, "From a manifest"."""
    click.echo(json.dumps(build(), ensure_ascii=False, indent=2))
