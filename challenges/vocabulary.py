"""Every enum of the domain: mindsets, stages, states, roles. Free of SQLAlchemy."""

from enum import StrEnum


class Mindset(StrEnum):
    """The three mindsets (心構え)."""

    LEARN = "LEARN"
    PRODUCE = "PRODUCE"
    CHALLENGE = "CHALLENGE"


class Stage(StrEnum):
    """The stage of a step (段階): tried, used to it, spread to others."""

    TRY = "TRY"
    HABIT = "HABIT"
    SPREAD = "SPREAD"


class Check(StrEnum):
    """Who or what checks a submission."""

    SELF = "self"
    LINK = "link"
    QUIZ = "quiz"
    MANAGER = "manager"


class Audience(StrEnum):
    """For whom a challenge or badge is meant."""

    EVERYONE = "everyone"
    MANAGERS = "managers"


class SubmissionState(StrEnum):
    """Where a submission stands. There is no "rejected": a reviewer may only ask for clarity."""

    DRAFT = "DRAFT"
    WAITING = "WAITING"
    SENT_BACK = "SENT_BACK"
    ACCEPTED = "ACCEPTED"
    WITHDRAWN = "WITHDRAWN"
    VOIDED = "VOIDED"


class DecidedHow(StrEnum):
    """What accepted the submission."""

    SELF = "SELF"
    QUIZ = "QUIZ"
    MANAGER = "MANAGER"
    OVERDUE = "OVERDUE"
    """It waited over five working days, and a busy manager never costs anyone a step."""


class VoidedHow(StrEnum):
    """Who took a completion back."""

    PERSON = "PERSON"
    """Its own person withdrew it."""
    MANAGER = "MANAGER"
    """The manager who had accepted it thought again."""
    OFFICE = "OFFICE"
    """The DX office voided it, with a reason."""


class Role(StrEnum):
    """What somebody may do beyond being staff. Managing is no role but a membership."""

    DX_OFFICE = "DX_OFFICE"
    COACH = "COACH"


class Consent(StrEnum):
    """What a person may allow. All are off until they say so."""

    SLACK = "SLACK"
    """Badges and endorsements may be posted on Slack with the name."""
    STEPS = "STEPS"
    """The managers and colleagues of the unit may see recent steps."""
    BADGES = "BADGES"
    """Everyone who is signed in may see the badges."""


class MembershipKind(StrEnum):
    """As what somebody is in a unit. A deputy stands in for its manager."""

    STAFF = "STAFF"
    MANAGER = "MANAGER"
    DEPUTY = "DEPUTY"
