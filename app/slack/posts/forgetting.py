"""Takes posts away whose words are no longer kept.

A post that lost its words would tell only that somebody was praised, long ago. So it goes as a
whole, as one that was reworded does.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.slack.posts.models import SlackPost
from app.slack.posts.planning import endorsement_key
from challenges.errors import N_
from challenges.outbox import Fact

WORDS_GONE = N_("お墨付きのことばは、保存期間を過ぎて消えました。")


def on_endorsement_words_gone(session: Session, fact: Fact, at: datetime) -> None:
    """Cancel the posts of the endorsements, and empty the words that their rows repeat."""
    keys = [endorsement_key(one) for one in fact.about["endorsement_ids"]]
    found = select(SlackPost).where(SlackPost.key.in_(keys)).order_by(SlackPost.id)
    locked = found.with_for_update().execution_options(populate_existing=True)
    for post in session.scalars(locked):
        post.cancel(reason=WORDS_GONE, at=at)
        post.message = {**post.message, "words": ""}
    session.flush()
