"""What the promise on personnel review rests on (要領, article, contact), as the DX office enters
it, with every earlier version.

No value is invented: until the office enters one, the pages say 未登録.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from app.versioned_texts import LONGEST, checked, enter, newest, newest_first
from challenges.languages import LANGUAGES
from challenges.people.models import Person
from challenges.storage.orm import Base, UtcDateTime

PARTS = ("document", "article", "contact")
FIELDS = tuple(f"{part}_{language}" for part in PARTS for language in LANGUAGES)
"""The columns of the texts, which are also the fields of the form."""


class PromiseBasis(Base):
    """One version of the basis. The one with the highest number is in force; none is changed."""

    __tablename__ = "promise_basis"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The number of the version, from 1."""
    document_ja: Mapped[str] = mapped_column(String(LONGEST))
    document_en: Mapped[str] = mapped_column(String(LONGEST))
    article_ja: Mapped[str] = mapped_column(String(LONGEST))
    article_en: Mapped[str] = mapped_column(String(LONGEST))
    contact_ja: Mapped[str] = mapped_column(String(LONGEST))
    contact_en: Mapped[str] = mapped_column(String(LONGEST))
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)

    entered_by: Mapped[Person] = relationship()

    def texts(self) -> dict[str, str]:
        """The text of each of FIELDS."""
        return {field: str(getattr(self, field)) for field in FIELDS}

    def said(self, part: str, language: str) -> tuple[str, str]:
        """One of PARTS in that language, else in the other one, and the language it is in."""
        for one in (language, *LANGUAGES):
            if text := self.texts()[f"{part}_{one}"]:
                return text, one
        return "", language


def basis_in_force(session: Session) -> PromiseBasis | None:
    """The newest version, or None if none was entered. One statement."""
    return newest(session, PromiseBasis)


def versions(session: Session, *, limit: int, offset: int) -> Sequence[PromiseBasis]:
    """The versions with the person who entered each, newest first. One statement."""
    whole = newest_first(PromiseBasis).options(joinedload(PromiseBasis.entered_by))
    return session.scalars(whole.limit(limit).offset(offset)).all()


def enter_basis(
    session: Session, texts: Mapping[str, str], *, after: int, by_id: int, at: datetime
) -> None:
    """Enter the version that follows version ``after`` (0: the first). The same texts again change
    nothing. The caller has checked the role.

    Raises InvalidField (a text is too long), AlreadyChanged (``after`` is not in force any more).
    """
    written = {field: checked(field, texts.get(field, "")) for field in FIELDS}
    enter(session, PromiseBasis, written, after=after, by_id=by_id, at=at)
