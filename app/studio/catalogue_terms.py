"""What the office says of its published data as a whole: who publishes it, whom to ask, under which
licence. No value is invented: what nobody entered is 未設定."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.studio import audit
from challenges.errors import N_, InvalidField
from challenges.storage.orm import Base, UtcDateTime
from challenges.text import followable, in_one_line

LONGEST = 200
"""Characters of each text."""
THE_ONE = 1
"""The id of the only row."""


class CatalogueTerms(Base):
    """The one row of what the office entered; without it, everything is 未設定."""

    __tablename__ = "catalogue_terms"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    publisher: Mapped[str] = mapped_column(String(LONGEST))
    contact_name: Mapped[str] = mapped_column(String(LONGEST))
    contact_email: Mapped[str] = mapped_column(String(LONGEST))
    licence_name: Mapped[str] = mapped_column(String(LONGEST))
    licence_url: Mapped[str] = mapped_column(String(LONGEST))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


@dataclass(frozen=True, slots=True)
class Terms:
    """What is said. "" means 未設定."""

    publisher: str = ""
    contact_name: str = ""
    """Of an office, not of a person."""
    contact_email: str = ""
    licence_name: str = ""
    licence_url: str = ""
    entered_at: datetime | None = None

    def texts(self) -> dict[str, str]:
        """The text of each of FIELDS."""
        return {name: str(text) for name, text in asdict(self).items() if name in FIELDS}


FIELDS = ("publisher", "contact_name", "contact_email", "licence_name", "licence_url")


def current(session: Session) -> Terms:
    """What is said now. One statement."""
    row = session.get(CatalogueTerms, THE_ONE)
    if row is None:
        return Terms()
    return Terms(**{name: getattr(row, name) for name in (*FIELDS, "entered_at")})


def enter(session: Session, typed: dict[str, str], *, by_id: int, at: datetime) -> bool:
    """Say that from now on. Returns whether it changed anything. Raises InvalidField."""
    texts = {name: _text(name, typed.get(name, "")) for name in FIELDS}
    before = current(session).texts()
    if texts == before:
        return False
    row = CatalogueTerms(id=THE_ONE, **texts, entered_at=at, entered_by_id=by_id)
    session.merge(row)
    session.flush()
    audit.note(
        session,
        act="terms_entered",
        subject="open_data",
        subject_id=None,
        before=before,
        after=texts,
        by_id=by_id,
        at=at,
    )
    return True


def _text(name: str, typed: str) -> str:
    text = in_one_line(typed)
    if len(text) > LONGEST:
        raise InvalidField(N_("%(most)s字までで書いてください。"), field=name, most=LONGEST)
    if name == "licence_url" and text and not followable(text):
        raise InvalidField(N_("http:// か https:// で始まるアドレスを書いてください。"), field=name)
    if name == "contact_email" and text and not _is_email(text):
        raise InvalidField(N_("メールアドレスの形で書いてください。"), field=name)
    return text


def _is_email(text: str) -> bool:
    name, _at, host = text.partition("@")
    return bool(name) and "." in host and " " not in text
