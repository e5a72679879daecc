"""Facts as a relay delivers them, and lists as people read them."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.notices.queries import ListedNotice, listed
from app.subscriptions import SUBSCRIPTIONS
from challenges.catalogue.models import Step
from challenges.outbox import Fact
from challenges.people.models import Person
from challenges.submissions import submitting
from challenges.submissions.models import Submission
from challenges.submissions.submitting import Evidence


@pytest.fixture
def deliver(session: Session, at: datetime) -> Callable[..., None]:
    """``deliver(at=…, again=True)``: every fact that nobody has heard of goes to its subscribers;
    again, all of them."""
    default, heard = at, set[int]()

    def run(at: datetime | None = None, *, again: bool = False) -> None:
        if again:
            heard.clear()
        while fresh := [
            fact for fact in session.scalars(select(Fact).order_by(Fact.id)) if fact.id not in heard
        ]:
            for fact in fresh:
                heard.add(fact.id)
                for handle in SUBSCRIPTIONS.get(fact.kind, {}).values():
                    handle(session, fact, at or default)
                    session.flush()

    return run


@pytest.fixture
def notices(session: Session) -> Callable[[Person], list[ListedNotice]]:
    """``notices(cast.staff)``: what that person finds in the list."""

    def read(person: Person) -> list[ListedNotice]:
        session.expire_all()
        return listed(session, person.id, limit=100)

    return read


@pytest.fixture
def kinds(notices: Callable[[Person], list[ListedNotice]]) -> Callable[[Person], list[str]]:
    """``kinds(cast.staff)``: the same, by kind."""
    return lambda person: sorted(one.kind.value for one in notices(person))


@pytest.fixture
def submit(
    session: Session, step_of: Callable[..., Step], at: datetime
) -> Callable[..., Submission]:
    """``submit(cast.staff, slug=…, at=…)``: a submission that waits for a manager."""
    default = at

    def make(
        person: Person, slug: str = "meeting-as-post", at: datetime | None = None
    ) -> Submission:
        step = step_of(slug)
        submitting.submit(
            session,
            person_id=person.id,
            step=step,
            version=1,
            evidence=Evidence(reflection="月曜の連絡会を投稿にしました。"),
            at=at or default,
        )
        return session.scalars(
            select(Submission)
            .where(Submission.person_id == person.id, Submission.step_id == step.id)
            .order_by(Submission.id.desc())
        ).first()

    return make
