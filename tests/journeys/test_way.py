"""「わたしの道のり」 on a screen and on paper."""

import re
import zlib
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from app.clock import now
from app.web.wording.way import NOT_FOR_REVIEW
from challenges.catalogue.published import Catalogue
from challenges.submissions.models import Completion

pytestmark = pytest.mark.journey

_PAGE = re.compile(rb"/Type /Page\n.*?/Contents (\d+) 0 R", re.DOTALL)
_GLYPHS = re.compile(rb"/(F\d+) [\d.]+ Tf|<([0-9A-F]+)> Tj")


@pytest.fixture
def long_year(
    session: Session, cast: SimpleNamespace, climb: Callable[..., Completion], catalogue: Catalogue
) -> None:
    """More steps than two sheets hold, each with words."""
    for number, challenge in enumerate(one for one in catalogue.challenges if not one.is_retired):
        done = climb(cast.staff, challenge.slug, at=now())
        done.submission.reflection = f"やってみたこと{number}。" * 12
    session.commit()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["wide", "phone"])
@pytest.mark.usefixtures("long_year")
def test_the_way_and_its_sheets_are_accessible(
    open_as: Callable[..., Page], accessible: Callable[..., None], scheme: Any, size: str
) -> None:
    page = open_as("staff", size=size)
    page.emulate_media(color_scheme=scheme)
    for address in ("/me/way", "/me/way/sheet"):
        page.goto(address)
        accessible(page)


@pytest.mark.usefixtures("long_year")
def test_each_printed_sheet_says_that_nobody_may_ask_for_it(open_as: Callable[..., Page]) -> None:
    page = open_as("staff")
    page.goto("/me/way/sheet")
    paper = page.pdf(prefer_css_page_size=True)
    sheets = [_glyphs(paper, int(found[1])) for found in _PAGE.finditer(paper)]
    assert len(sheets) > 2
    # A PDF holds numbers of glyphs and no letters. What stands on every sheet is the foot alone,
    # so a run as long as the sentence is the sentence.
    length = len(NOT_FOR_REVIEW)
    runs = [{tuple(one[at : at + length]) for at in range(len(one) - length + 1)} for one in sheets]
    assert set.intersection(*runs)


def _glyphs(paper: bytes, number: int) -> list[tuple[bytes, bytes]]:
    """The glyphs of one page in their order, each with its font."""
    stream = re.search(
        rb"\n%d 0 obj\n<<.*?stream\r?\n(.*?)\r?\nendstream" % number, paper, re.DOTALL
    )
    assert stream
    return list(_with_fonts(zlib.decompress(stream[1])))


def _with_fonts(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    font = b""
    for chosen, shown in _GLYPHS.findall(content):
        font = chosen or font
        if shown:
            yield font, shown
