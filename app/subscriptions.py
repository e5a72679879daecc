"""Who hears of what: each kind of fact, its subscribers by name, and what each of them does.

A subscriber's name is stored with its deliveries, so it does not change. The order has no meaning.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.indicators import changed_days as indicators
from app.jobs import noticing, recounting
from app.notices import subscribers as notices
from app.retention.events import EndorsementWordsGone
from app.slack.posts import forgetting, masked
from app.slack.posts import planning as slack
from badges import subscribers as badges
from badges.events import BadgeAwarded, BadgeReturned, BadgeTakenBack
from challenges.campaigns import subscribers as campaigns
from challenges.campaigns.events import (
    CampaignMoved,
    CampaignNeedsAttention,
    CampaignOpened,
    CampaignPublished,
    PartChanged,
    TeamLightLit,
)
from challenges.moderation.events import MaskLifted, WordsMasked
from challenges.outbox import Fact
from challenges.people.events import AppointmentsChanged, DeputiesChanged
from challenges.recognition.events import (
    Cheered,
    CheerTakenBack,
    CheerThanked,
    CompletionEndorsed,
    EndorsementWithdrawn,
)
from challenges.submissions.events import (
    StepClimbed,
    StepRestored,
    StepUndone,
    SubmissionSentBack,
    WaitingChanged,
)

Handler = Callable[[Session, Fact, datetime], None]
Subscriptions = Mapping[str, Mapping[str, Handler]]
"""Kind of fact → name of a subscriber → what it does."""

SUBSCRIPTIONS: Subscriptions = {
    StepClimbed.kind: {
        "badges": badges.on_step_climbed,
        "campaigns": campaigns.on_step_climbed,
        "indicators": indicators.on_completion_changed,
        "notices": notices.on_completion_changed,
    },
    StepUndone.kind: {
        "badges": badges.on_step_undone,
        "campaigns": campaigns.on_step_undone,
        "indicators": indicators.on_completion_changed,
        "notices": notices.on_completion_changed,
        "slack": slack.on_step_undone,
    },
    StepRestored.kind: {
        "badges": badges.on_step_restored,
        "campaigns": campaigns.on_step_restored,
        "indicators": indicators.on_completion_changed,
        "notices": notices.on_completion_changed,
        "slack": slack.on_step_restored,
    },
    CompletionEndorsed.kind: {
        "badges": badges.on_completion_endorsed,
        "indicators": indicators.on_completion_changed,
        "notices": notices.on_endorsement_changed,
        "slack": slack.on_completion_endorsed,
    },
    EndorsementWithdrawn.kind: {
        "badges": badges.on_endorsement_withdrawn,
        "indicators": indicators.on_completion_changed,
        "notices": notices.on_endorsement_changed,
        "slack": slack.on_endorsement_withdrawn,
    },
    EndorsementWordsGone.kind: {"slack": forgetting.on_endorsement_words_gone},
    WordsMasked.kind: {"notices": notices.on_mask_changed, "slack": masked.on_words_masked},
    MaskLifted.kind: {"notices": notices.on_mask_changed, "slack": masked.on_mask_lifted},
    Cheered.kind: {
        "badges": badges.on_cheer_changed,
        "indicators": indicators.on_completion_changed,
        "notices": notices.on_cheer_changed,
    },
    CheerTakenBack.kind: {
        "badges": badges.on_cheer_changed,
        "indicators": indicators.on_completion_changed,
        "notices": notices.on_cheer_changed,
    },
    CheerThanked.kind: {"notices": notices.on_cheer_changed},
    WaitingChanged.kind: {"notices": notices.on_waiting_changed},
    SubmissionSentBack.kind: {"notices": notices.on_submission_sent_back},
    BadgeAwarded.kind: {"notices": notices.on_badge_changed, "slack": slack.on_badge_awarded},
    BadgeReturned.kind: {"notices": notices.on_badge_changed, "slack": slack.on_badge_awarded},
    BadgeTakenBack.kind: {
        "notices": notices.on_badge_changed,
        "slack": slack.on_badge_taken_back,
    },
    CampaignOpened.kind: {"notices": noticing.on_campaign_opened},
    CampaignNeedsAttention.kind: {"notices": notices.on_campaign_needs_attention},
    CampaignPublished.kind: {"campaigns": recounting.on_campaign_published},
    CampaignMoved.kind: {"campaigns": recounting.on_campaign_moved},
    AppointmentsChanged.kind: {
        "campaigns": recounting.on_appointments_changed,
        "indicators": indicators.on_appointments_changed,
        "notices": noticing.on_appointments_changed,
    },
    DeputiesChanged.kind: {"notices": notices.on_deputies_changed},
    PartChanged.kind: {"badges": badges.on_part_changed},
    TeamLightLit.kind: {"badges": badges.on_team_light_lit},
}
