"""What colleagues show of what they wrote, on the page of a campaign: only while they say so, only
of people who are around, by the day, one's own unit first."""

import re
from datetime import timedelta

import pytest

from app.clock import now
from challenges.campaigns.models import CampaignCount
from challenges.people import consents
from challenges.people.models import Membership
from challenges.submissions import sharing, voiding

ADDRESS = "/campaigns/light-meetings"
WORDS = "月曜の連絡会を投稿にしました。"


@pytest.fixture
def campaign(running):
    return running(challenges=[{"slug": "first-hello"}, {"slug": "good-failure"}])


@pytest.fixture
def see(as_, cast):
    """``see(cast.manager)``: what stands in 「近くのようす」; for staff unless told otherwise."""

    def of(person=None):
        page = as_(person or cast.staff).get(ADDRESS).text
        return page.partition('id="near"')[2].partition("</section>")[0]

    return of


def quotes(page):
    return re.findall(r"<blockquote>(.*?)</blockquote>", page, re.DOTALL)


def test_words_are_there_with_the_name_and_only_with_consent(see, campaign, cast, count, session):
    done = count(campaign, cast.colleague, "first-hello")
    done.submission.reflection = WORDS
    assert quotes(see()) == []
    sharing.show_words(session, done.submission, by_id=cast.colleague.id, at=now())
    page = see()
    assert quotes(page) == [WORDS]
    assert "山本 樹さん" in page
    assert "ひとことを見せてくれています" in page


def test_taken_back_they_are_gone_everywhere_at_once(see, as_, campaign, cast, count, session):
    done = count(campaign, cast.colleague, "first-hello", words=WORDS)
    sharing.hide_words(session, done.submission, by_id=cast.colleague.id)
    pages = [see(), as_(cast.staff).get(f"{ADDRESS}/words").text]
    pages.append(as_(cast.manager).get("/team").text)
    pages.append(as_(cast.dx).get(f"/office/completions/{done.id}").text)
    assert not any(WORDS in page for page in pages)


def gone(cast, session, done):
    cast.colleague.deactivated_at = now()


def resting(cast, session, done):
    consents.pause(session, cast.colleague, at=now())


def undone(cast, session, done):
    voiding.void(session, done, by_id=cast.dx.id, reason="まちがえました。", at=now())


def of_another_campaign(cast, session, done):
    session.query(CampaignCount).delete()


def without_words(cast, session, done):
    done.submission.reflection = ""


def still_to_come(cast, session, done):
    membership = session.query(Membership).filter_by(person_id=cast.colleague.id).one()
    membership.valid_from = now().date() + timedelta(days=20)


@pytest.mark.parametrize(
    "change", [gone, resting, undone, of_another_campaign, without_words, still_to_come]
)
def test_nobody_reads_the_words_of(see, campaign, cast, count, session, change):
    done = count(campaign, cast.colleague, "first-hello", words=WORDS)
    assert WORDS in see()
    change(cast, session, done)
    assert quotes(see()) == []


def test_ones_own_words_are_not_among_those_of_colleagues(see, campaign, cast, count):
    count(campaign, cast.staff, "first-hello", words=WORDS)
    assert quotes(see()) == []
    assert quotes(see(cast.colleague)) == [WORDS]


def test_ones_own_unit_comes_first_then_the_newest(see, campaign, cast, count):
    for person, words in (
        (cast.colleague, "近くの一つめ"),
        (cast.outsider, "遠くの一つめ"),
        (cast.manager, "近くの二つめ"),
        (cast.dx, "遠くの二つめ"),
    ):
        count(campaign, person, "first-hello", words=words)
    assert quotes(see()) == ["近くの二つめ", "近くの一つめ", "遠くの二つめ"]
    assert quotes(see(cast.outsider)) == ["遠くの二つめ", "近くの二つめ", "近くの一つめ"]


def test_the_unit_is_that_of_today(see, campaign, cast, count, session, today):
    count(campaign, cast.colleague, "first-hello", words="もう隣の課")
    count(campaign, cast.manager, "first-hello", words="同じ課")
    moved = session.query(Membership).filter_by(person_id=cast.colleague.id).one()
    moved.unit_id = cast.other_section.id
    assert quotes(see()) == ["同じ課", "もう隣の課"]
    assert quotes(see(cast.outsider))[0] == "もう隣の課"


def test_a_failure_is_marked_as_one(see, campaign, cast, count):
    count(campaign, cast.colleague, "good-failure", words="45分のつもりが55分に。")
    assert "うまくいかなかった話" in see()


def test_words_are_text_and_never_html(see, campaign, cast, count):
    count(campaign, cast.colleague, "first-hello", words="<b>太い</b>")
    assert "&lt;b&gt;太い&lt;/b&gt;" in see()


def test_all_of_them_stand_on_pages_of_their_own(
    as_, campaign, cast, count, session, see, catalogue
):
    slugs = [one.slug for one in catalogue.challenges if one.audience == "everyone"][:11]
    for person in (cast.colleague, cast.manager):
        for slug in slugs:
            count(campaign, person, slug, words=f"{person.name} {slug}")
    assert len(quotes(see())) == 3
    assert f'href="{ADDRESS}/words"' in see()
    browser = as_(cast.staff)
    first = quotes(browser.get(f"{ADDRESS}/words").text)
    second = quotes(browser.get(f"{ADDRESS}/words?page=2").text)
    assert (len(first), len(second)) == (20, 2)
    assert len({*first, *second}) == 22


def test_without_any_the_page_says_what_would_stand_there(as_, cast, campaign, see):
    assert "本人が見せると決めたら、ここに並びます。" in see()
    assert "ここには、まだありません" in as_(cast.staff).get(f"{ADDRESS}/words").text
