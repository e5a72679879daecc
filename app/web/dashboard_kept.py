"""Keeps what the dashboard shows in memory. It is never stale: each request compares the stamp of
what is published with the one that it was made from. Without it a page takes ten times as long."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import current_app, g

from app.clock import now
from app.indicators.telling import stamp as stamp_of
from app.web.rendering import db_session

MOST = 64
"""Pages kept: languages times filters that are in use."""
_NAME = "stepup_dashboard"
Made = TypeVar("Made")


@dataclass(frozen=True)
class _Kept:
    stamp: Hashable
    made: dict[Hashable, Any] = field(default_factory=dict)


def keep(key: Hashable, make: Callable[[], Made]) -> Made:
    """What ``make`` gave for that key while the same was published, else what it gives now."""
    stamp = _stamp()
    kept: _Kept | None = current_app.extensions.get(_NAME)
    if kept is None or kept.stamp != stamp or len(kept.made) > MOST:
        # No lock: two threads that find a new stamp do the same work twice.
        kept = current_app.extensions[_NAME] = _Kept(stamp)
    if key not in kept.made:
        kept.made[key] = make()
    found: Made = kept.made[key]
    return found


def _stamp() -> Hashable:
    """Read once a request."""
    if "dashboard_stamp" not in g:
        g.dashboard_stamp = stamp_of(db_session(), until=now())
    found: Hashable = g.dashboard_stamp
    return found
