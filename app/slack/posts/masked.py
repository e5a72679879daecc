"""Takes the post of an endorsement away when the DX office masks its words.

Nothing else that people write and the office may mask goes to Slack. A handler looks at how things
stand now, as those of ``planning`` do.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from app.slack.posts.planning import (
    endorsement_key,
    plan_endorsement,
    posts_with,
    remove_if_reworded,
    stands,
)
from challenges.errors import N_
from challenges.outbox import Fact
from challenges.recognition.models import Endorsement
from challenges.words.kinds import TextKind
from challenges.words.withheld import Withheld

MASKED = N_("DX事務局が、お墨付きの言葉を伏せました。")


def on_words_masked(session: Session, fact: Fact, at: datetime) -> None:
    """Take the post away, and the words out of its row."""
    if fact.about["text_kind"] != TextKind.ENDORSEMENT:
        return
    for post in posts_with(session, [endorsement_key(fact.about["text_id"])]):
        if not stands(session, post.key):
            post.cancel(reason=MASKED, at=at)
            post.message = {**post.message, "words": Withheld.MASKED.value}
        remove_if_reworded(session, post, at=at)


def on_mask_lifted(session: Session, fact: Fact, at: datetime) -> None:
    """Plan the post of words that may be read again. One that was taken away stays away."""
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
    )
