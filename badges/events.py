"""What can happen to a person's badge, as events for the outbox."""

from dataclasses import dataclass

from challenges.outbox import Event


@dataclass(frozen=True, kw_only=True)
class BadgeEvent(Event):
    """Names an award, whose it is, and the badge."""

    award_id: int
    person_id: int
    badge: str
    """Slug."""


class BadgeAwarded(BadgeEvent):
    """A person holds a badge for the first time."""

    kind = "badge_awarded"


class BadgeReturned(BadgeEvent):
    """A revoked badge is held again. An event of its own, so that it is not announced twice."""

    kind = "badge_returned"


class BadgeTakenBack(BadgeEvent):
    """A badge was revoked because a completion that it rested on was undone."""

    kind = "badge_taken_back"
