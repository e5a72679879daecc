"""Mail to a real server: the weekly letter and its end, and a password that was forgotten."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from app.clock import now
from app.mail_server import read_mail_server
from app.notices import letter_wishes
from app.notices.letter_planning import goes_out_at, monday_of, plan_weekly
from app.notices.letter_sending import send_all, sender
from challenges.calendar import day_of
from tests.app.notices.mail_server import Mailbox, serving

pytestmark = pytest.mark.journey

PASSWORD = "kinou mita niji no iro"
LINK = re.compile(r"http://localhost(/[^\s\"<]*)")


@pytest.fixture
def box() -> Mailbox:
    return Mailbox()


@pytest.fixture
def config(config, box) -> Iterator:
    """Of an installation whose mail goes into that box."""
    with serving(box) as url:
        server = read_mail_server(f"{url}?starttls=never", "stepup@pref.example.jp")
        yield replace(config, mail_server=server)


@pytest.fixture
def post(database, config) -> Callable[..., None]:
    """``post(at=…)``: the relay sends what waits at that time."""

    def send(at: datetime | None = None) -> None:
        worker = sender(database, config, clock=lambda: at or now())
        send_all(worker)
        worker.connection.close()

    return send


@pytest.fixture
def deliver_weekly(database, post) -> Callable[[], None]:
    """``deliver_weekly()``: the next weekly letters go out; called again, those of the week after
    that."""
    coming = letter_days(after=now())

    def deliver() -> None:
        at = next(coming)
        with database.writing() as session:
            plan_weekly(session, after=0, limit=100, at=at)
        post(at)

    return deliver


@pytest.fixture
def is_wanted(database, cast) -> Callable[[], bool]:
    """Whether staff want the letter."""

    def wanted() -> bool:
        with database.reading() as session:
            return letter_wishes.standing(session, cast.staff.id).is_wanted

    return wanted


def letter_days(*, after: datetime) -> Iterator[datetime]:
    """The times at which weekly letters go out, from next week on."""
    week = monday_of(day_of(after))
    while True:
        week += timedelta(days=7)
        if at := goes_out_at(week):
            yield at


def texts_of(mail) -> list[str]:
    return [mail.get_body((kind,)).get_content() for kind in ("plain", "html")]


def paths_in(mail) -> list[str]:
    return sorted({path for text in texts_of(mail) for path in LINK.findall(text)})


@pytest.mark.parametrize("javascript", [True, False], ids=["swap", "page"])
@pytest.mark.parametrize("size", ["wide", "phone"])
def test_the_letter_is_wanted_read_and_ended_from_itself(
    open_as, visit, accessible, box, deliver_weekly, is_wanted, size, javascript
):
    page = open_as("staff", size=size, javascript=javascript)
    page.goto("/settings")
    page.get_by_role("button", name="手紙を受け取る").click()
    expect(page.locator("#flash")).to_contain_text("次の週から、手紙を送ります。")
    deliver_weekly()
    [(address, mail)] = box.taken
    assert address == "staff@pref.example.jp"
    [stop] = [path for path in paths_in(mail) if "unsubscriptions" in path]
    reader = visit(stop, size=size, java_script_enabled=javascript)
    expect(reader.locator("h1")).to_contain_text("週に一度の手紙をやめますか。")
    if javascript:
        accessible(reader)
    reader.get_by_role("button", name="手紙をやめる").click()
    expect(reader.locator("h1")).to_contain_text("手紙は届きません。")
    assert not is_wanted()
    if javascript:
        accessible(reader)
    page.goto("/settings")
    expect(page.get_by_role("button", name="手紙を受け取る")).to_be_visible()


@pytest.fixture
def letter(session, cast, box, deliver_weekly):
    """The letter that staff wanted and got."""
    letter_wishes.want_letter(session, cast.staff.id, at=now())
    session.commit()
    deliver_weekly()
    [(_address, mail)] = box.taken
    return mail


def test_a_scanner_that_opens_every_link_unsubscribes_nobody(visit, letter, is_wanted):
    paths = paths_in(letter)
    assert len(paths) >= 3
    scanner = visit("/sign-in")
    for path in paths:
        for fetch in (scanner.request.head, scanner.request.get):
            assert fetch(path).ok
        scanner.goto(path)  # some run the scripts of the page as well
        scanner.wait_for_load_state("networkidle")
    assert is_wanted()


def test_one_click_in_the_mail_program_ends_it(visit, letter, is_wanted, box, deliver_weekly):
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    [path] = LINK.findall(letter["List-Unsubscribe"].strip("<>"))
    program = visit("about:blank").request
    answer = program.post(path, form={"List-Unsubscribe": "One-Click"}, max_redirects=0)
    assert answer.status == 200
    assert not is_wanted()
    deliver_weekly()
    assert len(box.taken) == 1


def test_a_letter_comes_every_week_until_then(letter, box, deliver_weekly):
    deliver_weekly()
    assert len(box.taken) == 2


@pytest.mark.parametrize("javascript", [True, False], ids=["swap", "page"])
@pytest.mark.parametrize("size", ["wide", "phone"])
def test_a_forgotten_password_is_chosen_anew_by_mail(
    visit, open_as, accessible, box, post, size, javascript
):
    elsewhere = open_as("staff")
    page = visit("/sign-in", size=size, java_script_enabled=javascript)
    page.get_by_role("link", name="パスワードを忘れた").click()
    if javascript:
        accessible(page)
    page.get_by_label("職員番号またはメール").fill("staff")
    page.get_by_role("button", name="リンクを送る").click()
    expect(page.locator("h1")).to_contain_text("メールを確かめてください。")
    if javascript:
        accessible(page)
    post()
    [(address, mail)] = box.taken
    assert address == "staff@pref.example.jp"
    [link] = [path for path in paths_in(mail) if "invitations" in path]
    page.goto(link)
    for name in ("password", "again"):
        page.fill(f"#{name}", PASSWORD)
    page.locator("main button[type=submit]").click()
    expect(page.locator("h1")).to_contain_text("次の一歩は")
    elsewhere.goto("/settings")
    expect(elsewhere.locator("#name")).to_be_visible()  # signed out there
    again = visit(link)
    expect(again.locator("main")).not_to_contain_text("新しいパスワード")
    again.goto("/sign-in")
    again.fill("#name", "staff")
    again.fill("#password", PASSWORD)
    again.locator("main button[type=submit]").click()
    expect(again.locator("h1")).to_contain_text("次の一歩は")


def test_a_name_that_nobody_has_gets_the_same_page_and_no_mail(visit, box, post):
    texts = []
    for name in ("staff", "nobody"):
        page = visit("/sign-in/forgotten")
        page.get_by_label("職員番号またはメール").fill(name)
        page.get_by_role("button", name="リンクを送る").click()
        expect(page.locator("h1")).to_contain_text("メールを確かめてください。")
        texts.append(page.locator("main").inner_text())
    assert texts[0] == texts[1]
    post()
    assert box.addresses() == ["staff@pref.example.jp"]
