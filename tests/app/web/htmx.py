"""The request headers htmx sends when it asks for a part of a page."""


def partial(target: str) -> dict[str, str]:
    """Headers of a request that replaces ``target``, such as ``div#team``."""
    return {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": target}
