"""After any sequence of acts, the awards are what the deeds say."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from badges.awards.awarding import recompute
from badges.awards.deciding import Outcome
from badges.awards.verifying import differences
from badges.catalogue.published import BadgeCatalogue
from badges.models import Award
from badges.rules.deeds import Deed
from badges.rules.verdicts import evaluate
from badges.subscribers import people_pending
from challenges.calendar import day_of
from challenges.catalogue.models import Challenge, Step
from challenges.people.models import Person
from challenges.recognition import endorsing
from challenges.recognition.models import Endorsement
from challenges.submissions import voiding
from challenges.submissions.models import Completion
from tests.badges.awards.conftest import REASON, WORDS, Climb

SLUGS = (
    "dx-words",
    "first-hello",
    "quick-hands",
    "next-department",
    "ask-when-stuck",
    "open-up-dm",
)
Act = tuple[str, int, int]
acts = st.lists(
    st.tuples(
        st.sampled_from(["climb", "climb", "climb", "undo", "restore", "endorse", "unsay", "hear"]),
        st.integers(0, len(SLUGS) - 1),
        st.integers(1, 3),
    ),
    max_size=25,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=acts, seed=st.integers(0, 999))
def test_after_any_sequence_the_awards_equal_the_fold(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    deliver: Callable[[], None],
    published: BadgeCatalogue,
    at: datetime,
    acts: list[Act],
    seed: int,
) -> None:
    whole = session.begin_nested()
    random.seed(seed)
    person, earned_once = cast.staff, set[str]()
    for number, (verb, which, step) in enumerate(acts):
        _act(
            session,
            cast,
            climb,
            deliver,
            verb,
            SLUGS[which],
            step,
            at=at - timedelta(days=(which * 7 + number) % 40),
        )
        if verb == "hear":
            earned_once |= set(_earned(session, person, published))
    deliver()
    now, stored = _earned(session, person, published), _stored(session)
    for badge in published.badges:
        kept = badge.slug in earned_once and badge.terms.on_undo == "keep"
        if badge.slug in now:
            assert stored.pop(badge.slug) == now[badge.slug]
        else:
            assert (stored.pop(badge.slug, None) is not None) is kept, badge.slug
    assert stored == {}
    assert list(differences(session, catalogue=published, pending=people_pending(session))) == []
    assert recompute(session, catalogue=published, at=at).total(Outcome.ADDED) == 0
    whole.rollback()
    session.expire_all()


def _act(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    deliver: Callable[[], None],
    verb: str,
    slug: str,
    step: int,
    *,
    at: datetime,
) -> None:
    """Do it, if it is possible now."""
    found = session.scalars(
        select(Completion)
        .join(Step)
        .join(Challenge)
        .where(Challenge.slug == slug, Step.number == step)
        .order_by(Completion.id.desc())
        .execution_options(populate_existing=True)
    ).first()
    stands = found is not None and found.voided_at is None
    if verb == "hear":
        deliver()
    elif verb == "climb" and not stands:
        climb(cast.staff, slug, step, at=at)
    elif verb == "undo" and found and stands:
        voiding.void(session, found, by_id=cast.dx.id, reason=REASON, at=at)
    elif verb == "restore" and found and not stands:
        session.refresh(found.submission)
        voiding.restore(session, found, at=at)
    elif verb in {"endorse", "unsay"} and found:
        _word(session, cast, found, verb, at=at)


def _word(
    session: Session, cast: SimpleNamespace, completion: Completion, verb: str, *, at: datetime
) -> None:
    given_ = session.scalars(
        select(Endorsement)
        .where(Endorsement.completion_id == completion.id, Endorsement.withdrawn_at.is_(None))
        .execution_options(populate_existing=True)
    ).first()
    if verb == "unsay" and given_:
        endorsing.withdraw(session, given_, by_id=cast.manager.id, at=at)
    elif verb == "endorse" and not given_ and completion.voided_at is None:
        endorsing.endorse(
            session, completion, by_id=cast.manager.id, kinds=["STEADINESS"], words=WORDS, at=at
        )


def _stored(session: Session) -> dict[str, tuple[datetime, tuple[int, ...]]]:
    awards = session.scalars(
        select(Award).where(Award.voided_at.is_(None)).execution_options(populate_existing=True)
    )
    return {one.badge_slug: (one.awarded_at, tuple(one.evidence)) for one in awards}


def _earned(
    session: Session, person: Person, published: BadgeCatalogue
) -> dict[str, tuple[datetime, tuple[int, ...]]]:
    """The slow way: row by row, in random order."""
    deeds = [
        _slow_deed(session, one) for one in session.query(Completion).filter_by(person_id=person.id)
    ]
    standing = [deed for deed in deeds if deed is not None]
    random.shuffle(standing)
    found = {}
    for badge in published.offered(manager=False):
        verdict = evaluate(badge.terms.rule, standing)
        if verdict.awarded_on:
            found[badge.slug] = (verdict.awarded_on, verdict.evidence)
    return found


def _slow_deed(session: Session, completion: Completion) -> Deed | None:
    session.refresh(completion)
    if completion.voided_at is not None:
        return None
    challenge = completion.step.challenge
    words = (
        session.query(Endorsement).filter_by(completion_id=completion.id, withdrawn_at=None).count()
    )
    return Deed(
        completion.id,
        challenge.slug,
        completion.step.number,
        challenge.mindset,
        challenge.project_slug,
        completion.step.stage,
        completion.happened_at,
        day_of(completion.happened_at),
        endorsed=words > 0,
    )
