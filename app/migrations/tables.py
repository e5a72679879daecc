"""Every table of every package. Whoever makes, migrates or compares tables imports the metadata
from here."""

from app.demo.models import DemoLoad
from app.jobs.models import Job, ScheduleSlot
from app.slack.posts.models import SlackPace, SlackPost
from badges.models import Award, Badge, BadgeVersion
from challenges.storage.orm import Base

__all__ = [
    "Award",
    "Badge",
    "BadgeVersion",
    "DemoLoad",
    "Job",
    "ScheduleSlot",
    "SlackPace",
    "SlackPost",
    "is_ours",
    "metadata",
]


metadata = Base.metadata


def is_ours(_item: object, name: str | None, kind: str, *_rest: object) -> bool:
    """For Alembic: procrastinate's tables come with our migrations, but no model of ours describes
    them."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))
