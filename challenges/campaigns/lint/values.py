"""What the lint is told (``Facts``) and what it says (``Finding``), as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from challenges.vocabulary import Check, Need, Stage

AT_ONCE = 2
"""Campaigns that may reach one person on one day."""
HALF_YEAR = 26
"""Weeks over which earlier reviews are counted."""
USUAL_SHARE = 30
"""Per cent of the audience that is expected to take part, until campaigns have shown it."""

InLanguages = Mapping[str, str]
"""A name by language."""


class Severity(StrEnum):
    """What a finding asks for."""

    ERROR = "error"
    """It stops publishing: 直すと公開できます."""
    WARNING = "warning"
    """It asks for a thought: ひとこと考えたい."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend or to think about.

    Its sentences (what, why it matters, what would mend it) stand by its code in
    app/web/wording/campaign_findings.py.
    """

    severity: Severity
    code: str
    place: str
    """The field it stands beside, as the forms of the draft name it, such as ``ja.name``,
    ``units``, ``challenges``, ``first_day``, ``goal``, ``ja.stop_when``."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Numbers, days and names for its sentences. A name in both languages is a mapping, and
    several names are a tuple."""


def error(code: str, place: str, **values: Any) -> Finding:
    """A finding that stops publishing."""
    return Finding(Severity.ERROR, code, place, values)


def warning(code: str, place: str, **values: Any) -> Finding:
    """A finding that asks for a thought."""
    return Finding(Severity.WARNING, code, place, values)


@dataclass(frozen=True, slots=True)
class KnownStep:
    """A step of a challenge in the catalogue."""

    number: int
    stage: Stage
    check: Check
    days: int = 1
    """Different days on which it is done."""
    takes_days: int = 1
    """Days from its beginning to its end, at the least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownChallenge:
    """A challenge that the campaign chose, as the catalogue has it."""

    title: InLanguages
    minutes: int
    """Of its first step."""
    steps: tuple[KnownStep, ...]
    needs: frozenset[Need] = frozenset()
    is_for_managers: bool = False
    is_retired: bool = False
    begins: date | None = None
    """The day on which its project begins. None: it has begun long ago."""
    has_key: bool = True
    """Whether each question of its quiz has an answer among its options."""


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit that the campaign chose, with the people at and below it."""

    people_first: int
    """On the first day."""
    people_last: int
    """On the last day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Whom the audience holds, and who would review what they do.

    On the first day, or today if that is still to come: who is where from then on is a secret
    until that day (people/coming.py).
    """

    people: int = 0
    managers: int = 0
    """Those of them who manage a unit or stand in for somebody who does."""
    without_reviewer: int = 0
    """Those of them who have no manager at or above their unit but themselves."""
    units_without_reviewer: tuple[str, ...] = ()
    """The names of their units."""
    reviewers: int = 0
    """Managers whom the steps of the audience would reach."""
    is_empty_on_first_day: bool = False
    """Whether nobody at all would be in it then. The number is not told."""
    reviews: int = 0
    """What was reviewed in the units of the audience in the last half year."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """Days on which other campaigns reach people of this one."""

    first_day: date
    last_day: date
    campaigns: tuple[InLanguages, ...]
    """The others of those days."""
    people: int
    """How many people of this audience at least ``AT_ONCE`` of the others reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What earlier campaigns, and the same months of last year, brought."""

    steps: int | None = None
    """Steps of last year's campaign. None where this one was not cloned."""
    share: int | None = None
    """Per cent of the people reached who took part in campaigns that are over. None: none is."""
    month_steps: float = 0
    """Completions of the chosen steps on the same days of last year."""
    month_people: int = 0
    """People who counted then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the lint knows beside the definition."""

    today: date
    is_published: bool = False
    """Whether a version of the campaign is in force."""
    has_owner: bool = True
    """Whether somebody is named to look after it. A file names nobody, and need not."""
    challenges: Mapping[str, KnownChallenge] = field(default_factory=dict)
    """The chosen ones by slug, without those that the catalogue does not know."""
    units: Mapping[str, KnownUnit] = field(default_factory=dict)
    """The chosen ones by path as the definition writes it, without those that nobody knows."""
    reached: Reached = Reached()
    meetings: tuple[Meeting, ...] = ()
    earlier: Earlier = Earlier()
