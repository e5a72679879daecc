"""The list of 1 April is a secret until that day: whatever an import says of later days, no page
shows or counts it before its day begins in Tokyo.

The tests open every page that the app has, as every kind of person, before and after the import.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.queries.office import overview
from badges.awards.awarding import bring_up_to_date
from badges.catalogue.reading import read_badges
from badges.models import Award
from challenges.calendar import day_of
from challenges.outbox import Fact
from challenges.people import consents, deputies, leaving
from challenges.people.deputies import Term
from challenges.people.models import Membership, Person, Unit
from challenges.people.visibility import profile
from challenges.vocabulary import Consent, Employment

ROLES = ("staff", "colleague", "manager", "deputy", "outsider", "dx")
TODAY = day_of(now())
A_DAY = timedelta(days=1)
THE_DAY = TODAY + A_DAY

HEADING = "職員番号,氏名,フリガナ,メール,所属,職名,管理職,発令日\n"


@pytest.fixture
def returning(session: Session, cast: SimpleNamespace) -> Person:
    """Somebody who left last year, and is to come back."""
    at = now() - timedelta(days=300)
    person = Person(employee_number="200002", name="戻田 幸", kana="モドリダ サチ")
    session.add(person)
    session.flush()
    session.add(
        Membership(
            person_id=person.id, unit_id=cast.other_section.id, valid_from=day_of(at) - 9 * A_DAY
        )
    )
    session.flush()
    leaving.deactivate(session, person, at=at)
    return person


@pytest.fixture
def import_list(
    app: Flask, session: Session, cast: SimpleNamespace, returning: Person, tmp_path: Path
) -> Callable[[], None]:
    """Imports a list that begins tomorrow: somebody new in a new unit, somebody who returns, a
    member of staff who becomes a manager elsewhere, and a deputy who is transferred."""
    session.add(
        Membership(
            person_id=cast.colleague.id,
            unit_id=cast.section.id,
            kind="DEPUTY",
            is_primary=False,
            valid_from=TODAY - 9 * A_DAY,
        )
    )
    for who in ROLES:
        for consent in Consent:
            consents.set_consent(session, getattr(cast, who), consent, given=True, at=now())
    day = THE_DAY.isoformat()
    path = tmp_path / "list.csv"
    path.write_text(
        HEADING
        + f"200001,新田 葵,ニッタ アオイ,nitta@pref.example.jp,未来部/二月課,主事,,{day}\n"
        + f"200002,戻田 幸,モドリダ サチ,,農林部/森林課,主査,,{day}\n"
        + f"staff,浜口 汐里,,,未来部,部長,1,{day}\n"
        + f"colleague,山本 樹,,,未来部/二月課,課長,1,{day}\n",
        encoding="utf-8",
    )

    def run() -> None:
        session.commit()
        done = app.test_cli_runner().invoke(args=["people", "import", str(path)])
        assert done.exit_code == 0, done.output
        session.expire_all()

    return run


@pytest.fixture
def the_day_comes(session: Session) -> Callable[[], None]:
    """Moves what is to begin tomorrow to today, and what is to end today to yesterday."""

    def run() -> None:
        for row in session.scalars(select(Membership)):
            if row.valid_from == THE_DAY:
                row.valid_from = TODAY
            if row.valid_to == TODAY:
                row.valid_to = TODAY - A_DAY
        session.commit()

    return run


def addresses(app: Flask, session: Session, cast: SimpleNamespace) -> list[str]:
    """Every page that a browser can open, and the pages of people who may or may not exist."""
    known = {"completion_id": 1, "token": "x", "rest": "x", "name": "app.css", "number": 1}
    slugs = {"badges": "leading-by-trying", "challenges": "first-hello"}
    found = {f"/people/{number}" for number in range(1, 15)}
    found |= {
        f"/office/completions?q={words}" for words in ("新田", "ニッタ", "200001", "戻田", "浜口")
    }
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and not rule.rule.startswith("/static"):
            slug = slugs.get(rule.endpoint.partition(".")[0], "first-hello")
            given: dict[str, Any] = {**known, "person_id": cast.staff.id, "slug": slug}
            values = {name: given.get(name, 1) for name in rule.arguments}
            found.add(app.url_map.bind("localhost").build(rule.endpoint, values))
    return sorted(found)


def seen(browser: FlaskClient, address: str) -> tuple[int, str]:
    """The status and the page, without what differs between any two answers."""
    return without_tokens(browser.get(address))


def without_tokens(answer: Any) -> tuple[int, str]:
    token = re.compile(r'(X-CSRFToken": |name="csrf_token" value=)"[^"]*"')
    return answer.status_code, re.sub(r"[0-9a-f]{16}", "", token.sub("", text_of(answer)))


def text_of(answer: Any) -> str:
    """The page, or the texts in an archive."""
    if answer.mimetype != "application/zip":
        return str(answer.text)
    with ZipFile(BytesIO(answer.data)) as archive:
        return "\n".join(archive.read(name).decode("utf-8-sig") for name in archive.namelist())


@pytest.mark.parametrize("who", ROLES)
def test_no_page_changes_before_the_day(app, session, cast, as_, import_list, who) -> None:
    pages = addresses(app, session, cast)
    browser = as_(getattr(cast, who))
    before = {address: seen(browser, address) for address in pages}
    import_list()
    for address in pages:
        assert seen(browser, address) == before[address], address


def test_the_list_shows_from_the_first_minute_of_its_day(
    app, session, cast, as_, import_list, the_day_comes, returning
) -> None:
    import_list()
    new = session.scalars(select(Person).where(Person.employee_number == "200001")).one()
    assert as_(cast.outsider).get(f"/people/{new.id}").status_code == 404
    assert as_(cast.outsider).get(f"/people/{returning.id}").status_code == 404
    the_day_comes()
    assert "新田 葵" in as_(cast.outsider).get(f"/people/{new.id}").text
    shown = profile(session, new.id, viewer_id=cast.outsider.id, on=TODAY)
    assert shown
    assert shown.unit == "未来部/二月課"
    assert "戻田 幸" in as_(cast.outsider).get(f"/people/{returning.id}").text
    assert as_(cast.staff).get("/team").status_code == 200


def test_the_numbers_of_the_office_change_on_the_day(session, cast, import_list) -> None:
    before = overview(session, on=TODAY, counted=Employment)
    import_list()
    # That a list was brought in waits to be heard of, which says nothing of anybody.
    heard = session.scalars(select(Fact).where(Fact.fanned_out_at.is_(None))).one()
    before = replace(before, oldest_fact=heard.occurred_at)
    assert heard.about == {"since": TODAY.isoformat()}
    assert overview(session, on=TODAY, counted=Employment) == before
    assert overview(session, on=THE_DAY, counted=Employment) == replace(
        before,
        people=before.people + 2,
        counted=before.counted + 2,
        left=before.left - 1,
        units=before.units + 2,
        newest_post_on=THE_DAY,
    )


def test_a_unit_to_come_cannot_be_named(session, cast, as_, import_list) -> None:
    import_list()
    new = session.scalars(select(Unit.id).where(Unit.name == "二月課")).one()
    for unit in (new, new + 99):
        answer = as_(cast.dx).post(f"/units/{unit}/sites", data={"site": "HEAD"})
        assert answer.status_code == 404
        form = {"unit": unit, "deputy": "staff", "first_day": TODAY.isoformat()}
        assert as_(cast.manager).post("/deputies", data=form).status_code == 404


def test_a_person_to_come_sees_their_own_page_alone(session, cast, as_, import_list) -> None:
    import_list()
    new = session.scalars(select(Person).where(Person.employee_number == "200001")).one()
    own = as_(new).get(f"/people/{new.id}").text
    assert "新田 葵" in own
    assert "未来部" not in own


def test_a_deputyship_shows_the_day_that_was_named(
    session, cast, as_, import_list, the_day_comes
) -> None:
    named = TODAY + timedelta(days=40)
    deputies.name_deputy(
        session,
        unit=session.get_one(Unit, cast.section.id),
        deputy=session.get_one(Person, cast.staff.id),
        term=Term(TODAY - A_DAY, named),
        by=None,
        at=now(),
    )
    before = as_(cast.manager).get("/team").text
    assert f"{named.month}月{named.day}日" in before
    import_list()
    assert seen(as_(cast.manager), "/team")[1].count("浜口 汐里") == before.count("浜口 汐里")
    assert f"{named.month}月{named.day}日" in as_(cast.manager).get("/team").text
    the_day_comes()
    assert "浜口 汐里" not in as_(cast.manager).get("/team").text


@pytest.mark.parametrize("number", ["200001", "200002", "999999"])
def test_naming_a_deputy_tells_nothing_of_who_comes(
    session, cast, as_, import_list, number
) -> None:
    def ask() -> tuple[int, str]:
        form = {"unit": cast.section.id, "deputy": number, "first_day": TODAY.isoformat()}
        return without_tokens(as_(cast.manager).post("/deputies", data=form))

    before = ask()
    import_list()
    assert ask() == before
    assert before[0] == 422


def test_naming_a_deputy_tells_nothing_of_who_becomes_the_manager(session, cast, at) -> None:
    session.add(
        Membership(
            person_id=cast.outsider.id,
            unit_id=cast.section.id,
            kind="MANAGER",
            is_primary=False,
            valid_from=date(2026, 8, 1),
        )
    )
    session.flush()
    term = Term(date(2026, 7, 20), date(2026, 8, 20))
    named = deputies.name_deputy(
        session, unit=cast.section, deputy=cast.outsider, term=term, by=cast.manager, at=at
    )
    assert named.id


def test_no_badge_tells_of_a_promotion_to_come(session, cast, climb, import_list) -> None:
    for slug in ("first-hello", "ask-a-question", "three-lines-before", "emoji-promise"):
        climb(cast.staff, slug, at=now())

    def badges() -> set[str]:
        bring_up_to_date(session, person_id=cast.staff.id, catalogue=read_badges(session), at=now())
        held = select(Award.badge_slug).where(
            Award.person_id == cast.staff.id, Award.voided_at.is_(None)
        )
        return set(session.scalars(held))

    before = badges()
    import_list()
    assert badges() == before


def test_invitations_for_everybody_leave_out_who_comes(app, session, cast, import_list) -> None:
    import_list()
    run = app.test_cli_runner().invoke
    everybody = run(args=["people", "invite", "--all-without-password"]).output
    assert "colleague" in everybody
    assert "200001" not in everybody
    assert "200001" in run(args=["people", "invite", "200001"]).output
