"""The page modules, in the order of the address bar."""

from importlib import import_module
from importlib.util import find_spec

from flask import Blueprint

NAMES = (
    "home",
    "sign_in",
    "settings",
    "challenges",
    "submissions",
    "completions",
    "badges",
    "people",
    "teams",
    "office",
)

BLUEPRINTS: list[Blueprint] = [import_module(f"app.web.{name}").bp for name in NAMES if find_spec(f"app.web.{name}")]
