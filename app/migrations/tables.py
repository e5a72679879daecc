"""Every table of every package: importing this module loads all models into ``metadata``."""

from app.demo.models import DemoLoad
from app.jobs.models import Job, ScheduleSlot
from app.promise import PromiseBasis
from app.slack.posts.models import SlackPace, SlackPost
from badges.models import Award, Badge, BadgeVersion
from challenges.outbox import Delivery, Fact
from challenges.recognition.models import Endorsement
from challenges.storage.orm import Base

__all__ = [
    "Award",
    "Badge",
    "BadgeVersion",
    "Delivery",
    "DemoLoad",
    "Endorsement",
    "Fact",
    "Job",
    "PromiseBasis",
    "ScheduleSlot",
    "SlackPace",
    "SlackPost",
    "is_ours",
    "metadata",
]


metadata = Base.metadata


def is_ours(_item: object, name: str | None, kind: str, *_rest: object) -> bool:
    """Whether Alembic compares this item with the models. procrastinate's tables have no models."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))
