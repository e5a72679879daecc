"""`slack …`: what sets up the Slack app."""

import json

from flask.cli import AppGroup

from app.cli.console import say
from app.slack.manifest import manifest as build

group = AppGroup("slack")


@group.command()
def manifest() -> None:
    """Print the app manifest (JSON) for api.slack.com/apps, "From a manifest"."""
    for line in json.dumps(build(), ensure_ascii=False, indent=2).splitlines():
        say(line)
