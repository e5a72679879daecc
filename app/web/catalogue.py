"""The process's copy of the catalogue. Never stale: each request compares its revision with the database's."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from app.web.rendering import session, viewer
from badges.catalogue.published import BadgeBook
from badges.catalogue.reading import read_badges
from badges.rules.deeds import Deed
from challenges.catalogue.published import Catalogue, read_catalogue


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


def step_ids(challenges: Catalogue, deeds: Iterable[Deed]) -> dict[int, Deed]:
    """The deeds by the id of the step they climbed; steps that left the catalogue are left out."""
    found: dict[int, Deed] = {}
    for deed in deeds:
        challenge = challenges.by_slug.get(deed.challenge)
        step = challenge.step(deed.step_number) if challenge else None
        if step:
            found[step.id] = deed
    return found
