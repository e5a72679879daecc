"""Each computed indicator: one small function from what was folded to the value of the whole
prefecture. What the words of a formula mean, see ``content/``; a value of units is in closing.py.

A value that rests on too few people is hidden. A share is rounded by suppression.py, so that it
fits several counts, and the count itself is not told; closing.py adds it where it may be.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import accumulate
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from app.indicators.activity import HAS_FAILURES, FirstWord, PersonDay, UnitMonth
from app.indicators.folding import IN_TIME
from app.indicators.periods import A_DAY, last_day_of, settled_after, settled_on
from challenges.calendar import working_days_between
from challenges.people.sites import sites_by_unit
from challenges.recognition import pulse
from challenges.shares import SHARE_STEPS, rounded_share, shown_count
from challenges.vocabulary import Site

TENS = 10
"""To what the base of a share is rounded where it is a result itself."""
MONTHS_OF_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Value:
    """What may be published of the whole, with the names of the columns of ``Measure``."""

    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    by_calendar: int | None = None
    is_hidden: bool = False


HIDDEN = Value(None, is_hidden=True)


class Figures:
    """What was counted for one period, read when a formula asks for it."""

    def __init__(self, session: Session, period: date) -> None:
        self.session, self.period = session, period

    @cached_property
    def units(self) -> Sequence[Row[*tuple[Any, ...]]]:
        """The columns of ``UnitMonth`` for each unit with people of its own. One statement."""
        table = UnitMonth.__table__
        found = select(*table.c).where(table.c.month == self.period).order_by(table.c.unit_id)
        return self.session.execute(found).all()

    @cached_property
    def whole(self) -> Counter[str]:
        """The numbers of all units together, by the names of ``UnitMonth``."""
        return total(self.units)

    @cached_property
    def by_site(self) -> Mapping[Site, Counter[str]]:
        """The numbers of the head office and of the branches. One statement more."""
        sites = sites_by_unit(self.session)
        return {
            site: total([one for one in self.units if sites.get(one.unit_id) == site])
            for site in Site
        }

    @cached_property
    def waits(self) -> tuple[Counter[int], int]:
        """Completions submitted in the month by the working days until the first word, of those
        that got one before the month was settled; and how many people they belong to."""
        in_time = FirstWord.submitted_on.between(self.period, last_day_of(self.period)) & (
            FirstWord.worded_on < settled_on(self.period)
        )
        pairs = self.session.execute(
            select(FirstWord.submitted_on, FirstWord.worded_on, func.count().label("completions"))
            .where(in_time)
            .group_by(FirstWord.submitted_on, FirstWord.worded_on)
        )
        waits = Counter[int]()
        for row in pairs:
            waits[working_days_between(row.submitted_on, row.worded_on)] += row.completions
        people = select(func.count(FirstWord.person_id.distinct())).where(in_time)
        return waits, self.session.scalars(people).one()

    @cached_property
    def failures(self) -> tuple[int, int]:
        """Failures told in the quarter, and by how many people."""
        last = last_day_of(self.period, MONTHS_OF_QUARTER)
        row = self.session.execute(
            select(
                func.coalesce(func.sum(PersonDay.failures), 0).label("told"),
                func.count(PersonDay.person_id.distinct()).label("people"),
            ).where(HAS_FAILURES, PersonDay.day.between(self.period, last))
        ).one()
        return row.told, row.people

    @cached_property
    def answers(self) -> dict[int, int]:
        """How often each value of the pulse was chosen in the quarter. Empty if nobody was
        asked."""
        return pulse.counts(self.session, self.period)


def total(units: Sequence[Row[*tuple[Any, ...]]]) -> Counter[str]:
    """The numbers of these units together."""
    columns = zip(UnitMonth.__table__.c, zip(*units, strict=True), strict=False)
    return Counter({column.name: sum(n) for column, n in columns if not column.primary_key})


def tried_share(figures: Figures, smallest: int) -> Value:
    """挑戦した人の割合: people with a completion in the month ÷ people who count."""
    whole = figures.whole
    return _share(
        whole["tried"],
        whole["people"],
        smallest=smallest,
        by_calendar=whole["tried_by_calendar"],
    )


def habit_rate(figures: Figures, smallest: int) -> Value:
    """慣れた率: of those who tried in the month, people whose try became a habit in time."""
    whole = figures.whole
    return _share(
        whole["became_habit"],
        whole["began"],
        smallest=smallest,
        by_calendar=whole["became_habit_by_calendar"],
    )


def spread_rate(figures: Figures, smallest: int) -> Value:
    """ひろげた率: of those who took up a habit in the month, people who spread it in time."""
    whole = figures.whole
    return _share(
        whole["was_spread"],
        whole["used"],
        smallest=smallest,
        by_calendar=whole["was_spread_by_calendar"],
    )


def managers_trying(figures: Figures, smallest: int) -> Value:
    """管理職の自らやってみた率: managers with a completion in the month ÷ managers who count."""
    whole = figures.whole
    return _share(
        whole["managers_tried"],
        whole["managers"],
        smallest=smallest,
        by_calendar=whole["managers_tried_by_calendar"],
    )


def days_to_first_word(figures: Figures, smallest: int) -> Value:
    """応援が届くまで: the median of the working days from a submission to its first endorsement
    or cheer.

    The base is the number of completions.
    """
    waits, people = figures.waits
    if people < smallest:
        return HIDDEN
    return Value(median(waits), denominator=waits.total())


def unnoticed_share(figures: Figures, smallest: int) -> Value:
    """応援の偏り: of those with a completion in the month, people of whom none was endorsed
    or cheered.

    The base is told in tens: it is the count of ``tried_share``, which is not told.
    """
    whole = figures.whole
    shown = _share(
        whole["unnoticed"],
        whole["tried"],
        smallest=smallest,
        by_calendar=whole["tried_by_calendar"],
    )
    if shown.denominator is None:
        return shown
    return replace(shown, denominator=TENS * round(shown.denominator / TENS))


def head_office_gap(figures: Figures, smallest: int) -> Value:
    """地域機関との差: the share of the head office less that of the branches, in points.

    Of the shares as they may be told, so that the gap tells no more than they would.
    """
    head, branch = (figures.by_site[site] for site in (Site.HEAD, Site.BRANCH))
    if min(head["people"], branch["people"]) < smallest:
        return HIDDEN
    of_head, of_branch = (_rounded(one["tried"], one["people"]) for one in (head, branch))
    return Value(
        of_head - of_branch,
        denominator=head["people"] + branch["people"],
        by_calendar=shown_count(head["tried_by_calendar"] + branch["tried_by_calendar"]),
    )


def learning_reached(figures: Figures, smallest: int) -> Value:
    """学びの到達: people who had passed a quiz by the end of the month ÷ people who count."""
    whole = figures.whole
    return _share(whole["learned"], whole["people"], smallest=smallest)


def failures_shared(figures: Figures, smallest: int) -> Value:
    """失敗共有: failures told in the quarter."""
    told, people = figures.failures
    return Value(told) if people >= smallest else HIDDEN


def safe_to_try(figures: Figures, smallest: int) -> Value:
    """安心して試せる: of those who answered in the quarter, who chose the upper two of five."""
    answers = figures.answers
    upper = sum(answers.get(value, 0) for value in pulse.UPPER_TWO)
    return _share(upper, sum(answers.values()), smallest=smallest)


@dataclass(frozen=True, slots=True)
class Formula:
    """How an indicator is computed, and what has to be over before it can be."""

    compute: Callable[[Figures, int], Value]
    """Given what was counted, and the people that a value has to rest on."""
    months: int = 1
    """How many months a period has."""
    looks_ahead: int = 0
    """Days after the period that decide on it too."""
    is_known: Callable[[Figures], bool] = lambda _figures: True
    """Whether there is a value of the period at all. If not, none is published, not a hidden one
    either."""
    of_units: str | None = None
    """The number of ``UnitMonth`` whose share of ``people`` is published for units too."""

    def settled_on(self, period: date) -> date:
        """The day from which the value of the period may be published."""
        return settled_after(last_day_of(period, self.months) + self.looks_ahead * A_DAY)


FORMULAS: Mapping[str, Formula] = {
    "tried-share": Formula(tried_share, of_units="tried"),
    "habit-rate": Formula(habit_rate, looks_ahead=IN_TIME),
    "spread-rate": Formula(spread_rate, looks_ahead=IN_TIME),
    "managers-trying": Formula(managers_trying),
    "days-to-first-word": Formula(days_to_first_word),
    "unnoticed-share": Formula(unnoticed_share),
    "head-office-gap": Formula(head_office_gap),
    "learning-reached": Formula(learning_reached, of_units="learned"),
    "failures-shared": Formula(failures_shared, months=MONTHS_OF_QUARTER),
    "safe-to-try": Formula(
        safe_to_try,
        months=MONTHS_OF_QUARTER,
        is_known=lambda figures: bool(figures.answers),
    ),
}
"""By the slug of the indicator."""


def median(counts: Counter[int]) -> float:
    """The median of whole numbers, given how often each occurs. Raises ValueError for none."""
    numbers = sorted(number for number, times in counts.items() if times)
    upto = list(accumulate(counts[number] for number in numbers))
    if not upto:
        raise ValueError("no numbers")
    lower, upper = (upto[-1] - 1) // 2, upto[-1] // 2
    low, high = (
        next(n for n, end in zip(numbers, upto, strict=True) if end > place)
        for place in (lower, upper)
    )
    return (low + high) / 2


def _share(count: int, base: int, *, smallest: int, by_calendar: int = 0) -> Value:
    if base < smallest:
        return HIDDEN
    return Value(
        value=_rounded(count, base),
        denominator=base,
        by_calendar=shown_count(by_calendar),
    )


def _rounded(count: int, base: int) -> int:
    share = rounded_share(count, base, finest=SHARE_STEPS[0])
    if share is None:
        raise ValueError(f"{base} people are too few for a share")
    return share
