"""Rate limits for routes that an attacker could try passwords on. Each limit stands at its
route."""

from ipaddress import IPv6Address, ip_address

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits.errors import ConfigurationError

from app.config import Config, ConfigWrong

WAIT_FOR_STORAGE = 1
"""Seconds."""


def address_of_visitor() -> str:
    """The client's address. An IPv6 address stands for its /64 network, because one machine may use
    any address in it."""
    try:
        address = ip_address(get_remote_address())
    except ValueError:
        return get_remote_address()
    if isinstance(address, IPv6Address) and not address.ipv4_mapped:
        return f"{address.exploded[:19]}::/64"
    return str(getattr(address, "ipv4_mapped", None) or address)


limiter = Limiter(address_of_visitor, default_limits=[])


def init_app(app: Flask, config: Config) -> None:
    """Count in the configured storage. Raises ConfigWrong if it cannot be used."""
    app.config["RATELIMIT_STORAGE_URI"] = config.limits_storage
    app.config["RATELIMIT_HEADERS_ENABLED"] = True
    # Without the storage each process counts in its memory: guessing stays limited, and people can
    # sign in. A storage that does not answer is not waited for.
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = True
    # It may also go away between two calls of one request, where there is no falling back.
    app.config["RATELIMIT_SWALLOW_ERRORS"] = True
    if config.limits_storage.startswith("redis"):
        app.config["RATELIMIT_STORAGE_OPTIONS"] = {
            "socket_connect_timeout": WAIT_FOR_STORAGE,
            "socket_timeout": WAIT_FOR_STORAGE,
        }
    try:
        limiter.init_app(app)
    except ConfigurationError as error:
        raise ConfigWrong(f"LIMITS_STORAGE cannot be used: {error}") from error
