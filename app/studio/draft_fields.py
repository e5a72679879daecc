"""The fields of a draft: which part of the page holds each, and which differ. Pure.

A field is what somebody changes and somebody else could change at the same time: ``ja.name``,
``units``, ``challenges``, ``first_day`` … Findings of the lint use the same names for their places.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from challenges.campaigns.definitions import CampaignDefinition

WHOLE = "whole"
"""The part of a revision that concerns all four: a new draft, or one that was brought back."""

PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "what": (
            "ja.name",
            "en.name",
            "ja.motto",
            "en.motto",
            "ja.purpose",
            "en.purpose",
            "cover",
            "lessons",
        ),
        "whom": ("everyone", "units", "managers", "new_since"),
        "which": ("challenges",),
        "when": (
            "first_day",
            "last_day",
            "goal.kind",
            "goal.target",
            "ja.stop_when",
            "en.stop_when",
            "channel",
        ),
    }
)
"""The four parts of the page, each with its fields in the order of the form."""

FIELDS = tuple(field for fields in PARTS.values() for field in fields)
_OF_THE_AUDIENCE = frozenset(PARTS["whom"])


class FieldsWrong(ValueError):
    """Some values cannot be stored. ``fields`` names them."""

    def __init__(self, fields: Iterable[str]) -> None:
        self.fields = tuple(fields)
        super().__init__(", ".join(self.fields))


def part_of(place: str) -> str:
    """The part that shows a field, or the place of a finding; ``what`` if none does. Who works on a
    campaign (``people``) is no part of the draft."""
    for part, fields in PARTS.items():
        if place in fields or place in {field.partition(".")[0] for field in fields} - {"ja", "en"}:
            return part
    return {"audience": "whom", "steps": "which", "goal": "when", "people": "people"}.get(
        place.partition(".")[0], "what"
    )


def values_of(definition: CampaignDefinition) -> dict[str, Any]:
    """Every field with its value as plain data."""
    data = definition.model_dump(mode="json")
    return {field: _get(data, _path(field)) for field in FIELDS}


def with_values(definition: CampaignDefinition, changes: Mapping[str, Any]) -> CampaignDefinition:
    """The definition with some fields changed. Raises FieldsWrong."""
    data = definition.model_dump(mode="json")
    for field, value in changes.items():
        *above, last = _path(field)
        _get(data, above)[last] = value
    try:
        return CampaignDefinition.model_validate(data)
    except ValidationError as error:
        raise FieldsWrong(dict.fromkeys(_fields_in(error))) from error


def changed_fields(before: CampaignDefinition, after: CampaignDefinition) -> tuple[str, ...]:
    """The fields that differ, in the order of the page."""
    old, new = values_of(before), values_of(after)
    return tuple(field for field in FIELDS if old[field] != new[field])


def _path(field: str) -> list[str]:
    return ["audience", field] if field in _OF_THE_AUDIENCE else field.split(".")


def _get(data: Any, path: Iterable[str]) -> Any:
    for key in path:
        data = data[key]
    return data


def _fields_in(error: ValidationError) -> Iterable[str]:
    for one in error.errors():
        written = [str(key) for key in one["loc"] if key != "audience"]
        whole = ".".join(written[:2])
        yield next(
            (field for field in FIELDS if whole == field or written[:1] == [field]),
            # What concerns several fields at once is said of the one that is written.
            "goal.target" if written[:1] == ["goal"] else "challenges",
        )
