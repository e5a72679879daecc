"""A request that is over when its time is up, whatever the other side does.

The time-out of a socket is for each read: a server that sends a byte now and then could hold a
worker for ever. Here a timer shuts the connection, so after the deadline not a byte moves either
way, and what was not sent never will be: a request that was given up can become a post only by what
Slack has already.
"""

import http.client
import socket
from contextlib import suppress
from threading import Lock, Timer
from typing import Any, Self
from urllib.request import (
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)


class Deadline:
    """``with Deadline(10) as deadline``: what is opened through ``deadline.opener()`` ends within
    ten seconds."""

    def __init__(self, seconds: float) -> None:
        self._lock = Lock()
        self._connection: socket.socket | None = None
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True
        self.is_over = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            if self._connection is not None:
                self._connection.close()

    def opener(self, *, proxy: str | None) -> OpenerDirector:
        """For http and https, by way of the proxy where there is one."""
        proxies = {} if proxy is None else {"http": proxy, "https": proxy}
        return build_opener(ProxyHandler(proxies), _Http(self), _Https(self))

    def connect(self, address: tuple[str, int], *how: Any) -> socket.socket:
        """``socket.create_connection``, shut when the time is up; at once, if finding its way took
        that long."""
        opened = self._first_open(address, *how)
        with self._lock:
            self._connection = opened.dup()  # TLS takes the first over
        if self.is_over:
            self._shut()
        return opened

    def _first_open(self, address: tuple[str, int], *how: Any) -> socket.socket:
        """By the first way that is open; no further one is tried once the time is up."""
        failed: OSError | None = None
        for *_, place in socket.getaddrinfo(*address, type=socket.SOCK_STREAM):
            if self.is_over:
                break
            try:
                return socket.create_connection((str(place[0]), int(place[1])), *how)
            except OSError as error:
                failed = error
        raise failed or TimeoutError("it took too long to find the address")

    def _end(self) -> None:
        self.is_over = True
        self._shut()

    def _shut(self) -> None:
        with self._lock:
            if self._connection is not None:
                with suppress(OSError):  # it has ended already
                    self._connection.shutdown(socket.SHUT_RDWR)


class _Http(HTTPHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, req: Request) -> http.client.HTTPResponse:
        return self.do_open(_watched(http.client.HTTPConnection, self._deadline), req)


class _Https(HTTPSHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def https_open(self, req: Request) -> http.client.HTTPResponse:
        return self.do_open(_watched(http.client.HTTPSConnection, self._deadline), req)


def _watched(kind: type[http.client.HTTPConnection], deadline: Deadline) -> Any:
    def connection(*args: Any, **kwargs: Any) -> http.client.HTTPConnection:
        made: Any = kind(*args, **kwargs)
        made._create_connection = deadline.connect  # the one place where both kinds open a socket
        return made  # type: ignore[no-any-return]  # Any only for the hook above, which typeshed does not know

    return connection
