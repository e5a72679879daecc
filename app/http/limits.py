"""Counts tries to guess a password, and requests to the API.

A try is counted before it is checked, and given back if it was right: so no number of tries at once
outruns the counter."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from math import ceil
from threading import Lock
from time import monotonic
from typing import TypeVar, cast

from flask import Flask, current_app, request
from limits import parse
from limits.errors import ConfigurationError, StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from app.clock import now
from app.config import Config, ConfigWrong

Answer = TypeVar("Answer")
_WAIT: dict[str, float | str | bool] = {"socket_connect_timeout": 1.0, "socket_timeout": 1.0}
"""Seconds that Redis may take to answer."""
_PAUSE = 10.0
"""Seconds until Redis is asked again after it did not answer."""


@dataclass(frozen=True)
class Bucket:
    """What tries are counted for: so many in so long, as in "10 per minute"."""

    limit: str
    key: str


@dataclass(frozen=True)
class Standing:
    """How far a bucket is filled."""

    left: int
    """Tries that are left."""
    seconds: int
    """Until tries count anew, at least one."""


class Counter:
    """The tries that were counted lately: in Redis, or in the memory of this process.

    While Redis is away each process counts by itself. Guessing stays limited and people can sign
    in.
    """

    def __init__(self, storage: str) -> None:
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._shared: FixedWindowRateLimiter | None = None
        if not storage.startswith("memory:"):
            options = _WAIT if storage.startswith("redis") else {}
            self._shared = FixedWindowRateLimiter(
                storage_from_string(storage, wrap_exceptions=True, **options)
            )
        self._ask_again_at = 0.0
        # In memory, the first two tries of a key could be counted as one without it.
        self._lock = Lock()

    def add(self, bucket: Bucket) -> bool:
        """Count one try. False if there were too many before it."""
        return self._ask(lambda windows: windows.hit(parse(bucket.limit), bucket.key))

    def take_back(self, bucket: Bucket) -> None:
        """Count one try less."""
        self._ask(lambda windows: windows.hit(parse(bucket.limit), bucket.key, cost=-1))

    def ends_at(self, bucket: Bucket) -> float:
        """When the bucket is empty again, in seconds since 1970."""
        stats = self._ask(lambda windows: windows.get_window_stats(parse(bucket.limit), bucket.key))
        return stats.reset_time

    def standing(self, bucket: Bucket) -> Standing:
        """How far the bucket is filled."""
        stats = self._ask(lambda windows: windows.get_window_stats(parse(bucket.limit), bucket.key))
        return Standing(stats.remaining, max(1, ceil(stats.reset_time - now().timestamp())))

    def _ask(self, question: Callable[[FixedWindowRateLimiter], Answer]) -> Answer:
        if self._shared is not None and monotonic() >= self._ask_again_at:
            try:
                return question(self._shared)
            except StorageError:
                self._ask_again_at = monotonic() + _PAUSE
        with self._lock:
            return question(self._own)


def count(*buckets: Bucket) -> Bucket | None:
    """Count a try in each bucket. Returns the first full one, and then has counted nowhere."""
    for n, bucket in enumerate(buckets):
        if not _counter().add(bucket):
            give_back(*buckets[: n + 1])
            return bucket
    return None


def give_back(*buckets: Bucket) -> None:
    """The try was right, or was not checked: it does not count."""
    for bucket in buckets:
        _counter().take_back(bucket)


def minutes_until_empty(bucket: Bucket) -> int:
    """Minutes until tries count anew, at least one."""
    return max(1, ceil((_counter().ends_at(bucket) - now().timestamp()) / 60))


def standing(bucket: Bucket) -> Standing:
    """How far a bucket is filled."""
    return _counter().standing(bucket)


def address_of_visitor() -> str:
    """The client's address. An IPv6 address stands for its /64 network, because one machine may use
    any address in it."""
    given = request.remote_addr or "127.0.0.1"
    try:
        address = ip_address(given)
    except ValueError:
        return given
    if isinstance(address, IPv6Address) and not address.ipv4_mapped:
        return f"{address.exploded[:19]}::/64"
    return str(getattr(address, "ipv4_mapped", None) or address)


def init_app(app: Flask, config: Config) -> None:
    """Count in the configured storage. Raises ConfigWrong if it cannot be used."""
    try:
        app.extensions["stepup_tries"] = Counter(config.limits_storage)
    except ConfigurationError as error:
        raise ConfigWrong(f"LIMITS_STORAGE cannot be used: {error}") from error


def _counter() -> Counter:
    return cast(Counter, current_app.extensions["stepup_tries"])
