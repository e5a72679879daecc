"""What commands print: every line without control characters, long lists cut. No command prints
in another way, because names and titles are people's text."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from challenges.errors import RuleBroken

MOST_LINES = 100
"""Lines of one list."""
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories that move the cursor, change colours or turn the direction of a line."""


def say(line: str, *, err: bool = False) -> None:
    """Print one line. What a terminal would obey is printed as �."""
    click.echo(plain(line), err=err)


def say_cells(*cells: str) -> None:
    """Print one line for a script: the cells, divided by tabs."""
    click.echo("\t".join(plain(cell) for cell in cells))


def say_all(lines: Sequence[str], *, err: bool = False) -> None:
    """Print a list, and how many lines of it were left out."""
    for line in lines[:MOST_LINES]:
        say(line, err=err)
    if lines[MOST_LINES:]:
        say(f"（ほか {len(lines) - MOST_LINES:,}件）", err=err)


def say_text(text: str) -> None:
    """Print a text of several lines, without a line end of its own."""
    click.echo(plain_lines(text), nl=False)


def plain(text: str) -> str:
    """The text with � in place of each character that a terminal would obey."""
    if text.isprintable():
        return text
    return "".join("\ufffd" if unicodedata.category(char) in _UNSAFE else char for char in text)


def plain_lines(text: str) -> str:
    """The same for a text of several lines, as click's own errors are."""
    return re.sub(r"[^\n\t]+", lambda found: plain(found[0]), text)


@contextmanager
def in_words() -> Iterator[None]:
    """End the command with the sentence of a broken rule. A session within has rolled back."""
    try:
        yield
    except RuleBroken as error:
        raise click.ClickException(str(error)) from error
