"""What the people of the demo write, drawn from ``words.yaml``: each one that somebody could have written."""

from datetime import datetime
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

from app.demo.claims import Evidence, Rung
from challenges import yaml_files
from challenges.models import Check

FILE = Path(__file__).with_name("words.yaml")
PLACES = (
    "https://example.slack.com/archives/C{channel}/p{stamp}",
    "https://example.slack.com/archives/C{channel}/p{stamp}",
    "https://wiki.example.jp/pages/{page}",
    "https://docs.example.jp/d/{page}",
)
"""Where links lead: nowhere, because these domains are reserved for examples or made up."""
SCORES = (80, 80, 80, 90, 90, 100)
ALREADY = 0.1
"""How many of those who try a thing do it already."""


class Words:
    """The file, read once."""

    @cached_property
    def _said(self) -> dict[str, Any]:
        data, _lines = yaml_files.read(FILE)
        return dict(data)

    def evidence(self, random: Random, rung: Rung, at: datetime) -> Evidence:
        """What a claim on this step is made with."""
        check = rung.step.check
        if check is Check.QUIZ:
            return Evidence(quiz_score=random.choice(SCORES))
        link = self.link(random, at) if check is Check.LINK else None
        is_already_doing = rung.step.number == 1 and check is not Check.MANAGER and random.random() < ALREADY
        return Evidence(self.reflection(random, rung), link, None, is_already_doing)

    def reflection(self, random: Random, rung: Rung) -> str:
        """A line or two about what was done."""
        if rung.step.check is Check.MANAGER:
            first = random.choice(self._reports(rung))
        else:
            first = random.choice(self._lines(rung))
        return f"{first}{random.choice(self._said['tails'])}"

    def link(self, random: Random, at: datetime) -> str:
        """Somewhere to look, which leads nowhere."""
        return random.choice(PLACES).format(
            channel=f"{random.getrandbits(40):010X}"[:10],
            stamp=int(at.timestamp() * 1_000_000),
            page=random.getrandbits(32),
        )

    def one(self, random: Random, of: str) -> str:
        """One of the answers, questions, praises or voids."""
        return str(random.choice(self._said[of]))

    def _reports(self, rung: Rung) -> list[str]:
        own = self._said["reflections"].get(rung.challenge.slug, {})
        return list(own.get(f"{rung.step.stage}_REPORT") or self._said["reports"])

    def _lines(self, rung: Rung) -> list[str]:
        said, stage = self._said["reflections"], str(rung.step.stage)
        return [*said.get(rung.challenge.slug, {}).get(stage, ()), *said["any"][stage]]
