"""What a browser says it is, in the few words that somebody needs to recognise their own device.

The order matters: Edge and Opera also say Chrome, all of them say Safari, and Android says Linux.
"""

from challenges.people.sign_ins import Device

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str, *, is_shared: bool = False) -> Device:
    """The device that sends this User-Agent header. Names that we do not know are empty."""
    return Device(
        browser=_first(_BROWSERS, user_agent),
        system=_first(_SYSTEMS, user_agent),
        is_shared=is_shared,
    )


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for sign, name in names if sign in user_agent), "")
