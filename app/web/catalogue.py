"""The process's copy of the catalogue. Never stale: each request compares its revision with the
database's."""

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
    """The catalogue as of this request: read again if a newer one was loaded, else as it stands in
    memory."""
    copy = cast(Copy | None, current_app.extensions["stepup_catalogue"])
    revision = viewer().catalogue_revision
    if copy is None or copy.revision != revision:
        copy = Copy(revision, read_catalogue(db_session()), read_badges(db_session()))
        current_app.extensions["stepup_catalogue"] = copy
    return copy


def step_ids(challenges: Catalogue, deeds: Iterable[Deed]) -> dict[int, Deed]:
    """The deeds by the id of the step they climbed; steps that left the catalogue are left out."""
    found: dict[int, Deed] = {}
    for deed in deeds:
        challenge = challenges.by_slug.get(deed.challenge)
        step = challenge.step(deed.step_number) if challenge else None
        if step:
            found[step.id] = deed
    return found
