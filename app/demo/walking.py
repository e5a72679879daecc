"""What one person does, day by day: a pure function of the seed, the person and the world."""

from dataclasses import dataclass
from random import Random

from app.demo.people import DemoPerson
from app.demo.replying import NEVER, react, review
from app.demo.stories import story_of
from app.demo.submissions import DemoSubmission, Rung, at_once, habit
from app.demo.world import World
from challenges.calendar import day_of
from challenges.catalogue.published import PublishedChallenge
from challenges.vocabulary import Check

USUAL_DAYS = 162
"""Working days in 240 days, the usual length of a demo."""
GO_ON = 0.5
"""How often somebody goes on with a staircase instead of beginning another one."""
HABIT_TAKES = 7
"""Working days that each day of a habit takes at most."""


def walk(world: World, who: DemoPerson) -> list[DemoSubmission]:
    """Everything the person submitted, by their story or drawn at random, earliest first."""
    if who.story:
        return story_of(world, who)
    random = Random(f"{world.seed}/{who.id}")
    way = Way(world, who, random)
    for place in _days_of(world, who, random):
        way.go_on(place)
    return way.submissions


def _days_of(world: World, who: DemoPerson, random: Random) -> list[int]:
    """The days on which they do something: a few for most people, many for some, or none."""
    luck = max(random.random(), 0.5 if who.account else 0)
    most = 0 if luck < 0.2 else random.randint(1, 8) if luck < 0.68 else random.randint(8, 28)
    if luck > 0.93:
        most = random.randint(20, 54)
    count = round(most * world.warmth(who.unit) * len(world.days) / USUAL_DAYS)
    return sorted(world.days.some(random) for _ in range(count))


@dataclass(slots=True)
class Begun:
    """A staircase that somebody has begun."""

    challenge: PublishedChallenge
    climbed: int = 0
    free_from: int = 0
    """Place of the first day on which the next step may be submitted."""

    @property
    def is_open(self) -> bool:
        return self.climbed < len(self.challenge.steps)


class Way:
    """The staircases of one person, as they stand on a day."""

    def __init__(self, world: World, who: DemoPerson, random: Random) -> None:
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
        """Submit the step. Returns the place of the day of its acceptance, or NEVER."""
        if rung.step.days > 1:
            return self._get_used(rung, place)
        at = self.world.days.moment(self.random, place)
        evidence = self.world.words.evidence(self.random, rung, at)
        if rung.step.check is Check.MANAGER and not evidence.is_already_doing:
            submission = DemoSubmission(rung, self._unit(place), at, evidence)
            self.submissions.append(submission)
            return review(self.world, submission, place, person=self.who.id, random=self.random)
        submission = at_once(rung, unit=self._unit(place), evidence=evidence, at=at)
        if rung.step.check is Check.MANAGER:
            submission.asked_unit, _ = self.world.organisation.asked(
                submission.unit, person=self.who.id
            )
        return self._done(submission, place)

    def _get_used(self, rung: Rung, first: int) -> int:
        """Practise on some of the coming days. Whoever leaves or is transferred leaves a draft."""
        days = self.world.days
        later = range(first + 1, first + HABIT_TAKES * rung.step.days)
        places = [first, *sorted(self.random.sample(later, rung.step.days - 1))]
        unit = self._unit(first)
        done = [place for place in places if self._is_there(place) and self._unit(place) == unit]
        done = [
            place
            for place in done
            if (days.days[place] - days.days[first]).days < rung.step.within_days
        ]
        reflections = zip(
            done, self.world.words.reflections(self.random, rung, len(done)), strict=True
        )
        submission = habit(
            rung,
            unit=unit,
            days=[(days.moment(self.random, place), words) for place, words in reflections],
        )
        if submission.stands:
            return self._done(submission, done[-1])
        self.submissions.append(submission)
        return NEVER

    def _done(self, submission: DemoSubmission, place: int) -> int:
        self.submissions.append(submission)
        return react(self.world, submission, place, person=self.who.id, random=self.random)

    def _unit(self, place: int) -> int:
        return self.who.unit_on(self.world.days.days[place])
