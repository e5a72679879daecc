"""Reads the campaign files that commands are given. What is wrong in one ends the command."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from app.cli.console import say_all
from challenges.campaigns import files
from challenges.campaigns.definitions import CampaignDefinition
from challenges.catalogue.yaml_files import ContentWrong


def read_file(file: str) -> CampaignDefinition:
    """What the file says, or the end of the command with a line for each mistake."""
    with exit_with_mistakes():
        try:
            text = Path(file).read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise ContentWrong([f"{file}:1: cannot be read: {error.strerror}"]) from error
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise ContentWrong([f"{file}:{line}: not UTF-8"]) from error
        return files.from_yaml(text, file=file)


@contextmanager
def exit_with_mistakes() -> Iterator[None]:
    try:
        yield
    except ContentWrong as error:
        say_all(error.problems, err=True)
        raise click.ClickException(
            f"{len(error.problems)}件の誤りがあります。何も変えていません。"
        ) from error
