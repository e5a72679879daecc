"""One person's way through eight months, step by step and in order, as a pure function of seed,
person and days."""

from dataclasses import dataclass
from random import Random

from app.demo.people import Someone
from app.demo.replying import NEVER, review, tell
from app.demo.stories import story_of
from app.demo.submissions import DemoSubmission, Rung, at_once, habit
from app.demo.world import World
from challenges.calendar import day_of
from challenges.catalogue.published import PublishedChallenge
from challenges.vocabulary import Check

USUAL_DAYS = 162
"""Working days in 240 days."""
GO_ON = 0.5
"""How often somebody goes on with what they began rather than looking for something new."""
HABIT_TAKES = 7
"""Working days at most, for each day of a habit."""


def walk(world: World, who: Someone) -> list[DemoSubmission]:
    """Everything the person submitted, earliest first. Those with a story of their own walk as it
    says."""
    if who.story:
        return story_of(world, who)
    random = Random(f"{world.seed}/{who.id}")
    way = Way(world, who, random)
    for place in _days_of(world, who, random):
        way.go_on(place)
    return way.submissions


def _days_of(world: World, who: Someone, random: Random) -> list[int]:
    """The days on which they do something: many people on a few, a few on many, some never."""
    luck = max(random.random(), 0.5 if who.account else 0)
    most = 0 if luck < 0.2 else random.randint(1, 8) if luck < 0.68 else random.randint(8, 28)
    if luck > 0.93:
        most = random.randint(20, 54)
    count = round(most * world.warmth(who.unit) * len(world.days) / USUAL_DAYS)
    return sorted(world.days.some(random) for _ in range(count))


@dataclass(slots=True)
class Begun:
    """A staircase somebody is on."""

    challenge: PublishedChallenge
    climbed: int = 0
    free_from: int = 0
    """The place of the first day on which the next step may be climbed."""

    @property
    def is_open(self) -> bool:
        return self.climbed < len(self.challenge.steps)


class Way:
    """One person's staircases as they stand on a day."""

    def __init__(self, world: World, who: Someone, random: Random) -> None:
        self.world, self.who, self.random = world, who, random
        self.submissions: list[DemoSubmission] = []
        self._begun: dict[int, Begun] = {}
        """By challenge."""
        ends = who.ends_at
        self._end = world.days.place_of(day_of(ends)) if ends else len(world.days)

    def go_on(self, place: int) -> None:
        """Climb something on that day, if there is anything to climb."""
        begun = self._next(place) if self._is_there(place) else None
        if begun is not None:
            rung = Rung(begun.challenge, begun.challenge.steps[begun.climbed])
            begun.climbed += 1
            begun.free_from = self._climb(rung, place) + 1

    def _is_there(self, place: int) -> bool:
        return place < self._end and not self.who.rested_on(self.world.days.days[place])

    def _next(self, place: int) -> Begun | None:
        going = [one for one in self._begun.values() if one.free_from <= place and one.is_open]
        if going and self.random.random() < GO_ON:
            return self.random.choice(going)
        offered, heaped = self.world.offers[self.who.is_manager]
        found = self.random.choices(offered, cum_weights=heaped)[0]
        if found.id not in self._begun:
            return self._begun.setdefault(found.id, Begun(found))
        return self.random.choice(going) if going else None

    def _climb(self, rung: Rung, place: int) -> int:
        """DemoSubmission it; the place of the day on which it was decided, or NEVER."""
        if rung.step.days > 1:
            return self._get_used(rung, place)
        at = self.world.days.moment(self.random, place)
        evidence = self.world.words.evidence(self.random, rung, at)
        if rung.step.check is Check.MANAGER:
            submission = DemoSubmission(rung, self._office(place), at, evidence)
            self.submissions.append(submission)
            return review(self.world, submission, place, person=self.who.id, random=self.random)
        return self._done(at_once(rung, unit=self._office(place), evidence=evidence, at=at), place)

    def _get_used(self, rung: Rung, first: int) -> int:
        """Do it on days to come, within a few weeks; who stops half-way, or is transferred, leaves
        a draft."""
        days = self.world.days
        later = range(first + 1, first + HABIT_TAKES * rung.step.days)
        places = [first, *sorted(self.random.sample(later, rung.step.days - 1))]
        unit = self._office(first)
        done = [place for place in places if self._is_there(place) and self._office(place) == unit]
        done = [
            place
            for place in done
            if (days.days[place] - days.days[first]).days < rung.step.within_days
        ]
        said = zip(done, self.world.words.reflections(self.random, rung, len(done)), strict=True)
        submission = habit(
            rung,
            unit=unit,
            days=[(days.moment(self.random, place), words) for place, words in said],
        )
        if submission.stands:
            return self._done(submission, done[-1])
        self.submissions.append(submission)
        return NEVER

    def _done(self, submission: DemoSubmission, place: int) -> int:
        self.submissions.append(submission)
        return tell(self.world, submission, place, person=self.who.id, random=self.random)

    def _office(self, place: int) -> int:
        return self.who.office_on(self.world.days.days[place])
