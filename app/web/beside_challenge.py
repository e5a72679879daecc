"""What stands beside the stairs of a challenge: others on the way, and a line to invite them."""

from dataclasses import dataclass

from app.clock import now
from app.config import config
from app.queries.others_on_challenge import (
    Helper,
    Looking,
    Numbers,
    SharedLine,
    numbers,
    others,
)
from app.web.language import language
from app.web.rendering import db_session, viewer
from challenges.calendar import day_of
from challenges.catalogue.published import PublishedChallenge


@dataclass(frozen=True)
class Invitation:
    """What a person may paste into Slack to invite a colleague to a challenge."""

    title: str
    address: str
    is_inside_only: bool

    @classmethod
    def to(cls, challenge: PublishedChallenge) -> "Invitation":
        return cls(
            challenge.wording[language()].title,
            f"{config().public_url}/challenges/{challenge.slug}",
            config().opens_inside_only,
        )


@dataclass(frozen=True)
class Beside:
    """What the page tells of others: numbers, lines that they show, and whom one may ask."""

    numbers: Numbers
    lines: list[SharedLine]
    helpers: list[Helper]

    @classmethod
    def of(cls, challenge: PublishedChallenge) -> "Beside":
        """Two statements."""
        looking = Looking(
            viewer_id=viewer().id,
            unit_id=viewer().unit_id,
            step_ids=[step.id for step in challenge.steps],
            on=day_of(now()),
        )
        found = others(db_session(), looking)
        return cls(
            numbers=numbers(db_session(), looking, kinds=config().counted_employments),
            lines=found.lines,
            helpers=found.helpers,
        )
