"""The tables of a campaign as files hold them: what the page shows and nothing else."""

from collections.abc import Sequence

from app.exports.tables import Cell, Column, Kind, Table
from app.queries.campaign_live import Line, Live
from app.queries.campaign_shares import UnitList
from app.web.language import sentence as _
from app.web.templating import day_in_words
from app.web.wording.campaign_live import name_of, title_of
from challenges.shares import SHARE_STEP, SMALLEST_GROUP, shown_count
from challenges.vocabulary import GoalKind, Stage


def units(live: Live, lines: Sequence[Line]) -> Table:
    """The units, in the order of the organisation, and the whole below them."""
    columns = (
        Column(_("部")),
        Column(_("課")),
        Column(_("対象（人）"), Kind.COUNT),
        Column(_("加わった人（%）"), Kind.PER_CENT),
        Column(_("去年の同じ日（%）"), Kind.PER_CENT),
        Column(_("待っている申請（件）"), Kind.COUNT),
        Column(_("確認まで（開庁日、中央値）"), Kind.DAYS),
        Column(_("自動で達成（%）"), Kind.PER_CENT),
    )
    names = {one.unit_id: one.name for one in live.units}
    rows: list[tuple[Cell, ...]] = [
        (
            names.get(one.parent_id, one.name) if one.depth else one.name,
            one.name if one.depth else "",
            *_numbers(one),
        )
        for one in lines
    ]
    rows.append((_("県庁全体"), "", *_numbers(live.whole)))
    return Table(_("所属別"), columns, rows, _notes(live, hides_units=True))


def every_unit(live: Live) -> list[Line]:
    """Departments, each with what lies below it."""
    return [
        line
        for department in live.below(None)
        for line in (department, *live.below(department.unit_id))
    ]


def days(live: Live) -> Table:
    """What happened day by day."""
    is_share = live.series.kind is GoalKind.SHARE
    kind = Kind.PER_CENT if is_share else Kind.COUNT
    what = _("加わった人（%）") if is_share else _("登った段（累計）")
    columns = (
        Column(_("日"), Kind.DAY),
        Column(what, kind),
        Column(_("去年の同じ開庁日"), kind),
        Column(_("目あて"), kind),
    )
    rows = [(one.day, one.value, one.before, live.series.goal) for one in live.series.points]
    return Table(_("日ごと"), columns, rows, _notes(live))


def funnel(live: Live) -> Table:
    """How many people reached which stage of each challenge."""
    columns = (
        Column(_("チャレンジ")),
        Column(_("はじめた（人）"), Kind.COUNT),
        Column(_("確認を待つ（人）"), Kind.COUNT),
        Column(_("やってみた（人）"), Kind.COUNT),
        Column(_("慣れた（人）"), Kind.COUNT),
        Column(_("ひろげた（人）"), Kind.COUNT),
        Column(_("うち自動（件）"), Kind.COUNT),
        Column(_("確認まで（開庁日、中央値）"), Kind.DAYS),
    )
    rows = [
        (
            title_of(one.slug),
            shown_count(one.begun),
            shown_count(one.waiting),
            *(shown_count(one.reached[stage]) if stage in one.reached else "" for stage in Stage),
            shown_count(one.automatic),
            one.days_to_decide,
        )
        for one in live.climbs
    ]
    return Table(_("段階別"), columns, rows, _notes(live))


def summary(live: Live) -> Table:
    """What a campaign came to, each number with its meaning and what it is a part of."""
    columns = (Column(_("項目")), Column(_("値"), Kind.COUNT), Column(_("単位")), Column(_("意味")))
    rows: list[tuple[Cell, ...]] = [
        (
            _("対象"),
            live.whole.reached,
            _("人"),
            _("はじめの日に対象だった人と、その後に加わった人"),
        ),
        (_("加わった人"), live.whole.share, "%", _("対象のうち、一段でも登った人")),
        (
            _("去年の同じ日"),
            live.whole.share_before,
            "%",
            _("去年のキャンペーンの、開庁日の数が同じ日の割合"),
        ),
        (_("登った段"), live.steps, _("段"), _("期間中に達成になった段の合計")),
        (
            _("自動で達成"),
            live.whole.automatic,
            "%",
            _("登った段のうち、期日を過ぎて自動で達成になったもの"),
        ),
    ]
    return Table(_("まとめ"), columns, rows, _notes(live))


def departments(live: Live, shown: UnitList) -> Table:
    """The list of departments that the office shows to staff, with its reason."""
    columns = (
        Column(_("部局")),
        Column(_("加わった人（%）"), Kind.PER_CENT),
        Column(_("去年の同じ日（%）"), Kind.PER_CENT),
    )
    rows = [(one.name, one.share, one.before) for one in shown.departments]
    why = _("一覧をみんなに見せる理由：%(reason)s", reason=shown.reason)
    return Table(_("部局別"), columns, rows, (*_notes(live, hides_units=True), why))


def _numbers(line: Line) -> tuple[Cell, ...]:
    return (
        line.reached,
        line.share,
        line.share_before,
        line.waiting,
        line.days_to_decide,
        line.automatic,
    )


def _notes(live: Live, *, hides_units: bool = False) -> tuple[str, ...]:
    notes = [
        name_of(live),
        _("%(day)s時点。", day=day_in_words(live.day)),
        _(
            "加わった人は、一段でも登った人です。対象は、はじめの日に対象だった人と、その後に加わった人です。"
            "休業中などで集計に数えない人は、どちらにも入りません。"
        ),
        _("「—」は、%(smallest)s人に満たないなどで伏せた数です。", smallest=SMALLEST_GROUP),
    ]
    if hides_units:
        notes.append(
            _(
                "所属の割合は%(points)sポイント以上のきざみです。"
                "小さな所属は、上の所属か県庁全体にだけ数えます。",
                points=SHARE_STEP,
            )
        )
    return tuple(notes)
