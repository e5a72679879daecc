"""Every table of every package. Whoever makes, migrates or compares tables imports the metadata
from here."""

from app.demo.models import DemoLoad
from app.slack.posts.models import SlackGate, SlackPost
from badges.models import Award, Badge, BadgeVersion
from challenges.storage.orm import Base

__all__ = ["Award", "Badge", "BadgeVersion", "DemoLoad", "SlackGate", "SlackPost", "metadata"]


metadata = Base.metadata
