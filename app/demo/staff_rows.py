"""Rows of the people themselves: names, memberships, roles and consents."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from app.demo.accounts import PASSWORD
from app.demo.names import Named, Names
from app.demo.people import DemoPerson
from app.identity import passwords
from challenges.calendar import day_of, noon_of
from challenges.people.models import ConsentGiven, Membership, Person, Rest, RoleGrant
from challenges.vocabulary import Consent, MembershipKind, Role

Rows = dict[Any, list[dict[str, Any]]]
PERSON, MEMBERSHIP = Person.__table__, Membership.__table__
CONSENT, ROLE, REST = ConsentGiven.__table__, RoleGrant.__table__, Rest.__table__
ALLOW = {Consent.SLACK: 0.45, Consent.STEPS: 0.6, Consent.BADGES: 0.55}
HELP = 0.04
"""Of those whom no visitor meets: how many let others ask them."""
FIRST_NUMBER = 100_000


class StaffRows:
    """Rows of one batch of people after another. Names and ids go on from batch to batch."""

    TABLES: tuple[Any, ...] = (PERSON, MEMBERSHIP, CONSENT, ROLE, REST)

    def __init__(self, *, seed: int, begin: datetime) -> None:
        self._random, self._names, self._begin = Random(f"{seed}/names"), Names(), begin
        self._helping = Random(f"{seed}/helping")
        self._ids = {table: count(1) for table in (MEMBERSHIP, CONSENT, ROLE, REST)}

    def of(self, people: list[DemoPerson]) -> Rows:
        """The rows of these people by table, in the order of their foreign keys."""
        rows: Rows = {table: [] for table in self.TABLES}
        for one in people:
            rows[PERSON].append(self._person(one))
            for table, new in (
                (MEMBERSHIP, _memberships(one)),
                (CONSENT, self._consents(one)),
                (ROLE, self._roles(one)),
                (REST, _rests(one)),
            ):
                rows[table] += (
                    {"id": next(self._ids[table]), "person_id": one.id, **row} for row in new
                )
        return rows

    def _person(self, one: DemoPerson) -> dict[str, Any]:
        named: Named = one.account.named if one.account else self._names.some(self._random)
        return {
            "id": one.id,
            "employee_number": one.account.number if one.account else str(FIRST_NUMBER + one.id),
            "name": named.name,
            "kana": named.kana,
            "email": named.email,
            "password_hash": passwords.hash_password(PASSWORD) if one.account else None,
            "session_epoch": 1 if one.left_at else 0,
            "language": "en" if not one.account and self._random.random() < 0.01 else "ja",
            "paused_at": one.paused_at,
            "deactivated_at": one.left_at,
        }

    def _consents(self, one: DemoPerson) -> Iterator[dict[str, Any]]:
        for consent, share in ALLOW.items():
            if one.account or self._random.random() < share:
                yield self._given(consent, self._random)
        if one.account or one.story or self._helping.random() < HELP:
            yield self._given(Consent.HELP, self._helping)

    def _given(self, consent: Consent, random: Random) -> dict[str, Any]:
        given_at = self._begin + timedelta(minutes=random.randrange(480))
        return {"consent": consent, "given_at": given_at, "withdrawn_at": None}

    def _roles(self, one: DemoPerson) -> Iterator[dict[str, Any]]:
        if one.account and one.account.is_dx_office:
            yield {"role": Role.DX_OFFICE, "granted_at": noon_of(one.since), "revoked_at": None}


def _rests(one: DemoPerson) -> Iterator[dict[str, Any]]:
    if one.rested:
        begun_at, ended_at = one.rested
        yield {"begun_at": begun_at, "ended_at": ended_at}
    if one.paused_at:
        yield {"begun_at": one.paused_at, "ended_at": None}


def _memberships(one: DemoPerson) -> Iterator[dict[str, Any]]:
    last = day_of(one.left_at) if one.left_at else None
    post = {
        "unit_id": one.unit,
        "kind": one.kind,
        "post": one.post,
        "is_primary": True,
        "valid_to": last,
    }
    if one.came_from and one.moved_on:
        before = {
            "unit_id": one.came_from,
            "valid_from": one.since,
            "valid_to": one.moved_on - timedelta(days=1),
        }
        yield {**post, **before}
    yield {**post, "valid_from": one.moved_on or one.since}
    second = {**post, "is_primary": False, "valid_from": one.since}
    if one.also_in:
        yield {
            **second,
            "unit_id": one.also_in,
            "kind": MembershipKind.STAFF,
            "post": f"{one.post}（兼務）",
        }
    if one.stands_in:
        yield {**second, "kind": MembershipKind.DEPUTY, "post": "代理"}
