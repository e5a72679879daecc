"""Rate limits, for the doors that guess-work would try. Which door has which limit stands at the
door."""

from ipaddress import IPv6Address, ip_address

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits.errors import ConfigurationError

from app.config import Config, ConfigWrong


def address_of_visitor() -> str:
    """The address the request came from; of an IPv6 one its network, since one machine may use any
    address of it."""
    try:
        address = ip_address(get_remote_address())
    except ValueError:
        return get_remote_address()
    if isinstance(address, IPv6Address) and not address.ipv4_mapped:
        return f"{address.exploded[:19]}::/64"
    return str(getattr(address, "ipv4_mapped", None) or address)


limiter = Limiter(address_of_visitor, default_limits=[])


def init_app(app: Flask, config: Config) -> None:
    """Count where the configuration says. Raises ConfigWrong where nothing can be counted there."""
    app.config["RATELIMIT_STORAGE_URI"] = config.limits_storage
    app.config["RATELIMIT_HEADERS_ENABLED"] = True
    try:
        limiter.init_app(app)
    except ConfigurationError as error:
        raise ConfigWrong(f"LIMITS_STORAGE cannot be used: {error}") from error
