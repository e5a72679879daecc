"""The time-out of a request to Slack covers all of it, the TLS handshake too."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from app.slack.answers import Ambiguous
from app.slack.client import Slack
from app.slack.posts.messages import Message

BEGUN_TLS_RECORD = b"\x16\x03\x03\x3f\xff\x02"
"""A server's hello that says it is 16 kB long."""


@pytest.fixture
def trickling_handshake() -> Iterator[str]:
    """The address of a server that begins a TLS handshake and goes on a byte every tenth of a
    second."""
    stop = threading.Event()

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):  # the other side gives up
            connection.sendall(BEGUN_TLS_RECORD)
            while not stop.wait(0.1):
                connection.sendall(b"\0")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}/api/"
        stop.set()
        thread.join()


def test_handshake_that_trickles_is_given_up_in_time(trickling_handshake: str) -> None:
    slack = Slack(token="xoxb-test", api_url=trickling_handshake, timeout=0.5)
    begun = time.monotonic()
    outcome = slack.post(Message("x", []), channel="C0STEPUP", key="badge:1:x")
    assert outcome == Ambiguous("TimeoutError: no whole answer within 0.5 s")
    assert time.monotonic() - begun < 5
