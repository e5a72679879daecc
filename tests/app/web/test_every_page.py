"""What holds on every page: its title, where its links lead, and the names of its pictures."""

import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.clock import now
from challenges.catalogue.published import Catalogue
from challenges.people.models import Person
from challenges.submissions import voiding
from challenges.submissions.models import Completion
from tests.app.web.conftest import Opened, Shown
from tests.app.web.htmx import partial

As = Callable[[Person], FlaskClient]
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "wbr"}


class Places(HTMLParser):
    """The ids of a page, those within closed folds, and its links to places."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.folded: set[str] = set()
        self.links: list[str] = []
        self.images: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note ids, links and named pictures."""
        given = dict(attributes)
        if name := given.get("id"):
            self.ids.append(name)
            if any(is_closed for _tag, is_closed in self._open):
                self.folded.add(name)
        if tag == "a" and "#" in (given.get("href") or ""):
            self.links.append(given["href"] or "")
        if given.get("role") == "img":
            self.images.append(given.get("aria-label") or "")
        if tag not in VOID:
            self._open.append((tag, tag == "details" and "open" not in given))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """An SVG element that holds nothing."""
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Leave the element."""
        while self._open and self._open.pop()[0] != tag:
            pass


def test_each_page_has_a_title_of_its_own(pages_shown: list[Shown]) -> None:
    titles = Counter(page.title for page in pages_shown)
    assert {title: count for title, count in titles.items() if count > 1} == {}
    assert [page.address for page in pages_shown if page.title.strip().startswith("|")] == []


def test_each_page_of_the_list_has_a_title_of_its_own(as_: As, cast: SimpleNamespace) -> None:
    browser = as_(cast.staff)
    pages = [browser.get(f"/challenges?page={number}").text for number in (1, 2)]
    first, second = (re.search("<title>(.*)</title>", text)[1] for text in pages)
    assert first != second
    assert "2ページ目" in second


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("staff", "/settings?sign_ins=2"),
        ("staff", "/people/{staff}?page=2"),
        ("staff", "/people/{staff}?words=2"),
        ("manager", "/team?page=2"),
        ("manager", "/team?steps=2"),
        ("dx", "/office?submissions=2"),
        ("dx", "/office?stuck=2"),
        ("dx", "/office?jobs=2"),
        ("dx", "/office/units?page=2"),
        ("dx", "/office/promise?page=2"),
        ("dx", "/office/completions?q=x"),
        ("dx", "/office/completions?q=x&page=2"),
    ],
)
def test_a_further_page_of_a_list_has_a_title_of_its_own(
    as_: As, cast: SimpleNamespace, pages_shown: list[Shown], who: str, address: str
) -> None:
    text = as_(getattr(cast, who)).get(address.format(staff=cast.staff.id)).text
    [title] = re.findall("<title>(.*?)</title>", text, re.DOTALL)
    assert title not in {page.title for page in pages_shown}
    assert "2ページ目" in title or "「x」" in title


def test_each_completion_has_a_title_of_its_own_at_the_office(
    as_: As, cast: SimpleNamespace, session: Session, climb: Callable[..., Completion]
) -> None:
    cast.colleague.name = cast.staff.name
    first = climb(cast.staff, "first-hello")
    voiding.void(session, first, by_id=cast.dx.id, reason="取り違えでした", at=now())
    done = [
        first,
        climb(cast.staff, "first-hello"),
        climb(cast.staff, "first-hello", 2),
        climb(cast.staff, "why-the-seal"),
        climb(cast.colleague, "first-hello"),
    ]
    browser = as_(cast.dx)
    texts = [browser.get(f"/office/completions/{one.id}").text for one in done]
    titles = [re.findall("<title>(.*?)</title>", text, re.DOTALL)[0] for text in texts]
    assert len(set(titles)) == len(done)
    assert all(title.startswith(cast.staff.name) for title in titles)


def test_two_people_of_one_name_have_pages_with_two_titles(
    as_: As, cast: SimpleNamespace, session: Session
) -> None:
    cast.outsider.name = cast.staff.name
    browser = as_(cast.colleague)
    texts = [browser.get(f"/people/{one.id}").text for one in (cast.staff, cast.outsider)]
    assert len({re.findall("<title>(.*?)</title>", text, re.DOTALL)[0] for text in texts}) == 2


@pytest.mark.parametrize("asked", ["whole", "fragment"])
def test_question_and_result_of_a_quiz_have_their_own_titles(
    as_: As, cast: SimpleNamespace, catalogue: Catalogue, asked: str
) -> None:
    browser, quiz = as_(cast.staff), catalogue.by_slug["dx-words"].quiz
    headers = partial("section#quiz") if asked == "fragment" else {}
    answers = {question.id: "a" for question in quiz}
    texts = [
        browser.get("/challenges/dx-words").text,
        browser.get("/challenges/dx-words/quiz").text,
        browser.post("/challenges/dx-words/quiz", data=answers, headers=headers).text,
    ]
    titles = [re.search(r"<title>(.*?) \| ", text)[1] for text in texts]
    assert titles == ["DXことば10問", "DXことば10問の問題", "DXことば10問の答え合わせ"]


def test_each_link_to_a_place_leads_to_one_that_can_be_seen(every_page: list[Opened]) -> None:
    lost, followed = [], 0
    for page in every_page:
        for link in Places(page.text).links:
            path, place = link.partition("#")[::2]
            there = page.text if not path else page.browser.get(path).text
            found = Places(there)
            followed += 1
            if unquote(place) not in found.ids:
                lost.append(f"{page.address}: {link}: there is no such place")
            elif unquote(place) in found.folded:
                lost.append(f"{page.address}: {link}: is in a closed fold")
    assert lost == []
    assert followed > 20


def test_no_id_stands_on_a_page_twice(pages_shown: list[Shown]) -> None:
    twice = {
        page.address: [name for name, count in Counter(Places(page.text).ids).items() if count > 1]
        for page in pages_shown
    }
    assert {address: names for address, names in twice.items() if names} == {}


@pytest.mark.parametrize("address", ["/", "/challenges", "/challenges?page=2", "/challenges?q=zzz"])
def test_each_staircase_on_a_page_has_a_name_of_its_own(
    as_: As, cast: SimpleNamespace, address: str
) -> None:
    names = Places(as_(cast.staff).get(address).text).images
    assert len(names) > 2
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_the_staircases_of_home_name_their_mindsets(as_: As, cast: SimpleNamespace) -> None:
    names = Places(as_(cast.staff).get("/").text).images
    for mindset in ("学ぶ", "生産性", "挑戦"):
        assert [name for name in names if name.startswith(f"「{mindset}」の石段: ")]


def test_a_provisional_project_is_marked_wherever_it_is_named(
    pages_shown: list[Shown], catalogue: Catalogue
) -> None:
    named = 0
    for page in pages_shown:
        for name in ("デジタル学び", "業務カイゼン・ペーパーレス", "データ活用"):
            # The DX office edits the name itself in a field.
            text = re.sub(r'value="[^"]*"', "", page.text)
            followed_by = re.findall(re.escape(name) + "(.{4})", text)
            named += len(followed_by)
            assert set(followed_by) <= {"（仮称）"}, page.address
    assert named > 5
    assert {project.name["en"] for project in catalogue.projects} >= {
        "Digital learning (working title)",
        "Better meetings",
    }


def test_a_day_is_never_divided_and_never_breaks_an_attribute(pages_shown: list[Shown]) -> None:
    day = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
    loose, days = [], 0
    for page in pages_shown:
        shown = re.sub(r"<title>.*?</title>", "", page.text, flags=re.S)
        assert not re.search(r'="[^"]*<time', shown), page.address
        outside = re.sub(r'"[^"]*"', '""', re.sub(r"<time[^>]*>.*?</time>", "", shown))
        days += len(re.findall("<time", shown))
        loose += [f"{page.address}: {found}" for found in day.findall(outside)]
    assert loose == []
    assert days > 3


def test_a_cell_that_becomes_a_line_of_a_card_holds_one_thing(pages_shown: list[Shown]) -> None:
    """On a phone its parts stand side by side: text and a day beside it would be two columns."""
    cells = [
        (page.address, cell.strip())
        for page in pages_shown
        for cell in re.findall(r'<td[^>]*data-label="[^"]+"[^>]*>(.*?)</td>', page.text, re.DOTALL)
    ]
    assert len(cells) > 10
    assert [one for one in cells if "<" in one[1] and not re.fullmatch("<.*>", one[1], re.S)] == []


def test_a_new_challenge_opens_at_its_top_and_a_begun_one_at_its_step(
    pages_shown: list[Shown],
) -> None:
    home = next(page for page in pages_shown if page.address == "/")
    links = {
        urlsplit(link).path + "#" + urlsplit(link).fragment for link in Places(home.text).links
    }
    assert "/challenges/first-hello#step-2" in links
    assert "/challenges/why-the-seal#step-1" in links
    assert {link for link in links if link.endswith("#step-1")} <= {
        "/challenges/why-the-seal#step-1",
        "/challenges/good-failure#step-1",
    }


@pytest.mark.parametrize("tried", [(), ("first-hello",)])
def test_the_way_in_for_what_one_does_already_opens_its_fold(
    as_: As, cast: SimpleNamespace, climb: Callable[..., object], tried: tuple[str, ...]
) -> None:
    for slug in tried:
        climb(cast.staff, slug)
    browser = as_(cast.staff)
    [link] = re.findall(r'href="([^"]+-already)"[^>]*>もうやっている', browser.get("/").text)
    path, field = link.partition("#")[::2]
    there = Places(browser.get(path).text)
    assert field in there.ids
    assert field not in there.folded
    assert field in Places(browser.get(path.partition("?")[0]).text).folded
