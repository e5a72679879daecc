"""`flask --app wsgi …`: what operators and scripts do, a module a group."""

from importlib import import_module
from importlib.util import find_spec

from flask import Flask

GROUPS = ("db", "people", "catalogue", "demo", "relay", "badges", "history", "slack")


def register(app: Flask) -> None:
    """Add every command group to the app."""
    for name in (name for name in GROUPS if find_spec(f"app.cli.{name}")):
        app.cli.add_command(import_module(f"app.cli.{name}").group)
