"""Short words of the office to a channel, about where a campaign stalls.

A person writes, reads and sends each of them. None is sent by itself, and none goes to a named
person.
"""

import re
import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from app.slack.posts.messages import NudgeNews, to_json
from app.slack.posts.models import PostState, SlackPost
from app.slack.posts.planning import NUDGE
from challenges.campaigns.models import Campaign
from challenges.errors import N_, InvalidField
from challenges.storage.sql import upsert
from challenges.text import as_written

WORDS_LONGEST = 280
"""Characters. The preview carries them in its address."""
NO_WORDS = N_("送ることばを書いてください。")
TOO_LONG = N_("%(longest)s字までにしてください。")
NO_CHANNEL = N_("届け先のチャンネルを選んでください。")
_TOKEN = re.compile(r"[0-9a-f]{16}")
_PEOPLE = ("U", "W", "D", "@")
"""How the ids of people and of direct messages begin on Slack."""


def new_token() -> str:
    """Names one form, so that sending it twice makes one post."""
    return secrets.token_hex(8)


def channels(campaign_channel: str, default: str | None) -> list[str]:
    """Where a nudge may go: the channel of the campaign, and the default one. Never to a person."""
    found = dict.fromkeys(one for one in (campaign_channel, default or "") if one)
    return [one for one in found if not one.startswith(_PEOPLE)]


def checked(words: str, channel: str, *, among: list[str]) -> str:
    """The words as they will be sent. Raises InvalidField."""
    written = as_written(words).strip()
    if not written:
        raise InvalidField(NO_WORDS, field="words")
    if len(written) > WORDS_LONGEST:
        raise InvalidField(TOO_LONG, field="words", longest=WORDS_LONGEST)
    if channel not in among:
        raise InvalidField(NO_CHANNEL, field="channel")
    return written


def send(
    session: Session,
    campaign: Campaign,
    *,
    words: str,
    channel: str,
    among: list[str],
    token: str,
    by_id: int,
    at: datetime,
) -> bool:
    """Plan the post. False if this form was sent before. Raises InvalidField."""
    written = checked(words, channel, among=among)
    if not _TOKEN.fullmatch(token):
        raise InvalidField(NO_WORDS, field="words")
    news = NudgeNews(words=written, path=f"/campaigns/{campaign.slug}", channel=channel)
    new = upsert(session, SlackPost).values(
        key=f"{NUDGE}:{campaign.id}:{token}",
        person_id=by_id,
        message=to_json(news),
        channel=channel,
        state=PostState.WAITING,
        attempts=0,
        is_unsure=False,
        due_at=at,
        wished_at=at,
    )
    return session.scalar(new.on_conflict_do_nothing().returning(SlackPost.id)) is not None
