"""Deliveries and Slack posts that are not done: what and whom they tell of, and trying again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, String, Subquery, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.relay import outbox
from app.slack.posts.models import IS_OPEN, PostState, SlackPost
from challenges.outbox import Delivery, DeliveryState, Fact
from challenges.people.models import Person
from challenges.submissions.models import Completion

DELIVERIES, POSTS = "deliveries", "posts"


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A delivery or a post that is not done. ``kind`` is DELIVERIES or POSTS, as in its address."""

    kind: str
    id: int
    is_parked: bool
    attempts: int
    reason: str | None
    tells_of: str
    """The kind of the fact, or the key of the post."""
    subscriber: str | None
    """The name of the subscriber of a delivery."""
    is_removal: bool
    """Whether a post is visible and should not be."""
    person: str | None
    badge: str | None
    """Slug."""
    step_id: int | None
    path: str | None
    """The page that a post leads to."""


def undelivered(session: Session, *, limit: int, offset: int) -> list[Undelivered]:
    """Deliveries and posts that are not done, the parked ones first. One statement."""
    shown = _shown(limit=limit, offset=offset)
    rows = session.execute(
        select(
            shown.c.kind,
            shown.c.id,
            (shown.c.state == "PARKED").label("is_parked"),
            func.coalesce(Delivery.attempts, SlackPost.attempts).label("attempts"),
            func.coalesce(Delivery.last_error, SlackPost.last_error).label("reason"),
            func.coalesce(Fact.kind, SlackPost.key).label("tells_of"),
            Delivery.subscriber,
            SlackPost.ts.is_not(None).label("is_removal"),
            Person.name.label("person"),
            Fact.about["badge"].as_string().label("badge"),
            Completion.step_id,
            SlackPost.message["path"].as_string().label("path"),
        )
        .outerjoin(Delivery, (shown.c.kind == DELIVERIES) & (Delivery.id == shown.c.id))
        .outerjoin(Fact, Fact.id == Delivery.fact_id)
        .outerjoin(SlackPost, (shown.c.kind == POSTS) & (SlackPost.id == shown.c.id))
        .outerjoin(
            Person,
            Person.id == func.coalesce(SlackPost.person_id, Fact.about["person_id"].as_integer()),
        )
        .outerjoin(Completion, Completion.id == Fact.about["completion_id"].as_integer())
        .order_by(*_parked_first(shown))
    )
    return [Undelivered(**row._mapping) for row in rows]


def retry_all(session: Session, *, at: datetime) -> int:
    """Try everything parked again, as after a token was corrected. Returns how many there were."""
    parked = select(Delivery).where(Delivery.state == DeliveryState.PARKED)
    parked_posts = select(SlackPost).where(SlackPost.state == PostState.PARKED)
    deliveries = session.scalars(parked.with_for_update()).all()
    posts = session.scalars(parked_posts.with_for_update()).all()
    for delivery in deliveries:
        outbox.retry(delivery, at=at)
    for post in posts:
        post.retry(at=at)
    return len(deliveries) + len(posts)


def _shown(*, limit: int, offset: int) -> Subquery:
    """The rows of one page. They are chosen before anything is joined to them, because while no
    relay runs there may be thousands."""
    every = _not_done().subquery("every")
    return (
        select(every).order_by(*_parked_first(every)).limit(limit).offset(offset).subquery("shown")
    )


def _not_done() -> CompoundSelect[*tuple[Any, ...]]:
    """A part for each partial index, so that the millions of rows that are done are not read."""
    deliveries = select(
        literal(DELIVERIES).label("kind"),
        Delivery.id.label("id"),
        cast(Delivery.state, String).label("state"),
        Delivery.due_at.label("due_at"),
    )
    posts = select(literal(POSTS), SlackPost.id, cast(SlackPost.state, String), SlackPost.due_at)
    return union_all(
        deliveries.where(Delivery.state == DeliveryState.WAITING),
        deliveries.where(Delivery.state == DeliveryState.PARKED),
        posts.where(IS_OPEN),
        posts.where(SlackPost.state == PostState.PARKED),
    )


def _parked_first(of: Subquery) -> tuple[Any, ...]:
    return of.c.state != "PARKED", of.c.due_at, of.c.kind, of.c.id
