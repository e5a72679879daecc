"""Words of every kind, written at a time."""

from datetime import datetime

import pytest

from app.jobs.forgetting_words import FORGET_WORDS, forget_words
from app.jobs.handling import Chunk
from app.jobs.models import Job
from app.retention import periods
from app.retention.kinds import WordsKind
from app.subscriptions import SUBSCRIPTIONS
from challenges.calendar import TOKYO, day_of
from challenges.campaigns import nominations, reports
from challenges.outbox import Fact
from challenges.people.consents import set_consent
from challenges.recognition import cheering, endorsing
from challenges.recognition.cheering import Applause
from challenges.recognition.pulse import quarter_of
from challenges.recognition.pulse_models import PulseWords
from challenges.recognition.stamps import Stamp
from challenges.submissions import habits, reviewing, submitting, voiding
from challenges.submissions.models import Submission
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import Consent
from challenges.words.kinds import TextKind
from challenges.words.models import Mask, WordsReport

LATER = datetime(2028, 4, 1, 3, 20, tzinfo=TOKYO)
"""When words of July 2026 have been kept for a year."""


@pytest.fixture
def said(session, cast, climb, step_of, campaign_of, at):
    """``said(at)``: one text of each kind, each with 「〓」 in it, written at that time."""

    def say(at=at):
        done = climb(cast.staff, "first-hello", at=at)
        done.submission.reflection = "〓 一声かけました"
        done.submission.link = "https://pref.example/〓"
        session.flush()
        habits.record_day(
            session,
            person_id=cast.staff.id,
            step=step_of("first-hello", 2),
            version=1,
            day=day_of(at),
            reflection="〓 一日目です",
            at=at,
        )
        submitting.submit(
            session,
            person_id=cast.colleague.id,
            step=step_of("meeting-as-post"),
            version=1,
            evidence=Evidence("会議を投稿に"),
            at=at,
        )
        waiting = session.query(Submission).filter_by(state="WAITING").one()
        reviewing.send_back(
            session, waiting, by_id=cast.manager.id, question="〓 どの会議ですか", at=at
        )
        waiting.reflection = ""
        endorsing.endorse(
            session,
            done,
            by_id=cast.manager.id,
            words="〓 公開の場での一声、心強いです。",
            kinds=["STEADINESS"],
            at=at,
        )
        set_consent(session, cast.staff, Consent.STEPS, given=True, at=at)
        session.flush()
        cheering.cheer(
            session,
            [done.id],
            Applause(Stamp.HELPED, "〓 助かりました"),
            by_id=cast.colleague.id,
            at=at,
        )
        campaign = campaign_of(at=at)
        nominations.nominate(
            session, campaign, person_id=cast.staff.id, words="〓 三回やりました", at=at
        )
        reports.write(
            session,
            campaign.id,
            learned="〓 朝がよい",
            do_differently="",
            read=0,
            by_id=cast.dx.id,
            at=at,
        )
        undone = climb(cast.manager, "first-hello", at=at)
        session.flush()
        voiding.void(session, undone, by_id=cast.dx.id, reason="〓 二重の記録でした", at=at)
        text = {"kind": TextKind.CHEER, "text_id": 1, "writer_id": cast.colleague.id}
        session.add(Mask(**text, reason="〓 名前があるため", masked_at=at, masked_by_id=cast.dx.id))
        session.add(
            WordsReport(
                **text,
                reporter_id=cast.staff.id,
                concern="OTHER",
                note="〓 気になります",
                reported_at=at,
                decided_at=at,
            )
        )
        session.add(PulseWords(key="a" * 32, quarter=quarter_of(day_of(at)), words="〓 安心です"))
        session.flush()
        return done

    return say


@pytest.fixture
def keep(session, cast, at):
    """``keep(years, *kinds)``: words of these kinds, or of all, are kept so many years."""

    def enter(years, *kinds):
        for kind in kinds or WordsKind:
            present = periods.periods(session)[kind]
            periods.change(
                session,
                kind,
                years,
                after=present.edition,
                agreed=10_000,
                named=kind.value,
                by_id=cast.dx.id,
                at=at,
            )

    return enter


@pytest.fixture
def night(session):
    """``night(at)``: the job of that night, to its end; how many texts went."""

    def run(at=LATER):
        job = Job(kind=FORGET_WORDS, done=0)
        while forget_words(session, job, Chunk(at=at, ends=float("inf"))):
            pass
        session.expire_all()
        return job.done

    return run


@pytest.fixture
def deliver_all(session, at):
    """Every fact goes to its subscribers, as the relay does it."""
    heard = set()

    def run():
        while new := [one for one in session.query(Fact).order_by(Fact.id) if one.id not in heard]:
            for fact in new:
                heard.add(fact.id)
                for handle in SUBSCRIPTIONS.get(fact.kind, {}).values():
                    handle(session, fact, at)
                    session.flush()

    return run
