"""The one door of mail: what crosses the wire, and that no header breaks out of its line."""

from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default
from email.utils import parseaddr

import pytest

from app.mail_server import Tls, read_mail_server
from app.notices.mail import Connection, Mail, Refused, ServerAway, as_bytes

SERVER = read_mail_server("smtp://127.0.0.1:2525", "ステップアップ <stepup@pref.example.jp>")
LONG = "<https://stepup.example.jp/letters/unsubscriptions/" + "x" * 200 + ">"


def mail(**changes: object) -> Mail:
    whole = {
        "to": "shiori@pref.example.jp",
        "subject": "今週、三件が届きました。どれもあなたの一歩から始まりました | ステップアップ",
        "text": "おはようございます。\n.\n一行目が点で始まる\n",
        "html": "<p>おはようございます。</p>",
        "message_id": "letter-1",
        "headers": {"List-Unsubscribe": LONG},
    }
    return Mail(**{**whole, **changes})  # type: ignore[arg-type]


def test_a_mail_has_both_texts_and_long_headers_in_one_line(at: datetime) -> None:
    raw = as_bytes(mail(), server=SERVER, at=at)
    assert f"List-Unsubscribe: {LONG}\r\n".encode() in raw
    read = message_from_bytes(raw, policy=default)
    assert read["Subject"] == mail().subject
    assert read["From"] == "ステップアップ <stepup@pref.example.jp>"
    assert read["Message-ID"] == "<letter-1@pref.example.jp>"
    text, html = read.get_body(("plain",)), read.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == mail().text
    assert "おはようございます" in html.get_content()


@pytest.mark.parametrize(
    "name",
    ["デジタル改革推進課 行政デジタル化推進担当 職員チャレンジ事務局", "DX Step-Up, the office"],
)
def test_a_long_name_of_the_sender_keeps_to_short_words(name: str, at: datetime) -> None:
    server = read_mail_server("smtp://127.0.0.1:2525", f'"{name}" <stepup@pref.example.jp>')
    raw = as_bytes(mail(), server=server, at=at)
    sender = message_from_bytes(raw)["From"]
    shown = str(make_header(decode_header(sender)))
    assert parseaddr(shown) == (name, "stepup@pref.example.jp")
    # RFC 2047: mail programs need not decode longer ones.
    assert all(len(word) <= 75 for word in sender.split() if word.startswith("=?"))


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "hello\r\nBcc: all@pref.example.jp"},
        {"subject": "hello\nBcc: all@pref.example.jp"},
        {"headers": {"List-Unsubscribe": "<x>\r\nBcc: all@pref.example.jp"}},
        {"headers": {"X: y\r\nBcc": "all@pref.example.jp"}},
        {"to": "a@pref.example.jp\r\nBcc: all@pref.example.jp"},
    ],
)
def test_no_header_breaks_out_of_its_line(change: dict[str, object], at: datetime) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # each has its own sentence
        as_bytes(mail(**change), server=SERVER, at=at)


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@b\r\nRCPT TO:<c@d>", "a b@c.jp", "<a@b.jp>", "a@b.jp, c@d.jp", "あ@b.jp"],
)
def test_what_is_no_address_never_reaches_the_server(address: str) -> None:
    assert isinstance(Connection(SERVER).offer(address), Refused)


def test_required_encryption_sends_nothing_without(smtp: str) -> None:
    server = read_mail_server(f"{smtp}?starttls=required", "stepup@pref.example.jp")
    with pytest.raises(ServerAway, match="STARTTLS"):
        Connection(server).offer("shiori@pref.example.jp")


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [
        ("smtp://mail.example.jp", 25, Tls.OFFERED),
        ("smtp://mail.example.jp:587?starttls=required", 587, Tls.REQUIRED),
        ("smtp://localhost?starttls=never", 25, Tls.NEVER),
        ("smtps://mail.example.jp", 465, Tls.AT_ONCE),
    ],
)
def test_an_address_of_a_server_is_read(url: str, port: int, tls: Tls) -> None:
    server = read_mail_server(url, "a@b.jp")
    assert (server.port, server.tls) == (port, tls)


def test_name_and_password_are_decoded() -> None:
    server = read_mail_server("smtp://us%40er:p%2Fw@mail.example.jp", "a@b.jp")
    assert (server.user, server.password) == ("us@er", "p/w")


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://mail.example.jp", "a@b.jp"),
        ("smtp://", "a@b.jp"),
        ("smtp://mail.example.jp:x", "a@b.jp"),
        ("smtp://mail.example.jp?starttls=maybe", "a@b.jp"),
        ("smtp://mail.example.jp", "nobody"),
        ("smtp://mail.example.jp", "x\r\nBcc: y <a@b.jp>"),
    ],
)
def test_what_cannot_be_meant_is_refused(url: str, sender: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # each has its own sentence
        read_mail_server(url, sender)
