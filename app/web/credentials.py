"""Checks a name and a password, and counts the tries (docs/adr/0012).

Whatever is wrong, the answer is the same after the same work: an unknown name, a wrong password, a
person who has left, one who never set a password, and an account that strangers are guessing at.
"""

from dataclasses import dataclass

from flask import abort
from flask_babel import gettext as _

from app.config import config
from app.db.sessions import read_first
from app.http import limits, request_log
from app.http.limits import Bucket, address_of_visitor
from app.identity import passwords
from app.web import known_device
from app.web.errors import problem
from challenges.people.accounts import Account, account_named, plain_name


@dataclass(frozen=True)
class _Buckets:
    """Where one try is counted. Only ``told`` ones may show that they are full."""

    told: tuple[Bucket, ...]
    untold: tuple[Bucket, ...] = ()


def account_that_opens(name: str, password: str) -> Account | None:
    """The account with that name and password, or None. Aborts with 429 after too many tries."""
    with read_first() as reader:
        found = account_named(reader, name) if name else None
    buckets = _buckets(name, found)
    count_or_abort(*buckets.told, person_id=found.id if found else None)
    is_full = limits.count(*buckets.untold) is not None
    is_right = passwords.verify(found.password_hash if found else None, password[:1000])
    reason = _why_not(found, is_right=is_right, is_full=is_full)
    if reason or found is None:
        request_log.refused(reason, person_id=found.id if found else None)
        return None
    limits.give_back(*buckets.told, *buckets.untold)
    return found


def is_password_of(owner: Account, password: str) -> bool:
    """Whether the signed-in person knows their password. Aborts with 429 after too many tries."""
    for_each_name, _for_each_address, for_each_account = config().sign_in_limits
    key = f"signed in:{owner.id}"
    buckets = Bucket(for_each_name, key), Bucket(for_each_account, key)
    count_or_abort(*buckets, person_id=owner.id)
    if not passwords.verify(owner.password_hash, password[:1000]):
        request_log.refused("wrong password", person_id=owner.id)
        return False
    limits.give_back(*buckets)
    return True


def tries_of_address() -> Bucket:
    """The bucket of the network address that asks."""
    return Bucket(config().sign_in_limits[1], f"address:{address_of_visitor()}")


def count_or_abort(*buckets: Bucket, person_id: int | None = None) -> None:
    """Count a try. Aborts with 429, counting nothing, if a bucket is full."""
    full = limits.count(*buckets)
    if full is None:
        return
    request_log.refused("too many tries", person_id=person_id)
    minutes = limits.minutes_until_empty(full)
    sentence = _(
        "短い間に何度も試されました。%(minutes)s分ほど待ってからお試しください。", minutes=minutes
    )
    answer = problem(_("少し休んでからどうぞ"), sentence, 429)
    answer.headers["Retry-After"] = str(minutes * 60)
    abort(answer)


def _buckets(name: str, found: Account | None) -> _Buckets:
    for_each_name, _for_each_address, for_each_account = config().sign_in_limits
    device = known_device.device_that_knows(found.id) if found else None
    if device and found:
        # Nobody learns anything from these: the person has signed in here before.
        key = f"device:{device}:{found.id}"
        return _Buckets(told=(Bucket(for_each_name, key), Bucket(for_each_account, key)))
    # By the name as typed, whether or not it exists: a count by person would show which names
    # belong together. An unknown name has an account's bucket too, so that it takes as long.
    typed = Bucket(for_each_name, f"name:{plain_name(name).upper()[:254]}")
    account = Bucket(for_each_account, f"account:{found.id if found else 'nobody'}")
    return _Buckets(told=(tries_of_address(), typed), untold=(account,))


def _why_not(found: Account | None, *, is_right: bool, is_full: bool) -> str:
    """The reason for the log, "" if nothing is wrong. No visitor is ever told."""
    reasons = (
        ("unknown name", found is None),
        ("has left", found is not None and not found.is_active),
        ("no password yet", found is not None and found.password_hash is None),
        ("too many tries of this account", is_full),
        ("wrong password", not is_right),
    )
    return next((reason for reason, holds in reasons if holds), "")
