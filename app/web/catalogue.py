"""The published catalogue as of this request."""

from collections.abc import Iterable

from app.http.catalogue import Copy, at_revision
from app.web.rendering import db_session, viewer
from badges.rules.deeds import Deed
from challenges.catalogue.published import Catalogue


def current() -> Copy:
    """The catalogue as of this request, read from the database only if a newer one was loaded."""
    return at_revision(db_session(), viewer().catalogue_revision)


def step_ids(challenges: Catalogue, deeds: Iterable[Deed]) -> dict[int, Deed]:
    """The deeds by the id of their step. Deeds whose step left the catalogue are omitted."""
    found: dict[int, Deed] = {}
    for deed in deeds:
        challenge = challenges.by_slug.get(deed.challenge)
        step = challenge.step(deed.step_number) if challenge else None
        if step:
            found[step.id] = deed
    return found
