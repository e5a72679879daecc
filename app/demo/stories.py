"""The stories of the people whom a visitor of the demo meets, written by hand in stories.yaml."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from app.demo.days import Days
from app.demo.people import DemoPerson
from app.demo.submissions import DemoSubmission, Praise, Rung, at_once, habit
from app.demo.world import World
from challenges.calendar import day_of, month_of
from challenges.catalogue import yaml_files
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import Check

FILE = Path(__file__).with_name("stories.yaml")
REMEMBERED = timedelta(days=85)
"""How far back a story begins."""

Entry = dict[str, Any]
"""A submission as the file describes it."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One submission of a story, and the places of its days.

    These are one day, the days of a habit, or the days of a submission and of a question about it.
    """

    rung: Rung
    entry: Entry
    places: list[int]


def story_of(world: World, who: DemoPerson) -> list[DemoSubmission]:
    """What the person submitted. Steps that the catalogue does not have are skipped."""
    teller = Teller(world, who)
    return [teller.submission(chapter) for chapter in _chapters(world, _stories()[who.story or ""])]


@cache
def _stories() -> dict[str, list[Entry]]:
    data, _lines = yaml_files.read(FILE)
    return dict(data)


def _chapters(world: World, story: list[Entry]) -> Iterator[Chapter]:
    in_month = {month: iter(_spread(world.days, story, month)) for month in (0, 1, 2)}
    for entry in story:
        places = (
            _ago(world.days, entry["ago"])
            if "ago" in entry
            else _until(next(in_month[entry["month"]]), entry)
        )
        challenge = world.catalogue.by_slug.get(entry["slug"])
        step = challenge.step(entry["step"]) if challenge else None
        if challenge and step:
            yield Chapter(Rung(challenge, step), entry, places)


def _spread(days: Days, story: list[Entry], month: int) -> list[int]:
    """Spread the entries of one month evenly over its working days so far."""
    this, today = month_of(days.at), day_of(days.at)
    last = (this - timedelta(days=1)).replace(day=1)
    begin, end = [(this, today), (last, this), (today - REMEMBERED, last)][month]
    first = max(0, days.place_of(begin - timedelta(days=1)) + 1)
    room = days.place_of(end if month == 0 else end - timedelta(days=1)) + 1 - first
    count = sum(entry.get("month") == month for entry in story)
    return [min(first + (n + 1) * max(room, 0) // (count + 1), len(days) - 1) for n in range(count)]


def _until(place: int, entry: Entry) -> list[int]:
    """The day, and before it every second day of a habit."""
    before = len(entry.get("days", ()))
    place = max(place, 2 * before)
    return [place - 2 * back for back in range(before, -1, -1)]


def _ago(days: Days, ago: list[int]) -> list[int]:
    return [max(len(days) - 1 - back, 0) for back in ago]


class Teller:
    """Turns the chapters of one person into submissions."""

    def __init__(self, world: World, who: DemoPerson) -> None:
        self._world, self._who = world, who
        self._random = Random(f"{world.seed}/{who.story}")
        self._last = world.days.begin

    def submission(self, chapter: Chapter) -> DemoSubmission:
        """The submission with everything that became of it."""
        entry, check = chapter.entry, chapter.rung.step.check
        if chapter.rung.step.days > 1:
            return self._habit(chapter)
        at = self._moment(chapter.places[0])
        link = self._world.words.link(self._random, at) if check is Check.LINK else None
        evidence = Evidence(entry.get("words", ""), link, 90 if check is Check.QUIZ else None)
        if check is Check.MANAGER:
            return self._open(chapter, DemoSubmission(chapter.rung, self._who.unit, at, evidence))
        submission = at_once(chapter.rung, unit=self._who.unit, evidence=evidence, at=at)
        self._praise(chapter, submission)
        return submission

    def _habit(self, chapter: Chapter) -> DemoSubmission:
        words = [*chapter.entry["days"], chapter.entry.get("words", "")]
        days = [
            (self._moment(place), line) for place, line in zip(chapter.places, words, strict=False)
        ]
        return habit(chapter.rung, unit=self._who.unit, days=days)

    def _open(self, chapter: Chapter, submission: DemoSubmission) -> DemoSubmission:
        unit, managers = self._world.organisation.asked(submission.unit, person=self._who.id)
        submission.wait(unit=unit, since=submission.created_at)
        if "question" in chapter.entry:
            at = self._moment(chapter.places[1])
            submission.send_back(by=managers[0], question=chapter.entry["question"], at=at)
        return submission

    def _praise(self, chapter: Chapter, submission: DemoSubmission) -> None:
        if "praise" in chapter.entry:
            _, managers = self._world.organisation.asked(submission.unit, person=self._who.id)
            next_day = min(chapter.places[0] + 1, len(self._world.days) - 1)
            submission.praise = Praise(managers[0], chapter.entry["praise"], self._moment(next_day))

    def _moment(self, place: int) -> datetime:
        """A time on that day, after the previous one if that was the same day."""
        is_same_day = day_of(self._last) == self._world.days.days[place]
        self._last = self._world.days.moment(
            self._random, place, after=self._last if is_same_day else None
        )
        return self._last
