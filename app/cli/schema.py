"""What every command that works on the database asks first: whether it has the tables that this
release knows."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from app.db import schema
from app.db.sessions import database
from app.migrations import known

Given = ParamSpec("Given")
Result = TypeVar("Result")


def on_newest_schema(command: Callable[Given, Result]) -> Callable[Given, Result]:
    """Below ``@group.command()``: leave with a sentence where the database was not migrated or does
    not answer."""

    @wraps(command)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        with database().reading() as session:
            problem = schema.problem(session, known=known())
        if problem is not None:
            raise click.ClickException(problem)
        return command(*args, **kwargs)

    return guarded
