"""A web worker of gunicorn. A slow client costs no thread, and a reader waits for no writer.

gunicorn starts, watches and stops the processes. In each, waitress moves all bytes in one loop: a
request comes to a thread when all of it is there, and its answer leaves the thread at once, however
slowly the client reads (docs/adr/0016-slow-clients-and-writers.md).
"""

import logging
import os
from collections.abc import Iterable
from threading import get_ident
from time import monotonic, time
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from gunicorn.workers.base import Worker as GunicornWorker
from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ThreadedTaskDispatcher

TO_ARRIVE = 30
"""Seconds from the first byte of a request to its last. Then the connection is closed."""
IDLE = 15
"""Seconds that a connection may send and take nothing."""
LARGEST_BODY = 4 * 2**20
"""Bytes. The app itself refuses smaller bodies with a page in words (``MAX_CONTENT_LENGTH``)."""
LARGEST_HEAD = 32 * 2**10
"""Bytes."""
KEPT_IN_MEMORY = 64 * 2**10
"""Bytes of a body. What is longer waits in a temporary file."""
STUCK = 60
"""Seconds after which nobody waits for an answer any more: gunicorn replaces the process. All waits
for the database are shorter, unless the database itself was stopped."""
MOST_CONNECTIONS = 800
"""Of a process, which may usually open 1,024 files."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Worker(GunicornWorker):
    """What ``--worker-class`` names."""

    to_arrive = TO_ARRIVE
    idle = IDLE
    stuck = STUCK

    def init_process(self) -> None:
        self.map: dict[int, Any] = {}
        self.server: Any = None
        super().init_process()

    def run(self) -> None:
        # It would say so for each request that finds all threads at work.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self.at_work = AtWork(self.wsgi)  # type: ignore[arg-type]  # a WSGI app, in other words
        self.server = create_server(
            self.at_work,
            map=self.map,
            # gunicorn wraps them.
            sockets=[listener.sock for listener in self.sockets],  # type: ignore[attr-defined]
            backlog=self.cfg.backlog,
            threads=0,
            connection_limit=MOST_CONNECTIONS,
            channel_timeout=self.idle,
            cleanup_interval=1,
            max_request_header_size=LARGEST_HEAD,
            max_request_body_size=LARGEST_BODY,
            inbuf_overflow=KEPT_IN_MEMORY,
            asyncore_use_poll=True,
            # A client that goes away is none of our errors.
            log_socket_errors=False,
            # Which proxies are believed is decided in app/factory.py.
            clear_untrusted_proxy_headers=False,
            ident=None,
        )
        self.server.task_dispatcher = Lanes(self.cfg.threads)
        self._serve()
        self._finish()

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Note that we were asked to stop, and end the wait for the next byte."""
        super().handle_exit(sig, frame)
        if self.server:
            self.server.pull_trigger()

    def _serve(self) -> None:
        lateness, looked_at = Lateness(to_arrive=self.to_arrive, idle=self.idle), 0.0
        while self.alive and self.ppid == os.getppid():
            self._move_bytes()
            if monotonic() - looked_at > 1:
                looked_at = monotonic()
                # gunicorn replaces a process from which it hears nothing for a while.
                if self.at_work.longest(now=looked_at) < self.stuck:
                    self.notify()
                lateness.close_late(self._connections(), now=looked_at)

    def _finish(self) -> None:
        """Take no new connection, answer what has arrived, and leave."""
        self._move_bytes(timeout=0)
        self.server.del_channel()
        for listener in self.sockets:
            listener.close()
        ends = monotonic() + self.cfg.graceful_timeout
        while monotonic() < ends and any(map(is_answering, self._connections())):
            self._move_bytes(timeout=0.1)
            self.notify()

    def _move_bytes(self, *, timeout: float = 1.0) -> None:
        wasyncore.loop(timeout=timeout, use_poll=True, map=self.map, count=1)

    def _connections(self) -> list[HTTPChannel]:
        return list(self.server.active_channels.values())


class AtWork:
    """The app, and since when each thread is at work on an answer."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._since: dict[int, float] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self._since[get_ident()] = monotonic()
        try:
            return self._app(environ, start_response)
        finally:
            del self._since[get_ident()]

    def longest(self, *, now: float) -> float:
        """How many seconds the longest answer has taken so far."""
        return max((now - began for began in list(self._since.values())), default=0.0)


class Lanes:
    """Threads of their own for what needs no database, for reading, and for writing.

    So people read while every writer waits, and a health check waits for nobody.
    """

    def __init__(self, threads: int) -> None:
        self._lanes = {
            name: _threads(count)
            for name, count in (("instant", 1), ("reading", threads), ("writing", threads))
        }

    def add_task(self, connection: HTTPChannel) -> None:
        """Let the first request of the connection be answered. waitress calls this."""
        self._lanes[lane_of(connection.requests[0])].add_task(connection)


def lane_of(request: HTTPRequestParser) -> str:
    """The lane of a request."""
    if request.error or request.path == "/healthz" or request.path.startswith("/static/"):
        return "instant"
    return "reading" if request.command in READING else "writing"


def _threads(count: int) -> ThreadedTaskDispatcher:
    lane = ThreadedTaskDispatcher()
    lane.set_thread_count(count)
    return lane


class Lateness:
    """Closes connections whose request takes too long to arrive, byte by byte, and those whose
    client has stopped to read.

    waitress closes only those that are silent and wait for nothing.
    """

    def __init__(self, *, to_arrive: float, idle: float) -> None:
        self._to_arrive = to_arrive
        self._idle = idle
        self._arriving: dict[HTTPRequestParser, float] = {}

    def close_late(self, connections: list[HTTPChannel], *, now: float) -> None:
        """Look at all connections. Called about once a second with a clock that never jumps."""
        arriving = {}
        for connection in connections:
            request = connection.request
            if request is not None:
                arriving[request] = self._arriving.get(request, now)
            is_late = request is not None and now - arriving[request] > self._to_arrive
            if is_late or self._reads_nothing(connection):
                connection.handle_close()
        self._arriving = arriving

    def _reads_nothing(self, connection: HTTPChannel) -> bool:
        is_sending = connection.total_outbufs_len and not connection.requests
        return bool(is_sending) and time() - connection.last_activity > self._idle


def is_answering(connection: HTTPChannel) -> bool:
    """Whether a whole request has arrived whose answer is not yet with the kernel."""
    return bool(connection.requests or connection.total_outbufs_len)
