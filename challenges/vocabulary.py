"""Every enum of the domain: mindsets, stages, states, roles.

Imports nothing, so that pure modules can use it. The values are stored in the database.
"""

from enum import StrEnum


class Mindset(StrEnum):
    """The three mindsets (心構え)."""

    LEARN = "LEARN"
    PRODUCE = "PRODUCE"
    CHALLENGE = "CHALLENGE"


class Stage(StrEnum):
    """The stage of a step (段階): try it, make it a habit, spread it to others."""

    TRY = "TRY"
    HABIT = "HABIT"
    SPREAD = "SPREAD"


class Check(StrEnum):
    """Who or what checks a submission."""

    SELF = "self"
    LINK = "link"
    QUIZ = "quiz"
    MANAGER = "manager"


class Need(StrEnum):
    """What a challenge cannot be climbed without. Most do without either."""

    PC = "pc"
    SLACK = "slack"


class Audience(StrEnum):
    """Whom a challenge or badge is for."""

    EVERYONE = "everyone"
    MANAGERS = "managers"


class SubmissionState(StrEnum):
    """Where a submission stands. There is no "rejected": a reviewer can only ask a question."""

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
    """Nobody reviewed it in time. A busy manager must not cost anyone a step."""
    ALREADY_DOING = "ALREADY_DOING"
    """The person said 「もうやっている」. Nobody checks that, a manager's step included."""


class VoidedHow(StrEnum):
    """Who took a completion back."""

    PERSON = "PERSON"
    """Its own person withdrew it."""
    MANAGER = "MANAGER"
    """The manager who had accepted it thought again."""
    OFFICE = "OFFICE"
    """The DX office voided it, with a reason."""


class Role(StrEnum):
    """What somebody may do beyond being staff. Managing a unit is a membership, not a role."""

    DX_OFFICE = "DX_OFFICE"
    COACH = "COACH"


class Consent(StrEnum):
    """What a person may allow. Every consent is off until the person gives it."""

    SLACK = "SLACK"
    """Badges and endorsements may be posted on Slack with the name."""
    STEPS = "STEPS"
    """Managers and colleagues of the unit may see recent steps."""
    BADGES = "BADGES"
    """Everybody who is signed in may see the badges."""
    HELP = "HELP"
    """Everybody who is signed in may see, on the page of a challenge that the person climbed, that
    one may ask them."""


class PraiseKind(StrEnum):
    """What was good about a step, in an endorsement."""

    CREATIVITY = "CREATIVITY"
    """創造性"""
    DESIGN = "DESIGN"
    """仕組みの良さ"""
    STEADINESS = "STEADINESS"
    """地道さ"""
    TEAMWORK = "TEAMWORK"
    """チームワーク"""
    RESULTS = "RESULTS"
    """成果"""


class MembershipKind(StrEnum):
    """What somebody is in a unit. A deputy stands in for its manager."""

    STAFF = "STAFF"
    MANAGER = "MANAGER"
    DEPUTY = "DEPUTY"


class Employment(StrEnum):
    """How somebody is employed (任用区分). Which kinds count is a setting."""

    REGULAR = "REGULAR"
    """正規"""
    FISCAL_YEAR = "FISCAL_YEAR"
    """会計年度任用: a contract for one fiscal year."""
    DISPATCHED = "DISPATCHED"
    """派遣受入: lent by another employer."""
    SECONDED = "SECONDED"
    """出向: lent to another employer."""
    OUTSOURCED = "OUTSOURCED"
    """委託: works for a contractor."""


class Site(StrEnum):
    """Where a unit is."""

    HEAD = "HEAD"
    """本庁"""
    BRANCH = "BRANCH"
    """出先機関"""


class CampaignState(StrEnum):
    """Where a campaign stands. It only goes forward, but for a return to DRAFT from WAITING."""

    DRAFT = "DRAFT"
    WAITING = "WAITING"
    """For the approval of a second person."""
    SCHEDULED = "SCHEDULED"
    """Published; its first day is still to come."""
    OPEN = "OPEN"
    CLOSED = "CLOSED"
    ARCHIVED = "ARCHIVED"
    """Out of the lists of the office. What it came to stays readable."""


class Cover(StrEnum):
    """The picture of a campaign, which grows with everybody's steps."""

    PEARLS = "pearls"
    """真珠いかだ"""
    TEA = "tea"
    """茶畑"""
    STONES = "stones"
    """石畳"""
    CEDARS = "cedars"
    """杉木立"""
    MIKAN = "mikan"
    """みかんの段畑"""
    PADDIES = "paddies"
    """田んぼ"""
    BOATS = "boats"
    """灯台と舟"""
    CORD = "cord"
    """組みひも"""


class GoalKind(StrEnum):
    """What a campaign hopes for together. Never a goal for a unit."""

    STEPS = "steps"
    """So many steps, all together."""
    SHARE = "share"
    """So many per cent of the people it reaches take part."""


class CampaignAct(StrEnum):
    """What the log of a campaign tells staff."""

    PUBLISHED = "PUBLISHED"
    RULES_CHANGED = "RULES_CHANGED"
    WORDING_CHANGED = "WORDING_CHANGED"
    OPENED = "OPENED"
    CLOSED = "CLOSED"
    STOPPED = "STOPPED"
    """Ended before its last day, with a reason."""
    PAUSED = "PAUSED"
    """By a disaster, for all units or some."""
    MOVED = "MOVED"
    """Its days were moved by the days that a disaster took."""
    BOARD = "BOARD"
    """The board by name was switched on or off."""
    UNITS = "UNITS"
    """The list of all units was shown to staff, or no longer."""
    ARCHIVED = "ARCHIVED"
