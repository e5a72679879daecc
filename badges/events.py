"""What can happen to a badge, as facts for the same outbox as everything else."""

from dataclasses import dataclass

from challenges.outbox import Event


@dataclass(frozen=True, kw_only=True)
class BadgeAwarded(Event):
    """A person holds a badge for the first time."""

    kind = "badge_awarded"
    award_id: int
    person_id: int
    badge: str
    """Slug."""


@dataclass(frozen=True, kw_only=True)
class BadgeReturned(Event):
    """A badge that had been taken back is held again. Not worth announcing twice, so it is a fact
    of its own."""

    kind = "badge_returned"
    award_id: int
    person_id: int
    badge: str


@dataclass(frozen=True, kw_only=True)
class BadgeTakenBack(Event):
    """What the badge rested on was undone, and the badge says it goes with it."""

    kind = "badge_taken_back"
    award_id: int
    person_id: int
    badge: str
