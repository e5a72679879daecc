"""What a device is called where its person sees it: 「Windows の Edge」."""

from app.web.language import sentence as _


def device_word(browser: str, system: str) -> str:
    """The words for a browser and a system; either may be unknown, ""."""
    if browser and system:
        return _("%(system)s の %(browser)s", system=system, browser=browser)
    return browser or system or _("名前の分からない端末")
