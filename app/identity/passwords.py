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
EXAMPLE = "asa wa mikan to ocha"
"""Shown beside the field. It can be typed with the Japanese input off, and is refused itself."""
EASILY_GUESSED = 10**8
"""Refused if zxcvbn needs fewer guesses: its scores 0 to 2."""

_PRODUCT = (
    "dxステップアップ・チャレンジ",
    "ステップアップ",
    "dx-step-up",
    "dxstepup",
    "step-up",
    "stepup",
)
_LOOKED_AT = 24
"""Characters that zxcvbn sees. It takes half a second for the worst of them, six for 72."""
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_with(hasher: PasswordHasher) -> PasswordHasher:
    """Hash at another cost from now on. Returns the hasher used so far.

    Passwords stored at the old cost stay valid, and are renewed as their owners sign in.
    """
    global _hasher  # one cost for the whole process
    before, _hasher = _hasher, hasher
    return before


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
            _hasher.verify(password_hash or _hash_of_nobody(_hasher), _plain(password))
            and password_hash is not None
        )
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash has an older cost. A sign-in renews it, because the password is at hand."""
    return _hasher.check_needs_rehash(password_hash)


def must_be_good(password: str, account: Account, *, field: str = "password") -> None:
    """Raise InvalidField if the password is too short, too long, or among the first guesses."""
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
    if _only_says(plain, _names_of(account)):
        raise InvalidField(
            "職員番号、氏名、メールアドレスをそのまま使わないでください。", field=field
        )
    if _only_says(plain, (*_PRODUCT, EXAMPLE)) or _is_easily_guessed(plain):
        raise InvalidField(
            "よく使われる言葉や並びなので、すぐに当てられてしまいます。"
            "関係のない言葉をいくつか並べてみてください。",
            field=field,
        )


def _names_of(account: Account) -> tuple[str, ...]:
    email = (account.email or "").lower()
    names = account.name, account.name.replace(" ", ""), email, email.partition("@")[0]
    return tuple(name for name in (account.employee_number, *names) if name)


def _only_says(plain: str, words: tuple[str, ...]) -> bool:
    """Whether little more than these words is left of the password."""
    rest = plain.lower()
    for word in sorted((_plain(word).lower() for word in words), key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != plain.lower() and len(re.sub(r"[\W\d_]", "", rest)) < 4


def _is_easily_guessed(plain: str) -> bool:
    """Whether it is a common password or made of common ones, repeats, rows of keys, dates."""
    # Imported where a password is chosen: the lists take time and memory that a page never needs.
    from zxcvbn import zxcvbn

    return bool(zxcvbn(plain[:_LOOKED_AT])["guesses"] < EASILY_GUESSED)


def _plain(password: str) -> str:
    """One form of a text that input methods write in full or half width, composed or not."""
    return unicodedata.normalize("NFKC", password)


@cache
def _hash_of_nobody(hasher: PasswordHasher) -> str:
    return hasher.hash("nobody has this password")
