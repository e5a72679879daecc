"""A check before every command that works on the database: its schema is that of this release."""

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
    """End the command if the database does not answer or has another schema.

    Goes below ``@group.command()``.
    """

    @wraps(command)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        with database().reading() as session:
            problem = schema.problem(session, known=known())
        if problem is not None:
            raise click.ClickException(problem)
        return command(*args, **kwargs)

    return guarded
