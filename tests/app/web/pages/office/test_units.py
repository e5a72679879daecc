"""The DX office says which units are branches."""

import pytest

from app.clock import now
from app.web.rendering import PAGE_SIZE
from challenges.calendar import day_of
from challenges.people.models import Unit
from challenges.people.sites import placed_units
from challenges.vocabulary import Site


@pytest.fixture
def department(session, cast):
    return session.get_one(Unit, cast.section.parent_id)


def test_a_unit_is_where_the_one_above_it_is(as_, cast, session, department):
    browser = as_(cast.dx)
    answer = browser.post(f"/units/{department.id}/sites", data={"site": "BRANCH"})
    assert answer.location == "/office/units?page=1"
    session.expire_all()
    sites = {unit.path: (unit.said, unit.site) for unit in placed_units(session, on=day_of(now()))}
    assert sites["デジタル部"] == (Site.BRANCH, Site.BRANCH)
    assert sites["デジタル部/改革課"] == (None, Site.BRANCH)
    assert sites["農林部"] == (None, None)
    assert "「デジタル部」を保存しました。" in browser.get("/office/units").text


def test_units_stand_in_the_order_of_the_organisation(session, cast, department):
    first = session.query(Unit).filter_by(path="農林部").one()
    department.position, first.position = 2, 1
    session.flush()
    paths = [unit.path for unit in placed_units(session, on=day_of(now()))]
    assert paths.index("農林部") < paths.index("デジタル部")
    assert paths.index("デジタル部") + 1 == paths.index("デジタル部/改革課")


def test_a_site_can_be_left_to_the_unit_above(as_, cast, session, department):
    department.site = Site.HEAD
    session.commit()
    as_(cast.dx).post(f"/units/{department.id}/sites", data={"site": ""})
    session.expire_all()
    assert department.site is None


def test_an_unknown_site_is_refused(as_, cast, session, department):
    answer = as_(cast.dx).post(f"/units/{department.id}/sites", data={"site": "MOON"})
    assert answer.status_code == 422
    assert "本庁か出先機関を選んでください。" in answer.text
    session.expire_all()
    assert department.site is None


@pytest.mark.parametrize("who", ["staff", "manager", "deputy", "outsider"])
def test_only_the_dx_office_may_say_where_a_unit_is(as_, cast, session, department, who):
    browser = as_(getattr(cast, who))
    assert browser.get("/office/units").status_code == 403
    answer = browser.post(f"/units/{department.id}/sites", data={"site": "HEAD"})
    assert answer.status_code == 403
    session.expire_all()
    assert department.site is None


def test_an_unknown_unit_is_not_found(as_, cast):
    assert as_(cast.dx).post("/units/99999/sites", data={"site": "HEAD"}).status_code == 404


def test_the_list_is_paged_and_its_statements_do_not_grow(
    as_, cast, session, count_statements, database
):
    browser = as_(cast.dx)
    browser.get("/office/units")
    with count_statements(database.engine) as few:
        browser.get("/office/units")
    session.add_all(Unit(name=f"{n}課", path=f"{n}課") for n in range(PAGE_SIZE + 1))
    session.commit()
    with count_statements(database.engine) as many:
        text = browser.get("/office/units?page=2").text
    assert len(many) == len(few)
    assert "前へ" in text
    assert "このページには、もう何もありません。" in browser.get("/office/units?page=9").text


def test_names_are_escaped(as_, cast, session):
    session.add(Unit(name="<b>課", path="<b>課"))
    session.commit()
    assert "<b>課" not in as_(cast.dx).get("/office/units").text
