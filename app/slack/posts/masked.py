"""Takes the post of an endorsement away when the DX office masks its words, and posts it once more
when the office lifts the mask.

Nothing else that people write and the office may mask goes to Slack. A handler looks at how things
stand now, as those of ``planning`` do.
"""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.slack.posts.models import PostState, SlackPost
from app.slack.posts.planning import (
    MASKED,
    endorsement_key,
    plan_endorsement,
    posts_with,
    remove_if_reworded,
    stands,
    why_not,
)
from challenges.outbox import Fact
from challenges.recognition.models import Endorsement
from challenges.words.kinds import TextKind, TextRef
from challenges.words.models import Mask

_AWAY = (PostState.REMOVED, PostState.CANCELLED)


def on_words_masked(session: Session, fact: Fact, at: datetime) -> None:
    """Take the post away, and the words out of its row."""
    if fact.about["text_kind"] != TextKind.ENDORSEMENT:
        return
    for post in posts_with(session, [endorsement_key(fact.about["text_id"])]):
        if not stands(session, post.key):
            post.mask(reason=MASKED, at=at)
        remove_if_reworded(session, post, at=at)


def on_mask_lifted(session: Session, fact: Fact, at: datetime) -> None:
    """Plan the post of words that may be read again, if those whom it names still allow it."""
    if fact.about["text_kind"] != TextKind.ENDORSEMENT:
        return
    endorsement = session.get(Endorsement, fact.about["text_id"])
    if endorsement is None:
        return
    plan_endorsement(
        session,
        endorsement.id,
        person_id=endorsement.person_id,
        given_at=endorsement.given_at,
        at=at,
        is_unmasked=True,
    )


def why_not_again(session: Session, ref: TextRef) -> str | None:
    """Why the post of words that the office shows again stays away, as a sentence to translate.
    None if it is there or to come, or if there never was one. Three statements at most."""
    if ref.kind is not TextKind.ENDORSEMENT or not _was_lifted(session, ref):
        return None
    its = select(SlackPost).where(SlackPost.key == endorsement_key(ref.id))
    post = session.scalar(its.where(SlackPost.state.in_(_AWAY)))
    return None if post is None else why_not(session, post)


def _was_lifted(session: Session, ref: TextRef) -> bool:
    its = exists().where(
        Mask.kind == ref.kind, Mask.text_id == ref.id, Mask.lifted_by_id.is_not(None)
    )
    return bool(session.scalar(select(its)))
