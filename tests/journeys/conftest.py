"""A real server and a real browser, with CSRF protection and content security policy on."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH, AxeResults
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from app.clock import now
from app.db.sessions import Database
from app.identity import invitations
from app.identity.passwords import hash_password
from app.notices import choosing
from app.notices.hours import Hours
from app.relay.outbox import deliver_one, fan_out, take_leases
from app.subscriptions import SUBSCRIPTIONS
from challenges.calendar import TOKYO
from challenges.catalogue.models import Step
from challenges.outbox import DeliveryState
from challenges.people import roles
from challenges.people.accounts import account
from challenges.people.models import Person
from challenges.submissions import reviewing, submitting
from challenges.submissions.models import Submission
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import Role

WITHOUT_WINDOWS = Path("/usr/lib/chromium/chromium-headless-shell")
"""Debian's Chromium as a program of its own without windows. A page costs it a third."""
CHROMIUM = WITHOUT_WINDOWS if WITHOUT_WINDOWS.exists() else Path("/usr/bin/chromium")
QUIET = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
]
SIZES = {"wide": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
FIND_VIOLATIONS = f"""async (options) => {{
  {AXE_FILE_PATH.read_text(encoding="utf-8")}
  const fits = document.documentElement.scrollWidth <= window.innerWidth;
  return {{ violations: (await axe.run(options)).violations, fits }};
}}"""
"""In one question. What axe found in order is not brought here, as axe_playwright_python does."""
PASSWORD = "stepup-demo"
EXPECTED = ("status of 4", "status of 502", "ERR_INTERNET_DISCONNECTED", "Failed to fetch")
"""Console messages of refused requests, and of a network or server that a journey took away."""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": str(CHROMIUM), "args": ["--no-sandbox", "--disable-sync", *QUIET]}


@pytest.fixture(scope="session")
def hashed() -> str:
    """The hash of everybody's password."""
    return hash_password(PASSWORD)


@pytest.fixture(autouse=True)
def passwords(session: Session, hashed: str) -> None:
    """Give everybody of the cast the same password."""
    for person in session.query(Person):
        person.password_hash = hashed
    session.commit()


@pytest.fixture
def server(app: Flask, passwords: None) -> Iterator[str]:
    """The app on a free local port, with CSRF protection on."""
    app.config["WTF_CSRF_ENABLED"] = True
    listening = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=listening.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}"
    listening.shutdown()
    thread.join()


@pytest.fixture
def cookie_of(
    app: Flask, session: Session, server: str, sign_in: Callable[..., FlaskClient]
) -> Callable[[str], Any]:
    """``cookie_of("staff")``: what the browser of a person keeps who has signed in there."""
    name = app.config["SESSION_COOKIE_NAME"]

    def begin(number: str) -> Any:
        # Anew, because a page may have ended every sign-in since.
        theirs = select(Person).where(Person.employee_number == number)
        person = session.scalars(theirs.execution_options(populate_existing=True)).one()
        kept = sign_in(app.test_client(), person).get_cookie(name)
        assert kept is not None
        return {"name": name, "value": kept.value, "url": server}

    return begin


@pytest.fixture
def open_as(
    browser: Browser, server: str, cookie_of: Callable[[str], Any]
) -> Iterator[Callable[..., Page]]:
    """``open_as("staff", size="phone", javascript=False, locale="en-GB")``: Home of that person,
    who has signed in before (test_signing_in.py and test_first_day.py do it by the form).

    Any error or warning in the browser's console fails the test.
    """
    contexts, complaints = [], []

    def note(message: Any) -> None:
        if message.type in {"error", "warning"} and not any(
            told in message.text for told in EXPECTED
        ):
            complaints.append(message.text)

    def open_page(
        name: str,
        *,
        size: str = "wide",
        javascript: bool = True,
        locale: str = "ja-JP",
        motion: Any = "reduce",
    ) -> Page:
        context = browser.new_context(
            base_url=server,
            viewport=SIZES[size],
            java_script_enabled=javascript,
            locale=locale,
            reduced_motion=motion,
        )
        contexts.append(context)
        context.add_cookies([cookie_of(name)])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[Callable[..., Page]]:
    """``visit("/sign-in", size="phone")``: a page of a browser that nobody has signed in with."""
    contexts = []

    def visit(address: str, *, size: str = "wide", **how: Any) -> Page:
        context = browser.new_context(base_url=server, viewport=SIZES[size], locale="ja-JP", **how)
        contexts.append(context)
        page = context.new_page()
        page.goto(address)
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def dx2(session: Session, cast: SimpleNamespace) -> Person:
    """A second person of the DX office: the colleague."""
    roles.grant_role(session, cast.colleague, Role.DX_OFFICE, at=now())
    session.commit()
    return cast.colleague


@pytest.fixture
def link(app: Flask, session: Session, cast: SimpleNamespace) -> str:
    """The address of the colleague's invitation."""
    found = account(session, cast.colleague.id)
    session.commit()  # lets the server write
    return f"/invitations/{invitations.invite(found, secret=app.config['SECRET_KEY'], at=now())}"


@pytest.fixture
def relay(database: Database) -> Callable[[], None]:
    """``relay()``: deliver every fact written so far to its subscribers, like the relay process."""

    def drain() -> None:
        while True:
            with database.writing() as session:
                new = fan_out(session, at=now(), subscriptions=SUBSCRIPTIONS)
                leases = take_leases(session, at=now())
            for one in leases:
                assert (
                    deliver_one(database, one, at=now(), subscriptions=SUBSCRIPTIONS)
                    is DeliveryState.DONE
                )
            if not new and not leases:
                return

    return drain


@pytest.fixture
def at_any_hour(session: Session, cast: SimpleNamespace) -> None:
    """Staff let the number at their bell rise now, whenever the tests run."""
    clock = now().astimezone(TOKYO)
    begins, ends = clock - timedelta(hours=1), clock + timedelta(hours=2)
    hours = Hours(begins.time(), ends.time(), every_day=True)
    choosing.choose_hours(session, cast.staff.id, hours, at=now())
    session.commit()


@pytest.fixture
def ask_staff(
    session: Session,
    cast: SimpleNamespace,
    step_of: Callable[..., Step],
    relay: Callable[[], None],
    at_any_hour: None,
) -> Callable[..., None]:
    """``ask_staff("meeting-as-post", "…")``: staff submit the first step of that challenge, and the
    manager asks them this about it."""

    def ask(slug: str, question: str) -> None:
        of_staff = {"person_id": cast.staff.id, "evidence": Evidence("やってみました。")}
        step = step_of(slug)
        submitting.submit(session, step=step, version=step.challenge.version, at=now(), **of_staff)
        mine = select(Submission).where(
            Submission.person_id == cast.staff.id, Submission.step_id == step.id
        )
        waiting = session.scalars(mine).one()
        reviewing.send_back(session, waiting, by_id=cast.manager.id, question=question, at=now())
        session.commit()
        relay()

    return ask


@pytest.fixture
def accessible() -> Callable[..., None]:
    """``accessible(page, rules=…)``: axe finds no violation (of these rules, else of any), and
    nothing scrolls sideways."""

    def check(page: Page, *, rules: Sequence[str] = ()) -> None:
        options: dict[str, Any] = {"resultTypes": ["violations"]}
        if rules:
            options["runOnly"] = list(rules)
        found = page.evaluate(FIND_VIOLATIONS, options)
        assert found["violations"] == [], AxeResults(found).generate_report()
        assert found["fits"], page.url

    return check
