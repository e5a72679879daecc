"""A request that ends when its time is up, whatever the other side does.

A socket's time-out counts for each read, so a server that sends a byte now and then could hold a
worker for ever. Here a timer shuts the connection. After the deadline no byte moves either way, so
a request that was given up can become a post only from what Slack has already received.
"""

import http.client
import socket
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from threading import Lock, Timer
from typing import Any, Self
from urllib.error import HTTPError
from urllib.request import (
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)


@dataclass(frozen=True)
class Answer:
    """What came back, whatever its status."""

    status: int
    headers: Message
    body: str


def send(request: Request, *, seconds: float, proxy: str | None) -> Answer:
    """Send once and read the whole answer within ``seconds``.

    Raises TimeoutError when the time is up, and otherwise what urllib raises. Looking up the
    address and connecting may take longer: one time-out for each address that does not answer.
    Nothing has been sent by then.
    """
    late = TimeoutError(f"no whole answer within {seconds} s")
    with _Deadline(seconds) as deadline:
        try:
            answer = _read(_opener(deadline, proxy=proxy), request, timeout=seconds)
        except Exception as error:
            raise late if deadline.is_over else error from None
    if deadline.is_over:
        raise late
    return answer


def _read(opener: OpenerDirector, request: Request, *, timeout: float) -> Answer:
    try:
        answer = opener.open(request, timeout=timeout)
    except HTTPError as error:
        # An answer with a status other than 2xx, which Slack's errors may have.
        answer = error
    with answer:
        body = answer.read().decode(
            answer.headers.get_content_charset() or "utf-8", errors="replace"
        )
        return Answer(answer.status, answer.headers, body)


class _Deadline:
    """``with _Deadline(10) as deadline``: shuts the watched connection after ten seconds."""

    def __init__(self, seconds: float) -> None:
        self._lock = Lock()
        self._watched: socket.socket | None = None
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True
        self.is_over = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            if self._watched is not None:
                self._watched.close()

    def watch(self, connected: socket.socket) -> None:
        """Shut this connection when the time is up, or at once if it is up already."""
        with self._lock:
            # A duplicate, because TLS takes the original socket over and detaches it.
            self._watched = connected.dup()
        if self.is_over:
            self._shut()

    def _end(self) -> None:
        self.is_over = True
        self._shut()

    def _shut(self) -> None:
        with self._lock:
            if self._watched is not None:
                # The other side may have ended the connection already.
                with suppress(OSError):
                    self._watched.shutdown(socket.SHUT_RDWR)


class _Http(http.client.HTTPConnection):
    deadline: _Deadline

    def connect(self) -> None:
        super().connect()
        self.deadline.watch(self.sock)


class _Https(http.client.HTTPSConnection, _Http):
    """``connect`` runs that of ``_Http`` before the TLS handshake, so the handshake is watched."""


def _opener(deadline: _Deadline, *, proxy: str | None) -> OpenerDirector:
    """An opener for http and https, through the proxy if there is one, under the deadline."""

    def watched(kind: type[_Http]) -> Any:
        def connection(*args: Any, **kwargs: Any) -> _Http:
            new = kind(*args, **kwargs)
            new.deadline = deadline
            return new

        return connection

    class ByHttp(HTTPHandler):
        def http_open(self, req: Request) -> http.client.HTTPResponse:
            return self.do_open(watched(_Http), req)

    class ByHttps(HTTPSHandler):
        def https_open(self, req: Request) -> http.client.HTTPResponse:
            return self.do_open(watched(_Https), req)

    proxies = {} if proxy is None else {"http": proxy, "https": proxy}
    return build_opener(ProxyHandler(proxies), ByHttp, ByHttps)
