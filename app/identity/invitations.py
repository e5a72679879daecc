"""One-time links to set a password. They are signed, and nothing is stored.

A link holds the person, the session epoch and a digest of the present password hash. Setting a
password changes both, so a link works once. Signing out everywhere and leaving end it too, and
after seven days it has expired. One for a forgotten password expires after an hour.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from challenges.people.accounts import Account

LIFETIME = timedelta(days=7)
FORGOTTEN_LIFETIME = timedelta(hours=1)
"""Of a link that somebody asked for and waits for."""
_SALT = "stepup invitation"


@dataclass(frozen=True)
class Invitation:
    """What a link says. ``opens`` compares it with the account as it is now."""

    person_id: int
    epoch: int
    digest: str

    def opens(self, account: Account | None) -> bool:
        """Whether the person is active and has neither used the link nor signed out everywhere."""
        if account is None or not account.is_active or account.id != self.person_id:
            return False
        return (self.epoch, self.digest) == (account.session_epoch, _digest(account))


def invite(account: Account, *, secret: str, at: datetime, lasts: timedelta = LIFETIME) -> str:
    """The token of a link for this account, valid from ``at`` for as long as it ``lasts``."""
    until = int((at + lasts).timestamp())
    return str(_signer(secret).dumps([account.id, account.session_epoch, _digest(account), until]))


def read(token: str, *, secret: str, at: datetime) -> Invitation | None:
    """What the token says, or None if it is not signed by us or has expired."""
    try:
        payload: Any = _signer(secret).loads(token)
    except BadData:
        return None
    person_id, epoch, digest, until = payload
    return Invitation(person_id, epoch, digest) if at.timestamp() < until else None


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=_SALT, signer_kwargs={"digest_method": hashlib.sha256})


def _digest(account: Account) -> str:
    return hashlib.sha256((account.password_hash or "").encode()).hexdigest()[:16]
