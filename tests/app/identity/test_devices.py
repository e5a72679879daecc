"""What a browser says of itself becomes a few words that its person knows."""

import pytest

from app.identity.devices import device_of

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
IOS = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("said", "browser", "system"),
    [
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/126 Safari/537 Edg/126.0",
            "Edge",
            "Windows",
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/126.0 Safari/537.36",
            "Chrome",
            "Windows",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; rv:127.0) Gecko/20100101 Firefox/127.0",
            "Firefox",
            "Windows",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {WEBKIT} Chrome/126.0 Mobile Safari/537.36",
            "Chrome",
            "Android",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 14) {WEBKIT} SamsungBrowser/25.0 Chrome/121.0"
            " Mobile Safari/537.36",
            "Samsung Internet",
            "Android",
        ),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {IOS} Version/17.5"
            " Mobile/15E148 Safari/604.1",
            "Safari",
            "iPhone",
        ),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {IOS} CriOS/126.0"
            " Mobile/15E148 Safari/604.1",
            "Chrome",
            "iPhone",
        ),
        (
            f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {IOS} Version/17.5 Safari/605.1.15",
            "Safari",
            "Mac",
        ),
        (
            f"Mozilla/5.0 (X11; CrOS x86_64) {WEBKIT} Chrome/126.0 Safari/537.36",
            "Chrome",
            "ChromeOS",
        ),
        ("curl/8.5.0", "", ""),
        ("", "", ""),
        ("<script>" * 500, "", ""),
    ],
)
def test_the_browser_and_the_system_are_named(said: str, browser: str, system: str) -> None:
    device = device_of(said)
    assert (device.browser, device.system, device.is_shared) == (browser, system, False)
