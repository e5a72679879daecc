"""Who cheered whom in the demo. Colleagues most of all, and now and then somebody of another unit.

The people whom a visitor meets have cheers of every kind: given, taken back, thanked for, shown.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.demo.people import DemoPerson
from app.demo.world import World
from challenges.calendar import day_of
from challenges.catalogue import yaml_files
from challenges.catalogue.models import Challenge, Step
from challenges.outbox import Fact
from challenges.people.visibility import allows
from challenges.recognition.budgets import BASE, week_of
from challenges.recognition.events import Cheered, CheerEvent, CheerTakenBack, CheerThanked
from challenges.recognition.models import Cheer, CheerBudget
from challenges.recognition.stamps import Stamp
from challenges.submissions.models import Completion, Submission
from challenges.vocabulary import Consent

LATELY = timedelta(days=70)
SHARE, SHARE_ELSEWHERE = 0.16, 0.05
"""Of the steps that colleagues see, and of those with words that everybody sees: how many somebody
cheers."""
THANKED, SHOWN, TAKEN_BACK = 0.5, 0.25, 0.03
STAMPS = tuple(Stamp)
REGRET = timedelta(minutes=10)
FILE = Path(__file__).with_name("cheers.yaml")


@dataclass(frozen=True, slots=True)
class Given:
    """A cheer, before it is a row."""

    completion: Any
    by: DemoPerson
    stamp: Stamp
    words: str
    at: datetime
    is_thanked: bool
    is_shown: bool
    is_taken_back: bool


class Cheering:
    """Draws the cheers, each within the budget of its giver."""

    def __init__(self, world: World, people: Sequence[DemoPerson]) -> None:
        self._world, self._random = world, Random(f"{world.seed}/cheers")
        self._people = {one.id: one for one in people}
        self._of_unit: dict[int, list[DemoPerson]] = defaultdict(list)
        self._met = {
            name: one
            for one in people
            if (name := one.story or (one.account.number if one.account else ""))
        }
        for one in people:
            if one.ends_at is None and one.came_from is None:
                self._of_unit[one.unit].append(one)
        self._seen: set[tuple[int, int]] = set()
        self.spent: Counter[tuple[int, date]] = Counter()

    def told(self, completions: Sequence[Any]) -> Iterator[Given]:
        """The cheers of those whom a visitor meets."""
        by_place = {(one.person_id, one.slug, one.number): one for one in completions}
        told, _lines = yaml_files.read(FILE)
        for one in told:
            giver, receiver = self._met.get(one["by"]), self._met.get(one["to"])
            done = by_place.get((receiver.id, one["slug"], one["step"])) if receiver else None
            if giver and done:
                yield Given(
                    completion=done,
                    by=giver,
                    stamp=Stamp(one["stamp"]),
                    words=one.get("words", ""),
                    at=self._moment(len(self._world.days) - 1 - one["ago"], done.happened_at),
                    is_thanked="thanked" in one,
                    is_shown="shown" in one,
                    is_taken_back="taken_back" in one,
                )

    def drawn(self, completions: Sequence[Any]) -> Iterator[Given]:
        """What others gave, by chance."""
        everybody = [one for ones in self._of_unit.values() for one in ones]
        for done in completions:
            receiver = self._people[done.person_id]
            is_met = receiver.story or receiver.account
            if done.shows_steps and not is_met and self._random.random() < SHARE:
                yield from self._by_somebody(done, self._of_unit[receiver.unit])
            if done.shows_words and self._random.random() < SHARE_ELSEWHERE:
                yield from self._by_somebody(done, everybody)

    def _by_somebody(self, done: Any, among: Sequence[DemoPerson]) -> Iterator[Given]:
        giver = self._random.choice(among) if among else None
        if giver is None or giver.id == done.person_id or giver.account:
            return
        place = self._world.days.place_of(day_of(done.happened_at)) + self._random.randrange(4)
        stamp = self._random.choice(STAMPS)
        given = Given(
            completion=done,
            by=giver,
            stamp=stamp,
            words=self._world.words.cheer(self._random, stamp),
            at=self._moment(place, done.happened_at),
            is_thanked=self._random.random() < THANKED,
            is_shown=self._random.random() < SHOWN,
            is_taken_back=self._random.random() < TAKEN_BACK,
        )
        if self.spent[giver.id, week_of(given.at)] < BASE and self._is_new(given):
            yield given

    def _is_new(self, given: Given) -> bool:
        key = given.completion.id, given.by.id
        is_new = key not in self._seen
        self._seen.add(key)
        return is_new

    def _moment(self, place: int, after: datetime) -> datetime:
        """A time on that working day, or on the day of the step, after it."""
        days = self._world.days
        place = min(max(place, days.place_of(day_of(after)), 0), len(days) - 1)
        return days.moment(self._random, place, after=after)

    def row(self, given: Given) -> dict[str, Any]:
        """The row of a cheer; what it costs is spent."""
        at, week = given.at, week_of(given.at)
        back = min(at + REGRET, self._world.days.at) if given.is_taken_back else None
        is_refunded = back is not None and week_of(back) == week
        self.spent[given.by.id, week] += not is_refunded
        receiver, day = self._people[given.completion.person_id], day_of(at)
        return {
            "completion_id": given.completion.id,
            "giver_id": given.by.id,
            "receiver_id": receiver.id,
            "stamp": given.stamp,
            "words": given.words,
            "given_at": at,
            "week": week,
            "taken_back_at": back,
            "refunded": is_refunded,
            "shown_to_others": given.is_shown,
            "thanked_at": at if given.is_thanked and back is None else None,
            "other_unit": receiver.unit_on(day) not in (given.by.unit_on(day), given.by.also_in),
        }


def add_cheers(session: Session, world: World, people: Sequence[DemoPerson]) -> None:
    """Add cheers for what was climbed lately, with the budgets that they took."""
    completions = session.execute(_lately(world.days.at - LATELY)).all()
    cheering = Cheering(world, people)
    rows = [cheering.row(one) for one in cheering.told(completions)]
    rows += [cheering.row(one) for one in cheering.drawn(completions)]
    if not rows:
        return
    session.execute(insert(Cheer), rows)
    session.execute(
        insert(CheerBudget),
        [
            {"giver_id": giver_id, "week": week, "spent": spent}
            for (giver_id, week), spent in cheering.spent.items()
        ],
    )
    facts = [_fact(event) for cheer in session.scalars(select(Cheer)) for event in _events(cheer)]
    session.execute(insert(Fact), facts)


def _lately(since: datetime) -> Any:
    """Steps of that time, with what their people show to others."""
    return (
        select(
            Completion.id,
            Completion.person_id,
            Completion.happened_at,
            allows(Consent.STEPS, by=Completion.person_id).label("shows_steps"),
            Submission.words_shown_at.is_not(None).label("shows_words"),
            Challenge.slug,
            Step.number,
        )
        .join(Submission, Submission.id == Completion.submission_id)
        .join(Step, Step.id == Completion.step_id)
        .join(Challenge, Challenge.id == Step.challenge_id)
        .where(Completion.voided_at.is_(None), Completion.happened_at >= since)
        .order_by(Completion.id)
    )


def _events(cheer: Cheer) -> Iterator[CheerEvent]:
    yield Cheered.of(cheer, at=cheer.given_at)
    if cheer.taken_back_at:
        yield CheerTakenBack.of(cheer, at=cheer.taken_back_at)
    if cheer.thanked_at:
        yield CheerThanked.of(cheer, at=cheer.thanked_at)


def _fact(event: CheerEvent) -> dict[str, Any]:
    """Fanned out already, so that no relay carries it to anybody."""
    at = event.occurred_at
    return {"kind": event.kind, "about": event.about(), "occurred_at": at, "fanned_out_at": at}
