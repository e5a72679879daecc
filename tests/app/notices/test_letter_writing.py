"""What a weekly letter tells, in whose language, and that nothing in it is taken for HTML."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.config import Config
from app.notices.letter_models import Letter
from app.notices.letter_wrapping import wrapped
from app.notices.letter_writing import Writer
from app.notices.mail import Mail
from challenges.recognition.models import Cheer, Endorsement
from challenges.recognition.stamps import Stamp
from tests.app.notices.conftest import MONDAY


@pytest.fixture
def letter_to(
    session: Session, config: Config, wanted: Callable[..., None]
) -> Callable[[Any], Mail]:
    def write(person: Any) -> Mail:
        wanted(person)
        letters = session.query(Letter).filter_by(person_id=person.id).all()
        [mail] = Writer(config).write(session, letters, at=MONDAY).values()
        return mail

    return write


def endorse(session: Session, cast: Any, completion: Any, words: str) -> None:
    session.add(
        Endorsement(
            completion_id=completion.id,
            person_id=completion.person_id,
            endorser_id=cast.manager.id,
            words=words,
            given_at=MONDAY - timedelta(days=2),
        )
    )
    session.flush()


def test_it_tells_what_reached_me_my_next_step_and_what_is_on(
    session: Session,
    cast: Any,
    climb: Callable[..., Any],
    campaign_of: Callable[..., Any],
    letter_to: Callable[[Any], Mail],
) -> None:
    campaign_of(at=MONDAY)
    done = climb(cast.staff, "first-hello", at=MONDAY - timedelta(days=3))
    endorse(session, cast, done, "朝の声かけが、よく届いていました。")
    mail = letter_to(cast.staff)
    for text in (mail.text, mail.html):
        for part in (
            "浜口 汐里さん、おはようございます。",
            "中村 岳さんから",
            "朝の声かけが、よく届いていました。",
            "次の一歩",
            "会議をかるく",
            "7月31日（金）まで",
            "http://localhost/letters/unsubscriptions/",
        ):
            assert part in text, part
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_words_of_others_are_text_and_never_html(
    session: Session, cast: Any, climb: Callable[..., Any], letter_to: Callable[[Any], Mail]
) -> None:
    words = '<img src=x onerror="alert(1)">&copy;'
    cast.staff.name = "<b>汐里</b>"
    done = climb(cast.staff, "first-hello", at=MONDAY - timedelta(days=3))
    endorse(session, cast, done, words)
    mail = letter_to(cast.staff)
    assert words in mail.text
    assert "<img" not in mail.html
    assert "<b>汐里" not in mail.html
    assert "&lt;img" in mail.html


def test_it_is_in_the_language_of_its_person(
    session: Session, cast: Any, letter_to: Callable[[Any], Mail]
) -> None:
    cast.staff.language = "en"
    mail = letter_to(cast.staff)
    assert "Good morning" in mail.text
    assert '<html lang="en">' in mail.html
    assert "次の一歩" not in mail.text + mail.html


def test_what_was_told_last_week_or_comes_next_week_is_not_told(
    session: Session, cast: Any, climb: Callable[..., Any], letter_to: Callable[[Any], Mail]
) -> None:
    done = climb(cast.staff, "first-hello", at=MONDAY - timedelta(days=20))
    for days, words in ((8, "先週のことば"), (-1, "来週のことば")):
        session.add(
            Endorsement(
                completion_id=done.id,
                person_id=cast.staff.id,
                endorser_id=(cast.manager if days > 0 else cast.outsider).id,
                words=words,
                given_at=MONDAY - timedelta(days=days),
            )
        )
    session.flush()
    text = letter_to(cast.staff).text
    assert "先週のことば" not in text
    assert "来週のことば" not in text


def test_words_to_others_are_not_told(
    session: Session, cast: Any, climb: Callable[..., Any], letter_to: Callable[[Any], Mail]
) -> None:
    done = climb(cast.colleague, "first-hello", at=MONDAY - timedelta(days=3))
    endorse(session, cast, done, "樹さんへのことば")
    assert "樹さんへのことば" not in letter_to(cast.staff).text


@pytest.mark.parametrize("language", ["ja", "en"])
def test_its_plain_text_keeps_to_its_columns(
    session: Session,
    cast: Any,
    climb: Callable[..., Any],
    letter_to: Callable[[Any], Mail],
    language: str,
) -> None:
    cast.staff.language = language
    done = climb(cast.staff, "first-hello", at=MONDAY - timedelta(days=3))
    endorse(session, cast, done, "朝の声かけが、よく届いていました。" * 10 + "\nまた来週も。")
    text = letter_to(cast.staff).text
    too_long = [one for one in text.split("\n") if len(wrapped(one).split("\n")) > 1]
    assert too_long == []
    quoted = [one for one in text.split("\n") if one.startswith("  > ")]
    assert len(quoted) > 2
    assert quoted[-1] == "  > また来週も。"


def cheer(session: Session, completion: Any, giver: Any, **more: Any) -> Cheer:
    row = Cheer(
        completion_id=completion.id,
        giver_id=giver.id,
        receiver_id=completion.person_id,
        stamp=Stamp.HELPED,
        given_at=MONDAY - timedelta(days=2),
        week=(MONDAY - timedelta(days=7)).date(),
        **more,
    )
    session.add(row)
    session.flush()
    return row


def test_words_of_an_endorsement_have_a_bar_and_those_of_a_cheer_none(
    session: Session, cast: Any, climb: Callable[..., Any], letter_to: Callable[[Any], Mail]
) -> None:
    done = climb(cast.staff, "first-hello", at=MONDAY - timedelta(days=3))
    endorse(session, cast, done, "朝の声かけが、よく届いていました。")
    cheer(session, done, cast.outsider, words="わたしもやってみます。")
    barred = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", letter_to(cast.staff).html, re.S)
    assert barred == ["朝の声かけが、よく届いていました。"]


def test_cheers_and_thanks_for_them_are_told(
    session: Session, cast: Any, climb: Callable[..., Any], letter_to: Callable[[Any], Mail]
) -> None:
    mine = climb(cast.staff, "first-hello", at=MONDAY - timedelta(days=3))
    theirs = climb(cast.colleague, "dx-words", at=MONDAY - timedelta(days=3))
    cheer(session, mine, cast.outsider, words="朝の声かけに<助かりました>")
    cheer(session, theirs, cast.staff, thanked_at=MONDAY - timedelta(days=1))
    gone = {"words": "取り消した言葉", "taken_back_at": MONDAY - timedelta(days=1)}
    cheer(session, mine, cast.dx, **gone)
    mail = letter_to(cast.staff)
    for text in (mail.text, mail.html):
        assert f"{cast.outsider.name}さんから、「はじめの一声」に応援「助かりました」" in text
        assert f"{cast.colleague.name}さんが、「" in text
        assert "への応援に「ありがとう」と言っています" in text
        assert "取り消した言葉" not in text
    assert "朝の声かけに<助かりました>" in mail.text
    assert "朝の声かけに&lt;助かりました&gt;" in mail.html
