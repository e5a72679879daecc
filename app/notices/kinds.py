"""The kinds of notices. Each can be switched off by itself."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice tells of (お知らせの種類). Stored, so a value never changes."""

    QUESTION = "QUESTION"
    """A manager asked about a submission. The subject is the submission."""
    ACCEPTED = "ACCEPTED"
    """A manager or the calendar accepted a submission. The subject is the completion."""
    WORDS = "WORDS"
    """A manager vouched for a step. The subject is the endorsement."""
    BADGE = "BADGE"
    """The subject is the award."""
    WAITING = "WAITING"
    """A submission waits for this manager or deputy. The subject is the submission."""
    CAMPAIGN_OPENS = "CAMPAIGN_OPENS"
    CAMPAIGN_ENDS = "CAMPAIGN_ENDS"
    """The subject of both is the campaign."""
    CAMPAIGN_MEND = "CAMPAIGN_MEND"
    """The lint of last night found errors in a campaign that this person looks after. The subject
    is the campaign."""
    TAKEN_BACK = "TAKEN_BACK"
    """The DX office took a completion back. The subject is the completion."""
    MASKED = "MASKED"
    """The DX office masked words that the person wrote. The subject is the mask."""
    CHEER = "CHEER"
    """Somebody cheered a step. The subject is the cheer."""
    THANKS = "THANKS"
    """Whoever was cheered said 「ありがとう」. The subject is the cheer."""
