"""A person's place on the board of one campaign: one click in, one click out."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from challenges.campaigns import board
from challenges.campaigns.board import BoardPlace, NoBoard
from challenges.campaigns.models import Campaign
from challenges.vocabulary import CampaignState


@pytest.fixture
def campaign(campaign_of):
    campaign = campaign_of()
    campaign.has_board = True
    return campaign


def places(session):
    return session.scalars(select(BoardPlace).order_by(BoardPlace.id)).all()


def test_joining_twice_is_one_place_with_its_first_time(session, campaign, cast, at):
    board.join(session, campaign, person_id=cast.staff.id, at=at)
    board.join(session, campaign, person_id=cast.staff.id, at=at + timedelta(hours=1))
    [place] = places(session)
    assert (place.begun_at, place.ended_at) == (at, None)


def test_leaving_ends_the_place_and_one_may_come_back(session, campaign, cast, at):
    later = at + timedelta(days=1)
    board.join(session, campaign, person_id=cast.staff.id, at=at)
    for moment in (later, later + timedelta(days=1)):
        board.leave(session, campaign, person_id=cast.staff.id, at=moment)
    board.join(session, campaign, person_id=cast.staff.id, at=later)
    session.expire_all()
    assert [place.ended_at for place in places(session)] == [later, None]


def test_leaving_takes_nobody_else_off(session, campaign, cast, at):
    for person in (cast.staff, cast.colleague):
        board.join(session, campaign, person_id=person.id, at=at)
    board.leave(session, campaign, person_id=cast.staff.id, at=at)
    session.expire_all()
    assert [place.person_id for place in places(session) if not place.ended_at] == [
        cast.colleague.id
    ]


def test_a_board_that_is_off_takes_nobody_in_but_lets_all_go(session, campaign, cast, at):
    board.join(session, campaign, person_id=cast.staff.id, at=at)
    campaign.has_board = False
    with pytest.raises(NoBoard):
        board.join(session, campaign, person_id=cast.colleague.id, at=at)
    board.leave(session, campaign, person_id=cast.staff.id, at=at)
    session.expire_all()
    assert [place.ended_at for place in places(session)] == [at]


def test_a_draft_has_no_board(session, campaign, cast, at):
    campaign.state = CampaignState.DRAFT
    with pytest.raises(NoBoard):
        board.join(session, campaign, person_id=cast.staff.id, at=at)


def test_clicks_in_and_out_at_once_leave_one_place_at_most(session, campaign, cast, race, at):
    campaign_id, person_id = campaign.id, cast.staff.id
    session.commit()

    def enter(own):
        board.join(own, own.get_one(Campaign, campaign_id), person_id=person_id, at=at)

    def go(own):
        board.leave(own, own.get_one(Campaign, campaign_id), person_id=person_id, at=at)

    assert set(race(enter, go, times=16)) == {None}
    is_open = BoardPlace.ended_at.is_(None)
    assert session.scalar(select(func.count()).where(is_open)) <= 1
