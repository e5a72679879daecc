"""Applying a personnel list: all of it or nothing, everything reported and nothing lost."""

import io
import tracemalloc
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.people import roles
from challenges.people.counting import Period
from challenges.people.models import Membership, Person, RoleGrant, Unit
from challenges.people.roster.applying import PersonnelListWrong, import_people
from challenges.people.roster.guards import GUARDS, TooManyChanges
from challenges.people.roster.planning import Plan, plan_import
from challenges.people.roster.reading import ListedPerson, PersonnelList
from challenges.people.roster.rows import Row
from challenges.submissions.models import Completion
from challenges.submissions.verifying import units_that_disagree
from challenges.tables.files import Problem
from challenges.vocabulary import Employment, MembershipKind, Role, Site

SPRING = date(2026, 4, 1)
JOINED = date(2024, 4, 1)
"""The first day of the cast in their units."""


def listed_person(
    number: str,
    unit: str = "総務部/人事課",
    *,
    name: str = "",
    email: str | None = None,
    **appointment: object,
) -> ListedPerson:
    values: dict[str, object] = {
        "line": 2,
        "unit": unit,
        "post": "",
        "manager": False,
        "valid_from": SPRING,
        "name": name or f"職員 {number}",
        "kana": "",
        "email": email or "",
    } | appointment
    return ListedPerson((Row(employee_number=number, **values),))


def import_list(session: Session, people: list[ListedPerson], **choices: object) -> Plan:
    return import_people(session, {one.employee_number: one for one in people}, **choices)


def problems_with(
    session: Session, people: Iterable[ListedPerson], *, at: datetime, **choices: object
) -> list[Problem]:
    listed = {one.employee_number: one for one in people}
    return plan_import(session, listed, today=day_of(at), **choices).problems


@pytest.fixture
def empty(session: Session) -> Session:
    """A database before its first personnel list."""
    for model in (RoleGrant, Membership, Person, Unit):
        session.query(model).delete()
    return session


def numbers(found: Plan) -> dict[str, list[str]]:
    groups = (
        "added",
        "reactivated",
        "transferred",
        "changed",
        "unchanged",
        "missing",
        "deactivated",
    )
    return {
        name: [one.employee_number for one in getattr(found, name)]
        for name in groups
        if getattr(found, name)
    }


def appointments_of(session: Session, number: str) -> list[tuple[str, date, date | None]]:
    rows = session.execute(
        select(Unit.path, Membership.valid_from, Membership.valid_to)
        .join(Membership, Membership.unit_id == Unit.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.employee_number == number)
        .order_by(Membership.valid_from)
    )
    return [tuple(row) for row in rows]


def emails(session: Session) -> dict[str, str | None]:
    return dict(session.execute(select(Person.employee_number, Person.email)).all())


def test_the_first_list_creates_units_people_and_appointments(empty: Session, at: datetime) -> None:
    found = import_list(
        empty,
        [listed_person("1"), listed_person("2", "総務部", manager=True, post="部長")],
        at=at,
    )
    assert numbers(found) == {"added": ["1", "2"]}
    assert found.units_created == ["総務部", "総務部/人事課"]
    assert appointments_of(empty, "1") == [("総務部/人事課", SPRING, None)]
    boss = select(Membership.post, Membership.is_primary, Person.employee_number).join(Person)
    rows = empty.execute(boss.where(Membership.kind == MembershipKind.MANAGER)).all()
    assert rows == [("部長", True, "2")]


def test_units_keep_the_order_of_the_list(empty: Session, at: datetime) -> None:
    import_list(
        empty,
        [
            listed_person("1", "う部/い課"),
            listed_person("2", "あ部"),
            listed_person("3", "う部/あ課"),
        ],
        at=at,
    )
    import_list(empty, [listed_person("4", "い部"), listed_person("5", "う部/う課")], at=at)
    order = (
        empty.execute(select(Unit.path).order_by(Unit.parent_id.is_not(None), Unit.position))
        .scalars()
        .all()
    )
    assert order == ["う部", "あ部", "い部", "う部/い課", "う部/あ課", "う部/う課"]


def test_a_unit_typed_in_another_width_is_the_existing_one(empty: Session, at: datetime) -> None:
    empty.add(Unit(name="ＤＸ部", path="ＤＸ部"))
    empty.flush()
    found = import_list(
        empty, [listed_person("1", "DX部"), listed_person("2", "DX部/推進課")], at=at
    )
    assert found.units_created == ["ＤＸ部/推進課"]
    assert appointments_of(empty, "1") == [("ＤＸ部", SPRING, None)]
    # The path begins like that of the unit above, so that its manager looks after both.
    assert appointments_of(empty, "2") == [("ＤＸ部/推進課", SPRING, None)]
    again = import_list(
        empty, [listed_person("1", "DX部"), listed_person("2", "DX部/推進課")], at=at
    )
    assert numbers(again) == {"unchanged": ["1", "2"]}


def test_of_two_units_differing_in_width_the_plain_one_is_used(
    empty: Session, at: datetime
) -> None:
    wide, plain = Unit(name="ＤＸ部", path="ＤＸ部"), Unit(name="DX部", path="DX部")
    empty.add_all([wide, plain])
    import_list(empty, [listed_person("1", "DX部"), listed_person("2", "DX部")], at=at)
    empty.scalars(select(Membership)).first().unit_id = wide.id
    empty.flush()
    found = import_list(empty, [listed_person("1", "DX部"), listed_person("2", "DX部")], at=at)
    assert len(found.transferred) == 1
    assert set(empty.scalars(select(Membership.unit_id))) == {plain.id}


def test_the_same_list_again_changes_nothing(empty: Session, at: datetime) -> None:
    listed = [listed_person("1", email="one@pref.example.jp"), listed_person("2", manager=True)]
    import_list(empty, listed, at=at)
    assert numbers(import_list(empty, listed, at=at + timedelta(days=1))) == {
        "unchanged": ["1", "2"]
    }
    assert empty.scalar(select(func.count()).select_from(Membership)) == 2


def test_a_transfer_ends_the_old_appointment_the_day_before(empty: Session, at: datetime) -> None:
    import_list(empty, [listed_person("1")], at=at)
    found = import_list(
        empty, [listed_person("1", "農林部/森林課", valid_from=date(2026, 7, 1))], at=at
    )
    assert numbers(found) == {"transferred": ["1"]}
    assert appointments_of(empty, "1") == [
        ("総務部/人事課", SPRING, date(2026, 6, 30)),
        ("農林部/森林課", date(2026, 7, 1), None),
    ]


def test_the_same_day_corrects_the_appointment(empty: Session, at: datetime) -> None:
    import_list(empty, [listed_person("1")], at=at)
    found = import_list(empty, [listed_person("1", "農林部/森林課")], at=at)
    assert numbers(found) == {"transferred": ["1"]}
    assert appointments_of(empty, "1") == [("農林部/森林課", SPRING, None)]


def test_a_future_transfer_can_be_taken_back(empty: Session, at: datetime) -> None:
    import_list(empty, [listed_person("1")], at=at)
    import_list(empty, [listed_person("1", "農林部/森林課", valid_from=date(2026, 8, 1))], at=at)
    assert numbers(import_list(empty, [listed_person("1")], at=at)) == {"transferred": ["1"]}
    assert appointments_of(empty, "1") == [("総務部/人事課", SPRING, None)]


@pytest.mark.parametrize("day", [date(2026, 7, 20), date(2026, 7, 16)])
def test_backdating_a_transfer_keeps_completions_where_credited(
    session: Session,
    cast: SimpleNamespace,
    climb: Callable[..., Completion],
    at: datetime,
    day: date,
) -> None:
    credited = climb(cast.staff, "first-hello", at=at + timedelta(days=3)).unit_id
    for since in (date(2026, 7, 20), day):
        listed = [listed_person("staff", "農林部/森林課", name=cast.staff.name, valid_from=since)]
        import_list(session, listed, at=at + timedelta(days=10))
    assert appointments_of(session, "staff") == [
        ("デジタル部/改革課", JOINED, day - timedelta(days=1)),
        ("農林部/森林課", day, None),
    ]
    assert session.scalars(select(Completion.unit_id)).one() == credited == cast.section.id
    assert list(units_that_disagree(session)) == []


def test_reversing_a_transfer_keeps_completions_where_credited(
    session: Session, cast: SimpleNamespace, climb: Callable[..., Completion], at: datetime
) -> None:
    listed = listed_person("staff", "デジタル部/改革課", name=cast.staff.name, valid_from=JOINED)
    import_list(
        session,
        [listed_person("staff", "農林部/森林課", name=cast.staff.name, valid_from=day_of(at))],
        at=at,
    )
    climb(cast.staff, "first-hello", at=at + timedelta(days=1))
    import_list(session, [listed], at=at + timedelta(days=10))
    assert appointments_of(session, "staff") == [
        ("デジタル部/改革課", JOINED, None),
        ("農林部/森林課", day_of(at), day_of(at) + timedelta(days=9)),
    ]
    assert session.scalars(select(Completion.unit_id)).one() == cast.other_section.id
    assert len(list(units_that_disagree(session))) == 1


def test_an_empty_cell_is_no_change(empty: Session, at: datetime) -> None:
    import_list(empty, [listed_person("1", email="one@pref.example.jp")], at=at)
    assert numbers(import_list(empty, [listed_person("1")], at=at)) == {"unchanged": ["1"]}
    assert numbers(import_list(empty, [listed_person("1", name="新しい 名前")], at=at)) == {
        "changed": ["1"]
    }
    person = empty.scalars(select(Person)).one()
    assert (person.name, person.email) == ("新しい 名前", "one@pref.example.jp")


def test_two_people_may_swap_their_addresses(empty: Session, at: datetime) -> None:
    import_list(
        empty, [listed_person("1", email="a@x.jp"), listed_person("2", email="b@x.jp")], at=at
    )
    found = import_list(
        empty, [listed_person("1", email="b@x.jp"), listed_person("2", email="a@x.jp")], at=at
    )
    assert numbers(found) == {"changed": ["1", "2"]}
    assert emails(empty) == {"1": "b@x.jp", "2": "a@x.jp"}


def test_a_new_person_can_take_an_address_given_up_in_the_list(
    empty: Session, at: datetime
) -> None:
    import_list(
        empty, [listed_person("1", email="a@x.jp"), listed_person("2", email="b@x.jp")], at=at
    )
    listed = [
        listed_person("3", email="a@x.jp"),
        listed_person("1", email="b@x.jp"),
        listed_person("2", email="c@x.jp"),
    ]
    assert numbers(import_list(empty, listed, at=at)) == {"added": ["3"], "changed": ["1", "2"]}
    assert emails(empty) == {"1": "b@x.jp", "2": "c@x.jp", "3": "a@x.jp"}


addresses = st.permutations(["a@x.jp", "b@x.jp", "c@x.jp", None, None])


@given(
    st.lists(
        st.tuples(addresses, st.sets(st.sampled_from("12345"), min_size=1), st.booleans()),
        max_size=5,
    )
)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_lists_set_every_address_or_report_a_problem(
    empty: Session, at: datetime, history: list[tuple[list[str | None], set[str], bool]]
) -> None:
    with empty.begin_nested() as before:
        for given_to, present, leave in history:
            people = [
                listed_person(n, email=one)
                for n, one in zip("12345", given_to, strict=True)
                if n in present
            ]
            known = emails(empty)
            if problems := problems_with(empty, people, at=at, deactivate_missing=leave):
                assert {problem.field for problem in problems} == {"email"}
                continue
            anything = dict.fromkeys(GUARDS, 5)
            import_list(empty, people, at=at, deactivate_missing=leave, at_most=anything)
            told = {
                one.employee_number: one.email or known.get(one.employee_number) for one in people
            }
            assert told.items() <= emails(empty).items()
        before.rollback()


@pytest.mark.parametrize("holder_on_the_list", [True, False])
def test_an_address_that_somebody_else_keeps_is_refused(
    empty: Session, at: datetime, holder_on_the_list: bool
) -> None:
    import_list(empty, [listed_person("1", email="one@x.jp")], at=at)
    listed = [listed_person("2", email="one@x.jp")] + [listed_person("1")] * holder_on_the_list
    (problem,) = problems_with(empty, listed, at=at)
    assert (problem.line, problem.field) == (2, "email")
    assert problem.sentence == "メールアドレス one@x.jp は、すでに職員番号 1 の人のものです。"


@pytest.mark.parametrize("before", [True, False])
def test_people_who_left_give_up_an_address_others_need(
    empty: Session, at: datetime, before: bool
) -> None:
    import_list(
        empty, [listed_person("1", email="one@x.jp"), listed_person("2", email="two@x.jp")], at=at
    )
    if before:
        import_list(empty, [], at=at, deactivate_missing=True)
    import_list(empty, [listed_person("3", email="one@x.jp")], at=at, deactivate_missing=not before)
    assert emails(empty) == {"1": None, "2": "two@x.jp", "3": "one@x.jp"}


def test_a_returning_person_keeps_an_address_the_list_omits(empty: Session, at: datetime) -> None:
    import_list(empty, [listed_person("1", email="one@x.jp")], at=at)
    import_list(empty, [], at=at, deactivate_missing=True)
    (problem,) = problems_with(
        empty, [listed_person("1"), listed_person("2", email="one@x.jp")], at=at
    )
    assert problem.field == "email"


@pytest.mark.parametrize("has_left", [False, True])
def test_a_number_differing_only_in_case_is_refused(
    empty: Session, at: datetime, has_left: bool
) -> None:
    import_list(empty, [listed_person("a12"), listed_person("b1")], at=at)
    if has_left:
        import_list(empty, [listed_person("b1")], at=at, deactivate_missing=True)
    lines = [
        "1,一 人,,,総務部,,,2026-04-01",
        "Ａ12,山田 花子,,,総務部/人事課,,,2026-04-01",
        "b1,二 人,,,総務部,,,R8.4.1",
    ]
    heading = "職員番号,氏名,フリガナ,メール,所属,職名,管理職,発令日"
    listed = PersonnelList("\n".join([heading, *lines]).encode())
    assert listed.report(problems_with(empty, listed.people.values(), at=at)) == [
        "3行目 職員番号: すでにある職員番号 a12 と、大文字・小文字だけが違います。"
        "同じ人なら同じ文字に、別の人なら別の番号にしてください。"
    ]


def test_another_case_is_refused_beside_a_number_that_excel_changed(
    empty: Session, at: datetime
) -> None:
    known = [listed_person("a12"), listed_person("0a12"), listed_person("b1")]
    import_list(empty, known, at=at, accept_new_numbers=True)
    listed = [listed_person("A12"), listed_person("b1")]
    (problem,) = problems_with(empty, listed, at=at, accept_new_numbers=True)
    assert problem.sentence.startswith("すでにある職員番号 a12 と、大文字・小文字だけが違います。")


def test_every_problem_is_reported_and_nothing_is_written(empty: Session, at: datetime) -> None:
    import_list(empty, [listed_person("1", email="one@x.jp"), listed_person("2")], at=at)
    listed = [
        listed_person("3", email="one@x.jp", line=2),
        listed_person("2", "新しい部", line=3, valid_from=date(2026, 3, 31)),
        listed_person("4", line=4),
    ]
    with pytest.raises(PersonnelListWrong) as caught:
        import_list(empty, listed, at=at)
    assert [(problem.line, problem.field) for problem in caught.value.problems] == [
        (2, "email"),
        (3, "valid_from"),
    ]
    assert (
        "今の在籍（総務部/人事課、2026-04-01 から）より前です" in caught.value.problems[1].sentence
    )
    assert empty.scalar(select(func.count()).select_from(Person)) == 2
    assert empty.scalar(select(func.count()).select_from(Unit)) == 2


def test_people_missing_from_the_list_are_reported_and_stay(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    found = import_list(
        session, [listed_person("staff", "デジタル部/改革課", name=cast.staff.name)], at=at
    )
    assert numbers(found)["missing"] == ["colleague", "manager", "deputy", "outsider", "dx"]
    assert found.deactivated == []
    assert session.get_one(Person, cast.outsider.id).deactivated_at is None


def test_people_missing_from_the_list_leave_on_request(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    epoch = cast.dx.session_epoch
    roles.grant_role(session, cast.staff, Role.DX_OFFICE, at=at)
    listed = [listed_person("staff", "デジタル部/改革課", name=cast.staff.name)]
    found = import_list(session, listed, at=at, deactivate_missing=True, at_most={"ended": 5})
    assert numbers(found)["deactivated"] == ["colleague", "manager", "deputy", "outsider", "dx"]
    dx = session.get_one(Person, cast.dx.id)
    assert (dx.deactivated_at, dx.session_epoch) == (at, epoch + 1)
    assert {end for _, _, end in appointments_of(session, "dx")} == {date(2026, 7, 15)}
    held = select(RoleGrant).where(RoleGrant.role == Role.DX_OFFICE, RoleGrant.revoked_at.is_(None))
    assert [grant.person_id for grant in session.scalars(held)] == [cast.staff.id]
    assert import_list(session, listed, at=at, deactivate_missing=True).missing == []


@pytest.mark.parametrize(
    ("active", "missing", "is_too_many"),
    [(4, 3, False), (4, 4, True), (39, 4, True), (40, 4, False), (210, 21, False), (210, 22, True)],
)
def test_ending_over_three_people_and_a_tenth_needs_confirmation(
    empty: Session, at: datetime, active: int, missing: int, is_too_many: bool
) -> None:
    everybody = [listed_person(str(n + 1)) for n in range(active)]
    import_list(empty, everybody, at=at)
    if is_too_many:
        with pytest.raises(
            TooManyChanges, match=f"在籍{active}人のうち{missing}人の在籍を終えることになります"
        ):
            import_list(empty, everybody[missing:], at=at, deactivate_missing=True)
        with pytest.raises(TooManyChanges):
            import_list(
                empty,
                everybody[missing:],
                at=at,
                deactivate_missing=True,
                at_most={"ended": missing - 1},
            )
    at_most = {"ended": missing} if is_too_many else None
    found = import_list(empty, everybody[missing:], at=at, deactivate_missing=True, at_most=at_most)
    assert len(found.deactivated) == missing


TEN = [listed_person(str(n + 1), email=f"{n}@x.jp", manager=n < 5) for n in range(10)]
CHANGES = {
    "new": {"employee_number": "9"},
    "transferred": {"unit": "農林部/森林課"},
    "renamed": {"name": "別の 名前"},
    "addresses": {"email": "new@x.jp"},
    "managers": {"manager": False},
    "uncounted": {"uncounted": (Period(SPRING, None),)},
}


@pytest.mark.parametrize(
    ("kind", "touched", "is_too_many"),
    [
        ("new", 3, False),
        ("new", 4, True),
        ("transferred", 5, False),
        ("transferred", 6, True),
        ("renamed", 3, False),
        ("renamed", 4, True),
        ("addresses", 3, False),
        ("addresses", 4, True),
        ("managers", 3, False),
        ("managers", 4, True),
        ("uncounted", 3, False),
        ("uncounted", 4, True),
    ],
)
def test_a_list_that_changes_too_much_of_one_kind_is_refused(
    empty: Session, at: datetime, kind: str, touched: int, is_too_many: bool
) -> None:
    import_list(empty, TEN, at=at)
    changed = [
        ListedPerson(replace(row, **_of(CHANGES[kind], number)) for row in person)
        for number, person in enumerate(TEN[:touched])
    ]
    listed = [*changed, *TEN[touched:]] if kind != "new" else [*TEN, *changed]
    if is_too_many:
        with pytest.raises(TooManyChanges) as caught:
            import_list(empty, listed, at=at)
        assert f"--allow {kind}={touched} を付けてください" in str(caught.value)
        assert import_list(empty, TEN, at=at).unchanged
    import_list(empty, listed, at=at, at_most={kind: touched} if is_too_many else None)


def _of(changed: dict[str, object], number: int) -> dict[str, object]:
    """The changed columns, with another number and address for each person."""
    unique = {"employee_number": f"9{number}", "email": f"new{number}@x.jp"}
    values = {name: unique.get(name, value) for name, value in changed.items()}
    return values | ({"email": ""} if "employee_number" in values else {})


def test_the_first_list_may_bring_any_number_of_people(empty: Session, at: datetime) -> None:
    assert len(import_list(empty, TEN, at=at).added) == 10


MANGLED = {
    "1001": "の先頭の 0 が落ちた",
    "001001.0": "に「.0」が付いた",
    "1001.00": "に「.0」が付いた",
    "1.001E3": "が指数の形に変わった",
    "0001001": "と先頭の 0 の数だけが違う",
}


@pytest.mark.parametrize("number", MANGLED)
@pytest.mark.parametrize("is_listed", [True, False])
def test_a_number_that_excel_changed_is_refused(
    empty: Session, at: datetime, number: str, is_listed: bool
) -> None:
    import_list(empty, [listed_person("001001", name="山田 花子"), listed_person("2")], at=at)
    listed = [listed_person("2"), listed_person(number, name="山田 花子", line=3)]
    listed += [listed_person("001001", name="山田 花子")] if is_listed else []
    (problem,) = problems_with(empty, listed, at=at)
    assert (problem.line, problem.field) == (3, "employee_number")
    assert f"職員番号 001001 {MANGLED[number]}ようです" in problem.sentence
    assert "--accept-new-numbers" in problem.sentence
    found = import_list(empty, listed, at=at, accept_new_numbers=True)
    assert numbers(found)["added"] == [number]
    assert import_list(empty, listed, at=at).unchanged


def test_two_new_numbers_that_are_one_for_excel_are_refused(empty: Session, at: datetime) -> None:
    listed = [listed_person("007"), listed_person("7", line=3)]
    assert {one.line for one in problems_with(empty, listed, at=at)} == {2, 3}
    assert len(import_list(empty, listed, at=at, accept_new_numbers=True).added) == 2


def test_a_new_number_with_the_name_of_somebody_missing_is_noticed(
    empty: Session, at: datetime
) -> None:
    import_list(empty, [listed_person("R7-1", name="山田 花子"), listed_person("2")], at=at)
    listed = [listed_person("2"), listed_person("R8-1", name="山田 花子")]
    (notice,) = import_list(empty, listed, at=at).notices
    assert "people same R7-1 R8-1" in notice


def test_a_new_unit_without_people_of_its_own_is_noticed(empty: Session, at: datetime) -> None:
    listed = [listed_person("1", "総務部"), listed_person("2", "総務部/UI/UX課")]
    (notice,) = import_list(empty, listed, at=at, is_dry_run=True).notices
    assert notice.startswith("新しい所属「総務部/UI」には、本人の行がある人がいません。")
    assert "UI\\/UX課" in notice
    escaped = [listed_person("1", "総務部"), listed_person("2", "総務部/UI\\/UX課")]
    found = import_list(empty, escaped, at=at)
    assert (found.notices, found.units_created) == ([], ["総務部", "総務部/UI\\/UX課"])
    assert set(empty.scalars(select(Unit.name))) == {"総務部", "UI/UX課"}
    assert import_list(empty, escaped, at=at).unchanged


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("企画～調整班", "企画〜調整班"),
        ("葛\U000e0100城支所", "葛城支所"),
        ("DX推進課", "ｄｘ推進課"),
        ("第１課", "第1課"),
    ],
)
def test_look_alikes_are_one_unit_and_one_name(
    empty: Session, at: datetime, first: str, then: str
) -> None:
    import_list(empty, [listed_person("1", first, name=first)], at=at)
    found = import_list(empty, [listed_person("1", then, name=then)], at=at)
    assert numbers(found) == {"unchanged": ["1"]}
    assert empty.scalars(select(Unit.path)).all() == [first]
    assert empty.scalars(select(Person.name)).all() == [first]


def test_employment_goes_with_the_appointment_and_an_empty_cell_keeps_it(
    empty: Session, at: datetime
) -> None:
    def employments() -> list[Employment | None]:
        rows = select(Membership.employment).order_by(Membership.valid_from)
        return list(empty.scalars(rows))

    import_list(empty, [listed_person("1", employment=Employment.FISCAL_YEAR)], at=at)
    assert numbers(import_list(empty, [listed_person("1")], at=at)) == {"unchanged": ["1"]}
    regular = listed_person("1", employment=Employment.REGULAR, valid_from=date(2026, 7, 1))
    import_list(empty, [regular], at=at)
    assert employments() == [Employment.FISCAL_YEAR, Employment.REGULAR]


def test_a_site_is_a_property_of_the_unit_and_an_empty_cell_keeps_it(
    empty: Session, at: datetime
) -> None:
    import_list(empty, [listed_person("1", "安芸支所", site=Site.BRANCH)], at=at)
    import_list(empty, [listed_person("1", "安芸支所")], at=at)
    assert empty.scalars(select(Unit.site)).all() == [Site.BRANCH]
    import_list(empty, [listed_person("1", "安芸支所", site=Site.HEAD)], at=at)
    assert empty.scalars(select(Unit.site)).all() == [Site.HEAD]


def test_a_returning_person_keeps_their_history(empty: Session, at: datetime) -> None:
    import_list(empty, [listed_person("1"), listed_person("2")], at=at)
    import_list(empty, [listed_person("2")], at=at, deactivate_missing=True)
    found = import_list(empty, [listed_person("1"), listed_person("2")], at=at + timedelta(days=3))
    assert numbers(found) == {"reactivated": ["1"], "unchanged": ["2"]}
    assert appointments_of(empty, "1") == [("総務部/人事課", SPRING, None)]
    person = empty.scalars(select(Person).where(Person.employee_number == "1")).one()
    assert person.deactivated_at is None


def test_statements_do_not_grow_with_the_people(
    empty: Session, at: datetime, count_statements: object
) -> None:
    def statements(listed: list[ListedPerson]) -> int:
        with count_statements(empty.get_bind()) as seen:
            import_list(empty, listed, at=at, at_most={"new": 1000})
        return len(seen)

    one = statements([listed_person("1")])
    assert (
        statements([listed_person(f"a{n}", f"部{n % 7}/課{n % 30}") for n in range(2, 1002)])
        <= one + 4
    )


@pytest.mark.soak
def test_a_million_lines_take_less_than_a_gigabyte(empty: Session, at: datetime) -> None:
    """By what each further line takes, so that it need not be a million."""
    heading = "職員番号,氏名,フリガナ,メール,所属,職名,管理職,発令日"

    def peak(lines: int) -> int:
        rows = (
            f"{n:07},山田 花{n:06},ヤマダ ハナ{n:06},user{n:07}@pref.example.jp,"
            f"部{n % 20}/課{n % 900},主査,,2026-04-01"
            for n in range(lines)
        )
        file = io.BytesIO("\n".join([heading, *rows]).encode())
        tracemalloc.start()
        import_people(empty, PersonnelList(file).people, at=at, is_dry_run=True)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    of_a_line = (peak(60_000) - peak(20_000)) / 40_000
    # The program itself takes less than 200 MB.
    assert of_a_line < 800
