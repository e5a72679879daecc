"""Where attempts are counted may be away: people still sign in, and guessing stays limited."""

import dataclasses
import socket
from collections.abc import Iterator
from time import monotonic

import pytest
from flask import Flask

from app.config import Config
from app.factory import create_app
from app.identity import passwords
from app.web.limits import limiter
from challenges.people.models import Person

PASSWORD = "correct horse battery staple"


@pytest.fixture(params=["refuses", "is silent"])
def storage(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a Redis that refuses connections, or takes them and says nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if request.param == "is silent":
            listener.listen(50)
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def without_redis(config: Config, storage: str) -> Iterator[Flask]:
    app = create_app(
        dataclasses.replace(
            config, limits_storage=storage, sign_in_limits=("3 per minute", "9 per minute")
        )
    )
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    app.extensions["stepup_database"].dispose()
    create_app(config).extensions["stepup_database"].dispose()  # the limiter is shared
    limiter.reset()


def test_people_sign_in_without_redis(without_redis: Flask, session, cast) -> None:
    cast.staff.password_hash = passwords.hash_password(PASSWORD)
    session.commit()
    began = monotonic()
    for _ in range(3):
        answer = without_redis.test_client().post(
            "/sign-in", data={"name": "staff", "password": PASSWORD}
        )
        assert answer.status_code == 303
    assert monotonic() - began < 15


def test_guessing_stays_limited_without_redis(without_redis: Flask, session) -> None:
    session.query(Person).first()
    session.commit()
    browser = without_redis.test_client()
    tries = [
        browser.post("/sign-in", data={"name": "staff", "password": "x"}).status_code
        for _ in range(6)
    ]
    assert 500 not in tries
    assert tries[-1] == 429
    assert tries.count(401) <= 4
