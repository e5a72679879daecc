"""What a person's settings say: their consents, what of them is out on Slack, their letter, and
where they are signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from app.notices.letter_wishes import IS_WANTED, LetterStanding
from app.slack.posts.models import PostState, SlackPost
from app.slack.posts.planning import IS_OUT, names
from challenges.people import sign_ins
from challenges.people.models import ConsentGiven, Person
from challenges.people.sign_ins import SignInLine
from challenges.recognition.pulse_models import NotSuggested
from challenges.storage.sql import united
from challenges.vocabulary import Consent


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a person shows to others, and their letter. The numbers are of Slack posts with their
    name."""

    given: frozenset[Consent]
    posts_out: int
    """Posts that are visible, or may be, and stay."""
    posts_leaving: int
    """Posts that are to be removed and are not yet."""
    is_not_suggested: bool
    """No manager is reminded of them."""
    posts_stuck: int
    """Those among them that wait for the DX office."""
    letter: LetterStanding


def sharing(session: Session, person_id: int) -> Sharing:
    """What that person shows to others. One statement."""
    return _sharing_in(session.execute(_sharing(person_id)).all())


def sharing_and_sign_ins(
    session: Session,
    person_id: int,
    *,
    here: int,
    at: datetime,
    idle: timedelta,
    limit: int,
    offset: int,
) -> tuple[Sharing, list[SignInLine]]:
    """The same, and a page of where that person is signed in. One statement."""
    window = {"limit": limit, "offset": offset}
    both = united(
        sharing=_sharing(person_id),
        sign_in=sign_ins.lines(person_id, here=here, at=at, idle=idle, **window),
    )
    rows = session.execute(both).all()
    listed = sign_ins.in_order((row for row in rows if row.part == "sign_in"), here=here)
    return _sharing_in([row for row in rows if row.part == "sharing"]), listed


def _sharing(person_id: int) -> Select[*tuple[Any, ...]]:
    is_current = and_(ConsentGiven.person_id == Person.id, ConsentGiven.withdrawn_at.is_(None))
    return (
        select(
            ConsentGiven.consent,
            _count(person_id, IS_OUT).label("posts_out"),
            exists().where(NotSuggested.person_id == Person.id).label("is_not_suggested"),
            _count(person_id, _IS_LEAVING).label("posts_leaving"),
            _count(person_id, _IS_LEAVING, SlackPost.state == PostState.PARKED).label("stuck"),
            IS_WANTED.label("is_letter_wanted"),
            Person.email,
        )
        .select_from(Person)
        .outerjoin(ConsentGiven, is_current)
        .where(Person.id == person_id)
    )


def _sharing_in(rows: Sequence[Row[*tuple[Any, ...]]]) -> Sharing:
    return Sharing(
        given=frozenset(row.consent for row in rows if row.consent is not None),
        is_not_suggested=rows[0].is_not_suggested,
        posts_out=rows[0].posts_out,
        posts_leaving=rows[0].posts_leaving,
        posts_stuck=rows[0].stuck,
        letter=LetterStanding.of(rows[0].is_letter_wanted, rows[0].email),
    )


_IS_LEAVING = and_(
    SlackPost.unwished_at.is_not(None),
    SlackPost.state.not_in((PostState.REMOVED, PostState.CANCELLED)),
)


def _count(person_id: int, *conditions: ColumnElement[bool]) -> ScalarSelect[Any]:
    posts = select(func.count()).select_from(SlackPost)
    return posts.where(names(person_id), *conditions).scalar_subquery()
