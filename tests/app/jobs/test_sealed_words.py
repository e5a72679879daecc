"""Sealed words go when their time is over, as long as the office says."""

from datetime import timedelta
from math import inf

import pytest

from app.jobs.handling import Chunk
from app.jobs.kinds import HANDLERS
from app.jobs.models import Job
from app.jobs.sealed_words import REMOVE_SEALED_WORDS
from challenges.moderation import opening
from challenges.recognition import cheering
from challenges.recognition.models import Cheer
from challenges.words.kinds import TextKind
from challenges.words.models import SealedWords
from tests.texts import write_texts


@pytest.fixture
def taken_back(session, cast, step_of, climb, campaign_of, at):
    texts = write_texts(session, cast, step_of, climb, campaign_of, at)
    cheer = session.get_one(Cheer, texts.refs[TextKind.CHEER].id)
    cheering.take_back(session, cheer, by_id=cast.colleague.id, at=at)
    return at


@pytest.mark.parametrize(("entered", "days", "left"), [(None, 90, 1), (None, 91, 0), (10, 11, 0)])
def test_words_go_after_the_days_the_office_entered(session, cast, taken_back, entered, days, left):
    if entered:
        opening.enter_kept_days(session, entered, by_id=cast.dx.id, at=taken_back)
    job, chunk = Job(done=0), Chunk(at=taken_back + timedelta(days=days), ends=inf)
    assert HANDLERS[REMOVE_SEALED_WORDS](session, job, chunk) is False
    assert session.query(SealedWords).count() == left
    assert job.done == 1 - left
