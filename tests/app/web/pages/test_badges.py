"""The badge pages: progress, the missing steps as links, and the evidence of a held badge."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from badges.awards.awarding import recompute
from badges.catalogue import definitions
from badges.catalogue import loading as badge_catalogue
from badges.catalogue.reading import read_badges
from badges.models import Award
from challenges.people.consents import set_consent
from challenges.people.models import Person
from challenges.recognition.models import Cheer
from challenges.recognition.stamps import Stamp
from challenges.submissions import voiding
from challenges.submissions.models import Completion
from challenges.vocabulary import Consent
from tests.shipped import BADGES

Climb = Callable[..., Completion]
As = Callable[[Person], FlaskClient]


@pytest.fixture
def see(session: Session, as_: As, at: datetime) -> Callable[..., TestResponse]:
    """``see(person, "/badges/opener")``: the page, with awards brought up to date before.

    ``awarded=False`` leaves the awards as they are.
    """

    def look(person: Person, path: str = "/badges", *, awarded: bool = True) -> TestResponse:
        if awarded:
            recompute(session, catalogue=read_badges(session), at=at)
        session.commit()
        answer = as_(person).get(path)
        assert answer.status_code == 200
        return answer

    return look


def tile(page: TestResponse, slug: str) -> str:
    """The HTML of one badge of the list."""
    found = re.search(
        rf'(<img[^>]*>(?:<div>)?)?<a href="/badges/{slug}">(.*?)</li>', page.text, re.DOTALL
    )
    assert found, f"no badge {slug} on the page"
    return found[0]


def section(page: TestResponse, id_: str) -> str:
    """The HTML under the heading with that id."""
    found = re.search(rf'<h2 id="{id_}">(.*?)(<h2|</main>)', page.text, re.DOTALL)
    return found[1] if found else ""


@pytest.mark.parametrize("path", ["/badges", "/badges/opener"])
def test_a_signed_out_visitor_is_sent_to_sign_in(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in {302, 401}


def test_a_new_person_sees_every_badge_as_an_outline(
    see: Callable[..., TestResponse], cast: SimpleNamespace
) -> None:
    page = see(cast.staff)
    assert "最初のバッジは、最初の一歩で届きます。" in page.text
    assert "0 / 6" in tile(page, "learning-fruit")
    assert "unearned" in tile(page, "learning-fruit")
    assert "人事評価・昇任・配置に使いません" in page.text


def test_a_badge_family_is_shown_in_order_of_tiers(
    see: Callable[..., TestResponse], cast: SimpleNamespace
) -> None:
    text = see(cast.staff).text
    places = [text.index(f'/badges/learning-{tier}"') for tier in ("sprout", "trunk", "fruit")]
    assert places == sorted(places)


def test_a_held_badge_shows_its_day_and_the_next_its_progress(
    see: Callable[..., TestResponse], cast: SimpleNamespace, climb: Climb
) -> None:
    climb(cast.staff, "dx-words")
    page = see(cast.staff)
    assert "バッジを2個持っています。" in page.text
    assert "2026年7月15日" in tile(page, "learning-sprout")
    assert "unearned" not in tile(page, "learning-sprout")
    assert "1 / 4" in tile(page, "learning-trunk")


def test_a_badge_is_announced_before_its_award_is_written(
    see: Callable[..., TestResponse], cast: SimpleNamespace, climb: Climb
) -> None:
    climb(cast.staff, "dx-words")
    assert "まもなく届きます" in tile(see(cast.staff, awarded=False), "learning-sprout")
    assert "まもなく届きます" in see(cast.staff, "/badges/learning-sprout", awarded=False).text


def test_badges_for_managers_are_shown_to_managers(
    see: Callable[..., TestResponse], cast: SimpleNamespace
) -> None:
    assert "leading-by-trying" not in see(cast.staff).text
    assert "0 / 2" in tile(see(cast.manager), "leading-by-trying")
    page = see(cast.staff, "/badges/leading-by-trying")
    assert "管理職と、その代理のかたのためのバッジです。" in page.text
    assert section(page, "missing") == ""


def test_an_open_badge_links_to_the_steps_that_are_missing(
    see: Callable[..., TestResponse], cast: SimpleNamespace, climb: Climb
) -> None:
    climb(cast.staff, "open-up-dm")
    page = see(cast.staff, "/badges/opener")
    assert "<h1>ひらく人</h1>" in page.text
    assert "障子をあけると朝の光が入るように" in page.text
    assert "「困った、を聞く」「DMをひらく」「となりの部局へ」のうち2種をやってみる" in page.text
    assert "1 / 2" in page.text
    missing = section(page, "missing")
    assert "あと チャレンジ 1種（「困った、を聞く」「DMをひらく」「となりの部局へ」）" in missing
    links = re.findall(r'href="(/challenges/[^"]+)"', missing)
    assert links == ["/challenges/ask-when-stuck", "/challenges/next-department"]
    assert 'href="/challenges/open-up-dm#step-1"' in section(page, "evidence")


def test_a_rule_of_several_parts_shows_each_part(
    see: Callable[..., TestResponse], cast: SimpleNamespace, climb: Climb
) -> None:
    climb(cast.staff, "give-back-15")
    page = see(cast.staff, "/badges/meeting-designer")
    for stones in ("1 / 4", "1 / 3", "0 / 1"):
        assert stones in page.text
    assert "あと チャレンジ 2種（「会議効率化」・「決めたら15分」のほかに）" in page.text
    assert '"/challenges/decided-in-15"' in section(page, "missing")


def test_next_steps_of_begun_challenges_come_first(
    see: Callable[..., TestResponse], cast: SimpleNamespace, climb: Climb
) -> None:
    climb(cast.staff, "open-up-dm")
    missing = section(see(cast.staff, "/badges/getting-used"), "missing")
    assert missing.index("/challenges/open-up-dm#step-2") < missing.index(
        "/challenges/dx-words#step-2"
    )


def test_a_completed_step_without_endorsement_counts_as_near(
    see: Callable[..., TestResponse], cast: SimpleNamespace, climb: Climb
) -> None:
    climb(cast.staff, "open-up-dm")
    missing = section(see(cast.staff, "/badges/noticed"), "missing")
    assert "あと 1段（お墨付きのあるもの）" in missing
    assert "登った段です。お墨付きが届くと近づきます。" in missing
    assert "管理職に見えるのは、確認してもらった段と、あなたが見せてもよいとした段です。" in missing
    assert 'href="/settings"' in missing
    assert "管理職に見えるのは" not in see(cast.staff, "/badges/opener").text


def test_a_holder_sees_the_completions_behind_a_badge(
    see: Callable[..., TestResponse], cast: SimpleNamespace, climb: Climb, at: datetime
) -> None:
    climb(cast.staff, "open-up-dm", at=at)
    climb(cast.staff, "ask-when-stuck", at=at - timedelta(days=5))
    page = see(cast.staff, "/badges/opener")
    assert "2026年7月15日</time>に届きました" in page.text
    evidence = section(page, "evidence")
    assert "届いたわけ" in evidence
    places = [
        evidence.index(text)
        for text in ("2026年7月10日", "/challenges/ask-when-stuck", "2026年7月15日")
    ]
    assert places == sorted(places)
    assert section(page, "missing") == ""


def test_a_kept_badge_says_that_its_step_was_undone(
    see: Callable[..., TestResponse],
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    at: datetime,
) -> None:
    completion = climb(cast.staff, "dx-words")
    recompute(session, catalogue=read_badges(session), at=at)
    voiding.void(session, completion, by_id=cast.dx.id, reason="間違いでした。", at=at)
    page = see(cast.staff, "/badges/first-step")
    assert "この達成はあとで取り下げられました。バッジはそのまま残ります。" in page.text


def test_holders_still_see_changed_and_removed_badges(
    see: Callable[..., TestResponse],
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    at: datetime,
) -> None:
    climb(cast.staff, "dx-words")
    recompute(session, catalogue=read_badges(session), at=at)
    stricter = {"at_least": {"n": 3, "of": "challenge"}}
    kept = [
        badge.model_copy(update={"rule": stricter}) if badge.slug == "learning-sprout" else badge
        for badge in BADGES.badges
        if badge.slug != "first-step"
    ]
    badge_catalogue.load(session, definitions.BadgesDefinition(badges=kept), at=at)
    page = see(cast.staff)
    assert "前に受け取ったバッジ" in page.text
    assert "2026年7月15日" in tile(page, "first-step")
    assert "あなたは前の決まりで受け取りました。" in see(cast.staff, "/badges/learning-sprout").text
    assert "/badges/first-step" not in see(cast.colleague).text
    assert "いまは新しく授与していません。" in see(cast.colleague, "/badges/first-step").text


@pytest.mark.parametrize(("count", "said"), [(9, False), (10, True)])
def test_the_number_of_holders_is_shown_from_ten_on(
    see: Callable[..., TestResponse],
    session: Session,
    cast: SimpleNamespace,
    at: datetime,
    count: int,
    said: bool,
) -> None:
    people = [Person(employee_number=f"h{number}", name="x") for number in range(count)]
    session.add_all(people)
    session.flush()
    for person in people:
        held = {
            "badge_slug": "opener",
            "badge_version": 1,
            "awarded_at": at,
            "recorded_at": at,
            "evidence": [],
        }
        session.add(Award(person_id=person.id, **held))
    page = see(cast.staff, "/badges/opener", awarded=False)
    assert ("人が持っています。" in page.text) is said


def test_an_unknown_badge_is_a_404_and_the_page_takes_no_post(
    session: Session, as_: As, cast: SimpleNamespace
) -> None:
    session.commit()
    assert as_(cast.staff).get("/badges/no-such-badge").status_code == 404
    assert as_(cast.staff).post("/badges/opener").status_code == 405


def test_badges_are_in_english_for_english_readers(
    see: Callable[..., TestResponse], cast: SimpleNamespace
) -> None:
    cast.staff.language = "en"
    assert "Learning: sprout" in see(cast.staff).text
    assert "Recognition" in see(cast.staff, "/badges/noticed").text


@pytest.mark.parametrize("path", ["/badges", "/badges/opener", "/badges/first-step"])
def test_a_badge_page_takes_at_most_five_statements(
    see: Callable[..., TestResponse],
    app: Flask,
    as_: As,
    cast: SimpleNamespace,
    climb: Climb,
    count_statements: Callable[..., object],
    path: str,
) -> None:
    climb(cast.staff, "open-up-dm")
    see(cast.staff, path)
    with count_statements(app.extensions["stepup_database"].engine) as statements:
        as_(cast.staff).get(path)
    assert len(statements) <= (3 if path == "/badges" else 5), "\n".join(statements)


@pytest.fixture
def cheered(
    session: Session, cast: SimpleNamespace, climb: Climb
) -> Callable[[int], list[Completion]]:
    """``cheered(5)``: the staff member cheers a step of so many people, the last one of another
    unit."""

    def give(number: int) -> list[Completion]:
        done = []
        for place in range(number):
            person = Person(employee_number=f"tree-{place}", name=f"歩み {place}", email=None)
            session.add(person)
            session.flush()
            done.append(climb(person, "first-hello"))
            row = Cheer(
                completion_id=done[-1].id,
                giver_id=cast.staff.id,
                receiver_id=person.id,
                stamp=Stamp.HELPED,
                given_at=done[-1].happened_at,
                week=date(2026, 7, 13),
                other_unit=place == number - 1,
            )
            session.add(row)
        session.flush()
        return done

    return give


def test_the_tree_of_cheers_says_how_many_people_are_missing(
    see: Callable[..., TestResponse],
    cast: SimpleNamespace,
    cheered: Callable[[int], list[Completion]],
) -> None:
    missing = section(see(cast.staff, "/badges/cheering-tree"), "missing")
    assert "あと 5人を応援" in missing
    assert "あと 1人を応援（ほかの所属の人）" in missing
    cheered(3)
    page = see(cast.staff, "/badges/cheering-tree")
    missing = section(page, "missing")
    assert "あと 2人を応援" in missing
    assert "ほかの所属の人）" not in missing
    people = section(page, "cheered")
    assert people.index("歩み 0さん") < people.index("歩み 2さん")


def test_a_holder_of_the_tree_sees_whom_they_cheered_and_nobody_else_does(
    see: Callable[..., TestResponse],
    session: Session,
    as_: As,
    cast: SimpleNamespace,
    cheered: Callable[[int], list[Completion]],
    at: datetime,
) -> None:
    done = cheered(5)
    set_consent(session, cast.staff, Consent.BADGES, given=True, at=at)
    for one in done:
        set_consent(
            session, session.get_one(Person, one.person_id), Consent.STEPS, given=True, at=at
        )
    page = see(cast.staff, "/badges/cheering-tree")
    assert "歩み 4さん" in section(page, "cheered")
    assert "もとになった応援を取り消すと" in page.text
    assert "歩み" not in see(cast.colleague, "/badges/cheering-tree").text
    theirs = see(cast.colleague, f"/people/{cast.staff.id}").text
    assert "応援の木" in theirs
    assert f"/completions/{done[-1].id}/" not in theirs, "it is not the holder's step"
