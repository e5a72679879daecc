"""What a screen reader says after a form, read from the accessibility tree of the browser."""

from typing import Any

from playwright.sync_api import Page

MARK = "data-before"
"""Set on the document before a form is sent: a page that was loaded anew does not have it."""


def before_sending(page: Page) -> None:
    """Remember the page, so that ``heard`` knows a swap from a new page."""
    page.evaluate(f"document.documentElement.setAttribute('{MARK}', '')")


def heard(page: Page) -> str:
    """What has the focus, with its name, description and content. After a swap also the live
    regions: on a new page they are not read, because nothing in them changes."""
    nodes = {node["nodeId"]: node for node in _tree(page)}
    spoken = [node for node in nodes.values() if _has_focus(node)]
    if page.evaluate(f"document.documentElement.hasAttribute('{MARK}')"):
        spoken += [node for node in nodes.values() if _property(node, "live") in LIVE]
    return "\n".join(_said(node, nodes) for node in spoken)


LIVE = {"polite", "assertive"}


def _tree(page: Page) -> list[dict[str, Any]]:
    session = page.context.new_cdp_session(page)
    nodes: list[dict[str, Any]] = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return nodes


def _has_focus(node: dict[str, Any]) -> bool:
    return bool(_property(node, "focused")) and _value(node, "role") != "RootWebArea"


def _property(node: dict[str, Any], name: str) -> Any:
    found = [one["value"].get("value") for one in node.get("properties", ()) if one["name"] == name]
    return found[0] if found else None


def _value(node: dict[str, Any], name: str) -> str:
    return str(node.get(name, {}).get("value", ""))


def _said(node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> str:
    below = [_said(nodes[one], nodes) for one in node.get("childIds", ()) if one in nodes]
    return " ".join([_value(node, "name"), _value(node, "description"), *below])
