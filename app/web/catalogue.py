"""The process's copy of the catalogue. Never stale: each request compares its revision with the database's."""

from dataclasses import dataclass
from typing import cast

from badges.snapshot import BadgeBook, read_badges
from flask import Flask, current_app

from app.web.pages import session, viewer
from challenges.snapshot import Catalogue, read_catalogue


@dataclass(frozen=True)
class Copy:
    """Challenges and badges as of one revision."""

    revision: int
    challenges: Catalogue
    badges: BadgeBook


def init_app(app: Flask) -> None:
    app.extensions["stepup_catalogue"] = None


def current() -> Copy:
    """The catalogue as of this request: read again if a newer one was loaded, else as it stands in memory."""
    copy = cast(Copy | None, current_app.extensions["stepup_catalogue"])
    revision = viewer().catalogue_revision
    if copy is None or copy.revision != revision:
        copy = Copy(revision, read_catalogue(session()), read_badges(session()))
        current_app.extensions["stepup_catalogue"] = copy
    return copy
