"""What the office says on the dashboard: two people, and the history of what was said."""

from datetime import date, timedelta

import pytest

from app.indicators import statements
from app.indicators.changes import noted_changes
from app.indicators.models import Measure, Source, Variant
from app.indicators.published import published
from app.indicators.statement_fields import check, read
from app.indicators.statement_models import StatementKind, StatementState
from app.indicators.telling import readings
from challenges.errors import InvalidField

HEADLINE = {"month": "2026-06", "ja": "二つ良くなりました。", "en": "Two got better."}
LINES = "\n".join("一二三四五六")
PROBLEM = {
    "ja": "ひとことが届かない",
    "en": "No words arrive",
    "doing_ja": "代理を決めています。",
    "doing_en": "Deputies are being named.",
    "section": "農林部森林課",
    "agreed_by": "森林課長",
    "agreed_on": "2026-07-01",
    "opened_on": "2026-06-20",
    "until": "2026-07-24",
    "closed_on": "",
    "outcome_ja": "",
    "outcome_en": "",
}


@pytest.fixture
def write(session, cast, at):
    """Writes a statement; with ``approved`` a second person has approved it at that time."""

    def make(kind, content, *, subject="", approved=None):
        one = statements.begin(session, kind, content, subject=subject, by_id=cast.dx.id, at=at)
        if approved:
            statements.submit(session, one, read_edition=1, at=at)
            approve(session, one, cast.manager, approved)
        return one

    return make


def approve(session, one, person, at, *, edition=1, alone=False):
    statements.approve(
        session, one, read_edition=edition, by_id=person.id, alone_allowed=alone, at=at
    )


def test_nothing_is_said_before_a_second_person_approves(session, write, cast, at):
    one = write(StatementKind.HEADLINE, HEADLINE)
    statements.submit(session, one, read_edition=1, at=at)
    assert statements.said(session, until=at) == {}

    approve(session, one, cast.manager, at)
    assert statements.said(session, until=at)[one.kind, one.subject].content == HEADLINE


def test_nobody_approves_their_own_words(session, write, cast, at):
    one = write(StatementKind.HEADLINE, HEADLINE)
    statements.submit(session, one, read_edition=1, at=at)
    with pytest.raises(statements.NeedsSecondPerson):
        approve(session, one, cast.dx, at)
    approve(session, one, cast.dx, at, alone=True)
    assert one.state is StatementState.APPROVED


def test_a_draft_changed_since_it_was_read_is_not_approved(session, write, cast, at):
    one = write(StatementKind.HEADLINE, HEADLINE)
    changed = {**HEADLINE, "ja": "三つ良くなりました。"}
    statements.save(session, one, changed, read_edition=1, by_id=cast.dx.id, at=at)
    statements.submit(session, one, read_edition=2, at=at)
    with pytest.raises(statements.ChangedMeanwhile):
        approve(session, one, cast.manager, at)


def test_two_who_save_one_draft_do_not_overwrite_each_other(session, write, cast, at):
    one = write(StatementKind.HEADLINE, HEADLINE)
    first = {**HEADLINE, "ja": "一つ目"}
    statements.save(session, one, first, read_edition=1, by_id=cast.dx.id, at=at)
    with pytest.raises(statements.ChangedMeanwhile):
        statements.save(session, one, HEADLINE, read_edition=1, by_id=cast.dx.id, at=at)
    assert one.content["ja"] == "一つ目"


def test_only_one_of_many_approvals_counts(database, session, race, cast, at):
    session.commit()
    with database.writing() as session:
        one = statements.begin(session, StatementKind.HEADLINE, HEADLINE, by_id=cast.dx.id, at=at)
        statements.submit(session, one, read_edition=1, at=at)
        number = one.id

    def again(session):
        found = session.get(statements.Statement, number)
        approve(session, found, cast.manager, at)

    results = race(again, times=8)
    assert sum(not isinstance(one, Exception) for one in results) == 1


def test_any_past_day_shows_what_was_said_then(session, write, at):
    write(StatementKind.HEADLINE, HEADLINE, approved=at)
    later = {**HEADLINE, "ja": "一つ止まっています。"}
    write(StatementKind.HEADLINE, later, approved=at + timedelta(days=2))

    def headline(until):
        return statements.said(session, until=until)[StatementKind.HEADLINE, "2026-06"]

    assert headline(at + timedelta(days=1)).content["ja"] == HEADLINE["ja"]
    assert headline(at + timedelta(days=2)).content["ja"] == later["ja"]


def test_another_section_is_named_only_after_it_agreed():
    check(StatementKind.PROBLEM, PROBLEM)
    for missing in ("agreed_by", "agreed_on"):
        with pytest.raises(InvalidField) as wrong:
            check(StatementKind.PROBLEM, {**PROBLEM, missing: ""})
        assert wrong.value.field == "agreed_by"
    office = {**PROBLEM, "section": "DX事務局", "agreed_by": "", "agreed_on": ""}
    check(StatementKind.PROBLEM, office)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"until": "2026-06-01"}, "until"),
        ({"closed_on": "2026-06-01"}, "closed_on"),
        ({"closed_on": "2026-07-20"}, "outcome_ja"),
        ({"doing_en": ""}, "doing_en"),
    ],
)
def test_a_problem_that_does_not_fit_names_its_field(change, field):
    with pytest.raises(InvalidField) as wrong:
        check(StatementKind.PROBLEM, {**PROBLEM, **change})
    assert wrong.value.field == field


def test_words_that_nobody_sees_are_missing():
    content = read(StatementKind.PROBLEM, {**PROBLEM, "doing_ja": "\u200b\u3164\u2800\u202e" * 9})
    with pytest.raises(InvalidField) as wrong:
        check(StatementKind.PROBLEM, content)
    assert wrong.value.field == "doing_ja"


@pytest.mark.parametrize("lines", [5, 7])
def test_six_lines_are_six(lines):
    content = {"month": "2026-06", "ja": "\n".join("一二三四五六七"[:lines]), "en": "1"}
    with pytest.raises(InvalidField) as wrong:
        check(StatementKind.SIX_LINES, content)
    assert wrong.value.field == "ja"
    assert str(lines) in str(wrong.value)


@pytest.mark.parametrize(
    ("kind", "name", "typed"),
    [
        (StatementKind.PROBLEM, "until", "7月24日"),
        (StatementKind.HEADLINE, "month", "2026-13"),
        (StatementKind.KPI_VALUE, "value", "多い"),
        (StatementKind.KPI_VALUE, "value", "nan"),
        (StatementKind.HEADLINE, "ja", "長" * 61),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_field(kind, name, typed):
    with pytest.raises(InvalidField) as wrong:
        read(kind, {name: typed})
    assert wrong.value.field == name


def test_numbers_are_read_as_people_write_them():
    assert read(StatementKind.KPI_VALUE, {"value": "1,234.50"})["value"] == "1234.5"


def test_an_approved_value_of_the_plan_is_a_measure(session, write, at):
    kpi = write(StatementKind.KPI, {"ja": "電子申請の率", "en": "Online applications"})
    value = {"month": "2026-04", "value": "62.5", "reason": ""}
    write(StatementKind.KPI_VALUE, value, subject=kpi.subject, approved=at)

    (found,) = published(session, until=at)
    assert (found.indicator, found.value, found.reason) == (kpi.subject, 62.5, "")


def test_a_correction_replaces_the_value_from_its_approval_on(session, write, at):
    first = {"month": "2026-04", "value": "62", "reason": ""}
    write(StatementKind.KPI_VALUE, first, subject="plan-1", approved=at)
    better = {"month": "2026-04", "value": "61", "reason": "数え間違い"}
    write(StatementKind.CORRECTION, better, subject="plan-1", approved=at + timedelta(days=3))

    def value(until):
        return published(session, until=until)[0].value

    assert value(at + timedelta(days=2)) == 62
    assert value(at + timedelta(days=3)) == 61


CORRECTION = {"month": "2026-05", "value": "48", "variant": "", "reason": "数え間違い"}


@pytest.fixture
def publish(session, at):
    """``publish("copier-pages", 52, variant=…)``: a value of May 2026."""

    def add(slug, value, **more):
        given = {"version": 2, "source": Source.COMPUTED, "published_at": at - timedelta(days=9)}
        one = Measure(indicator=slug, period=date(2026, 5, 1), value=value, **given, **more)
        session.add(one)
        session.flush()
        return one

    return add


def refused(write, at, kind=StatementKind.CORRECTION, *, subject="copier-pages", **content):
    with pytest.raises(InvalidField) as wrong:
        write(kind, {**CORRECTION, **content}, subject=subject, approved=at)
    return wrong.value.field


def test_a_correction_makes_no_value_where_none_was_published(write, publish, at):
    assert refused(write, at) == "month"
    publish("copier-pages", 52)
    # Of a quarter there is a value in its first month alone.
    assert refused(write, at, month="2026-04") == "month"


def test_a_correction_tells_nothing_that_is_hidden(write, publish, at):
    publish("failures-shared", None, is_hidden=True)
    assert refused(write, at, subject="failures-shared") == "month"


def test_a_correction_says_which_of_two_values_it_means(session, write, publish, at):
    publish("copier-pages", 52)
    assert refused(write, at, variant="WITHOUT_DISASTER") == "variant"
    publish("copier-pages", 50, variant=Variant.WITHOUT_DISASTER)
    assert refused(write, at) == "variant"
    said = {**CORRECTION, "variant": "WITHOUT_DISASTER"}
    write(StatementKind.CORRECTION, said, subject="copier-pages", approved=at)
    found = {one.variant: one for one in published(session, until=at)}
    assert {variant: one.value for variant, one in found.items()} == {
        Variant.ALL: 52,
        Variant.WITHOUT_DISASTER: 48,
    }
    assert found[Variant.WITHOUT_DISASTER].version == 2


def test_a_second_value_of_a_year_says_why(session, write, at):
    first = {"month": "2026-04", "value": "62", "reason": ""}
    write(StatementKind.KPI_VALUE, first, subject="plan-1", approved=at)
    later = at + timedelta(days=1)
    again = refused(write, later, StatementKind.KPI_VALUE, subject="plan-1", **first)
    assert again == "reason"
    better = {**first, "value": "61", "reason": "速報でした"}
    write(StatementKind.KPI_VALUE, better, subject="plan-1", approved=later)
    assert [one.value for one in published(session, until=later)] == [61]


def test_nothing_is_said_of_a_month_that_has_yet_to_come(write, at):
    ahead = {**HEADLINE, "month": "2026-08"}
    with pytest.raises(InvalidField) as wrong:
        write(StatementKind.HEADLINE, ahead, approved=at)
    assert wrong.value.field == "month"
    write(StatementKind.HEADLINE, {**HEADLINE, "month": "2026-07"}, approved=at)


def test_a_draft_for_another_month_leaves_the_first_as_it_was(session, write, cast, at):
    write(StatementKind.SIX_LINES, {"month": "2026-05", "ja": LINES, "en": LINES}, approved=at)
    one = write(StatementKind.SIX_LINES, {"month": "2026-05", "ja": LINES, "en": LINES})
    moved = {"month": "2026-06", "ja": LINES, "en": LINES}
    statements.save(session, one, moved, read_edition=1, by_id=cast.dx.id, at=at)
    statements.submit(session, one, read_edition=2, at=at)
    approve(session, one, cast.manager, at, edition=2)
    months = {said.content["month"] for said in statements.said(session, until=at).values()}
    assert months == {"2026-05", "2026-06"}


CHANGE = {"day": "2026-07-01", "ja": "対象が広がりました", "en": "More is counted", "dropped": ""}


def changes(session, at):
    return noted_changes(statements.said(session, until=at).values())


def test_each_day_of_an_indicator_has_a_change_of_its_own(session, write, at):
    for day in ("2026-09-01", "2026-07-01"):
        write(StatementKind.CHANGE, {**CHANGE, "day": day}, subject="tried-share", approved=at)
    write(StatementKind.CHANGE, {**CHANGE, "day": "2026-08-01"}, subject="tried-share")
    found = changes(session, at)
    assert [one.day for one in found["tried-share"]] == [date(2026, 7, 1), date(2026, 9, 1)]


def test_a_dropped_change_is_gone_from_that_time_on(session, write, at):
    write(StatementKind.CHANGE, CHANGE, subject="tried-share", approved=at)
    later = at + timedelta(days=1)
    dropped = {**CHANGE, "dropped": "日を間違えました"}
    write(StatementKind.CHANGE, dropped, subject="tried-share", approved=later)
    assert changes(session, at).keys() == {"tried-share"}
    assert changes(session, later) == {}


def test_limits_are_drawn_anew_from_a_noted_change(session, write, at):
    session.add_all(
        Measure(
            indicator="tried-share",
            version=1,
            period=date(2025, month, 1),
            value=value,
            source=Source.COMPUTED,
            published_at=at,
        )
        for month, value in zip(range(1, 13), [10, 12, 11] * 2 + [40, 42, 41] * 2, strict=True)
    )
    session.flush()
    write(StatementKind.CHANGE, {**CHANGE, "day": "2025-07-01"}, subject="tried-share", approved=at)
    told = readings(session, until=at)["tried-share", None]
    assert told.changes[0].ja == "対象が広がりました"
    assert [one.first for one in told.chart.segments] == [0, 6]
