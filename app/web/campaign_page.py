"""What the page of one campaign shows of it, whoever reads: staff, or the office in a preview.

Both render templates/campaigns/campaign.html with these values, so that they cannot differ.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.queries.campaigns import SeenCampaign
from app.web import catalogue
from app.web.campaign_steps import next_small_step, steps_of
from app.web.language import language
from app.web.wording import campaign_promise
from app.web.wording import campaigns as wording
from app.web.wording.numbers import in_words
from challenges.campaigns import nominations
from challenges.markdown import as_html
from challenges.progress.staircases import Stone, rungs, stones, stones_of_steps
from challenges.progress.suggesting import Suggestion
from challenges.shares import SMALLEST_GROUP
from challenges.submissions.queries import OpenSubmission


@dataclass(frozen=True, slots=True)
class Reader:
    """Where somebody stands. Without values: a member of staff on their first look."""

    is_manager: bool = False
    is_asked: bool = True
    """Whether the page may ask them for a step."""
    climbed: Collection[int] = ()
    """Ids of all steps that they have climbed."""
    counted: Collection[int] = ()
    """Ids of those that count in the campaign."""
    submissions: Mapping[int, OpenSubmission] = field(default_factory=dict)


@dataclass(frozen=True)
class MyPart:
    """One's own stair within a campaign, and the next step of it if one may be asked for one."""

    steps: int
    stones: tuple[Stone, ...]
    next: Suggestion | None


def campaign_values(seen: SeenCampaign, reader: Reader, *, on: date) -> dict[str, Any]:
    """Everything that the template needs but for what others did: log, lines, shares."""
    challenges = catalogue.current().challenges
    chosen = seen.chosen(challenges, for_manager=reader.is_manager)
    texts = seen.definition.wording(language())
    climbed, submissions = reader.climbed, reader.submissions
    return {
        "campaign": seen,
        "phase": seen.phase(on),
        "has_days": True,
        "texts": texts,
        "purpose": as_html(texts.purpose),
        "mindsets": list(dict.fromkeys(challenge.mindset for challenge, _steps in chosen)),
        "heading": wording.heading(seen, on=on),
        "working_days": wording.working_days_left(seen, on=on),
        "picture": wording.picture(seen),
        "mine": MyPart(
            steps=len(reader.counted),
            stones=stones_of_steps(steps_of(chosen), reader.counted, submissions, on=on),
            next=next_small_step(chosen, climbed, submissions, on=on) if reader.is_asked else None,
        ),
        "is_asked": reader.is_asked,
        "stairs": [(one, rungs(one, climbed, submissions, on=on)) for one, _steps in chosen],
        "stones": stones,
        "chosen": chosen,
        "promise": campaign_promise,
        "steps": challenges.by_step,
        "smallest_group": SMALLEST_GROUP,
        "in_words": in_words,
        "today": on,
        "may_nominate": seen.state in nominations.OPEN_TO,
        "longest_nomination": nominations.WORDS_LENGTH[1],
        **NOTHING_YET,
    }


NOTHING_YET: Mapping[str, Any] = {
    "lines": (),
    "has_more_lines": False,
    "log": None,
    "shares": None,
    "all_departments": None,
    "departments": None,
    "wrong": {},
    "typed": None,
}
"""What others did, on the first day of a campaign."""
