"""Counts, badges and campaigns are what they were before words went, folded from scratch."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.migrations.tables import metadata
from app.retention.kinds import WORDS, WordsKind
from badges.awards.verifying import differences as awards_that_disagree
from badges.catalogue.reading import read_badges
from badges.models import Award
from challenges.calendar import day_of
from challenges.campaigns import verifying as campaigns_verifying
from challenges.recognition import verifying as recognition_verifying
from challenges.recognition.models import Cheer
from challenges.submissions import totals, verifying
from challenges.words.kinds import SealedBecause, TextKind
from challenges.words.models import Mask, SealedWords
from challenges.words.withheld import Withheld
from tests.app.retention.conftest import LATER

KINDS = [kind for kind in WordsKind if kind is not WordsKind.PULSE]


def everything_but_words(session):
    """Every row of every table, without the columns that hold words or repeat them."""
    words = {
        (kind.table.__tablename__, column.key) for kind in WORDS.values() for column in kind.columns
    } | {("submission", "link"), ("completion", "void_reason"), ("mask", "ended_at")}
    skipped = {"fact", "delivery", "pulse_words", "job", "retention_period", "audit_entry"}
    return {
        table.name: session.execute(
            select(*(one for one in table.columns if (table.name, one.name) not in words)).order_by(
                *table.primary_key.columns
            )
        ).all()
        for table in metadata.sorted_tables
        if table.name not in skipped
    }


def what_disagrees(session):
    """What `history verify` would say."""
    yield from totals.differences(session)
    yield from verifying.submissions_that_disagree(session)
    yield from verifying.completions_that_disagree(session)
    yield from verifying.decisions_that_disagree(session)
    yield from verifying.voids_that_disagree(session)
    yield from recognition_verifying.endorsements_that_disagree(session)
    yield from recognition_verifying.cheers_that_disagree(session)
    yield from recognition_verifying.budgets_that_disagree(session)
    yield from campaigns_verifying.differences(session, pending=set(), recounting=set())
    badges = read_badges(session)
    yield from map(
        str, awards_that_disagree(session, catalogue=badges, pending=set(), on=day_of(LATER))
    )


@pytest.fixture
def told(session, said, at, deliver_all):
    said()
    deliver_all()
    assert session.scalar(select(func.count()).select_from(Award)) > 0


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kinds=st.sets(st.sampled_from(WordsKind)),
    years=st.integers(1, 4),
    later=st.integers(0, 6),
)
def test_nothing_but_words_changes(session, told, keep, night, kinds, years, later):
    """Whatever has a period, however long, and whenever the job runs."""
    with session.begin_nested() as attempt:
        before = everything_but_words(session)
        disagreed = list(what_disagrees(session))
        if kinds:
            keep(years, *kinds)
        gone = night(LATER + timedelta(days=366 * later))
        assert gone == (len(kinds) if years <= later + 1 else 0)
        assert everything_but_words(session) == before
        assert list(what_disagrees(session)) == disagreed
        attempt.rollback()
    session.expire_all()


def test_the_job_says_the_same_in_small_blocks(session, said, keep, night, monkeypatch):
    monkeypatch.setattr("app.retention.forgetting.BLOCK", 1)
    said()
    keep(1)
    assert night() == len(WordsKind)


def test_a_masked_text_loses_what_lies_sealed(session, said, keep, night, cast, at):
    said()
    cheer = session.scalars(select(Cheer)).one()
    text = {"kind": TextKind.CHEER, "text_id": cheer.id, "writer_id": cast.colleague.id}
    times = {"sealed_at": at, "written_at": at}
    sealed = {"because": SealedBecause.MASKED, "words": cheer.words, **times}
    session.add(SealedWords(**text, **sealed))
    cheer.words = Withheld.MASKED.value
    session.flush()
    keep(1, WordsKind.CHEER)
    assert night() == 1
    assert cheer.words == Withheld.EXPIRED
    assert session.scalars(select(SealedWords)).all() == []
    masks = session.scalars(select(Mask).where(Mask.text_id == cheer.id)).all()
    assert all(one.ended_at is not None for one in masks)
