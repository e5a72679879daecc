"""People, units, and who is where, as what, from when to when; roles, consents and sign-ins."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from challenges.people.names import name_key, person_keys
from challenges.storage.orm import Base, UtcDateTime, one_of
from challenges.storage.overlaps import NoOverlap, no_overlaps
from challenges.vocabulary import Consent, Employment, MembershipKind, Role, Site

_KEY = Text().with_variant(Text(collation="C"), "postgresql")
"""A folded text that is compared byte by byte, as SQLite always does. Only so does an index answer
which keys begin with some letters, on either database."""


def _unit_key(context: DefaultExecutionContext) -> str:
    return name_key(context.get_current_parameters()["name"])  # type: ignore[no-untyped-call]


def _person_key(column: str) -> Callable[[DefaultExecutionContext], str]:
    def key(context: DefaultExecutionContext) -> str:
        written = context.get_current_parameters()  # type: ignore[no-untyped-call]
        return person_keys(written["name"], written.get("kana") or "")[column]

    return key


class Unit(Base):
    r"""A unit (所属) in the tree.

    ``path`` is the names from the root joined by "/", as the personnel list writes it; a slash that
    belongs to a name is written "\/". It begins with the path of the unit above, which is how the
    code finds what lies below.
    """

    __tablename__ = "unit"
    # Both columns, so that the index alone answers which units lie below.
    __table_args__ = (Index("ix_unit_parent_id_id", "parent_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(String(100))
    path: Mapped[str] = mapped_column(String(400), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    """Place among the units with the same parent, from 0."""
    site: Mapped[Site | None] = mapped_column(one_of(Site, "site"))
    """None where nobody said: then the unit is where the unit above it is."""
    name_key: Mapped[str] = mapped_column(_KEY, default=_unit_key, server_default="")
    """The name as a search compares it, see names.py. An UPDATE in bulk has to set it."""

    @validates("name")
    def _renamed(self, _column: str, value: str) -> str:
        self.name_key = name_key(value)
        return value


_HAS_LEFT = text("deactivated_at IS NOT NULL")


class Person(Base):
    """A member of staff (職員)."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_has_left", "id", sqlite_where=_HAS_LEFT, postgresql_where=_HAS_LEFT),
        # For names by their beginnings, in order: a search reads as many rows as its page shows.
        Index("ix_person_name_key", "name_key", "id"),
        Index("ix_person_given_key", "given_key", "id"),
        Index("ix_person_kana_key", "kana_key", "id"),
        Index("ix_person_given_kana_key", "given_kana_key", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_number: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    kana: Mapped[str] = mapped_column(String(100), default="")
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    """Lower case."""
    password_hash: Mapped[str | None] = mapped_column(String(200))
    session_epoch: Mapped[int] = mapped_column(default=0)
    """Raised to sign the person out everywhere. A sign-in or one-time link of another epoch is
    over."""
    language: Mapped[str] = mapped_column(String(2), default="ja")
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Taking a rest: nothing is suggested and nothing is asked until they come back. Repeats the
    open ``Rest``, so that pages read it without a join."""
    deactivated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    name_key: Mapped[str] = mapped_column(_KEY, default=_person_key("name_key"), server_default="")
    """This and the next three: name and kana as a search compares them, see ``person_keys``. An
    UPDATE in bulk has to set all four."""
    given_key: Mapped[str] = mapped_column(
        _KEY, default=_person_key("given_key"), server_default=""
    )
    kana_key: Mapped[str] = mapped_column(_KEY, default=_person_key("kana_key"), server_default="")
    given_kana_key: Mapped[str] = mapped_column(
        _KEY, default=_person_key("given_kana_key"), server_default=""
    )

    @validates("name", "kana")
    def _renamed(self, column: str, value: str) -> str:
        written = {"name": self.name or "", "kana": self.kana or "", column: value}
        for key, folded in person_keys(**written).items():
            setattr(self, key, folded)
        return value


_HAS_NOT_ENDED = text("ended_at IS NULL")


class Rest(Base):
    """One person taking a rest (お休み), from–to. At most one is open."""

    __tablename__ = "rest"
    __table_args__ = (
        Index(
            "uq_rest_open",
            "person_id",
            unique=True,
            sqlite_where=_HAS_NOT_ENDED,
            postgresql_where=_HAS_NOT_ENDED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class UncountedPeriod(Base):
    """Days on which a person is in no denominator and is asked for nothing. Never says why.

    Both days are included; without a last day it goes on.
    """

    __tablename__ = "uncounted_period"
    __table_args__ = (
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="dates_in_order"),
        Index("ix_uncounted_period_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    first_day: Mapped[date]
    last_day: Mapped[date | None]


class FormerNumber(Base):
    """An employee number that a person had before the present one."""

    __tablename__ = "former_number"

    employee_number: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)


class RoleGrant(Base):
    """One person holding one role, from–to. At most one grant of a role is current.

    Whether it is held on a day is asked of held_roles.py: it ends with its post.
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        Index(
            "uq_role_grant_current",
            "person_id",
            "role",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(one_of(Role, "role"))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """Where the post is that it rests on. None: it waits for the post that the next transfer of the
    person brings, and rests on that."""


_IS_CURRENT = text("withdrawn_at IS NULL")
_CURRENT: dict[str, Any] = {"sqlite_where": _IS_CURRENT, "postgresql_where": _IS_CURRENT}


class ConsentGiven(Base):
    """One consent of one person, from–to. At most one of a kind is current; none is deleted."""

    __tablename__ = "consent_given"
    __table_args__ = (
        Index("uq_consent_given_current", "person_id", "consent", unique=True, **_CURRENT),
        Index("ix_consent_given_consent", "consent", "person_id", **_CURRENT),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    consent: Mapped[Consent] = mapped_column(one_of(Consent, "consent"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


_DAYS = {"first_day": "valid_from", "last_day": "valid_to", "cut_short": "ended_at"}


class Membership(Base):
    """One person in one unit (在籍), as staff, manager or deputy.

    Valid on the days ``valid_from`` to ``valid_to`` of the Tokyo calendar, both included. On each
    day a person has one primary appointment, one appointment in a unit, and one deputyship in it.
    """

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates_in_order"),
        Index("ix_membership_person_id_valid_to", "person_id", "valid_to"),
        Index("ix_membership_unit_id_valid_to", "unit_id", "valid_to"),
        # For what is still to come: few rows, however many there are.
        Index("ix_membership_valid_from", "valid_from"),
        {
            "info": no_overlaps(
                NoOverlap(
                    name="ex_membership_primary", key=("person_id",), where="is_primary", **_DAYS
                ),
                NoOverlap(
                    name="ex_membership_appointment",
                    key=("person_id", "unit_id"),
                    where="kind <> 'DEPUTY'",
                    **_DAYS,
                ),
                NoOverlap(
                    name="ex_membership_deputyship",
                    key=("person_id", "unit_id"),
                    where="kind = 'DEPUTY'",
                    **_DAYS,
                ),
            )
        },
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[MembershipKind] = mapped_column(
        one_of(MembershipKind, "kind"), default=MembershipKind.STAFF
    )
    post: Mapped[str] = mapped_column(String(100), default="")
    is_primary: Mapped[bool] = mapped_column(default=True)
    """Steps are credited to the primary appointment. Concurrent ones (兼務) and deputyships are
    not primary."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a deputyship was ended early. ``valid_to`` is that day, and the deputyship is over from
    that moment."""
    employment: Mapped[Employment | None] = mapped_column(one_of(Employment, "employment"))
    """None where nobody said."""
    named_to: Mapped[date | None]
    """The last day of a deputyship as it was named, which pages show. The list of a transfer to
    come moves ``valid_to`` earlier, and would tell of the transfer."""

    unit: Mapped[Unit] = relationship()


class SignIn(Base):
    """One browser in which a person is signed in. Its cookie holds the key.

    A row that is gone, has ended, or has another epoch than its person lets nobody in.
    """

    __tablename__ = "sign_in"
    __table_args__ = (
        Index("ix_sign_in_person_id", "person_id"),
        Index("ix_sign_in_ends_at", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(String(32), unique=True)
    """Random. An id would not do: SQLite gives the id of a deleted row to the next one, and a
    copied cookie would come back to life."""
    epoch: Mapped[int]
    """The person's session epoch when it began."""
    browser: Mapped[str] = mapped_column(String(20), default="")
    system: Mapped[str] = mapped_column(String(20), default="")
    is_shared: Mapped[bool] = mapped_column(default=False)
    """On a computer that others use too."""
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """The latest end, however much it is used."""
    last_seen_on: Mapped[date]
    """To the day, because nobody needs to know more. Written at most once a day."""
