"""People name themselves for the awards, in their own words, and take it back as they like."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from challenges.campaigns import nominations
from challenges.campaigns.models import Campaign
from challenges.campaigns.nominations import Nomination, NotOpenToNominations
from challenges.errors import InvalidField
from challenges.vocabulary import CampaignState

WORDS = "週の連絡会を投稿に替え、となりの班にも広げました。"


@pytest.fixture
def campaign(campaign_of):
    return campaign_of()


def rows(session):
    return session.scalars(select(Nomination).order_by(Nomination.id)).all()


def test_a_nomination_can_be_said_in_other_words(session, campaign, cast, at):
    for words in (WORDS, f"  {WORDS}ほんとうです。 "):
        nominations.nominate(session, campaign, person_id=cast.staff.id, words=words, at=at)
    session.expire_all()
    assert [row.words for row in rows(session)] == [f"{WORDS}ほんとうです。"]


@pytest.mark.parametrize("words", ["", "  \n ", "あ" * 401, "\u200b\u3164\u2800\u202e" * 9])
def test_without_words_or_with_too_many_nothing_is_kept(session, campaign, cast, at, words):
    with pytest.raises(InvalidField) as refused:
        nominations.nominate(session, campaign, person_id=cast.staff.id, words=words, at=at)
    assert refused.value.field == "words"
    assert rows(session) == []


def test_four_hundred_letters_fit(session, campaign, cast, at):
    nominations.nominate(session, campaign, person_id=cast.staff.id, words="あ" * 400, at=at)
    assert len(rows(session)) == 1


@pytest.mark.parametrize("state", list(CampaignState))
def test_one_can_name_oneself_while_it_runs_and_after(session, campaign, cast, at, state):
    campaign.state = state
    if state in (CampaignState.OPEN, CampaignState.CLOSED):
        nominations.nominate(session, campaign, person_id=cast.staff.id, words=WORDS, at=at)
        assert len(rows(session)) == 1
    else:
        with pytest.raises(NotOpenToNominations):
            nominations.nominate(session, campaign, person_id=cast.staff.id, words=WORDS, at=at)


def test_taken_back_it_is_read_by_nobody_and_can_be_made_anew(session, campaign, cast, at):
    nominations.nominate(session, campaign, person_id=cast.staff.id, words=WORDS, at=at)
    nominations.nominate(session, campaign, person_id=cast.colleague.id, words=WORDS, at=at)
    nominations.withdraw(session, campaign, person_id=cast.staff.id, at=at)
    session.expire_all()
    [one] = nominations.standing(session, campaign.id, limit=9)
    assert (one.name, one.words) == (cast.colleague.name, WORDS)
    nominations.nominate(
        session, campaign, person_id=cast.staff.id, words="もう一度", at=at + timedelta(days=1)
    )
    assert len(nominations.standing(session, campaign.id, limit=9)) == 2
    assert len(rows(session)) == 3


def test_people_who_left_are_not_read(session, campaign, cast, at):
    nominations.nominate(session, campaign, person_id=cast.staff.id, words=WORDS, at=at)
    cast.staff.deactivated_at = at
    session.flush()
    assert nominations.standing(session, campaign.id, limit=9) == []


def test_many_clicks_at_once_are_one_nomination(session, campaign, cast, race, at):
    campaign_id, person_id = campaign.id, cast.staff.id
    session.commit()

    def act(own):
        found = own.get_one(Campaign, campaign_id)
        nominations.nominate(own, found, person_id=person_id, words=WORDS, at=at)

    assert set(race(act)) == {None}
    assert len(rows(session)) == 1
