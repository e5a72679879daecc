"""What the demo answered to the pulse: quarters that are over, and the one that goes on.

No answer is a row here either. Nobody has a ticket, so every visitor is still asked.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.demo.people import DemoPerson
from app.demo.world import World
from challenges.calendar import day_of
from challenges.recognition.pools import pools
from challenges.recognition.pulse import VALUES, quarter_of
from challenges.recognition.pulse_models import PulseCount, PulseWords

ANSWER = 0.55
"""Share of people who answer in a quarter."""
WEIGHTS = (6, 13, 30, 34, 17)
"""How often each value is chosen, from 1 to 5."""
WARMER = 2
"""How much more often the upper two are chosen, quarter by quarter."""
READ = (
    "係会で失敗を先に話してくれる人がいて、言いやすくなりました。",
    "急ぎの仕事では、まだ試す気持ちになれません。",
    "聞いたら笑われるかと思いましたが、そうではありませんでした。",
)
UNREAD = (
    "窓口のある日は、試す時間が取れません。",
    "中村課長が自分の失敗を話してくれるので、気が楽です。",
)
"""The office still has to read these for names. One has one."""


def add_pulse(session: Session, world: World, people: Sequence[DemoPerson]) -> None:
    """Add the counters of every quarter that the demo meets, and words of the last one that is
    over."""
    random = Random(f"{world.seed}/pulse")
    quarters = sorted({quarter_of(day) for day in world.days.days})
    here = _people_of_pools(world, people)
    rows = [
        row
        for number, quarter in enumerate(quarters)
        for unit, size in here.items()
        for row in _counters(random, quarter, unit, size, warmer=WARMER * number)
    ]
    if not rows:
        return
    session.execute(insert(PulseCount), rows)
    last = quarter_of(quarter_of(day_of(world.days.at)) - timedelta(days=1))
    session.execute(insert(PulseWords), list(_words(random, last)))


def _people_of_pools(world: World, people: Sequence[DemoPerson]) -> Counter[int]:
    """How many people answer in each unit that counts."""
    units = world.organisation.units
    staff = Counter(one.unit for one in people if one.left_at is None)
    found = pools({unit.number: unit.parent for unit in units}, staff)
    here: Counter[int] = Counter()
    for unit, size in staff.items():
        if unit in found:
            here[found[unit]] += size
    return here


def _counters(
    random: Random, quarter: date, unit: int, size: int, *, warmer: int
) -> Iterator[dict[str, Any]]:
    weights = [weight + warmer * (value > 3) for value, weight in zip(VALUES, WEIGHTS, strict=True)]
    chosen = Counter(random.choices(VALUES, weights, k=round(size * ANSWER)))
    for value in VALUES:
        yield {"quarter": quarter, "unit_id": unit, "value": value, "answers": chosen[value]}


def _words(random: Random, quarter: date) -> Iterator[dict[str, Any]]:
    for words in (*READ, *UNREAD):
        key = f"{random.getrandbits(128):032x}"
        yield {"key": key, "quarter": quarter, "words": words, "is_read": words in READ}
