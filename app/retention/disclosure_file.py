"""The file of a disclosure: its rows, and the folder where a job writes it in parts.

Each part is a file under a name that nobody else takes, and counts once the row of its job names
it. So a worker that is killed, or a second one, leaves a part that nobody reads, and never half a
line. Only the owner of the folder reads any of it.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO, Self

from app import private_files
from app.config import instance_folder
from app.exports import csv_file, long_workbook
from app.exports.tables import Cell, Column, Kind, Table
from app.retention.disclosure import Disclosed

FOLDER = "disclosures"
"""In the folder of the app."""
_USUAL_ROW: tuple[Cell, ...] = (
    *("段のひとこと", date(2000, 1, 1), "000000", "四日市 太郎", "農林水産部/農産園芸課"),
    *("四日市 花子", "言葉" * 20, "https://example.jp/", "伏せています", "文中の氏名" * 4),
)
"""How wide the columns are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWords:
    """What the file says beside the texts, in the language of whoever asked for it. The job that
    writes it knows no languages."""

    title: str
    headings: Sequence[str]
    notes: Sequence[str]
    kinds: Mapping[str, str]
    """By WordsKind."""
    states: Mapping[str, str]
    """By TextState."""
    marks: Mapping[str, str]
    """By MarkKind, with ``%(found)s`` where the found piece stands."""
    nobody: str
    of_writer: str
    """That the writer's name and number may have to be masked."""
    of_receiver: str

    def to_json(self) -> dict[str, Any]:
        """For the arguments of the job."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**stored)

    def table(self) -> Table:
        """The table without its rows."""
        kinds = [Kind.TEXT, Kind.DAY, *([Kind.TEXT] * (len(self.headings) - 2))]
        columns = [Column(*each) for each in zip(self.headings, kinds, strict=True)]
        return Table(self.title, columns, (), self.notes)

    def row(self, one: Disclosed) -> list[Cell]:
        """One text as a row."""
        return [
            self.kinds[one.kind],
            one.day,
            one.number,
            one.writer or self.nobody,
            one.unit,
            one.about,
            one.text,
            one.link or "",
            self.states[one.state] if one.state else "",
            "\n".join(self._to_mask(one)),
        ]

    def _to_mask(self, one: Disclosed) -> Iterator[str]:
        if one.writer:
            yield self.of_writer
        if one.about:
            yield self.of_receiver
        for mark in one.marks:
            yield self.marks[mark.kind].replace("%(found)s", mark.found)


def write_part(job_id: int, texts: Iterable[Disclosed], words: FileWords, *, form: str) -> str:
    """Write some rows, and return the name of the part."""
    rows = [words.row(one) for one in texts]
    is_csv = form == "csv"
    data = csv_file.rows_of(rows) if is_csv else long_workbook.rows_of(_frame(words), rows)
    name = token_hex(16)
    with _new_file(job_id, name) as part:
        part.write(data)
        _reach_the_disk(part)
    return name


def put_together(job_id: int, parts: Sequence[str], words: FileWords, *, form: str) -> str:
    """Write the file of these parts, and return its name."""
    name = token_hex(16)
    read = (path_of(job_id, part).read_bytes() for part in parts)
    with _new_file(job_id, name) as file:
        if form == "csv":
            file.write(csv_file.head_of(words.table()))
            file.writelines(read)
        else:
            long_workbook.put_together(_frame(words), read, to=file)
        _reach_the_disk(file)
    return name


def path_of(job_id: int, name: str) -> Path:
    """Where a part or the file lies."""
    return _folder(job_id) / name


def keep_only(job_id: int, name: str) -> None:
    """Delete what else lies there of that job."""
    for path in _folder(job_id).glob("*"):
        if path.name != name:
            path.unlink(missing_ok=True)


def delete_all(job_id: int) -> None:
    """Delete everything of that job."""
    shutil.rmtree(_folder(job_id), ignore_errors=True)


def jobs_with_files() -> list[int]:
    """The jobs of which something lies there."""
    folders = (instance_folder() / FOLDER).glob("*")
    return sorted(int(path.name) for path in folders if path.name.isdigit())


def _folder(job_id: int) -> Path:
    return instance_folder() / FOLDER / str(job_id)


def _new_file(job_id: int, name: str) -> BinaryIO:
    private_files.make_folder(_folder(job_id).parent)
    private_files.make_folder(_folder(job_id))
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    return os.fdopen(os.open(path_of(job_id, name), flags, private_files.OWNER_ONLY), "wb")


def _reach_the_disk(file: BinaryIO) -> None:
    """Nobody is told of a file that a power cut could still take."""
    file.flush()
    os.fsync(file.fileno())


def _frame(words: FileWords) -> long_workbook.Frame:
    return long_workbook.frame_of(words.table(), like=_USUAL_ROW)
