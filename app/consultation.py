"""The desk (相談窓口) to which people may turn with words that hurt them, as the DX office enters
it, with every earlier version.

No value is invented: until the office enters one, the pages say 未登録.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from challenges.errors import N_, InvalidField, RuleBroken
from challenges.storage.orm import Base, UtcDateTime
from challenges.storage.sql import insert_once
from challenges.text import in_one_line

LONGEST = 200
"""Characters of each text."""
FIELDS = ("name", "mail", "telephone", "note")
"""The columns of the texts, which are also the fields of the form."""


class AlreadyChanged(RuleBroken):
    """Somebody else entered a version in the meantime."""

    sentence = N_("ほかの人が先に書きかえました。今の内容を確かめて、もう一度保存してください。")


class ConsultationDesk(Base):
    """One version of the contact. The one with the highest number is in force; none is changed."""

    __tablename__ = "consultation_desk"

    # Two people who replace the same version ask for the same number, and the key lets one in.
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
    newest = _newest(session)
    return newest if newest and newest.name else None


def version_in_force(session: Session) -> ConsultationDesk | None:
    """The newest version as the office entered it, also one without a name. One statement."""
    return _newest(session)


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
    present = _newest(session)
    if present and present.texts() == written:
        return False
    if after != (present.id if present else 0):
        raise AlreadyChanged
    entered = insert_once(
        session, ConsultationDesk, id=after + 1, entered_by_id=by_id, entered_at=at, **written
    )
    if entered is None:
        raise AlreadyChanged
    return True


def _newest(session: Session) -> ConsultationDesk | None:
    newest = select(ConsultationDesk).order_by(ConsultationDesk.id.desc()).limit(1)
    return session.scalars(newest).one_or_none()


def _must_be_reachable(written: Mapping[str, str]) -> None:
    """Either nothing, or a name and a way to reach it."""
    if not any(written.values()):
        return
    if not written["name"]:
        raise InvalidField("窓口の名前を書いてください。", field="name")
    if not (written["mail"] or written["telephone"]):
        raise InvalidField("メールか電話のどちらかを書いてください。", field="mail")


def _checked(field: str, text: str) -> str:
    text = in_one_line(text)
    if len(text) > LONGEST:  # as the columns count
        raise InvalidField("%(longest)s文字までで書いてください。", field=field, longest=LONGEST)
    # It becomes the address of a mailto link, so it must be one address and nothing more.
    if field == "mail" and text and not _is_address(text):
        raise InvalidField("メールアドレスを一つだけ書いてください。", field=field)
    return text


def _is_address(text: str) -> bool:
    name, at, host = text.partition("@")
    is_plain = all(letter.isascii() and (letter.isalnum() or letter in "._-+") for letter in name)
    is_host = all(letter.isascii() and (letter.isalnum() or letter in ".-") for letter in host)
    return bool(name and at and "." in host and is_plain and is_host)
