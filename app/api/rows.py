"""The rows of each list: the same fields in JSON and CSV, in the OpenAPI document and docs/api.md.

Fields are only added, at the end. A changed or removed one would be a new version of the API.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.indicators.definitions import Direction, IndicatorSource, Layer, Period
from app.indicators.models import Source, Variant
from challenges.vocabulary import Mindset, Need, Stage


class Row(BaseModel):
    """What every row is."""

    model_config = ConfigDict(use_attribute_docstrings=True, extra="forbid", frozen=True)


class Indicator(Row):
    """What an indicator means."""

    slug: str
    """Its key. Measures name it."""
    position: int
    """Its place among all."""
    layer: Layer
    """A KPI of the plan, or a monitoring indicator."""
    project: str | None
    """The slug of its project; empty for those common to all."""
    stage: Literal["gather", "connect", "create"] | None
    """Of indicators about data: gathering, connecting or creating."""
    version: int
    """Grows when the formula changes. Values of two versions cannot be compared."""
    direction: Direction
    """Which way is better."""
    period: Period
    """How long the time is that one value speaks of."""
    source: IndicatorSource
    """How its values come in."""
    decimals: int
    """Digits behind the point that its values are shown with."""
    smallest_group: int
    """People that a value has to rest on."""
    by_unit: bool
    """Whether values of units are published too."""
    is_estimate: bool
    """Whether its values are estimates."""
    name_ja: str
    """Its name in Japanese."""
    name_en: str
    """Its name in English."""
    formula_ja: str
    """The formula in words, in Japanese."""
    formula_en: str
    """The formula in words, in English."""
    unit_ja: str
    """The unit of its values, in Japanese."""
    unit_en: str
    """The unit of its values, in English."""
    source_ja: str
    """Where the numbers come from, in Japanese."""
    source_en: str
    """Where the numbers come from, in English."""
    caveat_ja: str
    """What to keep in mind, in Japanese."""
    caveat_en: str
    """What to keep in mind, in English."""


class Measure(Row):
    """One published value of an indicator."""

    id: int
    """Its key. A correction is a new measure."""
    indicator: str
    """The slug of its indicator."""
    version: int
    """The version of the indicator it was reckoned by."""
    unit_id: int | None
    """The id of the unit; empty for the whole prefecture."""
    unit_path: str | None
    """The names of the unit from the top, joined by slashes."""
    period: date
    """The first day of the month, quarter or fiscal year it is about."""
    variant: Variant
    """About which work it is."""
    value: float | None
    """In the unit of the indicator; per cent as 0 to 100. Empty: hidden, or taken back."""
    numerator: float | None
    """Empty where it may not be told: that of a unit never is."""
    denominator: float | None
    """The base, such as the people counted; empty where it may not be told."""
    by_calendar: int | None
    """Of the completions behind it, how many were accepted because nobody decided in time."""
    is_hidden: bool
    """Whether it is hidden: a small group, or one that would give a small group away."""
    is_sample: bool
    """Whether it was invented for a demo."""
    source: Source
    """Where it comes from."""
    published_at: datetime
    """When it was published."""
    reason: str
    """Why it replaced an earlier one; empty for the first."""


class Project(Row):
    """One of the themes that challenges belong to."""

    slug: str
    """Its key."""
    name_ja: str
    """Its name in Japanese, marked while it is a working title."""
    name_en: str
    """Its name in English, marked while it is a working title."""
    starts_on: date | None
    """Its first day; empty if it has begun."""


class Unit(Row):
    """A unit of the organisation."""

    id: int
    """Its key."""
    parent_id: int | None
    """The id of the unit above; empty at the top."""
    name: str
    """Its name."""
    path: str
    """The names from the top, joined by slashes. A slash within a name is written as \\/."""
    carries_on: list[int]
    """The ids of units whose work it took over in a reorganisation. Compare last year with them."""
    carried_on_since: list[date]
    """The days on which it took over, one for each of them."""


class Campaign(Row):
    """A published campaign with the numbers of the whole as of yesterday."""

    slug: str
    """Its key."""
    phase: Literal["coming", "on", "over", "dropped"]
    """Where it stands today. Dropped: stopped before it began."""
    first_day: date
    """Its first day."""
    last_day: date
    """Its last day, included."""
    name_ja: str
    """Its name in Japanese."""
    name_en: str | None
    """Its name in English."""
    motto_ja: str
    """Its motto in Japanese."""
    motto_en: str | None
    """Its motto in English."""
    challenges: list[str]
    """The slugs of its challenges."""
    as_of: date | None
    """The day at whose end the numbers held; empty before the first."""
    share: int | None
    """Per cent of the people reached who take part; empty where it is hidden."""
    share_before: int | None
    """The same of last year's campaign, after as many working days."""
    steps: int | None
    """Steps of everybody; empty where it is hidden."""


class Challenge(Row):
    """A challenge as it is offered to everybody."""

    slug: str
    """Its key."""
    number: int
    """Its place among all."""
    project: str
    """The slug of its project."""
    mindset: Mindset
    """Learning, producing or challenging."""
    version: int
    """Grows when its definition changes."""
    minutes: int
    """How long a first step takes."""
    needs: list[Need]
    """What nobody can do it without."""
    stages: list[Stage]
    """The stages of its steps from the bottom."""
    title_ja: str
    """Its title in Japanese."""
    title_en: str
    """Its title in English."""
    summary_ja: str
    """What it is about, in Japanese."""
    summary_en: str
    """What it is about, in English."""


class Badge(Row):
    """A badge that everybody can be awarded. Who holds one is told nowhere here."""

    slug: str
    """Its key."""
    position: int
    """Its place among all."""
    family: str
    """The key of the badge whose tiers belong together."""
    tier: Literal["sprout", "trunk", "fruit"] | None
    """Which of the tiers it is."""
    mindset: Mindset | None
    """The mindset it belongs to."""
    version: int
    """Grows when its rule changes."""
    name_ja: str
    """Its name in Japanese."""
    name_en: str
    """Its name in English."""
    asks_ja: str
    """What it asks for, in Japanese."""
    asks_en: str
    """What it asks for, in English."""


def columns(row: type[Row]) -> list[tuple[str, str, str]]:
    """The columns of its CSV file: name, type, and what it says."""
    return [
        (name, _type_of(row, name), (field.description or "").replace("\n", " "))
        for name, field in row.model_fields.items()
    ]


def _type_of(row: type[Row], name: str) -> str:
    """The type of a column, as BigQuery calls it. Several values are joined by a blank."""
    text = str(row.model_fields[name].annotation)
    for word, called in TYPES.items():
        if word in text:
            return called
    return "STRING"


TYPES = {
    "list[": "STRING",
    "datetime.datetime": "TIMESTAMP",
    "datetime.date": "DATE",
    "bool": "BOOL",
    "float": "FLOAT64",
    "int": "INT64",
}
