"""Nobody can be found out: an attacker reads all that is published over thirteen months, knows how
large every unit is, and solves it with a linear program.

The attacker uses no code of ours but the steps of shares, which docs/api.md tells everybody.
"""

import csv
import io
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import highspy
import pytest

from app.indicators import closing
from app.indicators.activity import UnitMonth
from app.indicators.formulas import Figures
from challenges.calendar import TOKYO
from challenges.people.models import Unit
from challenges.shares import counts_behind

MONTHS = [date(2025 + (3 + n) // 12, (3 + n) % 12 + 1, 1) for n in range(13)]
APRIL = date(2026, 4, 1)
"""Two departments become one, and people move."""


@dataclass
class Section:
    unit: Unit
    people: int
    will: float
    """How likely somebody tries something in a month."""


@dataclass
class Prefecture:
    """Departments with their sections, as they change from month to month."""

    session: object
    chance: random.Random
    departments: dict[Unit, list[Section]] = field(default_factory=dict)

    def add_unit(self, name, parent=None):
        path = f"{parent.path}/{name}" if parent else name
        unit = Unit(name=name, path=path, parent_id=parent.id if parent else None)
        self.session.add(unit)
        self.session.flush()
        return unit

    def build(self, sections):
        for number in range(max(2, sections // 8)):
            top = self.add_unit(f"部{number}")
            # The first stands for the people of the department itself, such as its head.
            own = [Section(top, self.chance.choice([0, 2, 4, 7]), 0.4)]
            self.departments[top] = own
        tops = list(self.departments)
        for number in range(sections):
            top = tops[number % len(tops)]
            size = max(1, int(self.chance.lognormvariate(2.9, 0.6)))
            unit = self.add_unit(f"課{number}", top)
            will = self.chance.choice([0.0, 0.05, 0.3, 0.4, 0.6, 1.0])
            self.departments[top].append(Section(unit, size, will))

    def move(self):
        """A few people change places."""
        sections = [one for found in self.departments.values() for one in found]
        for _move in range(len(sections) // 4):
            away, to = self.chance.sample(sections, 2)
            if away.people > 1:
                away.people -= 1
                to.people += 1

    def reorganise(self):
        """Two departments become a new one; their sections get new rows below it."""
        first, second, *_rest = list(self.departments)
        gone = self.departments.pop(first) + self.departments.pop(second)
        top = self.add_unit("新部")
        self.departments[top] = [Section(top, 3, 0.4)]
        for one in gone[1:]:
            unit = self.add_unit(f"新{one.unit.name}", top)
            self.departments[top].append(Section(unit, one.people, one.will))

    def live_through(self, month):
        """Write down how many took a step in that month."""
        for found in self.departments.values():
            for one in found:
                tried = sum(self.chance.random() < one.will for _ in range(one.people))
                row = dict.fromkeys(UnitMonth.__table__.c.keys(), 0)
                row |= {"month": month, "unit_id": one.unit.id, "people": one.people}
                self.session.add(UnitMonth(**row | {"tried": tried}))
        self.session.flush()

    def sizes(self):
        """What the attacker knows: the people of each unit, by its id, its parent's beside it."""
        return {
            one.unit.id: (one.people, None if one.unit is top else top.id)
            for top, found in self.departments.items()
            for one in found
        }


@pytest.fixture
def lived(session):
    """``lived(sections)``: thirteen months are over and published. Gives the sizes by month."""

    def live(sections, seed=1):
        prefecture = Prefecture(session, random.Random(seed))
        prefecture.build(sections)
        known = {}
        for month in MONTHS:
            if month == APRIL:
                prefecture.reorganise()
            prefecture.move()
            prefecture.live_through(month)
            known[month] = prefecture.sizes()
            at = datetime.combine(month + timedelta(days=45), datetime.min.time(), TOKYO)
            for one in closing.computed_indicators():
                if one.definition.by_unit:
                    closing.publish(session, one, Figures(session, month), at=at)
        session.commit()
        return known

    return live


def everything(client):
    """Every measure that a program can read, page by page."""
    found, address = [], "/api/v1/measures?format=csv&limit=100"
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.text
        found += csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))
        link = answer.headers.get("Link", "")
        address = link.partition("<")[2].partition(">")[0] if 'rel="next"' in link else None
    return found


class Attacker:
    """What can be told of one month: an unknown number for each unit's own people."""

    def __init__(self, sizes, cells):
        self.sizes, self.cells = sizes, cells
        self.below = defaultdict(list)
        for unit, (_people, parent) in sizes.items():
            self.below[unit].append(unit)
            if parent is not None:
                self.below[parent].append(unit)
        self.below[None] = list(sizes)
        self.model = highspy.Highs()
        self.model.silent()
        self.own = {
            unit: self.model.addVariable(0, people) for unit, (people, _parent) in sizes.items()
        }
        for unit, cell in cells.items():
            self._read(unit, cell)

    def base(self, unit):
        return sum(self.sizes[one][0] for one in self.below[unit])

    def count(self, unit):
        return sum(self.own[one] for one in self.below[unit])

    def _read(self, unit, cell):
        if not cell["value"]:
            return
        if cell["numerator"]:
            self.model.addConstr(self.count(unit) == float(cell["numerator"]))
        finest = 1 if unit is None else 5
        least, most = counts_behind(round(float(cell["value"])), self.base(unit), finest=finest)
        self.model.addConstr(self.count(unit) >= least)
        self.model.addConstr(self.count(unit) <= most)

    def bounds(self, unit):
        """The least and the most that the unit's count can be."""
        self.model.minimize(self.count(unit))
        least = self.model.getInfo().objective_function_value
        self.model.maximize(self.count(unit))
        return least, self.model.getInfo().objective_function_value


def attack(client, known):
    """Assert that no hidden number can be told. Returns the share of cells that are hidden."""
    cells = defaultdict(dict)
    for row in everything(client):
        if row["indicator"] == "tried-share":
            unit = int(row["unit_id"]) if row["unit_id"] else None
            cells[date.fromisoformat(row["period"])][unit] = row
    hidden = total = 0
    for month, sizes in known.items():
        attacker = Attacker(sizes, cells[month])
        for unit, cell in cells[month].items():
            total += unit is not None
            if unit is None or cell["value"]:
                continue
            hidden += 1
            least, most = attacker.bounds(unit)
            base = attacker.base(unit)
            told = (month, unit, base, least, most)
            if base < 5:
                assert least <= 1e-6, told
                assert most >= base - 1e-6, told
            else:
                assert 2 * (most - least) >= base - 1e-6, told
    assert total > 0
    return hidden / total


def test_no_number_of_a_small_group_can_be_solved(lived, client):
    hidden = attack(client, lived(40))
    assert hidden < 0.35, hidden


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3))
def test_no_number_can_be_solved_in_a_whole_prefecture(lived, client, seed):
    hidden = attack(client, lived(330, seed))
    assert hidden < 0.25, hidden
