"""A one-time link opens once, for one person, for seven days."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.identity import invitations
from app.identity.invitations import LIFETIME
from challenges.people.accounts import Account

HANAKO = Account(1, "100001", "山田 花子", None, None, 3, "ja", is_active=True)
SECRET = "a secret of this installation"


def opens(
    account: Account | None, at: datetime, *, later: timedelta = timedelta(), secret: str = SECRET
) -> bool:
    token = invitations.invite(HANAKO, secret=SECRET, at=at)
    found = invitations.read(token, secret=secret, at=at + later)
    return found is not None and found.opens(account)


def test_an_invitation_is_for_one_person(at: datetime) -> None:
    assert opens(HANAKO, at)
    assert not opens(replace(HANAKO, id=2), at)


@pytest.mark.parametrize(("seconds", "still"), [(-1, True), (0, False), (1, False)])
def test_an_invitation_is_valid_for_seven_days(at: datetime, seconds: int, still: bool) -> None:
    assert opens(HANAKO, at, later=LIFETIME + timedelta(seconds=seconds)) is still


def test_setting_a_password_ends_an_invitation(at: datetime) -> None:
    assert not opens(replace(HANAKO, password_hash="$argon2id$…"), at)


def test_signing_out_everywhere_ends_an_invitation(at: datetime) -> None:
    assert not opens(replace(HANAKO, session_epoch=4), at)


def test_leaving_ends_an_invitation(at: datetime) -> None:
    assert not opens(replace(HANAKO, is_active=False), at)
    assert not opens(None, at)


def test_invitations_cannot_be_forged(at: datetime) -> None:
    assert not opens(HANAKO, at, secret="another secret")
    assert (
        invitations.read("WzEsMywiZTNiMGM0NDI5OGZjMWMxNCIsOTk5OTk5OTk5OV0.x", secret=SECRET, at=at)
        is None
    )
    assert invitations.read("", secret=SECRET, at=at) is None
