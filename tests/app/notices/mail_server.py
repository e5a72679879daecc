"""A real SMTP server that can be told to misbehave, and remembers the mails it has taken."""

import asyncio
import socket
import ssl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

OK = "250 OK"
CUT = "cut"
"""Take the mail, and hang up without an answer."""


class Mailbox:
    """aiosmtpd calls these by their names. ``on_rcpt`` and ``on_data`` are used up one each."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, EmailMessage]] = []
        """Address and mail."""
        self.on_rcpt: deque[str] = deque()
        self.on_data: deque[str] = deque()
        self.encrypted: list[bool] = []
        """Of each mail taken, whether it came encrypted."""
        self.connections = 0
        self.arrived = threading.Condition()
        self.answers = threading.Event()
        """While it is not set, a mail is taken and its sender waits for the answer."""
        self.answers.set()

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        answer = self.on_rcpt.popleft() if self.on_rcpt else OK
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self.on_data.popleft() if self.on_data else OK
        if answer in {OK, CUT}:
            mail = message_from_bytes(envelope.content, policy=default)
            assert isinstance(mail, EmailMessage)
            with self.arrived:
                self.taken.append((envelope.rcpt_tos[0], mail))
                self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
                self.arrived.notify_all()
        while not self.answers.is_set():
            await asyncio.sleep(0.02)
        if answer == CUT:
            server.transport.abort()
        return answer

    def addresses(self) -> list[str]:
        return [address for address, _mail in self.taken]

    def wait_for(self, count: int, *, seconds: float = 30) -> None:
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.taken) >= count, seconds)


class MailServerOfTests(Controller):
    """Listens on a free port of this machine."""

    def __init__(self, box: Mailbox, **options: Any) -> None:
        super().__init__(box, hostname="127.0.0.1", port=0, **options)

    def factory(self) -> SMTP:
        return SMTP(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        # The port is known only now.
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        if self.ssl_context is None:
            super()._trigger_server()
            return
        # Theirs would call with the server's own context, which cannot be a client's.
        secure = ssl.create_default_context()
        with (
            socket.create_connection((self.hostname, self.port)) as bare,
            secure.wrap_socket(bare, server_hostname=self.hostname) as connection,
        ):
            connection.recv(1024)


@contextmanager
def serving(box: Mailbox, **options: Any) -> Iterator[str]:
    """While the block runs, a server fills that box. Yields its address, as SMTP_URL has it.

    Options are those of aiosmtpd's Controller, such as ``ssl_context``.
    """
    server = MailServerOfTests(box, **options)
    server.start()
    scheme = "smtps" if server.ssl_context else "smtp"
    try:
        yield f"{scheme}://127.0.0.1:{server.port}"
    finally:
        box.answers.set()
        server.stop()
