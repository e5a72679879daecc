"""Sending letters: each once at most, whatever the mail server answers or when it dies."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.config import Config
from app.db.sessions import Database
from app.mail_server import read_mail_server
from app.notices import letter_wishes
from app.notices.letter_models import Letter
from app.notices.letter_planning import plan_weekly
from app.notices.letter_queries import troubled_letters
from app.notices.letter_sending import (
    SENDING_LASTS,
    Sender,
    ServerAway,
    mark,
    send_all,
    send_some,
    sender,
)
from challenges.people import consents
from tests.app.notices.conftest import MONDAY, Clock
from tests.app.notices.mail_server import CUT, Mailbox

Wanted = Callable[..., None]
States = Callable[[], list[str]]


def test_a_letter_arrives_once_on_one_connection(
    worker: Sender, box: Mailbox, wanted: Wanted, states: States, cast: Any
) -> None:
    wanted(cast.staff, cast.colleague, cast.manager)
    assert send_all(worker) == 3
    assert send_all(worker) == 0
    assert sorted(box.addresses()) == sorted(
        [cast.staff.email, cast.colleague.email, cast.manager.email]
    )
    assert box.connections == 1
    assert states() == ["SENT"] * 3


def test_without_settings_nothing_is_sent(database: Database, config: Config) -> None:
    assert sender(database, config, clock=lambda: MONDAY) is None


def test_a_letter_cut_off_after_its_text_is_unknown_and_never_resent(
    worker: Sender,
    box: Mailbox,
    wanted: Wanted,
    states: States,
    cast: Any,
    clock: Clock,
    session: Session,
) -> None:
    wanted(cast.staff, cast.colleague)
    box.on_data.append(CUT)
    send_all(worker)
    clock.pass_(days=2)
    send_all(worker)
    assert len(box.taken) == 2
    assert sorted(states()) == ["SENT", "UNKNOWN"]
    [listed] = troubled_letters(session, limit=10, offset=0)
    assert listed.is_unknown


def test_a_greylisted_letter_arrives_later(
    worker: Sender, box: Mailbox, wanted: Wanted, states: States, cast: Any, clock: Clock
) -> None:
    wanted(cast.staff)
    box.on_rcpt.append("450 come back later")
    send_all(worker)
    assert states() == ["WANTED"]
    assert send_all(worker) == 0
    clock.pass_(minutes=5)
    send_all(worker)
    assert states() == ["SENT"]
    assert len(box.taken) == 1


def test_a_letter_put_off_too_often_is_refused_with_the_reason(
    worker: Sender,
    box: Mailbox,
    wanted: Wanted,
    states: States,
    cast: Any,
    clock: Clock,
    session: Session,
) -> None:
    wanted(cast.staff)
    box.on_rcpt.extend(["452 mailbox full"] * 20)
    for _ in range(20):
        send_all(worker)
        clock.pass_(hours=1)
    assert states() == ["REFUSED"]
    assert len(box.on_rcpt) >= 14
    [listed] = troubled_letters(session, limit=10, offset=0)
    assert listed.reason.startswith("452 mailbox full") or "away" in listed.reason


@pytest.mark.parametrize("asked", ["on_rcpt", "on_data"])
def test_a_final_no_is_taken_for_one_and_the_others_get_theirs(
    worker: Sender, box: Mailbox, wanted: Wanted, states: States, cast: Any, asked: str
) -> None:
    wanted(cast.staff, cast.colleague)
    getattr(box, asked).append("550 no such mailbox")
    send_all(worker)
    assert sorted(states()) == ["REFUSED", "SENT"]
    assert len(box.taken) == 1


def test_letters_wait_while_the_server_is_away(
    worker: Sender,
    database: Database,
    mail_config: Config,
    box: Mailbox,
    wanted: Wanted,
    states: States,
    cast: Any,
    clock: Clock,
) -> None:
    wanted(cast.staff)
    nowhere = read_mail_server("smtp://127.0.0.1:9", "stepup@pref.example.jp")
    lonely = sender(database, replace(mail_config, mail_server=nowhere), clock=clock)
    assert lonely is not None
    with pytest.raises(ServerAway):
        send_some(lonely)
    assert states() == ["WANTED"]
    send_all(worker)
    assert states() == ["SENT"]


def test_a_server_that_refuses_our_sender_refuses_no_letter(
    worker: Sender, box: Mailbox, wanted: Wanted, states: States, cast: Any
) -> None:
    wanted(cast.staff)

    async def no(*_given: Any) -> str:
        return "550 not you"

    box.handle_MAIL = no  # type: ignore[attr-defined]
    with pytest.raises(ServerAway, match="not you"):
        send_some(worker)
    assert states() == ["WANTED"]


def test_a_letter_three_days_old_is_not_sent_any_more(
    worker: Sender, box: Mailbox, wanted: Wanted, states: States, cast: Any, clock: Clock
) -> None:
    wanted(cast.staff)
    clock.pass_(days=3)
    send_all(worker)
    assert states() == ["REFUSED"]
    assert box.taken == []


def test_what_a_dead_worker_left_is_unknown_and_not_sent(
    worker: Sender,
    box: Mailbox,
    wanted: Wanted,
    states: States,
    cast: Any,
    clock: Clock,
    session: Session,
) -> None:
    wanted(cast.staff)
    assert mark(session, session.query(Letter).one(), at=clock())
    session.commit()
    send_all(worker)
    assert states() == ["SENDING"]
    clock.at += SENDING_LASTS
    send_all(worker)
    assert states() == ["UNKNOWN"]
    assert box.taken == []


def test_one_of_many_workers_marks_a_letter(
    race: Callable[..., list[Any]], session: Session, wanted: Wanted, cast: Any
) -> None:
    wanted(cast.staff)
    letter = session.query(Letter).one()
    session.commit()
    assert sorted(race(lambda own: mark(own, letter, at=MONDAY))) == [False] * 31 + [True]


def test_a_no_to_one_worker_leaves_what_another_is_sending_alone(
    worker: Sender,
    box: Mailbox,
    wanted: Wanted,
    states: States,
    cast: Any,
    session: Session,
    clock: Clock,
) -> None:
    wanted(cast.staff)
    letter = session.query(Letter).one()
    session.commit()
    offer = worker.connection.offer

    def quicker(to: str) -> Any:
        # Another worker marks the letter while the server answers this one.
        mark(session, letter, at=clock())
        session.commit()
        return offer(to)

    box.on_rcpt.append("450 come back later")
    worker.connection.offer = quicker  # type: ignore[method-assign]
    send_some(worker)
    assert states() == ["SENDING"]


@pytest.mark.parametrize("change", ["unsubscribes", "pauses", "leaves"])
def test_who_changes_their_mind_while_letters_go_out_gets_none(
    worker: Sender,
    box: Mailbox,
    wanted: Wanted,
    states: States,
    cast: Any,
    session: Session,
    clock: Clock,
    change: str,
) -> None:
    wanted(cast.staff)
    if change == "unsubscribes":
        letter_wishes.stop_letter(session, cast.staff.id, at=clock())
    elif change == "pauses":
        consents.pause(session, cast.staff, at=clock())
    else:
        cast.staff.deactivated_at = clock()
    session.commit()
    send_all(worker)
    assert states() == ["CANCELLED"]
    assert box.taken == []


def test_planning_a_week_again_sends_nothing_again(
    worker: Sender, box: Mailbox, wanted: Wanted, cast: Any, session: Session, clock: Clock
) -> None:
    wanted(cast.staff)
    send_all(worker)
    clock.pass_(days=1)
    plan_weekly(session, after=0, limit=10, at=clock())
    session.commit()
    send_all(worker)
    assert box.addresses() == [cast.staff.email]


def test_a_letter_asks_the_same_statements_for_one_as_for_many(
    worker: Sender,
    database: Database,
    wanted: Wanted,
    cast: Any,
    clock: Clock,
    session: Session,
    count_statements: Callable[..., Any],
    climb: Callable[..., Any],
) -> None:
    climb(cast.staff, "first-hello", at=MONDAY - timedelta(days=2))
    people = (cast.staff, cast.colleague, cast.manager, cast.deputy, cast.outsider)
    wanted(*people)
    letters = session.query(Letter).order_by(Letter.id).all()
    session.commit()
    worker.writer.write(session, letters[:1], at=MONDAY)
    with count_statements(database.engine) as for_one:
        worker.writer.write(session, letters[:1], at=MONDAY)
    with count_statements(database.engine) as for_all:
        worker.writer.write(session, letters, at=MONDAY)
    assert len(for_one) == len(for_all) <= 7
