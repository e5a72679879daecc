"""What a program may ask of each list. Whatever is not named here is refused, so that a misspelt
filter never gives unfiltered rows."""

from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from flask import request
from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.api.problems import Fault, Refused, faults_of
from app.indicators.models import Variant

LARGEST_PAGE = 1000
Name = Annotated[str, Field(min_length=1, max_length=64)]
UnitId = Annotated[int, Field(ge=1, lt=2**31)]


class Parameters(BaseModel):
    """Parameters that every address has."""

    model_config = ConfigDict(use_attribute_docstrings=True, extra="forbid", frozen=True)

    format: Literal["json", "csv"] | None = None
    """The form of the answer. Without it, the Accept header decides."""


class ListParameters(Parameters):
    """Parameters that every list has."""

    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = 100
    """Rows of a page."""
    cursor: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """Where to go on: part of the address that a page names as the next one."""


class IndicatorParameters(ListParameters):
    """Filters of indicators."""

    project: Name | None = None
    """Only those of this project."""
    layer: Literal["plan", "monitoring"] | None = None
    """Only the KPIs of the plan, or only the monitoring indicators."""


class MeasureParameters(ListParameters):
    """Filters of measures."""

    indicator: Annotated[list[Name], Field(max_length=100)] = []
    """Only those of this indicator. May be repeated."""
    unit: Annotated[list[UnitId | Literal["prefecture"]], Field(max_length=500)] = []
    """Only those of the unit with this id, or of the whole ("prefecture"). May be repeated."""
    variant: Variant | None = None
    """Only all work, or only work without that of disasters."""
    first: date | None = None
    """Only periods that begin on this day or later."""
    last: date | None = None
    """Only periods that begin on this day or earlier."""
    on: date | None = None
    """As published at the end of this day in Tokyo. Without it, as of now."""


class UnitParameters(ListParameters):
    """Filters of units."""

    parent: UnitId | None = None
    """Only the units right below the one with this id."""


class ChallengeParameters(ListParameters):
    """Filters of challenges."""

    project: Name | None = None
    """Only those of this project."""
    mindset: Literal["LEARN", "PRODUCE", "CHALLENGE"] | None = None
    """Only those of this mindset."""


class CampaignParameters(ListParameters):
    """Filters of campaigns."""

    limit: Annotated[int, Field(ge=1, le=50)] = 20
    """Rows of a page."""


Asked = TypeVar("Asked", bound=Parameters)


def read(kind: type[Asked]) -> Asked:
    """The parameters of this request. Raises Refused, with what is wrong one by one."""
    try:
        return kind.model_validate(_given(kind))
    except ValidationError as error:
        raise Refused(422, _("指定に誤りがあります。"), errors=faults_of(error)) from None


def _given(kind: type[Parameters]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, values in request.args.lists():
        field = kind.model_fields.get(name)
        is_list = field is not None and field.default == []
        if len(values) > 1 and not is_list:
            sentence = _("一度だけ書いてください。")
            raise Refused(422, sentence, errors=[Fault(parameter=name, detail=sentence)])
        given[name] = values if is_list else values[0]
    return given
