"""A link shows the host to which a browser would go; where the two could differ, it is refused."""

import re

import pytest

from challenges.markdown import as_html
from challenges.text import followable, host_of

MISLEADING = [
    r"https://evil.example\.pref.mie.lg.jp",
    r"https:\\evil.example/",
    r"https://pref.mie.lg.jp\@evil.example",
    "https://pref.mie.lg.jp@evil.example/",
    "https://pref.mie.lg.jp:443@evil.example/",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "//evil.example",
    "https://evil.example\t.pref.mie.lg.jp",
    "https://evil.example\n.pref.mie.lg.jp",
    "https://pref.mie.lg.jp\u202e/moc.live",
    "https://pref.mie.lg.jp\u200b.evil.example",
    "https://evil.example pref.mie.lg.jp",
    "https://[::1",
    "https://",
    "https://?pref.mie.lg.jp",
    "https://a_b%00.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "ftp://example.jp",
    "",
]


@pytest.mark.parametrize("link", MISLEADING)
def test_a_link_that_reads_otherwise_in_a_browser_is_not_opened(link: str) -> None:
    assert followable(link) is None
    assert host_of(link) == ""


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://www.pref.mie.lg.jp/dx/", "www.pref.mie.lg.jp"),
        ("http://intra.example:8080/a?b=@c#d", "intra.example:8080"),
        ("HTTPS://Example.JP/A", "example.jp"),
        ("https://日本語.jp/あ", "xn--wgv71a119e.jp"),
        ("https://pref.mie.lg.jp。evil.example/", "pref.mie.lg.jp.evil.example"),
        ("https://ｅｖｉｌ.example/", "evil.example"),
        ("https://pref%2emie.example/", "pref.mie.example"),
        ("https://аpple.com", "xn--pple-43d.com"),
        ("http://2130706433/", "127.0.0.1"),
        ("https://[2001:db8::1]/", "[2001:db8::1]"),
        ("https://example.jp/a\u3042", "example.jp"),
        ("https://example.jp/?q=https://pref.mie.lg.jp@x", "example.jp"),
    ],
)
def test_the_host_shown_is_the_one_a_browser_opens(link: str, host: str) -> None:
    assert followable(link) == link
    assert host_of(link) == host


def test_no_link_leads_nowhere() -> None:
    assert followable(None) is None
    assert host_of(None) == ""


@pytest.mark.parametrize("link", [one for one in MISLEADING if one.strip() == one and one])
def test_markdown_opens_no_misleading_link(link: str) -> None:
    # Markdown reads "\\." as "." and writes other unusual characters in percent, so another address
    # may be left, but none that misleads.
    opened = re.findall('href="([^"]*)"', as_html(f"[here](<{link}>)"))
    assert all(followable(one) == one for one in opened)


@pytest.mark.parametrize("link", ["https://example.jp/a", "/badges/first-step", "#step-1"])
def test_markdown_keeps_plain_links(link: str) -> None:
    assert f'href="{link}"' in as_html(f"[here]({link})")
