"""A newcomer finds every wing of recognition filled: cheers, notices, the pulse, what waits."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.sessions import Database
from app.demo.accounts import ACCOUNTS
from app.demo.loading import DemoPlan
from app.indicators.models import Measure
from app.notices.kinds import NoticeKind
from app.notices.letter_models import LetterWish
from app.notices.models import Notice
from app.notices.queries import listed
from app.queries.others_on_challenge import Looking, others
from challenges.catalogue.models import Challenge, Step
from challenges.moderation.queries import decided_cases, the_case, waiting_cases
from challenges.people import org_chart
from challenges.people.models import Person
from challenges.recognition import pulse
from challenges.recognition.models import Cheer, Endorsement
from challenges.recognition.pulse_models import PulseTicket
from challenges.recognition.verifying import budgets_that_disagree
from challenges.submissions.putting_aside import PutAside
from challenges.words.models import WordsReport
from tests.app.demo.moments import AT, AWKWARD

Account = Callable[[str], Person]


@pytest.mark.parametrize("account", [one.number for one in ACCOUNTS])
def test_everybody_who_signs_in_has_something_new_to_read(
    demo: Session, person: Account, account: str
) -> None:
    found = listed(demo, person(account).id, limit=100)
    assert any(one.is_unread for one in found)


def test_staff_finds_notices_of_each_kind_that_concerns_them(
    demo: Session, person: Account
) -> None:
    found = listed(demo, person("staff").id, limit=100)
    kinds = {one.kind for one in found}
    assert {
        NoticeKind.CHEER,
        NoticeKind.THANKS,
        NoticeKind.WORDS,
        NoticeKind.BADGE,
        NoticeKind.QUESTION,
    } <= kinds
    assert NoticeKind.WAITING in {one.kind for one in listed(demo, person("manager").id, limit=100)}


def test_notices_were_counted_when_they_happened(demo: Session) -> None:
    assert demo.scalar(select(func.max(Notice.happened_at))) <= AT
    too_early = select(func.count()).where(Notice.listed_at < Notice.happened_at)
    assert demo.scalar(too_early) == 0
    waits = select(func.count()).where(Notice.rises_at > AT, Notice.kind == NoticeKind.CHEER)
    assert demo.scalar(waits) == 0


def test_cheers_of_staff_are_of_every_kind(demo: Session, person: Account) -> None:
    staff = person("staff").id
    given = demo.scalars(select(Cheer).where(Cheer.giver_id == staff)).all()
    received = demo.scalars(select(Cheer).where(Cheer.receiver_id == staff)).all()
    assert {one.taken_back_at is None for one in given} == {True, False}
    assert {one.thanked_at is None for one in received} == {True, False}
    assert {one.shown_to_others for one in received} == {True, False}
    assert {one.other_unit for one in received} == {True, False}


def test_the_budgets_of_cheers_verify(demo: Session) -> None:
    assert list(budgets_that_disagree(demo)) == []


def test_cheers_come_after_their_steps_and_before_now(demo: Session) -> None:
    for cheer in demo.scalars(select(Cheer)):
        assert cheer.completion.happened_at <= cheer.given_at <= AT
        assert cheer.taken_back_at is None or cheer.taken_back_at <= AT
        assert cheer.completion.person_id == cheer.receiver_id


def test_every_endorsement_says_what_was_good(demo: Session) -> None:
    kinds = [kind for praise in demo.scalars(select(Endorsement.praise)) for kind in praise]
    assert len(set(kinds)) == 5
    assert all(demo.scalars(select(Endorsement.praise)))


def test_a_quarter_of_the_pulse_is_published_and_nobody_has_answered(demo: Session) -> None:
    quarter = pulse.quarter_of(AT.date().replace(month=AT.month - 3))
    assert sum(pulse.counts(demo, quarter).values()) > 10
    values = demo.scalars(select(Measure.value).where(Measure.indicator == "safe-to-try")).all()
    assert any(value is not None for value in values)
    assert pulse.unread_words(demo, on=AT.date(), limit=10)
    assert pulse.shown_words(demo, on=AT.date(), limit=10)
    assert demo.scalar(select(func.count()).select_from(PulseTicket)) == 0


def test_the_office_finds_one_report_waiting_and_two_decided(
    demo: Session, person: Account
) -> None:
    for account in ("dx", "dx2"):
        me = person(account).id
        [waiting] = waiting_cases(demo, me=me, limit=10)
        masked, stands = sorted(
            decided_cases(demo, me=me, limit=10), key=lambda one: not one.is_masked
        )
        assert not waiting.is_masked
        assert waiting.text.is_readable
        assert masked.is_masked
        assert the_case(demo, masked.text.ref, me=me).mask.reason
        assert not stands.is_masked
        assert the_case(demo, stands.text.ref, me=me).reports[0].answer
        assert max(waiting.at, masked.at, stands.at) <= AT


def test_staff_finds_colleagues_whom_they_may_ask_about_a_challenge(
    demo: Session, person: Account
) -> None:
    staff = person("staff")
    unit_id = org_chart.unit_on(demo, staff.id, AT.date())
    steps = select(Step.id).join(Challenge).where(Challenge.slug == "first-hello")
    looking = Looking(staff.id, unit_id, demo.scalars(steps).all(), AT.date())
    helpers = others(demo, looking).helpers
    assert person("manager").id in {one.person_id for one in helpers}
    assert len(helpers) > 1


def test_staff_has_put_something_aside_and_wants_letters(demo: Session, person: Account) -> None:
    staff = person("staff").id
    asides = demo.scalars(select(PutAside).where(PutAside.person_id == staff)).all()
    assert {one.day is None for one in asides} == {True, False}
    assert demo.scalars(select(LetterWish).where(LetterWish.person_id == staff)).one()


@pytest.mark.parametrize("at", AWKWARD, ids=str)
def test_cheers_lie_in_the_past_at_awkward_moments_too(
    new_demo: Callable[[DemoPlan], Iterator[Database]], at: object
) -> None:
    for database in new_demo(DemoPlan(at=at, staff=120, days=60)):  # type: ignore[arg-type]
        with database.reading() as session:
            assert session.scalar(select(func.max(Cheer.given_at))) <= at
            assert session.scalar(select(func.max(Notice.listed_at))) <= at
            assert session.scalar(select(func.max(WordsReport.reported_at))) <= at
            assert list(budgets_that_disagree(session)) == []
