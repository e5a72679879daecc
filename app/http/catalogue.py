"""Keeps the published catalogue in memory. It is never stale: each request compares its revision
with the one in the database."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

from badges.catalogue.published import BadgeCatalogue
from badges.catalogue.reading import read_badges
from challenges.catalogue.published import Catalogue, read_catalogue


@dataclass(frozen=True)
class Copy:
    """Challenges and badges as of one revision."""

    revision: int
    challenges: Catalogue
    badges: BadgeCatalogue


def init_app(app: Flask) -> None:
    app.extensions["stepup_catalogue"] = None


def at_revision(session: Session, revision: int) -> Copy:
    """The catalogue of that revision, the newest; read from the database if this process has an
    older one."""
    copy = cast(Copy | None, current_app.extensions["stepup_catalogue"])
    # No lock: two threads that read a new revision at once do the same work twice, and each keeps
    # a whole copy.
    if copy is None or copy.revision != revision:
        copy = Copy(revision, read_catalogue(session), read_badges(session))
        current_app.extensions["stepup_catalogue"] = copy
    return copy
