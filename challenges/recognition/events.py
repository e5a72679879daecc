"""What happens to endorsements and cheers, as plain values that name their rows by id."""

from dataclasses import dataclass

from challenges.outbox import Event


@dataclass(frozen=True, kw_only=True)
class CompletionEndorsed(Event):
    """A manager vouched for a completion."""

    kind = "completion_endorsed"
    endorsement_id: int
    completion_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class EndorsementWithdrawn(Event):
    """A manager took an endorsement back."""

    kind = "endorsement_withdrawn"
    endorsement_id: int
    completion_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class Cheered(Event):
    """Somebody applauded a completion."""

    kind = "cheered"
    cheer_id: int
    giver_id: int
    receiver_id: int
    completion_id: int


@dataclass(frozen=True, kw_only=True)
class CheerTakenBack(Event):
    """The giver took a cheer back."""

    kind = "cheer-taken-back"
    cheer_id: int
    giver_id: int
    receiver_id: int
    completion_id: int


@dataclass(frozen=True, kw_only=True)
class CheerThanked(Event):
    """The receiver thanked the giver."""

    kind = "cheer-thanked"
    cheer_id: int
    giver_id: int
    receiver_id: int
    completion_id: int
