"""Plans and cancels posts: Slack shows what stands, if the person it tells of allows it.

A handler looks at how things stand now, not only at its fact, so facts that come late or out of
order end in the same posts. All of it is checked again when a post is about to be sent
(``why_not``), and an endorsement's words and its endorser's name are as they are by then
(``bring_up_to_date``).

An endorsement may be withdrawn and given again in other words. A post that is not visible yet says
the new words. A visible one is removed and not shown again: removing exists already and is safe to
repeat, while an edit would tell everybody that the words have changed. Only one that was removed
because its words were masked is posted once more when they may be read again.

Withdrawing a consent stops what has not been sent. What went out before it stays, until the person
asks to have it taken away (``take_away``).
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from app.slack.posts.consenting import allows, is_active, name_of_who_allows
from app.slack.posts.endorsements import endorsement_of, said_of
from app.slack.posts.messages import BadgeNews, EndorsementNews, News, to_json
from app.slack.posts.models import PostState, SlackPost
from badges.models import Award, Badge
from challenges.catalogue.models import Challenge, ChallengeVersion, Step
from challenges.errors import N_
from challenges.outbox import Fact
from challenges.recognition.models import Endorsement
from challenges.storage.sql import upsert
from challenges.submissions.models import Completion
from challenges.words.withheld import Withheld

UNDONE = N_("元になった授与やお墨付きが取り消されました。")

REWORDED = N_("お墨付きの言葉が変わりました。")

MASKED = N_("DX事務局が、お墨付きの言葉を伏せました。")

NOT_ALLOWED = N_("本人がSlackへの投稿を望んでいません。")

TAKEN_AWAY = N_("名前の出ている人が、Slackから消すことを望みました。")

GONE = N_("この職員は退職などで利用を終えています。")


NUDGE = "nudge"
"""Begins the key of words that the office sent to a channel. They name nobody."""


def on_badge_awarded(session: Session, fact: Fact, at: datetime) -> None:
    """Plan a post, if the badge still stands and its person has allowed posts since."""
    person_id, badge = fact.about["person_id"], fact.about["badge"]
    name = name_of_who_allows(session, person_id, since=fact.occurred_at)
    key = badge_key(person_id, badge)
    if name is not None and stands(session, key):
        title = session.scalar(
            select(Badge.definition["ja"]["name"].as_string()).where(Badge.slug == badge)
        )
        news = BadgeNews(person=name, badge=title or badge, path=f"/badges/{badge}")
        _plan(session, key, person_id=person_id, news=news, at=at)


def on_badge_taken_back(session: Session, fact: Fact, at: datetime) -> None:
    """Cancel its post, unless the badge is held again by now."""
    _cancel(session, [badge_key(fact.about["person_id"], fact.about["badge"])], at=at)


def on_completion_endorsed(session: Session, fact: Fact, at: datetime) -> None:
    """Plan a post, if the endorsement still stands and the endorsed person allows posts."""
    about = fact.about
    plan_endorsement(
        session,
        about["endorsement_id"],
        person_id=about["person_id"],
        given_at=fact.occurred_at,
        at=at,
    )


def on_endorsement_withdrawn(session: Session, fact: Fact, at: datetime) -> None:
    """Cancel its post, unless the endorsement was given again by now in the same words."""
    _cancel(session, [endorsement_key(fact.about["endorsement_id"])], at=at)


def on_step_undone(session: Session, fact: Fact, at: datetime) -> None:
    """Cancel the posts of its endorsements. Badges that fall with it send facts of their own."""
    of_it = select(Endorsement.id).where(Endorsement.completion_id == fact.about["completion_id"])
    _cancel(session, [endorsement_key(found) for found in session.scalars(of_it)], at=at)


def on_step_restored(session: Session, fact: Fact, at: datetime) -> None:
    """Plan the posts of its endorsements, which stand again."""
    of_it = select(Endorsement.id, Endorsement.given_at).where(
        Endorsement.completion_id == fact.about["completion_id"]
    )
    for row in session.execute(of_it.order_by(Endorsement.id)):
        plan_endorsement(
            session, row.id, person_id=fact.about["person_id"], given_at=row.given_at, at=at
        )


def badge_key(person_id: int, badge: str) -> str:
    """The key of the one post for a person and a badge, even if the badge is lost and regained."""
    return f"badge:{person_id}:{badge}"


def endorsement_key(endorsement_id: int) -> str:
    """The key of the one post for an endorsement, even if it is withdrawn and given again."""
    return f"endorsement:{endorsement_id}"


def why_not(session: Session, post: SlackPost) -> str | None:
    """The reason why a post must not become visible now, or None if it may."""
    if post.key.startswith(f"{NUDGE}:"):
        return None
    if not is_active(session, post.person_id):
        return GONE
    # A consent that was withdrawn and given again covers only what happens after it.
    if not allows(session, post.person_id, since=post.wished_at):
        return NOT_ALLOWED
    return None if stands(session, post.key) else UNDONE


def bring_up_to_date(session: Session, post: SlackPost) -> None:
    """Let a post that is about to be sent say what is true by now.

    An endorsement has its present words, and names the endorser if they allow posts by now.
    """
    endorsement = endorsement_of(session, post.key)
    if endorsement is None:
        return
    endorser = name_of_who_allows(session, endorsement.endorser_id, since=endorsement.given_at)
    post.message = {**post.message, **said_of(endorsement), "endorser": endorser}
    post.endorser_id = endorsement.endorser_id if endorser else None


def take_away(session: Session, person_id: int, *, at: datetime) -> int:
    """Have every post removed that is out and names the person. Returns how many there were.

    A second call finds none: each is asked to be removed once.
    """
    out = select(SlackPost).where(names(person_id), IS_OUT).order_by(SlackPost.id)
    posts = session.scalars(out.with_for_update().execution_options(populate_existing=True)).all()
    for post in posts:
        post.cancel(reason=TAKEN_AWAY, at=at)
    session.flush()
    return len(posts)


def names(person_id: int) -> ColumnElement[bool]:
    """Whether the post shows that person's name, as the one it tells of or as the endorser."""
    tells_of = (SlackPost.person_id == person_id) & ~SlackPost.key.startswith(f"{NUDGE}:")
    return or_(tells_of, SlackPost.endorser_id == person_id)


IS_OUT = and_(SlackPost.unwished_at.is_(None), or_(SlackPost.ts.is_not(None), SlackPost.is_unsure))
"""Whether the post is visible on Slack, or may be, and is not to be removed."""


def remove_if_reworded(session: Session, post: SlackPost, *, at: datetime) -> None:
    """Cancel a visible post that says other words than its endorsement, or masked ones."""
    if post.ts is None:
        return
    endorsement = endorsement_of(session, post.key)
    # A post from before there were kinds of praise says nothing of them.
    said = {} if endorsement is None else said_of(endorsement)
    if said.get("words") == Withheld.MASKED.value:
        post.mask(reason=MASKED, at=at)
    elif any(post.message.get(key, words) != words for key, words in said.items()):
        post.cancel(reason=REWORDED, at=at)


def plan_endorsement(
    session: Session,
    endorsement_id: int,
    *,
    person_id: int,
    given_at: datetime,
    at: datetime,
    is_unmasked: bool = False,
) -> None:
    """Plan its post, if it stands and its person allows it. ``is_unmasked``: its words were masked,
    and may be read again."""
    name = name_of_who_allows(session, person_id, since=given_at)
    key = endorsement_key(endorsement_id)
    if name is not None and stands(session, key):
        news = _endorsement_news(session, endorsement_id, person=name, since=given_at)
        if is_unmasked:
            for post in posts_with(session, [key]):
                post.unmask(message=to_json(news), at=at)
            session.flush()
        _plan(session, key, person_id=person_id, news=news, at=at)


def _plan(session: Session, key: str, *, person_id: int, news: News, at: datetime) -> None:
    values = {
        "key": key,
        "person_id": person_id,
        "message": to_json(news),
        "state": PostState.WAITING,
        "attempts": 0,
        "is_unsure": False,
        "due_at": at,
        "wished_at": at,
    }
    new = upsert(session, SlackPost).values(values).on_conflict_do_nothing().returning(SlackPost.id)
    if session.scalar(new) is None:
        for post in posts_with(session, [key]):
            if post.ts is None or _is_still_allowed(session, post):
                post.plan_again(message=to_json(news), at=at)
            remove_if_reworded(session, post, at=at)


def _is_still_allowed(session: Session, post: SlackPost) -> bool:
    """Whether all whom a visible post names allow it as they did when it was planned."""
    named = filter(None, (post.person_id, post.endorser_id))
    return all(allows(session, person_id, since=post.wished_at) for person_id in named)


def _cancel(session: Session, keys: list[str], *, at: datetime) -> None:
    for post in posts_with(session, keys):
        if not stands(session, post.key):
            post.cancel(reason=UNDONE, at=at)
        remove_if_reworded(session, post, at=at)


def posts_with(session: Session, keys: list[str]) -> list[SlackPost]:
    found = (
        select(SlackPost).where(SlackPost.key.in_(keys)).order_by(SlackPost.id).with_for_update()
    )
    return list(session.scalars(found.execution_options(populate_existing=True)))


def stands(session: Session, key: str) -> bool:
    """Whether the award or endorsement that a post tells of still stands, in words that may be
    read."""
    kind, _, rest = key.partition(":")
    if kind == "badge":
        person_id, _, badge = rest.partition(":")
        held = exists().where(
            Award.person_id == int(person_id), Award.badge_slug == badge, Award.voided_at.is_(None)
        )
        return bool(session.scalar(select(held)))
    given = exists().where(
        Endorsement.id == int(rest),
        Endorsement.withdrawn_at.is_(None),
        Endorsement.words.not_in([why.value for why in Withheld]),
        Completion.id == Endorsement.completion_id,
        Completion.voided_at.is_(None),
    )
    return bool(session.scalar(select(given)))


def _endorsement_news(
    session: Session, endorsement_id: int, *, person: str, since: datetime
) -> EndorsementNews:
    row = session.execute(
        select(
            Endorsement.words,
            Endorsement.praise,
            Endorsement.endorser_id,
            Challenge.slug,
            ChallengeVersion.definition["ja"]["title"].as_string().label("title"),
        )
        .join(Completion, Completion.id == Endorsement.completion_id)
        .join(Step, Step.id == Completion.step_id)
        .join(Challenge, Challenge.id == Step.challenge_id)
        .join(
            ChallengeVersion,
            (ChallengeVersion.challenge_id == Challenge.id)
            & (ChallengeVersion.number == Completion.challenge_version),
        )
        .where(Endorsement.id == endorsement_id)
    ).one()
    return EndorsementNews(
        person=person,
        endorser=name_of_who_allows(session, row.endorser_id, since=since),
        challenge=row.title,
        **said_of(row),
        path=f"/challenges/{row.slug}",
    )
