"""Passwords: which are good enough, how they are stored, and how they are checked.

They are stored as argon2id hashes. A check takes the same time whether or not the account exists,
so that nobody learns from it who has one. The cost is OWASP's smaller setting for argon2id (19 MiB,
two passes, one lane), so that a morning of sign-ins fits into the memory of two small web workers.
"""

import re
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from challenges.errors import InvalidField
from challenges.people.accounts import Account

LENGTH = (12, 200)
"""Characters at least and at most."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """The hash to store for a password."""
    return _hasher.hash(_plain(password))


def verify(password_hash: str | None, password: str) -> bool:
    """Whether the password belongs to the hash.

    The hash is None for an account that has no password or does not exist. Then the answer is no,
    after the same time.
    """
    try:
        return (
            _hasher.verify(password_hash or _hash_of_nobody(), _plain(password))
            and password_hash is not None
        )
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash has an older cost. A sign-in renews it, because the password is at hand."""
    return _hasher.check_needs_rehash(password_hash)


def must_be_good(password: str, account: Account, *, field: str = "password") -> None:
    """Raise InvalidField if the password is too short, too long, or only repeats who one is."""
    shortest, longest = LENGTH
    plain = _plain(password)
    if len(plain) < shortest:
        raise InvalidField(
            "パスワードは%(shortest)s文字以上にしてください。"
            "短い文をそのまま使うのもよい方法です。",
            field=field,
            shortest=shortest,
        )
    if len(plain) > longest:
        raise InvalidField(
            "パスワードは%(longest)s文字までにしてください。", field=field, longest=longest
        )
    if len(set(plain)) < 5:
        raise InvalidField("同じ文字の繰り返しではないパスワードにしてください。", field=field)
    if _only_says_who(plain, account):
        raise InvalidField(
            "職員番号、氏名、メールアドレスをそのまま使わないでください。", field=field
        )


def _only_says_who(plain: str, account: Account) -> bool:
    email = (account.email or "").lower()
    names = {
        account.employee_number,
        account.name,
        account.name.replace(" ", ""),
        email,
        email.partition("@")[0],
    }
    rest = plain.lower()
    for name in sorted((_plain(name).lower() for name in names if name), key=len, reverse=True):
        rest = rest.replace(name, "")
    return rest != plain.lower() and len(re.sub(r"[\W\d_]", "", rest)) < 4


def _plain(password: str) -> str:
    """One form of a text that input methods write in full or half width, composed or not."""
    return unicodedata.normalize("NFKC", password)


@cache
def _hash_of_nobody() -> str:
    return _hasher.hash("nobody has this password")
