"""Rate limits, for the doors that guess-work would try. Which door has which limit stands at the door."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from app.config import Config

limiter = Limiter(get_remote_address, default_limits=[])


def init_app(app: Flask, config: Config) -> None:
    app.config["RATELIMIT_STORAGE_URI"] = config.limits_storage
    app.config["RATELIMIT_HEADERS_ENABLED"] = True
    limiter.init_app(app)
