"""Slack posts as rows, one for each achievement to be shown, so that no crash loses or doubles one.

A row moves between its states by its own methods. ``planning`` decides what is shown, ``outcomes``
what an answer of Slack's means, and ``pacing`` when a request may leave.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from challenges.storage.orm import Base, UtcDateTime, one_of
from challenges.words.withheld import Withheld

IS_OPEN = text("slack_post.state IN ('WAITING', 'SENDING', 'REMOVING')")
"""Posts for which a request is still to be made. SQLite uses the partial index only for a condition
in its very words, so queries use this text."""
_OPEN = text("state IN ('WAITING', 'SENDING', 'REMOVING')")
_PARKED = text("state = 'PARKED'")


class PostState(StrEnum):
    """Where a post stands."""

    WAITING = "WAITING"
    SENDING = "SENDING"
    """A request for it is on its way, or was when its worker died."""
    POSTED = "POSTED"
    REMOVING = "REMOVING"
    """Visible on Slack, and to be removed: what it tells of was undone. If ``unwished_at`` is empty
    again, it is posted once more afterwards."""
    REMOVED = "REMOVED"
    PARKED = "PARKED"
    """Waits for a person of the DX office, who finds the reason in ``last_error``."""
    CANCELLED = "CANCELLED"
    """Never became visible: undone, or no longer allowed, before it was sent."""


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """How long the relay waits, and how often it tries. Tests use shorter times."""

    timeout: float = 10.0
    """Seconds for one answer of Slack."""
    lease: timedelta = timedelta(seconds=60)
    """After this a worker without an answer counts as dead. Several times the time-out."""
    settle: timedelta = timedelta(seconds=60)
    """Time between a send without an answer and the search for it: a request that timed out may
    still become a post a little later."""
    pace: timedelta = timedelta(seconds=1.1)
    """Time between two requests for one channel. Above one a second Slack may hide posts without
    an error."""
    shortest_pause: timedelta = timedelta(seconds=5)
    longest_pause: timedelta = timedelta(minutes=15)
    most_attempts: int = 10

    def pause_after(self, pause: timedelta) -> timedelta:
        """The next pause after one that was that long: twice as long, within the two bounds."""
        return min(max(2 * pause, self.shortest_pause), self.longest_pause)


class SlackPost(Base):
    """One intended post. ``key`` is unique and names the achievement, so it has one row at most."""

    __tablename__ = "slack_post"
    __table_args__ = (
        Index("ix_slack_post_due", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_slack_post_parked", "due_at", sqlite_where=_PARKED, postgresql_where=_PARKED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    """"badge:<person id>:<slug>", "endorsement:<endorsement id>" or "nudge:<campaign id>:<form>";
    also in the metadata of the post on Slack."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Whom it tells of. Of a nudge: who sent it, whom it does not name."""
    message: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The plain values of the message, as they were when it was planned or last sent."""
    channel: Mapped[str | None] = mapped_column(String(80))
    """Set at the first attempt. Until then, the operator's setting decides."""
    state: Mapped[PostState] = mapped_column(one_of(PostState, "state"), default=PostState.WAITING)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """The earliest time of its next request. While a worker has it, the end of the lease."""
    attempts: Mapped[int] = mapped_column(default=0)
    """How often Slack failed at this post alone. An outage, in which every post fails, does not
    count."""
    is_unsure: Mapped[bool] = mapped_column(default=False)
    """A request was sent and its answer is unknown. The channel is searched before anything else is
    sent."""
    first_tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ts: Mapped[str | None] = mapped_column(String(32))
    """Slack's name of the visible post within its channel."""
    last_error: Mapped[str | None] = mapped_column(Text)
    wished_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it was planned. A consent that was given later does not cover this post."""
    unwished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when it should not be visible. None while it should be."""
    posted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the last request failed that it needs in its present state."""
    endorser_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Whom the message names beside the person, as it was last sent."""

    def was_posted(self, *, ts: str, channel: str, at: datetime) -> None:
        """It is visible. If it was cancelled meanwhile, it is to be removed."""
        self.ts, self.channel, self.posted_at = ts, channel, at
        self.is_unsure, self.last_error = False, None
        self._begin(PostState.POSTED if self.unwished_at is None else PostState.REMOVING, due_at=at)

    def was_not_posted(self, *, due_at: datetime) -> None:
        """It is certainly not visible. It may be sent, unless it was cancelled meanwhile."""
        self.is_unsure = False
        self.state, self.due_at = PostState.WAITING, due_at
        self._cancel_if_over()

    def was_removed(self, *, at: datetime) -> None:
        """It is no longer visible, and will not be again, unless its mask was lifted meanwhile."""
        self.last_error = None
        if self.state is PostState.REMOVING and self.unwished_at is None:
            self._forget_requests()
            self._begin(PostState.WAITING, due_at=at)
            return
        self.state = PostState.REMOVED
        self._forget_words()

    def cancel(self, *, reason: str, at: datetime) -> None:
        """It should not be visible from now on, whatever its state."""
        is_leaving = self.state is PostState.REMOVING
        if self.state in (PostState.CANCELLED, PostState.REMOVED):
            return
        if is_leaving and self.unwished_at is not None:
            return
        self.unwished_at, self.last_error = at, reason
        if is_leaving:
            return
        if self.ts is not None:
            self._begin(PostState.REMOVING, due_at=at)
        elif self.state is PostState.PARKED and self.is_unsure:
            # It may be visible, so it is searched for, and removed if it is found.
            self._begin(PostState.WAITING, due_at=at)
        self._cancel_if_over()

    def plan_again(self, *, message: dict[str, Any], at: datetime) -> None:
        """What it tells of stands again.

        Keep a visible post. Queue one that was never sent. Do not show a removed one again.
        """
        if self.state is PostState.REMOVING and self.unwished_at is None:
            return
        if self.ts is not None and self.state in (PostState.REMOVING, PostState.PARKED):
            self.state, self.unwished_at, self.last_error = PostState.POSTED, None, None
        elif self.state in (PostState.WAITING, PostState.SENDING, PostState.PARKED):
            self.wished_at, self.unwished_at = at, None
            # If it may be visible, ``message`` is what it says there.
            if not self.is_unsure:
                self.message = message
        elif self.state is PostState.CANCELLED:
            self.message, self.last_error = message, None
            self.wished_at, self.unwished_at = at, None
            self._begin(PostState.WAITING, due_at=at)

    def mask(self, *, reason: str, at: datetime) -> None:
        """Its words are masked: it should not be visible, and its row repeats them no more. That
        they were masked stays in their place, so that lifting the mask can bring them back."""
        was_wanted = self.unwished_at is None
        self.cancel(reason=reason, at=at)
        if was_wanted or self.is_masked:
            self.message = {**self.message, "words": Withheld.MASKED.value}
        else:
            self._forget_words()

    @property
    def is_masked(self) -> bool:
        """Whether it was wanted until its words were masked."""
        return bool(self.message.get("words") == Withheld.MASKED.value)

    def unmask(self, *, message: dict[str, Any], at: datetime) -> None:
        """Its words may be read again. If it was removed for them, let it be planned once more; if
        it is to be removed, let that come first."""
        if not self.is_masked:
            return
        if self.state is PostState.REMOVING:
            self.message, self.wished_at, self.unwished_at = message, at, None
        elif self.state is PostState.REMOVED:
            self._forget_requests()
            self.state = PostState.CANCELLED
        else:
            # If it is visible, it says what the mask had covered.
            self.message = {**self.message, "words": message["words"]}

    def retry(self, *, at: datetime) -> None:
        """A person of the DX office has dealt with the reason why it was parked."""
        if self.state is PostState.PARKED:
            # The channel may have been the reason, so it is taken from the settings again. A post
            # that was written for one channel goes there or nowhere.
            if self.ts is None and not self.is_unsure:
                self.channel = self.message.get("channel")
            self._begin(PostState.WAITING if self.ts is None else PostState.REMOVING, due_at=at)

    def put_off(self, *, reason: str, due_at: datetime) -> None:
        """The request failed for a reason outside the post. Try again, as often as it takes."""
        self.last_error = reason
        self.state = PostState.WAITING if self.ts is None else PostState.REMOVING
        self.due_at = due_at
        self._cancel_if_over()

    def fail(self, *, reason: str, due_at: datetime, most_attempts: int) -> None:
        """The request failed while others got through. Try again later, or park it."""
        self.attempts += 1
        if self.attempts >= most_attempts:
            self.park(reason=reason)
        else:
            self.put_off(reason=reason, due_at=due_at)

    def park(self, *, reason: str) -> None:
        """Trying again would not help until a person has acted."""
        self.state, self.last_error = PostState.PARKED, reason
        self._cancel_if_over()

    def _cancel_if_over(self) -> None:
        """Nothing is left to do for a post that is neither wanted nor visible."""
        if self.unwished_at is not None and self.ts is None and not self.is_unsure:
            self.state = PostState.CANCELLED
            self._forget_words()

    def _forget_requests(self) -> None:
        """What was sent before is gone from Slack, so that nothing of it is searched for."""
        self.ts = self.posted_at = self.first_tried_at = self.last_tried_at = None

    def _forget_words(self) -> None:
        """Keep no copy of an endorsement's words: they may be taken back, or masked."""
        if self.message.get("kind") == "endorsement" and not self.is_masked:
            self.message = {**self.message, "words": ""}

    def _begin(self, state: PostState, *, due_at: datetime) -> None:
        """Enter a state whose request has all its attempts."""
        self.state, self.due_at, self.attempts, self.failed_at = state, due_at, 0, None


class SlackPace(Base):
    """When the next request of any worker may leave: a row a channel, and "*" for all of them."""

    __tablename__ = "slack_gate"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
