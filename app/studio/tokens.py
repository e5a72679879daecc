"""Tokens with which programs of the office read and write through the API.

A token belongs to the office and not to a person: it stays when people move on. The secret is shown
once and only its digest is stored; it is long and random, so no slow hash is needed.
"""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.studio import audit
from challenges.errors import N_, InvalidField
from challenges.people.models import Person
from challenges.storage.orm import Base, UtcDateTime
from challenges.text import in_one_line

PREFIX = "stepup_"
"""Before every secret, so that tools which look for lost secrets know it."""
RANDOM = 32
"""Bytes."""
SHOWN = 4
"""Last letters of a secret that stay in the list, to tell one from another."""
NAME_LENGTH = 60
LIFETIMES = (30, 90, 365)
"""Days that a token may last."""


class Scope(StrEnum):
    """What a token allows."""

    READ = "READ"
    """Read the API while it is not open to everybody."""
    IMPORT = "IMPORT"
    """Hand in files of measures."""


class ApiToken(Base):
    """A token (トークン) of the office."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the secret, in hexadecimal."""
    ending: Mapped[str] = mapped_column(String(SHOWN))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


@dataclass(frozen=True, slots=True)
class Token:
    """A token that is valid now."""

    id: int
    name: str
    """What it is used for."""
    scopes: frozenset[Scope]


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token in the list of the office."""

    id: int
    name: str
    ending: str
    scopes: tuple[Scope, ...]
    made_at: datetime
    made_by: str | None
    expires_at: datetime
    revoked_at: datetime | None

    def is_valid(self, at: datetime) -> bool:
        """Whether a program can use it."""
        return self.revoked_at is None and at < self.expires_at


def make(
    session: Session, *, name: str, scopes: Collection[str], days: int, by_id: int, at: datetime
) -> str:
    """Make a token and return its secret, which nobody can read again. Raises InvalidField."""
    called, allowed = _name(name), _scopes(scopes)
    if days not in LIFETIMES:
        raise InvalidField(N_("いつまで使うかを選んでください。"), field="days")
    secret = PREFIX + secrets.token_urlsafe(RANDOM)
    token = ApiToken(
        name=called,
        digest=_digest(secret),
        ending=secret[-SHOWN:],
        scopes=allowed,
        made_at=at,
        made_by_id=by_id,
        expires_at=at + timedelta(days=days),
    )
    session.add(token)
    session.flush()
    after = {"scopes": ", ".join(allowed), "expires_at": token.expires_at.isoformat()}
    _note(session, token, act="token_made", after=after, by_id=by_id, at=at)
    return secret


def revoke(session: Session, token_id: int, *, by_id: int, at: datetime) -> ApiToken | None:
    """End a token at once. Returns it; None if there is none. Once more changes nothing."""
    token = session.get(ApiToken, token_id)
    if token is None:
        return None
    ended = session.execute(
        update(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=at, revoked_by_id=by_id)
        .returning(ApiToken.id)
    ).all()
    if ended:
        _note(session, token, act="token_revoked", after=None, by_id=by_id, at=at)
    return token


def token_of(session: Session, secret: str, *, at: datetime) -> Token | None:
    """The token with that secret if it is valid now. One statement."""
    row = session.execute(
        select(ApiToken.id, ApiToken.name, ApiToken.scopes).where(
            ApiToken.digest == _digest(secret),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > at,
        )
    ).one_or_none()
    return row and Token(row.id, row.name, frozenset(Scope(one) for one in row.scopes))


def listed(session: Session, *, limit: int, offset: int = 0) -> Sequence[TokenLine]:
    """Every token, newest first. One statement."""
    names = ("id", "name", "ending", "scopes", "made_at", "expires_at", "revoked_at")
    rows = session.execute(
        select(*(getattr(ApiToken, name) for name in names), Person.name.label("made_by"))
        .outerjoin(Person, Person.id == ApiToken.made_by_id)
        .order_by(ApiToken.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [
        TokenLine(**{**row._mapping, "scopes": tuple(Scope(one) for one in row.scopes)})
        for row in rows
    ]


def _name(typed: str) -> str:
    name = in_one_line(typed)
    if not 0 < len(name) <= NAME_LENGTH:
        sentence = N_("何に使うかを、%(most)s字までで書いてください。")
        raise InvalidField(sentence, field="name", most=NAME_LENGTH)
    return name


def _scopes(chosen: Collection[str]) -> list[str]:
    allowed = [scope.value for scope in Scope if scope.value in chosen]
    if not allowed:
        raise InvalidField(N_("できることを一つは選んでください。"), field="scopes")
    return allowed


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _note(
    session: Session,
    token: ApiToken,
    *,
    act: str,
    after: dict[str, str] | None,
    by_id: int,
    at: datetime,
) -> None:
    audit.note(
        session,
        act=act,
        subject="token",
        subject_id=token.id,
        subject_name=token.name,
        after=after,
        by_id=by_id,
        at=at,
    )
