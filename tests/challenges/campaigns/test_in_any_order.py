"""After any sequence of acts, and under any race, what is stored is what the history says."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.sessions import Database
from challenges.campaigns.counting import recount_person, recount_some
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import Campaign, CampaignCount, CampaignVersion
from challenges.campaigns.publishing import put_in_force
from challenges.campaigns.subscribers import HEARD, campaigns_pending
from challenges.campaigns.team_lights import TeamLight
from challenges.campaigns.verifying import differences
from challenges.errors import RuleBroken
from challenges.outbox import Fact
from challenges.people.models import Membership, Person, Unit
from challenges.submissions import voiding
from challenges.submissions.models import Completion
from challenges.vocabulary import MembershipKind

Climb = Callable[..., Completion]
CampaignOf = Callable[..., Campaign]
REASON = "証拠が別の人のものでした。"
PEOPLE = ("staff", "colleague", "manager", "deputy", "outsider")
SLUGS = ("first-hello", "give-back-15", "dx-words")
AUDIENCES: list[dict[str, Any]] = [
    {"everyone": True},
    {"units": ["デジタル部"]},
    {"managers": True},
    {"new_since": "2026-07-10"},
    {"units": ["農林部/森林課"], "managers": True},
]
START = date(2026, 7, 1)

acts = st.lists(
    st.tuples(
        st.sampled_from(
            [*["climb"] * 4, *["undo"] * 2, "restore", *["transfer"] * 2, "rules", "days", "hear"]
        ),
        st.integers(0, len(PEOPLE) - 1),
        st.integers(0, 44),
        st.integers(0, 4),
    ),
    max_size=25,
)
any_time = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Play:
    """Acts on two campaigns, with the facts and recounts that follow from them."""

    def __init__(
        self, session: Session, cast: SimpleNamespace, climb: Climb, campaigns: list[Campaign]
    ) -> None:
        self.session, self.cast, self.climb, self.campaigns = session, cast, climb, campaigns
        self.now = datetime.fromisoformat("2026-08-20T10:00+09:00")
        self.recounting = set[int]()

    def act(self, verb: str, who: int, day: int, which: int) -> None:
        """Do it, if it is possible now."""
        self.now += timedelta(minutes=7)
        person: Person = getattr(self.cast, PEOPLE[who])
        on = START + timedelta(days=day - 5)
        getattr(self, f"_{verb}")(person, on, which)
        self.session.flush()

    def agrees(self) -> None:
        """What is not on its way is right."""
        pending = campaigns_pending(self.session)
        assert differences(self.session, pending=pending, recounting=self.recounting) == []

    def hear_all(self) -> None:
        """Deliver every fact, and do every recount, in turns of two people."""
        heard = select(Fact).where(Fact.fanned_out_at.is_(None), Fact.kind.in_(HEARD))
        for fact in self.session.scalars(heard).all():
            recount_person(self.session, fact.about["person_id"], at=self.now)
            fact.fanned_out_at = self.now
        for campaign_id in sorted(self.recounting):
            last: int | None = 0
            while last is not None:
                last = recount_some(self.session, campaign_id, after=last, limit=2, at=self.now)
        self.recounting.clear()
        self.session.flush()

    def _hear(self, _person: Person, _on: date, which: int) -> None:
        if which:
            self.agrees()
        self.hear_all()

    def _climb(self, person: Person, on: date, which: int) -> None:
        slug = SLUGS[which % len(SLUGS)]
        moment = datetime.fromisoformat(f"{on}T{9 * which % 24:02}:30+09:00")
        stands = select(Completion).where(
            Completion.person_id == person.id, Completion.voided_at.is_(None)
        )
        if all(one.step.challenge.slug != slug for one in self.session.scalars(stands)):
            self.climb(person, slug, at=moment)

    def _undo(self, person: Person, _on: date, _which: int) -> None:
        found = self._completion(person, stands=True)
        if found:
            voiding.void(self.session, found, by_id=self.cast.dx.id, reason=REASON, at=self.now)

    def _restore(self, person: Person, _on: date, _which: int) -> None:
        found = self._completion(person, stands=False)
        newer = found and select(Completion.id).where(
            Completion.person_id == person.id,
            Completion.step_id == found.step_id,
            Completion.voided_at.is_(None),
        )
        if found and not self.session.scalars(newer).all():
            self.session.refresh(found.submission)
            voiding.restore(self.session, found, at=self.now)

    def _completion(self, person: Person, *, stands: bool) -> Completion | None:
        is_it = Completion.voided_at.is_(None) if stands else Completion.voided_at.is_not(None)
        return self.session.scalars(
            select(Completion)
            .where(Completion.person_id == person.id, is_it)
            .order_by(Completion.id.desc())
            .execution_options(populate_existing=True)
        ).first()

    def _transfer(self, person: Person, on: date, which: int) -> None:
        """From that day, or dated back: whatever the list said of later days is replaced."""
        units = self.session.scalars(select(Unit).order_by(Unit.id)).all()
        rows = self.session.scalars(
            select(Membership)
            .where(Membership.person_id == person.id, Membership.is_primary)
            .order_by(Membership.valid_from)
        ).all()
        for row in rows:
            if row.valid_from >= on:
                self.session.delete(row)
            elif row.valid_to is None or row.valid_to >= on:
                row.valid_to = on - timedelta(days=1)
        self.session.flush()
        self.session.add(
            Membership(
                person_id=person.id,
                unit_id=units[which % len(units)].id,
                kind=MembershipKind.MANAGER if which == 3 else MembershipKind.STAFF,
                valid_from=on,
            )
        )
        self.recounting.update(one.id for one in self.campaigns)

    def _rules(self, _person: Person, on: date, which: int) -> None:
        campaign = self.campaigns[which % 2]
        newest = self._version(campaign)
        changes: dict[str, Any] = {
            "audience": AUDIENCES[which],
            "challenges": [{"slug": slug} for slug in SLUGS[: 1 + on.day % 3]],
        }
        definition = CampaignDefinition.model_validate({**newest.definition, **changes})
        put_in_force(
            self.session,
            campaign,
            definition,
            submitted_by_id=None,
            approved_by_id=None,
            at=self.now,
        )
        self.session.expire_all()
        self.recounting.add(campaign.id)

    def _days(self, _person: Person, on: date, which: int) -> None:
        """A disaster moves the last day."""
        campaign = self.campaigns[which % 2]
        self._version(campaign).ends_on = max(on, START)
        self.recounting.add(campaign.id)

    def _version(self, campaign: Campaign) -> CampaignVersion:
        in_force = (
            CampaignVersion.campaign_id == campaign.id,
            CampaignVersion.replaced_at.is_(None),
        )
        return self.session.scalars(select(CampaignVersion).where(*in_force)).one()


def play(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    campaign_of: CampaignOf,
    acts: list[tuple[str, int, int, int]],
) -> None:
    """Do the acts and compare; leave no trace."""
    whole = session.begin_nested()
    try:
        early = datetime.fromisoformat("2026-06-01T10:00+09:00")
        campaigns = [
            campaign_of(slug="one", at=early),
            campaign_of(slug="other", at=early, audience={"units": ["デジタル部"]}),
        ]
        playing = Play(session, cast, climb, campaigns)
        for one in acts:
            playing.act(*one)
        playing.agrees()
        playing.hear_all()
        assert differences(session, pending=set()) == []
    finally:
        whole.rollback()
        session.expire_all()


@any_time
@given(acts=acts)
def test_after_any_sequence_the_counts_equal_the_fold(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    campaign_of: CampaignOf,
    acts: list[tuple[str, int, int, int]],
) -> None:
    play(session, cast, climb, campaign_of, acts)


@pytest.mark.soak
@settings(any_time, max_examples=600)
@given(acts=acts)
def test_after_hundreds_of_sequences_the_counts_equal_the_fold(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    campaign_of: CampaignOf,
    acts: list[tuple[str, int, int, int]],
) -> None:
    play(session, cast, climb, campaign_of, acts)


def test_a_race_of_climbing_undoing_and_recounting_leaves_the_totals_right(
    database: Database,
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    campaign_of: CampaignOf,
    at: datetime,
) -> None:
    campaign_of(slug="one")
    campaign_of(slug="other", audience={"units": ["デジタル部"]})
    done = [climb(getattr(cast, name), slug) for name in PEOPLE for slug in SLUGS[:2]]
    pairs = [(one.id, one.person_id) for one in done]
    office = cast.dx.id
    session.commit()

    def undo_or_restore(number: int) -> None:
        completion_id, person_id = pairs[number % len(pairs)]
        with suppress(RuleBroken), database.writing() as own:
            completion = own.get_one(Completion, completion_id)
            if completion.voided_at is None:
                voiding.void(own, completion, by_id=office, reason=REASON, at=at)
            else:
                voiding.restore(own, completion, at=at)
        with database.writing() as own:
            recount_person(own, person_id, at=at)

    def recount_everybody(_number: int) -> None:
        last: int | None = 0
        while last is not None:
            with database.writing() as own:
                last = recount_some(own, None, after=last, limit=3, at=at)

    assert at_once([undo_or_restore] * 24 + [recount_everybody] * 8) == []
    with database.reading() as reader:
        assert differences(reader, pending=set()) == []


def at_once(acts: list[Callable[[int], None]]) -> list[Exception]:
    """Let a thread for each act begin at once, with its number; the errors they ended with."""
    ready, errors = threading.Barrier(len(acts)), list[Exception]()

    def run(number: int, act: Callable[[int], None]) -> None:
        ready.wait()
        try:
            act(number)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_people_of_a_unit_who_climb_at_once_light_its_light_once(
    database: Database,
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    campaign_of: CampaignOf,
    race: Callable[..., list[Any]],
    at: datetime,
) -> None:
    campaign_of()
    people = [cast.staff.id, cast.colleague.id, cast.manager.id, cast.deputy.id]
    for name in ("staff", "colleague", "manager", "deputy"):
        climb(getattr(cast, name), "first-hello")
    session.commit()
    numbers = iter(range(10_000))

    def hear(own: Session) -> None:
        recount_person(own, people[next(numbers) % len(people)], at=at)

    assert [one for one in race(hear) if isinstance(one, Exception)] == []
    with database.reading() as reader:
        assert reader.scalars(select(func.count()).select_from(TeamLight)).one() == 1
        lit = select(func.count()).select_from(Fact).where(Fact.kind == "team_light_lit")
        assert reader.scalars(lit).one() == 1
        assert reader.scalars(select(func.count()).select_from(CampaignCount)).one() == 4
        assert differences(reader, pending=set()) == []
