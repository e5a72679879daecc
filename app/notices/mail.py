"""The one door through which mail leaves: one connection to the SMTP server of the settings.

What matters is whether a mail may have been taken. Up to DATA a failure is known to have sent
nothing. Once the text is on its way and no answer comes back, nobody knows.
"""

import re
import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from ipaddress import ip_address
from typing import Any

from app.mail_server import ADDRESS, MailServer, Tls

_CRLF = compat32.clone(linesep="\r\n")
TIMEOUT = 30.0
"""Seconds for each answer of the server."""
LONGEST_LINE = 998
"""Characters of a header line, by RFC 5322."""
SAYS_NO = 500
"""Replies from here on are final, those from 400 on are for now (RFC 5321)."""
CLOSING = 421


@dataclass(frozen=True)
class Sent:
    """The server has taken it."""


@dataclass(frozen=True)
class Refused:
    """It will never be taken. Nothing was sent."""

    reason: str


@dataclass(frozen=True)
class Later:
    """Not taken this time. Nothing was sent."""

    reason: str


@dataclass(frozen=True)
class Unknown:
    """Its text was on the way, and no answer came: it may have arrived."""

    reason: str


Outcome = Sent | Refused | Later | Unknown


class ServerAway(Exception):
    """The server cannot be reached, or takes no mail from us at all. Nothing was sent."""


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail to one address."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    """Without the domain: the same mail always has the same."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """More header lines, in ASCII."""


def as_bytes(mail: Mail, *, server: MailServer, at: datetime) -> bytes:
    """The mail as it crosses the wire. Raises ValueError for a header that would break out of its
    line."""
    # MIMEText and Header: the newer EmailMessage parses each header that it is given, which would
    # take most of the time of a Monday morning's letters.
    message: Message[Any, Any] = MIMEMultipart("alternative", policy=_CRLF)
    message["From"] = _sender(server)
    message["To"] = _address(mail.to)
    message["Subject"] = Header(_one_line(mail.subject), "utf-8", header_name="Subject")
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{mail.message_id}@{server.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.attach(MIMEText(mail.text, "plain", "utf-8", policy=_CRLF))
    message.attach(MIMEText(mail.html, "html", "utf-8", policy=_CRLF))
    # By hand: the library would fold a long address into encoded words, which nobody can follow.
    lines = [f"{_one_line(name)}: {_one_line(value)}" for name, value in mail.headers.items()]
    if any(len(line) > LONGEST_LINE or not line.isascii() for line in lines):
        raise ValueError("a header line is too long or not ASCII")
    return "".join(f"{line}\r\n" for line in lines).encode("ascii") + message.as_bytes()


def _sender(server: MailServer) -> str:
    name = _one_line(server.sender_name)
    if name.isascii():
        return formataddr((name, server.sender))
    # formataddr makes one encoded word of it, however long. RFC 2047 allows 75 characters.
    words = Header(name, "utf-8", header_name="From").encode(maxlinelen=75).split()
    return f"{' '.join(words)} <{server.sender}>"


def _address(text: str) -> str:
    if not is_address(text):
        raise ValueError("not an address that mail can be sent to")
    return text


def is_address(text: str | None) -> bool:
    """Whether mail can be sent there."""
    return bool(text) and ADDRESS.fullmatch(text or "") is not None


class Connection:
    """A connection that is opened when it is needed and kept for the next mail.

    For each mail: ``offer``, which sends nothing, then ``hand_over``.
    """

    def __init__(self, server: MailServer, *, timeout: float = TIMEOUT) -> None:
        self.server = server
        self._timeout = timeout
        self._smtp: smtplib.SMTP | None = None

    def offer(self, to: str) -> Refused | Later | None:
        """Ask whether the server would take a mail for this address; None if it would. Raises
        ServerAway."""
        if not is_address(to):
            return Refused("not an address that mail can be sent to")
        was_open = self._smtp is not None
        try:
            return self._ask_for(to)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            if not was_open:
                raise ServerAway(_said(error)) from error
        # The server may have hung up on an idle connection.
        try:
            return self._ask_for(to)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise ServerAway(_said(error)) from error

    def hand_over(self, message: bytes) -> Outcome:
        """Send the text of the mail that was offered."""
        smtp = self._smtp
        if smtp is None:
            return Later("the connection was closed")
        try:
            code, reply = smtp.docmd("DATA")
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Later(_said(error))
        if code != 354:
            self._reset()
            return _refusal(code, reply)
        try:
            smtp.send(re.sub(rb"(?m)^\.", b"..", message).rstrip(b"\r\n") + b"\r\n.\r\n")
            code, reply = smtp.getreply()
        # Everything, because whatever breaks now may have sent.
        except Exception as error:
            self.close()
            return Unknown(_said(error))
        if code == CLOSING:
            self.close()
        if 200 <= code < 300:
            return Sent()
        return _refusal(code, reply) if code >= 400 else Unknown(_words(code, reply))

    def withdraw(self) -> None:
        """Take back what was offered and is not to be sent."""
        self._reset()

    def close(self) -> None:
        """Hang up."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                smtp.close()

    def _ask_for(self, to: str) -> Refused | Later | None:
        smtp = self._smtp = self._smtp or self._open()
        code, reply = smtp.mail(self.server.sender)
        if code >= 400:
            # The server does not like the sender, and so none of the mails that wait.
            raise smtplib.SMTPResponseException(code, reply)
        code, reply = smtp.rcpt(to)
        if code == CLOSING:
            raise smtplib.SMTPResponseException(code, reply)
        if code >= 400:
            self._reset()
            return _refusal(code, reply)
        return None

    def _open(self) -> smtplib.SMTP:
        server = self.server
        secure = ssl.create_default_context()
        if server.tls is Tls.AT_ONCE:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self._timeout, context=secure
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=self._timeout)
        try:
            smtp.ehlo_or_helo_if_needed()
            _encrypt(smtp, server, secure)
            if server.user is not None:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _reset(self) -> None:
        if self._smtp is None:
            return
        try:
            self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            self.close()


def _encrypt(smtp: smtplib.SMTP, server: MailServer, secure: ssl.SSLContext) -> None:
    """Switch to TLS where the settings or the server want it."""
    if server.tls is Tls.AT_ONCE or server.tls is Tls.NEVER:
        return
    if smtp.has_extn("starttls"):
        smtp.starttls(context=secure)
        smtp.ehlo()
    elif server.tls is Tls.REQUIRED:
        raise smtplib.SMTPException("the server offers no STARTTLS")
    elif server.user is not None and not _is_this_machine(server.host):
        raise smtplib.SMTPException(
            "the server offers no STARTTLS, and a password is not sent bare"
        )


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _one_line(text: str) -> str:
    """The text, if it stays in its header line."""
    if not text.isprintable():
        raise ValueError("a header holds a line break or another control character")
    return text


def _refusal(code: int, reply: bytes) -> Refused | Later:
    return (Refused if code >= SAYS_NO else Later)(_words(code, reply))


def _words(code: int, reply: Any) -> str:
    said = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
    return f"{code} {' '.join(said.split())}"[:300]


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _words(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"[:300]
