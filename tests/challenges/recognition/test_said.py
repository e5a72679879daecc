"""What was said about steps, as one statement tells it."""

import pytest

from challenges.calendar import day_of
from challenges.recognition import cheering, endorsing
from challenges.recognition.cheer_lists import cheers_on
from challenges.recognition.cheering import Applause
from challenges.recognition.models import Cheer
from challenges.recognition.queries import words_on
from challenges.recognition.said import of_another, said_on
from challenges.recognition.seeing import seen_completions
from challenges.recognition.stamps import Stamp


@pytest.fixture
def done(session, cast, climb, allow, at):
    """Two steps of staff's, both cheered and the first endorsed; who is of the unit sees them."""
    allow(cast.staff)
    both = [climb(cast.staff, slug) for slug in ("first-hello", "give-back-15")]
    words = {"words": "一声が心強かったです。", "kinds": ["STEADINESS"]}
    endorsing.endorse(session, both[0], by_id=cast.manager.id, **words, at=at)
    for stamp, giver in ((Stamp.HELPED, cast.manager), (Stamp.IMITATE, cast.colleague)):
        ids = [one.id for one in both]
        cheering.cheer(session, ids, Applause(stamp), by_id=giver.id, at=at)
    return both


def test_on_ones_own_steps_it_is_words_and_cheers(session, cast, done):
    ids = [one.id for one in done]
    said = said_on(session, cast.staff.id, ids)
    assert said.endorsements == words_on(session, cast.staff.id, ids)
    assert said.cheers == cheers_on(session, ids, viewer_id=cast.staff.id)
    assert [len(said.cheers[one]) for one in ids] == [2, 2]
    assert said_on(session, cast.staff.id, []).cheers == {}


@pytest.mark.parametrize("who", ["colleague", "manager", "outsider"])
def test_on_steps_of_others_it_is_what_one_sees(session, cast, done, at, who):
    me, ids = getattr(cast, who).id, [one.id for one in done]
    session.query(Cheer).filter_by(giver_id=cast.manager.id).first().shown_to_others = True
    session.flush()
    looking = {"viewer_id": me, "on": day_of(at)}
    found = of_another(session, ids, **looking, under_badges=[])
    assert found.cheers == cheers_on(session, ids, viewer_id=me)
    assert found.seen == seen_completions(session, ids, **looking)
    assert bool(found.seen) is (who != "outsider")
    beneath = of_another(session, ids, **looking, under_badges=ids[:1]).seen
    assert beneath == seen_completions(session, ids, **looking, under_badges=ids[:1])
    assert ids[0] in beneath
