"""Mail over an encrypted connection, by name and password: a server with a certificate of its own.

The certificate is made for these tests, by an authority that only they trust.
"""

import ssl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import AuthResult, LoginPassword

from app.config import Config
from app.db.sessions import Database
from app.mail_server import read_mail_server
from app.notices.letter_sending import ServerAway, send_all, sender
from app.notices.mail import Connection, Mail, Sent, as_bytes
from app.relay.worker import run_once
from tests.app.notices.conftest import MONDAY, Clock
from tests.app.notices.mail_server import Mailbox, serving

TO = "shiori@pref.example.jp"
USER, PASSWORD = "stepup@pref.example.jp", "p/ss:w@rd"
LOGIN = "stepup%40pref.example.jp:p%2Fss%3Aw%40rd"
"""The same as SMTP_URL has them."""

Secured = Callable[[str], ssl.SSLContext]


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Secured:
    """``certified("127.0.0.1")``: how a server proves that it has this name; the app trusts the
    authority, as an operator lets it by SSL_CERT_FILE."""
    authority = trustme.CA()
    trusted = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))

    def context(name: str) -> ssl.SSLContext:
        found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(found)
        return found

    return context


class Doorkeeper:
    """Lets one name with one password in, and remembers who tried."""

    def __init__(self) -> None:
        self.tried: list[tuple[str, str]] = []

    def __call__(self, _server: Any, _session: Any, _envelope: Any, _how: str, data: Any) -> Any:
        assert isinstance(data, LoginPassword)
        self.tried.append((data.login.decode(), data.password.decode()))
        # Not handled: the server itself says no.
        return AuthResult(success=self.tried[-1] == (USER, PASSWORD), handled=False)


def send_to(url: str) -> Any:
    """Send one mail to that server. Returns what became of it; raises ServerAway."""
    server = read_mail_server(url, "ステップアップ <stepup@pref.example.jp>")
    connection = Connection(server, timeout=10)
    mail = Mail(to=TO, subject="手紙", text="本文\n", html="<p>本文</p>", message_id="letter-1")
    trouble = connection.offer(TO)
    outcome = trouble or connection.hand_over(as_bytes(mail, server=server, at=MONDAY))
    connection.close()
    return outcome


@pytest.mark.parametrize("wish", ["", "?starttls=required", "?starttls=offered"])
def test_starttls_is_used_wherever_it_is_offered(
    box: Mailbox, certified: Secured, wish: str
) -> None:
    with serving(box, tls_context=certified("127.0.0.1")) as url:
        assert isinstance(send_to(url + wish), Sent)
    assert box.addresses() == [TO]
    assert box.encrypted == [True]


def test_a_server_that_wants_starttls_gets_it(box: Mailbox, certified: Secured) -> None:
    with serving(box, tls_context=certified("127.0.0.1"), require_starttls=True) as url:
        assert isinstance(send_to(url), Sent)
    assert box.encrypted == [True]


def test_smtps_is_encrypted_from_the_first_byte(box: Mailbox, certified: Secured) -> None:
    with serving(box, ssl_context=certified("127.0.0.1")) as url:
        assert url.startswith("smtps://")
        assert isinstance(send_to(url), Sent)
    assert box.encrypted == [True]


def test_a_certificate_of_another_name_is_not_believed(box: Mailbox, certified: Secured) -> None:
    wrong = certified("mail.example.jp")
    with serving(box, tls_context=wrong) as url, pytest.raises(ServerAway, match="certificate"):
        send_to(url)
    assert box.taken == []


def test_a_certificate_that_nobody_vouches_for_is_not_believed(
    box: Mailbox, certified: Secured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with serving(box, tls_context=certified("127.0.0.1")) as url:
        another = tmp_path / "another.pem"
        trustme.CA().cert_pem.write_to_path(str(another))
        monkeypatch.setenv("SSL_CERT_FILE", str(another))
        with pytest.raises(ServerAway, match="certificate"):
            send_to(url)
    assert box.taken == []


def test_a_name_and_a_password_open_the_door(box: Mailbox, certified: Secured) -> None:
    door = Doorkeeper()
    secure = certified("127.0.0.1")
    with serving(box, tls_context=secure, authenticator=door, auth_required=True) as url:
        assert isinstance(send_to(url.replace("//", f"//{LOGIN}@")), Sent)
    assert door.tried == [(USER, PASSWORD)]
    assert box.encrypted == [True]


def test_no_password_crosses_the_wire_before_the_certificate_is_believed(
    box: Mailbox, certified: Secured
) -> None:
    door, wrong = Doorkeeper(), certified("mail.example.jp")
    with (
        serving(box, tls_context=wrong, authenticator=door, auth_required=True) as url,
        pytest.raises(ServerAway),
    ):
        send_to(url.replace("//", f"//{LOGIN}@"))
    assert door.tried == []


@pytest.fixture
def locked(box: Mailbox, certified: Secured, config: Config) -> Any:
    """Settings with a wrong password, beside a server that wants the right one."""
    door, secure = Doorkeeper(), certified("127.0.0.1")
    with serving(box, tls_context=secure, authenticator=door, auth_required=True) as url:
        address = url.replace("//", "//stepup%40pref.example.jp:outdated@")
        server = read_mail_server(address, "stepup@pref.example.jp")
        yield replace(config, mail_server=server)


def test_a_wrong_password_is_told_in_words_and_the_letters_wait(
    database: Database,
    box: Mailbox,
    locked: Config,
    wanted: Callable[..., None],
    states: Callable[[], list[str]],
    cast: Any,
    clock: Clock,
    capfd: pytest.CaptureFixture[str],
) -> None:
    wanted(cast.staff)
    worker = sender(database, locked, clock=clock)
    assert worker is not None
    with pytest.raises(ServerAway, match="535"):
        send_all(worker)
    counts = run_once(database, locked, clock=clock)
    assert counts["LETTERS"] == 0
    said = "".join(capfd.readouterr())
    assert "535" in said
    assert "outdated" not in said
    assert states() == ["WANTED"]
    assert box.taken == []
