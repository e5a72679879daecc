"""What happens to endorsements and cheers, as plain values that name their rows by id."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from challenges.outbox import Event
from challenges.recognition.models import Cheer, Endorsement


@dataclass(frozen=True, kw_only=True)
class EndorsementEvent(Event):
    """Names an endorsement, what it is about and whose that is."""

    endorsement_id: int
    completion_id: int
    person_id: int

    @classmethod
    def of(cls, endorsement: Endorsement, *, at: datetime) -> Self:
        """What happened to the endorsement at that time."""
        return cls(
            occurred_at=at,
            endorsement_id=endorsement.id,
            completion_id=endorsement.completion_id,
            person_id=endorsement.person_id,
        )


class CompletionEndorsed(EndorsementEvent):
    """A manager vouched for a completion."""

    kind = "completion_endorsed"


class EndorsementWithdrawn(EndorsementEvent):
    """A manager took an endorsement back."""

    kind = "endorsement_withdrawn"


@dataclass(frozen=True, kw_only=True)
class CheerEvent(Event):
    """Names a cheer, what it is for, and both people."""

    cheer_id: int
    giver_id: int
    receiver_id: int
    completion_id: int

    @classmethod
    def of(cls, cheer: Cheer, *, at: datetime) -> Self:
        """What happened to the cheer at that time."""
        return cls(
            occurred_at=at,
            cheer_id=cheer.id,
            giver_id=cheer.giver_id,
            receiver_id=cheer.receiver_id,
            completion_id=cheer.completion_id,
        )


class Cheered(CheerEvent):
    """Somebody applauded a completion."""

    kind = "cheered"


class CheerTakenBack(CheerEvent):
    """The giver took a cheer back."""

    kind = "cheer_taken_back"


class CheerThanked(CheerEvent):
    """The receiver thanked the giver."""

    kind = "cheer_thanked"
