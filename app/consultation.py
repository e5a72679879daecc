"""The desk (相談窓口) to which people may turn with words that hurt them, as the DX office enters
it, with every earlier version.

No value is invented: until the office enters one, the pages say 未登録.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.versioned_texts import LONGEST, checked, enter, newest
from challenges.errors import InvalidField
from challenges.storage.orm import Base, UtcDateTime

FIELDS = ("name", "mail", "telephone", "note")
"""The columns of the texts, which are also the fields of the form."""


class ConsultationDesk(Base):
    """One version of the contact. The one with the highest number is in force; none is changed."""

    __tablename__ = "consultation_desk"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The number of the version, from 1."""
    name: Mapped[str] = mapped_column(String(LONGEST))
    """Without one, there is no desk (未登録)."""
    mail: Mapped[str] = mapped_column(String(LONGEST))
    telephone: Mapped[str] = mapped_column(String(LONGEST))
    note: Mapped[str] = mapped_column(String(LONGEST))
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def texts(self) -> dict[str, str]:
        """The text of each of FIELDS."""
        return {field: str(getattr(self, field)) for field in FIELDS}


def desk_in_force(session: Session) -> ConsultationDesk | None:
    """The newest version, or None if none was entered or its name was taken out. One statement."""
    desk = version_in_force(session)
    return desk if desk and desk.name else None


def version_in_force(session: Session) -> ConsultationDesk | None:
    """The newest version as the office entered it, also one without a name. One statement."""
    return newest(session, ConsultationDesk)


def enter_desk(
    session: Session, texts: Mapping[str, str], *, after: int, by_id: int, at: datetime
) -> bool:
    """Enter the version that follows version ``after`` (0: the first). False, and nothing changes,
    if it says the same. The caller has checked the role.

    Raises InvalidField (a text is too long, no mail address, a contact without a name),
    AlreadyChanged (``after`` is not in force any more).
    """
    written = {field: _checked(field, texts.get(field, "")) for field in FIELDS}
    _must_be_reachable(written)
    return enter(session, ConsultationDesk, written, after=after, by_id=by_id, at=at)


def _must_be_reachable(written: Mapping[str, str]) -> None:
    """Either nothing, or a name and a way to reach it."""
    if not any(written.values()):
        return
    if not written["name"]:
        raise InvalidField("窓口の名前を書いてください。", field="name")
    if not (written["mail"] or written["telephone"]):
        raise InvalidField("メールか電話のどちらかを書いてください。", field="mail")


def _checked(field: str, text: str) -> str:
    text = checked(field, text)
    # It becomes the address of a mailto link, so it must be one address and nothing more.
    if field == "mail" and text and not _is_address(text):
        raise InvalidField("メールアドレスを一つだけ書いてください。", field=field)
    return text


def _is_address(text: str) -> bool:
    name, at, host = text.partition("@")
    is_plain = all(letter.isascii() and (letter.isalnum() or letter in "._-+") for letter in name)
    is_host = all(letter.isascii() and (letter.isalnum() or letter in ".-") for letter in host)
    return bool(name and at and "." in host and is_plain and is_host)
