"""「わたしの道のり」: a fiscal year of one person, and what reached them in it. For them alone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from badges.awards.deciding import StandingAward
from badges.queries import standing_awards
from challenges.calendar import day_of, fiscal_year_start
from challenges.catalogue.published import Catalogue
from challenges.progress import way
from challenges.progress.staircases import Stone, stones_by_mindset
from challenges.progress.way import Milestone, MonthOnTheWay
from challenges.recognition.cheer_lists import ShownCheer, cheers_on
from challenges.recognition.queries import Recognition, words_on
from challenges.submissions.queries import Record, records_between
from challenges.submissions.steps_taken import steps_taken
from challenges.vocabulary import Mindset


@dataclass(frozen=True)
class MyYear:
    """One fiscal year of one person, named by its April."""

    year: int
    years: list[int]
    """All that can be opened, the first one first."""
    is_new: bool
    """The person never took a step, in no year."""
    months: list[MonthOnTheWay]
    milestones: list[Milestone]
    """The first times and returns of the year."""
    stairs: dict[Mindset, tuple[Stone, ...]]
    awards: list[StandingAward]
    """The badges of the year that are still held, the first one first."""

    @property
    def days(self) -> tuple[date, date]:
        """Its first and its last day."""
        return date(self.year, 4, 1), date(self.year + 1, 3, 31)

    @property
    def has_steps(self) -> bool:
        return any(month.has_steps for month in self.months)

    @property
    def earlier(self) -> int | None:
        """The year before, if the way had begun."""
        return self.year - 1 if self.year - 1 in self.years else None

    @property
    def later(self) -> int | None:
        """The year after, if it has begun."""
        return self.year + 1 if self.year + 1 in self.years else None


@dataclass(frozen=True)
class Told:
    """Steps with what the person wrote, and by completion what others said of them."""

    records: list[Record]
    endorsements: Mapping[int, list[Recognition]]
    cheers: Mapping[int, list[ShownCheer]]


def my_year(
    session: Session, person_id: int, *, catalogue: Catalogue, year: int | None, on: date
) -> MyYear | None:
    """That year, or the present one; None for a year in which the way had not begun or that is
    still to come. Two statements."""
    steps, known = steps_taken(session, person_id), catalogue.by_step
    years = way.years_walked(steps, on=on)
    chosen = years[-1] if year is None else year
    if chosen not in years:
        return None
    ids = {one.step_id for one in way.steps_of_year(steps, chosen)}
    return MyYear(
        year=chosen,
        years=years,
        is_new=not steps,
        months=way.months_of_year(steps, chosen, known, on=on),
        milestones=[
            one
            for one in way.milestones(steps, known)
            if fiscal_year_start(one.taken.day).year == chosen
        ],
        stairs=_stairs(catalogue, ids, on=on),
        awards=_awards(session, person_id, year=chosen),
    )


def told(
    session: Session, person_id: int, *, days: tuple[date, date], limit: int, offset: int = 0
) -> Told:
    """The steps of those days, the first one first, and the words that they brought. Three
    statements."""
    records = records_between(session, person_id, days=days, limit=limit, offset=offset)
    ids = [one.completion_id for one in records]
    return Told(
        records,
        endorsements=words_on(session, person_id, ids),
        cheers=cheers_on(session, ids, viewer_id=person_id),
    )


def _stairs(
    catalogue: Catalogue, climbed: Collection[int], *, on: date
) -> dict[Mindset, tuple[Stone, ...]]:
    """What was climbed in one year. Nothing of it is the next: that is what Home is for."""
    found = stones_by_mindset(catalogue, climbed, {}, on=on)
    return {
        mindset: tuple(
            replace(stone, state="later") if stone.state == "now" else stone for stone in stones
        )
        for mindset, stones in found.items()
    }


def _awards(session: Session, person_id: int, *, year: int) -> list[StandingAward]:
    newest_first = standing_awards(session, person_id)
    return [
        one
        for one in reversed(newest_first)
        if fiscal_year_start(day_of(one.awarded_at)).year == year
    ]
