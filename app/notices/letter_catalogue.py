"""The catalogue as letters need it, read again when a newer one was loaded."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from badges.catalogue.published import BadgeCatalogue
from badges.catalogue.reading import read_badges
from challenges.catalogue.models import CatalogueLoad
from challenges.catalogue.published import Catalogue, read_catalogue


@dataclass(frozen=True)
class LetterCatalogue:
    """Challenges and badges as of one revision."""

    revision: int
    challenges: Catalogue
    badges: BadgeCatalogue


def newest(session: Session, known: LetterCatalogue | None) -> LetterCatalogue:
    """``known`` if it is the newest, else what the database has. One statement if it is."""
    revision = session.scalar(select(func.coalesce(func.max(CatalogueLoad.id), 0))) or 0
    if known is not None and known.revision == revision:
        return known
    return LetterCatalogue(revision, read_catalogue(session), read_badges(session))
