"""Accounts: the name that finds one, its password, its sessions and its language."""

from datetime import datetime
from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session

from challenges.errors import InvalidField, SessionEnded
from challenges.people import accounts, leaving


def test_only_known_languages_are_accepted(cast: SimpleNamespace) -> None:
    accounts.set_language(cast.staff, "en")
    with pytest.raises(InvalidField):
        accounts.set_language(cast.staff, "fr")
    assert cast.staff.language == "en"


def test_an_account_is_found_by_number_or_address(session: Session, cast: SimpleNamespace) -> None:
    cast.staff.email = "staff@pref.example.jp"
    session.flush()
    for typed in ("staff", " ｓｔａｆｆ", "STAFF", "Staff@Pref.Example.JP"):
        found = accounts.account_named(session, typed)
        assert found is not None
        assert found == accounts.account(session, cast.staff.id)
        assert (found.id, found.is_active) == (cast.staff.id, True)
    assert accounts.account_named(session, "nobody") is None
    assert accounts.account_named(session, "staff\0") is None


def test_a_password_is_set_once_by_each_session(session: Session, cast: SimpleNamespace) -> None:
    epoch = cast.staff.session_epoch
    new_epoch = accounts.set_password(session, cast.staff.id, password_hash="new", epoch=epoch)
    assert new_epoch == epoch + 1
    with pytest.raises(SessionEnded):
        accounts.set_password(session, cast.staff.id, password_hash="late", epoch=epoch)
    accounts.renew_hash(session, cast.staff.id, password_hash="late", epoch=epoch)
    found = accounts.account(session, cast.staff.id)
    assert found is not None
    assert found.password_hash == "new"


def test_a_person_who_left_sets_no_password(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    leaving.deactivate(session, cast.staff, at=at)
    epoch = cast.staff.session_epoch
    with pytest.raises(SessionEnded):
        accounts.set_password(session, cast.staff.id, password_hash="new", epoch=epoch)
    assert not accounts.account(session, cast.staff.id).is_active


def test_signing_out_everywhere_tells_the_new_epoch(
    session: Session, cast: SimpleNamespace
) -> None:
    epochs = cast.staff.session_epoch, cast.colleague.session_epoch
    assert accounts.sign_out_everywhere(session, cast.staff.id) == epochs[0] + 1
    session.expire_all()
    assert (cast.staff.session_epoch, cast.colleague.session_epoch) == (epochs[0] + 1, epochs[1])
