"""Opens the files that commands are given."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import click

_WHY_UNREADABLE: dict[type[OSError], str] = {
    FileNotFoundError: "ありません。",
    IsADirectoryError: "フォルダです。",
    PermissionError: "読む権限がありません。",
}


@contextmanager
def open_given(file: str) -> Iterator[IO[bytes]]:
    """The file, or the standard input for "-". Ends the command if it cannot be read."""
    try:
        with click.open_file(file, "rb") as opened:
            yield opened
    except OSError as error:
        why = _WHY_UNREADABLE.get(type(error), error.strerror or str(error))
        raise click.ClickException(f"ファイル「{file}」を読めません: {why}") from error
