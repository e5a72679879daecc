"""A damaged definition in the database is named in one sentence."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from badges.catalogue.reading import read_badges
from badges.models import Badge, BadgeVersion
from challenges.catalogue.models import Challenge, ChallengeVersion
from challenges.catalogue.published import DamagedDefinition


def sentence(session: Session) -> str:
    session.expire_all()
    with pytest.raises(DamagedDefinition) as error:
        read_badges(session)
    return str(error.value)


def test_a_damaged_badge_is_named(session: Session) -> None:
    session.execute(update(Badge).where(Badge.slug == "opener").values(definition=None))
    assert sentence(session).startswith("badge opener: its definition cannot be read: TypeError")


def test_a_badge_without_its_version_is_named(session: Session) -> None:
    session.execute(update(Badge).where(Badge.slug == "opener").values(version=7))
    assert sentence(session).startswith("badge opener: its definition cannot be read: KeyError")


def test_a_damaged_version_of_a_badge_is_named(session: Session) -> None:
    of_opener = update(BadgeVersion).where(BadgeVersion.badge_slug == "opener")
    session.execute(of_opener.values(definition={}))
    assert sentence(session) == (
        "badge opener version 1: its definition cannot be read: KeyError: 'rule'"
    )


@pytest.mark.parametrize(
    "missing", [{"project": None}, {"mindset": "FUN"}, {"steps": None}, {"steps": [{}]}]
)
def test_a_damaged_version_of_a_challenge_is_named(
    session: Session, missing: dict[str, Any]
) -> None:
    version = session.query(ChallengeVersion).join(Challenge).filter_by(slug="dx-words").one()
    version.definition = version.definition | missing
    session.flush()
    named = "challenge dx-words version 1: its definition cannot be read: "
    assert sentence(session).startswith(named)
