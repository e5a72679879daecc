"""Reads YAML files with the line of every value, so that an error can say where it is; writes them.

Knows nothing of what the files mean: challenges and badges both use it. A file may come from
anybody, so its size and nesting are bounded, and aliases are refused: ten lines of them stand for a
million values.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode
from ruamel.yaml.reader import ReaderError

Model = TypeVar("Model", bound=BaseModel)

LARGEST = 64 * 1024
"""In bytes. The largest file of ours has 25 KB."""
DEEPEST = 20
"""How deep lists and mappings may lie in one another. A rule of ours goes six deep."""

Place = tuple[str | int, ...]
"""Where a value is: the keys and indexes that lead to it, such as ("steps", 0, "check")."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A value that is wrong, for whoever says it in another language."""

    line: int
    where: str
    """Such as ``challenges.0.slug``."""
    kind: str
    """The type of pydantic's error."""
    said: str
    """In English."""


class ContentWrong(Exception):
    """Content files are wrong. ``problems`` are sentences that begin with file and line, in
    English; ``mistakes`` are the same where each is about a value."""

    def __init__(self, problems: list[str], mistakes: Sequence[Mistake] = ()) -> None:
        self.problems = problems
        self.mistakes = mistakes
        super().__init__("\n".join(problems))


class _PlainComposer(Composer):
    """Composes a tree in which every node is one of the file's own."""

    _depth = 0

    def compose_node(self, parent: Any, index: int) -> Any:
        event = self.parser.peek_event()
        if isinstance(event, AliasEvent):
            raise _refused(event, "aliases (*name) are not allowed: write the value again")
        if self._depth >= DEEPEST:
            raise _refused(event, f"lists and mappings lie more than {DEEPEST} deep")
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


def _refused(event: Any, problem: str) -> ComposerError:
    return ComposerError(problem=problem, problem_mark=event.start_mark)


def read(path: Path) -> tuple[Any, dict[Place, int]]:
    """The data of a YAML file, and the line (from 1) of every value by its place.

    Raises ContentWrong if the file cannot be read, is too large or too deep, has an alias, is not
    UTF-8 or is not YAML.
    """
    return read_text(_text(path), file=path.name)


def read_text(text: str, *, file: str) -> tuple[Any, dict[Place, int]]:
    """The same for text that was read already. Sentences name it as ``file``."""
    try:
        yaml = YAML(typ="safe", pure=True)
        yaml.Composer = _PlainComposer
        node = yaml.compose(text)
        if node is None:
            return None, {(): 1}
        return yaml.constructor.construct_document(node), dict(_lines(node, ()))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContentWrong([f"{file}:{line}: {error.problem or error.context}"]) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ContentWrong([f"{file}:{line}: {error.reason}"]) from error
    except ValueError as error:
        # A day that no calendar has; a number with more digits than Python reads.
        raise ContentWrong([f"{file}:1: {error}"]) from error


def write(path: Path, data: Any) -> None:
    """Write data as a YAML file that people can edit and ``read`` reads."""
    path.write_text(as_text(data), encoding="utf-8")


def as_text(data: Any) -> str:
    """The same without a file."""
    yaml = YAML(pure=True)
    # A long text stays on one line, so that a change of one word changes one line.
    yaml.width = 100_000
    yaml.default_flow_style = False
    written = StringIO()
    yaml.dump(data, written)
    return written.getvalue()


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise ContentWrong([f"{path.name}:1: larger than {LARGEST // 1024} KB"])
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ContentWrong([f"{path.name}:{line}: not UTF-8"]) from error
    except OSError as error:
        raise ContentWrong([f"{path.name}:1: cannot be read: {error.strerror}"]) from error


def parse(
    model: type[Model], data: Any, lines: dict[Place, int], *, file: str, at: Place = ()
) -> Model:
    """The data as a pydantic model.

    ``at`` is the place of the data in the file. Raises ContentWrong with a sentence for each error:
    file, line, place, what is wrong.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        mistakes = [
            Mistake(
                line=line_of(at + tuple(detail["loc"]), lines),
                where=".".join(map(str, detail["loc"])) or "file",
                kind=detail["type"],
                said=detail["msg"],
            )
            for detail in error.errors(include_url=False)
        ]
        problems = [f"{file}:{one.line}: {one.where}: {one.said}" for one in mistakes]
        raise ContentWrong(problems, mistakes) from error


def line_of(place: Place, lines: dict[Place, int]) -> int:
    """The line of the value at that place, or of the nearest one around it that the file has."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _lines(node: Node, place: Place) -> Iterator[tuple[Place, int]]:
    yield place, node.start_mark.line + 1
    if isinstance(node, MappingNode):
        for key, value in node.value:
            name = str(key.value)
            yield from _lines(value, (*place, name))
            yield (*place, name), key.start_mark.line + 1
    elif isinstance(node, SequenceNode):
        for index, value in enumerate(node.value):
            yield from _lines(value, (*place, index))
