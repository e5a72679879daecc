"""Every table of every package: importing this module loads all models into ``metadata``."""

from app.consultation import ConsultationDesk
from app.demo.models import DemoLoad
from app.indicators.activity import PersonDay
from app.indicators.import_preview import MeasurePreview
from app.indicators.models import Measure, MeasureImport, UnitSuccessor
from app.indicators.statement_models import Statement
from app.indicators.stored_charts import StoredChart
from app.jobs.models import Job, ScheduleSlot
from app.notices.letter_models import Letter, LetterWish, PasswordRequest
from app.notices.models import Notice, NoticeHours, NoticeOff
from app.promise import PromiseBasis
from app.retention.periods import RetentionPeriod
from app.slack.posts.models import SlackPace, SlackPost
from app.studio.catalogue_terms import CatalogueTerms
from app.studio.models import AuditEntry, DraftRevision
from app.studio.tokens import ApiToken
from badges.models import Award, Badge, BadgeVersion
from challenges.campaigns.board import BoardPlace
from challenges.campaigns.models import Campaign
from challenges.campaigns.nominations import Nomination
from challenges.campaigns.pauses import DisasterPause
from challenges.campaigns.reports import CampaignReport
from challenges.campaigns.team_lights import TeamLight
from challenges.outbox import Delivery, Fact
from challenges.recognition.models import Cheer, CheerBudget, Endorsement, Silence
from challenges.recognition.pulse_models import (
    NotSuggested,
    PulseCount,
    PulseSkip,
    PulseTicket,
    PulseWords,
)
from challenges.storage.orm import Base
from challenges.submissions.putting_aside import PutAside
from challenges.words.models import Mask, PassedOn, SealedWords, SealingTerm, WordsReport

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Award",
    "Badge",
    "BadgeVersion",
    "BoardPlace",
    "Campaign",
    "CampaignReport",
    "CatalogueTerms",
    "Cheer",
    "CheerBudget",
    "ConsultationDesk",
    "Delivery",
    "DemoLoad",
    "DisasterPause",
    "DraftRevision",
    "Endorsement",
    "Fact",
    "Job",
    "Letter",
    "LetterWish",
    "Mask",
    "Measure",
    "MeasureImport",
    "MeasurePreview",
    "Nomination",
    "NotSuggested",
    "Notice",
    "NoticeHours",
    "NoticeOff",
    "PassedOn",
    "PasswordRequest",
    "PersonDay",
    "PromiseBasis",
    "PulseCount",
    "PulseSkip",
    "PulseTicket",
    "PulseWords",
    "PutAside",
    "RetentionPeriod",
    "ScheduleSlot",
    "SealedWords",
    "SealingTerm",
    "Silence",
    "SlackPace",
    "SlackPost",
    "Statement",
    "StoredChart",
    "TeamLight",
    "UnitSuccessor",
    "WordsReport",
    "is_ours",
    "metadata",
]


metadata = Base.metadata


def is_ours(_item: object, name: str | None, kind: str, *_rest: object) -> bool:
    """Whether Alembic compares this item with the models. procrastinate's tables have no models."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))
