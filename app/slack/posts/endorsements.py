"""What the post of an endorsement says, as the endorsement is by now."""

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.slack.posts.messages import praise_in_words
from challenges.recognition.models import Endorsement


def endorsement_of(session: Session, key: str) -> Row[*tuple[Any, ...]] | None:
    """``words``, ``praise``, ``endorser_id`` and ``given_at`` of the endorsement that the post with
    this key tells of; None if it tells of something else. One statement."""
    kind, _, rest = key.partition(":")
    if kind != "endorsement":
        return None
    its = (Endorsement.words, Endorsement.praise, Endorsement.endorser_id, Endorsement.given_at)
    return session.execute(select(*its).where(Endorsement.id == int(rest))).one_or_none()


def said_of(endorsement: Row[*tuple[Any, ...]]) -> dict[str, str]:
    """What a post says of it, by field of ``EndorsementNews``."""
    return {"words": endorsement.words, "praise": praise_in_words(endorsement.praise)}
