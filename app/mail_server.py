"""The mail server of the settings: where it is, how to speak to it, and whose name mail bears."""

import re
from dataclasses import dataclass
from email.utils import parseaddr
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
"""What we send to and from. Wider forms (quoted names, other scripts) few servers take."""
PORTS = {"smtp": 25, "smtps": 465}


class Tls(StrEnum):
    """When the connection is encrypted."""

    AT_ONCE = "at-once"
    """From the first byte (smtps)."""
    REQUIRED = "required"
    """By STARTTLS; without it nothing is sent."""
    OFFERED = "offered"
    """By STARTTLS if the server offers it. A password is never sent without."""
    NEVER = "never"
    """For a server on the same machine."""


@dataclass(frozen=True)
class MailServer:
    """One SMTP server, and the address from which mail comes."""

    host: str
    port: int
    tls: Tls
    sender: str
    """The bare address."""
    sender_name: str = ""
    user: str | None = None
    password: str = ""

    @property
    def domain(self) -> str:
        """The part of the sender's address after the @."""
        return self.sender.rpartition("@")[2]


def read_mail_server(url: str, sender: str) -> MailServer:
    """The server of SMTP_URL and MAIL_FROM. Raises ValueError with a sentence for the operator."""
    name, address = parseaddr(sender)
    if not ADDRESS.fullmatch(address) or not sender.isprintable():
        raise ValueError(
            "MAIL_FROM must be an address, as 'DX Step-Up <stepup@pref.example.jp>', "
            f"but is {sender!r}."
        )
    parts = _split(url)
    return MailServer(
        host=parts.hostname or "",
        port=parts.port or PORTS[parts.scheme],
        tls=_tls(parts),
        sender=address,
        sender_name=name,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password or ""),
    )


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_known = parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_known = False
    if not is_known or parts.path not in {"", "/"}:
        # Without the value: it may hold a password.
        raise ValueError(
            "SMTP_URL must be as smtp://name:password@mail.example.jp:587 or smtps://…."
        )
    return parts


def _tls(parts: SplitResult) -> Tls:
    if parts.scheme == "smtps":
        return Tls.AT_ONCE
    [wanted] = parse_qs(parts.query).get("starttls", [Tls.OFFERED])[:1]
    if wanted not in {Tls.REQUIRED, Tls.OFFERED, Tls.NEVER}:
        raise ValueError("starttls in SMTP_URL must be required, offered or never.")
    return Tls(wanted)
