"""Takes posts away whose words are no longer kept.

A post that lost its words would tell only that somebody was praised, long ago. So it goes as a
whole, as one that was reworded does.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from app.slack.posts.planning import endorsement_key, posts_with
from challenges.errors import N_
from challenges.outbox import Fact
from challenges.words.withheld import Withheld

WORDS_GONE = N_("お墨付きの言葉は、保存期間を過ぎて消えました。")


def on_endorsement_words_gone(session: Session, fact: Fact, at: datetime) -> None:
    """Cancel the posts of the endorsements, and empty the words that their rows repeat."""
    keys = [endorsement_key(one) for one in fact.about["endorsement_ids"]]
    for post in posts_with(session, keys):
        post.cancel(reason=WORDS_GONE, at=at)
        post.message = {**post.message, "words": Withheld.EXPIRED.value}
    session.flush()
