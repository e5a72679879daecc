"""What the people of the demo write, drawn from ``words.yaml``."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

from app.demo.submissions import Rung
from challenges.catalogue import yaml_files
from challenges.recognition.stamps import Stamp
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import Check

FILE = Path(__file__).with_name("words.yaml")
PLACES = (
    "https://example.slack.com/archives/C{channel:010X}/p{stamp}",
    "https://example.slack.com/archives/C{channel:010X}/p{stamp}",
    "https://wiki.example.jp/pages/{page}",
    "https://docs.example.jp/d/{page}",
)
"""Links lead nowhere: these domains are reserved for examples."""
SCORES = (80, 80, 80, 90, 90, 100)
ALREADY = 0.1
"""Share of first steps that people say they have done before."""
OF_ITS_OWN = 0.7
"""Share of endorsements whose words are about the challenge."""
WITH_WORDS = 0.35
"""Share of cheers that say more than their stamp."""


class Words:
    """The file, read once."""

    def evidence(self, random: Random, rung: Rung, at: datetime) -> Evidence:
        """The evidence of a submission for this step."""
        check = rung.step.check
        if check is Check.QUIZ:
            return Evidence(quiz_score=random.choice(SCORES))
        [reflection] = self.reflections(random, rung, 1)
        link = self.link(random, at) if check is Check.LINK else None
        is_already_doing = rung.step.number == 1 and random.random() < ALREADY
        return Evidence(reflection, link, is_already_doing=is_already_doing)

    def reflections(self, random: Random, rung: Rung, count: int) -> list[str]:
        """So many lines about what was done, different ones if there are enough."""
        own = self._of(rung).get(rung.step.number, [])
        lines = own if len(own) >= count else [*own, *self._lines["any"][rung.step.stage]]
        first = (
            random.sample(lines, count) if len(lines) >= count else random.choices(lines, k=count)
        )
        return [line + random.choice(self._lines["tails"]) for line in first]

    def praise(self, random: Random, rung: Rung) -> str:
        """The words of an endorsement."""
        own = self._of(rung).get("praise", ())
        middle = _one(
            random, own if own and random.random() < OF_ITS_OWN else self._lines["praises"]
        )
        return f"{_one(random, self._lines['opens'])}{middle}{_one(random, self._lines['closes'])}"

    def question(self, random: Random, rung: Rung) -> tuple[str, str]:
        """What a manager asks about a submission, and what its person answers."""
        review = random.choice(self._of(rung).get("reviews") or self._lines["reviews"])
        return review["ask"], review["answer"]

    def cheer(self, random: Random, stamp: Stamp) -> str:
        """The words of a cheer, or "": most people only leave the stamp."""
        return _one(random, self._lines["cheers"][stamp]) if random.random() < WITH_WORDS else ""

    def void_reason(self, random: Random) -> str:
        """Why the DX office took a completion back."""
        return _one(random, self._lines["voids"])

    def link(self, random: Random, at: datetime) -> str:
        """The address of some evidence."""
        stamp, page = int(at.timestamp() * 1_000_000), random.getrandbits(32)
        return random.choice(PLACES).format(channel=random.getrandbits(40), stamp=stamp, page=page)

    def _of(self, rung: Rung) -> dict[Any, Any]:
        return dict(self._lines["challenges"].get(rung.challenge.slug, {}))

    @cached_property
    def _lines(self) -> dict[str, Any]:
        data, _places = yaml_files.read(FILE)
        return dict(data)


def _one(random: Random, lines: Sequence[str]) -> str:
    return random.choice(lines)
