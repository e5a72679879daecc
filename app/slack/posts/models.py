"""Posts as rows, one for each achievement that Slack should hear of, so that no crash can forget or
double one.

The row knows what every answer of Slack means for it. What may be said to whom is decided in
``wishing``, and how often in ``gates``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from challenges.storage.orm import Base, UtcDateTime, one_of

IS_OPEN = text("slack_post.state IN ('WAITING', 'SENDING', 'REMOVING')")
"""Somebody has still to do something. Queries say it in these words: SQLite knows the index only by
its own text."""


_OPEN = text("state IN ('WAITING', 'SENDING', 'REMOVING')")


_PARKED = text("state = 'PARKED'")


class PostState(StrEnum):
    """Where a post stands. PARKED waits for a person of the DX office, with the reason beside
    it."""

    WAITING = "WAITING"
    SENDING = "SENDING"
    """A request for it is on its way, or was when its worker died."""
    POSTED = "POSTED"
    REMOVING = "REMOVING"
    """Visible on Slack, but what it tells of was undone: it is to be taken away."""
    REMOVED = "REMOVED"
    PARKED = "PARKED"
    CANCELLED = "CANCELLED"
    """Never became visible: undone, or no longer allowed, before its turn came."""


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """How long the relay waits for what. Tests shorten it."""

    timeout: float = 10.0
    """Seconds for one answer of Slack."""
    lease: timedelta = timedelta(seconds=60)
    """After this, a worker that has not come back is taken for dead. Several times the time-out."""
    settle: timedelta = timedelta(seconds=60)
    """Before an unknown send is looked up: a request that timed out may still become a post a
    little later."""
    pace: timedelta = timedelta(seconds=1.1)
    """Between two requests for one channel. Above one a second Slack may hide posts without an
    error."""
    shortest_pause: timedelta = timedelta(seconds=5)
    longest_pause: timedelta = timedelta(minutes=15)
    most_attempts: int = 10

    def pause_after(self, pause: timedelta) -> timedelta:
        """How long to leave alone what did not work again after that long a pause: twice as
        long."""
        return min(max(2 * pause, self.shortest_pause), self.longest_pause)


class SlackPost(Base):
    """One intended post. ``key`` names what it tells of, so an achievement can never have two
    rows."""

    __tablename__ = "slack_post"
    __table_args__ = (
        Index("ix_slack_post_due", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_slack_post_parked", "due_at", sqlite_where=_PARKED, postgresql_where=_PARKED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    """"badge:<person id>:<slug>" or "endorsement:<endorsement id>"; also in the metadata of the
    post on Slack."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    message: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The plain values that the message is built from, as they were when it was wished, or last
    sent."""
    channel: Mapped[str | None] = mapped_column(String(80))
    """Set when it is first tried; before, it goes to whatever channel the operator has chosen by
    then."""
    state: Mapped[PostState] = mapped_column(one_of(PostState, "state"), default=PostState.WAITING)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Not before this time; while a worker holds it, the end of its lease."""
    attempts: Mapped[int] = mapped_column(default=0)
    """How often Slack failed at this very post. An outage, which fails at every post, is no attempt
    of any."""
    is_unsure: Mapped[bool] = mapped_column(default=False)
    """A request was sent and its answer is not known: it must be looked up before anything else is
    sent."""
    first_tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ts: Mapped[str | None] = mapped_column(String(32))
    """Slack's name of the visible post within its channel."""
    last_error: Mapped[str | None] = mapped_column(Text)
    wished_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Its person allowed it then; a consent that was given later is not for this post."""
    unwished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when it should not be visible. Set while its fate is open."""
    posted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When Slack failed last at what the post needs now."""

    def was_posted(self, *, ts: str, channel: str, at: datetime) -> None:
        """It is visible. If it was undone meanwhile, it is to be taken away again."""
        self.ts, self.channel, self.posted_at = ts, channel, at
        self.is_unsure, self.last_error = False, None
        self._turn(PostState.POSTED if self.unwished_at is None else PostState.REMOVING, due_at=at)

    def was_not_posted(self, *, due_at: datetime) -> None:
        """It is certainly not visible: it may be sent, unless nobody wants it any more."""
        self.is_unsure = False
        self.state, self.due_at = PostState.WAITING, due_at
        self._cancel_if_over()

    def was_removed(self) -> None:
        """It is no longer visible."""
        self.state, self.last_error = PostState.REMOVED, None

    def cancel(self, *, reason: str, at: datetime) -> None:
        """It should not be visible from now on, wherever it stands."""
        if self.state in (PostState.CANCELLED, PostState.REMOVED, PostState.REMOVING):
            return
        self.unwished_at, self.last_error = at, reason
        if self.ts is not None:
            self._turn(PostState.REMOVING, due_at=at)
        elif self.state is PostState.PARKED and self.is_unsure:
            self._turn(PostState.WAITING, due_at=at)
        self._cancel_if_over()

    def plan_again(self, *, message: dict[str, Any], at: datetime) -> None:
        """What it tells of stands once more. What still is visible stays, what never was gets its
        turn, and nothing is shown twice."""
        if self.ts is not None and self.state in (PostState.REMOVING, PostState.PARKED):
            self.state, self.unwished_at, self.last_error = PostState.POSTED, None, None
        elif self.state in (PostState.WAITING, PostState.SENDING, PostState.PARKED):
            self.wished_at, self.unwished_at = at, None
            if not self.is_unsure:  # else it may be visible as it was sent
                self.message = message
        elif self.state is PostState.CANCELLED:
            self.message, self.wished_at, self.unwished_at, self.last_error = (
                message,
                at,
                None,
                None,
            )
            self._turn(PostState.WAITING, due_at=at)

    def retry(self, *, at: datetime) -> None:
        """A person of the DX office has mended the reason for which it was parked."""
        if self.state is PostState.PARKED:
            if self.ts is None and not self.is_unsure:
                self.channel = None  # the channel itself may have been the reason
            self._turn(PostState.WAITING if self.ts is None else PostState.REMOVING, due_at=at)

    def put_off(self, *, reason: str, due_at: datetime) -> None:
        """It came to nothing, and the post is not why: it is tried again, however long that
        takes."""
        self.last_error = reason
        self.state, self.due_at = (
            PostState.WAITING if self.ts is None else PostState.REMOVING,
            due_at,
        )
        self._cancel_if_over()

    def fail(self, *, reason: str, due_at: datetime, most_attempts: int) -> None:
        """It came to nothing while others got through; the next attempt is later, or none if they
        are used up."""
        self.attempts += 1
        if self.attempts >= most_attempts:
            self.park(reason=reason)
        else:
            self.put_off(reason=reason, due_at=due_at)

    def park(self, *, reason: str) -> None:
        """Trying again would not help before a person has acted."""
        self.state, self.last_error = PostState.PARKED, reason
        self._cancel_if_over()

    def _cancel_if_over(self) -> None:
        """Nobody wants it, and it certainly is not visible: nothing is left to do."""
        if self.unwished_at is not None and self.ts is None and not self.is_unsure:
            self.state = PostState.CANCELLED

    def _turn(self, state: PostState, *, due_at: datetime) -> None:
        """A new request begins, with all its attempts."""
        self.state, self.due_at, self.attempts, self.failed_at = state, due_at, 0, None


class SlackGate(Base):
    """When the next request may leave: one gate per channel, and "*" for all of them. Shared by
    every worker."""

    __tablename__ = "slack_gate"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
