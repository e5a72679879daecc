"""Keeps the published catalogue in memory. It is never stale: each request compares its revision
with the one in the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from app.web.rendering import db_session, viewer
from badges.catalogue.published import BadgeCatalogue
from badges.catalogue.reading import read_badges
from badges.rules.deeds import Deed
from challenges.catalogue.published import Catalogue, read_catalogue


@dataclass(frozen=True)
class Copy:
    """Challenges and badges as of one revision."""

    revision: int
    challenges: Catalogue
    badges: BadgeCatalogue


def init_app(app: Flask) -> None:
    app.extensions["stepup_catalogue"] = None


def current() -> Copy:
    """The catalogue as of this request, read from the database only if a newer one was loaded."""
    copy = cast(Copy | None, current_app.extensions["stepup_catalogue"])
    revision = viewer().catalogue_revision
    # No lock: two threads that read a new revision at once do the same work twice, and each keeps
    # a whole copy.
    if copy is None or copy.revision != revision:
        copy = Copy(revision, read_catalogue(db_session()), read_badges(db_session()))
        current_app.extensions["stepup_catalogue"] = copy
    return copy


def step_ids(challenges: Catalogue, deeds: Iterable[Deed]) -> dict[int, Deed]:
    """The deeds by the id of their step. Deeds whose step left the catalogue are omitted."""
    found: dict[int, Deed] = {}
    for deed in deeds:
        challenge = challenges.by_slug.get(deed.challenge)
        step = challenge.step(deed.step_number) if challenge else None
        if step:
            found[step.id] = deed
    return found
