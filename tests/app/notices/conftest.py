"""What a person is told: a mail server of the tests' own, and facts as a relay delivers them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config import Config
from app.db.sessions import Database
from app.mail_server import read_mail_server
from app.notices import letter_wishes
from app.notices.letter_models import Letter
from app.notices.letter_planning import plan_weekly
from app.notices.letter_sending import Sender, sender
from app.notices.queries import ListedNotice, listed
from app.subscriptions import SUBSCRIPTIONS
from challenges.calendar import TOKYO
from challenges.catalogue.models import Step
from challenges.outbox import Fact
from challenges.people.models import Person
from challenges.submissions import submitting
from challenges.submissions.models import Submission
from challenges.submissions.submitting import Evidence
from tests.app.notices.mail_server import Mailbox, serving

MONDAY = datetime(2026, 7, 13, 8, 30, tzinfo=TOKYO)
"""When the letter of the week of the tests goes out."""


class Clock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **spans: float) -> None:
        self.at += timedelta(**spans)


@pytest.fixture
def clock() -> Clock:
    return Clock(MONDAY)


@pytest.fixture
def box() -> Mailbox:
    return Mailbox()


@pytest.fixture
def smtp(box: Mailbox) -> Iterator[str]:
    """The address of the server, as SMTP_URL has it."""
    with serving(box) as address:
        yield address


@pytest.fixture
def mail_config(config: Config, smtp: str) -> Config:
    server = read_mail_server(smtp, "ステップアップ <stepup@pref.example.jp>")
    return replace(config, mail_server=server)


@pytest.fixture
def worker(database: Database, mail_config: Config, clock: Clock) -> Sender:
    found = sender(database, mail_config, clock=clock)
    assert found is not None
    return found


@pytest.fixture
def wanted(session: Session) -> Callable[..., None]:
    """``wanted(person, …)``: they want the letter, and this week's is planned."""

    def plan(*people: Person) -> None:
        for person in people:
            letter_wishes.want_letter(session, person.id, at=MONDAY - timedelta(days=3))
        plan_weekly(session, after=0, limit=100, at=MONDAY)
        session.commit()

    return plan


@pytest.fixture
def states(database: Database) -> Callable[[], list[str]]:
    """The states of all letters, in their order."""

    def found() -> list[str]:
        with database.reading() as reader:
            return [one.state.value for one in reader.query(Letter).order_by(Letter.id)]

    return found


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
