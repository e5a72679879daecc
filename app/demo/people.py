"""The people of the demo as plain values: where they work, as what, and what happens to them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from app.demo.accounts import ACCOUNTS, HOME, HOME_SIZE, Account
from app.demo.days import Days
from app.demo.units import DemoUnit
from challenges.calendar import day_of, fiscal_year_start
from challenges.vocabulary import MembershipKind

AT_THE_TOP = 3
"""A head of department and two deputy heads."""
TWO_MANAGERS = 7
"""A unit of so many people or more has a second manager."""
POSTS = ("主幹", "主査", "主査", "主任", "主任", "主事", "主事", "技師", "会計年度任用職員")
RESTED = 0.03
ACCOUNTS_FROM = 4
"""The place in the unit of its first demo account that manages nobody."""
STORIES = {
    0: "manager",
    ACCOUNTS_FROM: "staff",
    ACCOUNTS_FROM + 1: "colleague",
    ACCOUNTS_FROM + 2: "neighbour",
}
"""Whose story of ``stories.yaml`` it is, by place in the unit of ``staff``."""


@dataclass(slots=True)
class DemoPerson:
    """A person without a name: names are drawn when the rows are written, to save memory."""

    id: int
    unit: int
    place: int
    """Place in the unit; the manager's is 0."""
    post: str
    since: date
    kind: MembershipKind = MembershipKind.STAFF
    account: Account | None = None
    story: str | None = None
    """Name of their story in ``stories.yaml``, if they have one."""
    stands_in: bool = False
    """Whether they are also a deputy of the manager."""
    also_in: int | None = None
    """The unit of a second membership."""
    came_from: int | None = None
    moved_on: date | None = None
    """The first day in the unit, if they came from another one."""
    rested: tuple[datetime, datetime] | None = None
    """A rest that is over, from-to."""
    paused_at: datetime | None = None
    left_at: datetime | None = None

    @property
    def is_manager(self) -> bool:
        """Whether challenges for managers are offered to them."""
        return self.kind is MembershipKind.MANAGER or self.stands_in

    @property
    def ends_at(self) -> datetime | None:
        """When they left or paused; they do nothing after that."""
        return self.left_at or self.paused_at

    def rested_on(self, day: date) -> bool:
        """Whether the day lies in the rest that is over."""
        if self.rested is None:
            return False
        begun_at, ended_at = self.rested
        return day_of(begun_at) <= day <= day_of(ended_at)

    def unit_on(self, day: date) -> int:
        """The unit that gets the credit for what they do on that day."""
        return (
            self.came_from
            if self.came_from and self.moved_on and day < self.moved_on
            else self.unit
        )


@dataclass
class Organisation:
    """The units, and who manages them. Managers are never transferred."""

    units: list[DemoUnit]
    managers: dict[int, list[int]] = field(default_factory=dict)
    deputies: dict[int, list[int]] = field(default_factory=dict)

    def take_in(self, one: DemoPerson) -> None:
        """Remember them if they manage or stand in."""
        if one.kind is MembershipKind.MANAGER:
            self.managers.setdefault(one.unit, []).append(one.id)
        elif one.stands_in:
            self.deputies.setdefault(one.unit, []).append(one.id)

    def asked(self, unit: int, *, person: int) -> tuple[int | None, list[int]]:
        """The unit that reviews a submission of this person's, and who may decide there.

        It is the nearest one, upwards from ``unit``, that has a manager other than the person.
        """
        here: int | None = unit
        while here is not None:
            managers = [one for one in self.managers.get(here, ()) if one != person]
            if managers:
                return here, managers + [
                    one for one in self.deputies.get(here, ()) if one != person
                ]
            here = self.units[here - 1].parent
        return None, []


def people_of(units: list[DemoUnit], *, staff: int, seed: int, days: Days) -> Iterator[DemoPerson]:
    """Everybody, unit by unit, with ids from 1."""
    random = Random(f"{seed}/people")
    rests = Random(f"{seed}/rests")
    last = 0
    elsewhere = [unit.number for unit in units if not unit.is_department]
    for unit, size in zip(units, _sizes(units, staff, random), strict=True):
        for place in range(size):
            last += 1
            one = _someone(last, unit, place, size, random, days)
            _give_a_life(one, elsewhere, random, days)
            _let_rest(one, rests, days)
            yield one


def _sizes(units: list[DemoUnit], staff: int, random: Random) -> Iterator[int]:
    """How many work in each: about 5 to 30, and ``staff`` in all."""
    weights = [
        0.0 if unit.is_department or unit.path == HOME else random.triangular(5, 30, 8)
        for unit in units
    ]
    free = staff - HOME_SIZE - AT_THE_TOP * sum(unit.is_department for unit in units)
    heaped, given = 0.0, 0
    for unit, weight in zip(units, weights, strict=True):
        heaped += weight
        share = round(free * heaped / sum(weights)) - given
        given += share
        yield AT_THE_TOP if unit.is_department else HOME_SIZE if unit.path == HOME else share


def _someone(
    id_: int, unit: DemoUnit, place: int, size: int, random: Random, days: Days
) -> DemoPerson:
    first_day = fiscal_year_start(days.days[0])
    since = first_day.replace(year=first_day.year - random.randrange(4))
    one = DemoPerson(id_, unit.number, place, random.choice(POSTS), since)
    if place == 0 or unit.is_department or (place == 1 and size >= TWO_MANAGERS):
        one.kind = MembershipKind.MANAGER
        one.post = unit.head if place == 0 else "次長" if unit.is_department else f"副{unit.head}"
    elif place == 2:
        one.post, one.stands_in = POSTS[0], random.random() < 0.2
    one.account = _account(unit, place)
    one.story = STORIES.get(place) if unit.path == HOME else None
    return one


def _account(unit: DemoUnit, place: int) -> Account | None:
    here = [account for account in ACCOUNTS if account.unit == unit.path]
    if place == 0:
        return next((account for account in here if account.is_manager), None)
    others = [account for account in here if not account.is_manager]
    return others[place - ACCOUNTS_FROM] if 0 <= place - ACCOUNTS_FROM < len(others) else None


def _give_a_life(one: DemoPerson, elsewhere: list[int], random: Random, days: Days) -> None:
    """Let some be transferred, pause, leave, or have a second membership."""
    # Drawn for everybody, so that a new story does not change the lives of all who come after it.
    luck = random.random()
    if one.account or one.story or one.place < 3:
        return
    if luck < 0.06:
        _transfer(one, elsewhere, random, days)
    elif luck < 0.066:
        one.left_at = days.moment(random, days.some(random))
    elif luck < 0.08:
        one.paused_at = days.moment(random, days.some(random))
    elif luck < 0.11:
        one.also_in = random.choice(
            [number for number in random.sample(elsewhere, 2) if number != one.unit]
        )


def _let_rest(one: DemoPerson, random: Random, days: Days) -> None:
    """A few took a rest and came back. Those whom the demo relies on did not."""
    if random.random() > RESTED or one.account or one.story or one.place < 3 or one.ends_at:
        return
    first = days.some(random)
    last = first + random.randrange(5, 30)
    if last < len(days):
        one.rested = days.moment(random, first), days.moment(random, last)


def _transfer(one: DemoPerson, elsewhere: list[int], random: Random, days: Days) -> None:
    quarters = [day for day in _quarters(days) if days.days[0] < day]
    if quarters:
        one.came_from = random.choice(
            [number for number in random.sample(elsewhere, 2) if number != one.unit]
        )
        one.moved_on = random.choice(quarters)


def _quarters(days: Days) -> list[date]:
    """First days of quarters within the demo's days. People are transferred on these."""
    years = range(days.days[0].year, days.days[-1].year + 1)
    firsts = [date(year, month, 1) for year in years for month in (1, 4, 7, 10)]
    return [day for day in firsts if days.days[0] < day <= days.days[-1]]
