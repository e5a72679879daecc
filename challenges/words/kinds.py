"""The kinds of words that people write for others to read. Their columns stand in
challenges/moderation/texts.py."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TextKind(StrEnum):
    """What somebody wrote. The values are stored."""

    STEP = "STEP"
    """What a person says of a step (ひとこと), with its link."""
    QUESTION = "QUESTION"
    """What a manager asks about a submission."""
    ENDORSEMENT = "ENDORSEMENT"
    CHEER = "CHEER"
    NOMINATION = "NOMINATION"


@dataclass(frozen=True, slots=True)
class TextRef:
    """One text: its kind, and the id of the row that it stands in."""

    kind: TextKind
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What stands in that row: the words, who wrote them, and when."""

    words: str | None
    writer_id: int
    at: datetime
    link: str | None = None


class SealedBecause(StrEnum):
    """Why words lie sealed. The values are stored."""

    MASKED = "MASKED"
    """The DX office masks them. They go back if it thinks again."""
    REWORDED = "REWORDED"
    TAKEN_BACK = "TAKEN_BACK"
