"""A campaign as a YAML file: written to be kept, sent and edited, read with every mistake named.

What is read from a written file has the digest of what was written. Days are days of the calendar,
so no time zone has a say in it.
"""

from typing import Any

from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from challenges.campaigns.definitions import SCHEMA, CampaignDefinition
from challenges.catalogue.yaml_files import ContentWrong, Place, as_text, line_of, parse, read_text

LARGEST = 256 * 1024
"""Bytes of a file. One that names four hundred units has less."""
DAYS: tuple[tuple[str, ...], ...] = (("first_day",), ("last_day",), ("audience", "new_since"))
TEXTS = tuple((language, field) for language in ("ja", "en") for field in ("purpose", "stop_when"))
"""Texts that may have several lines, beside ``lessons``."""


def to_yaml(definition: CampaignDefinition) -> str:
    """The definition as a file: the version of the schema first, then in the order of the form."""
    data = definition.as_data()
    by_name = definition.model_dump()
    for place in DAYS:
        # As a day of YAML, without quotes.
        _replace(data, place, _at(by_name, place))
    for place in (*TEXTS, ("lessons",)):
        text = _at(data, place)
        if isinstance(text, str) and "\n" in text:
            _replace(data, place, LiteralScalarString(text))
    _replace(data, ("audience", "units"), list(map(_path, definition.audience.units)))
    return as_text(data)


def from_yaml(text: str, *, file: str = "campaign.yaml") -> CampaignDefinition:
    """What a file says, named ``file`` in sentences.

    Raises ContentWrong with a sentence for each mistake: file, line, field, what is wrong.
    """
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        raise ContentWrong([f"{file}:1: larger than {LARGEST // 1024} KB"])
    data, lines = read_text(text.removeprefix("\ufeff"), file=file)
    _must_be_readable(data, lines, file=file)
    return parse(CampaignDefinition, data, lines, file=file)


def _must_be_readable(data: Any, lines: dict[Place, int], *, file: str) -> None:
    if not isinstance(data, dict):
        raise ContentWrong([f"{file}:1: file: is no campaign: write `schema_version: {SCHEMA}`"])
    version = data.get("schema_version")
    if version != SCHEMA or isinstance(version, bool):
        said = "is missing" if version is None else f"{version!r} cannot be read here"
        line = line_of(("schema_version",), lines)
        raise ContentWrong(
            [f"{file}:{line}: schema_version: {said}; this app reads version {SCHEMA}"]
        )


def _path(written: str) -> str:
    """A path of a unit, which nobody cleans: characters that end a line in YAML are escaped."""
    return written if written.isprintable() else DoubleQuotedScalarString(written)


def _at(data: Any, place: tuple[str, ...]) -> Any:
    for key in place:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _replace(data: dict[str, Any], place: tuple[str, ...], value: Any) -> None:
    """Put the value where a value stands already."""
    *above, last = place
    inner = _at(data, tuple(above))
    if isinstance(inner, dict) and last in inner:
        inner[last] = value
