"""Who wants the weekly letter: wishing for it, ending the wish, and the link that ends it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from app.notices.letter_models import LetterWish
from app.notices.mail import is_address
from challenges.errors import N_, InvalidField
from challenges.people.models import Person
from challenges.storage.sql import insert_once

_SALT = "stepup letters"


class NoAddress(InvalidField):
    """Nobody gets letters without an e-mail address that we know."""

    sentence = N_(
        "あなたのメールアドレスが登録されていないので、手紙を送れません。"
        "DX事務局に登録を頼んでください。"
    )


@dataclass(frozen=True)
class LetterStanding:
    """Whether a person wants the weekly letter, and where it goes."""

    is_wanted: bool
    address: str | None
    """None where we know none that mail can be sent to."""

    @classmethod
    def of(cls, is_wanted: bool, email: str | None) -> "LetterStanding":
        return cls(is_wanted, email if is_address(email) else None)


def standing(session: Session, person_id: int) -> LetterStanding:
    """How it stands with the letter of that person. One statement."""
    row = session.execute(
        select(IS_WANTED.label("is_wanted"), Person.email).where(Person.id == person_id)
    ).one()
    return LetterStanding.of(row.is_wanted, row.email)


IS_WANTED = exists().where(LetterWish.person_id == Person.id, LetterWish.ended_at.is_(None))
"""SQL: whether the ``Person`` of a statement wants the letter."""


def want_letter(session: Session, person_id: int, *, at: datetime) -> None:
    """Send the weekly letter from the next one on. Wanting it again changes nothing. Raises
    NoAddress."""
    if standing(session, person_id).address is None:
        raise NoAddress
    insert_once(session, LetterWish, person_id=person_id, wanted_at=at)


def stop_letter(session: Session, person_id: int, *, at: datetime) -> bool:
    """Send no more letters. False if none was wanted."""
    ended = session.execute(
        update(LetterWish)
        .where(LetterWish.person_id == person_id, LetterWish.ended_at.is_(None))
        .values(ended_at=at)
        .returning(LetterWish.id)
    )
    return ended.first() is not None


def sign_stop(person_id: int, *, secret: str) -> str:
    """The token of the link in a letter that ends it. It never expires: letters are kept."""
    return str(_signer(secret).dumps(person_id))


def read_stop(token: str, *, secret: str) -> int | None:
    """Whose letter the link ends, or None if it is not signed by us."""
    try:
        found = _signer(secret).loads(token)
    except BadData:
        return None
    return found if isinstance(found, int) else None


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=_SALT, signer_kwargs={"digest_method": hashlib.sha256})
