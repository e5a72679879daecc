"""What the DX office of the demo says on the dashboard (見本): six lines, two problems in hand and
one that is over. One person wrote them, a second approved them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.indicators.published import Published, published
from app.indicators.statement_models import StatementKind
from app.indicators.statements import approve, begin, submit
from challenges.calendar import day_of, fiscal_year_start

LINES: Sequence[tuple[str, str, str]] = (
    (
        "tried-share",
        "{month}の挑戦した人の割合は{value}%です（{base}人中、見本）。",
        "Staff who took a step in {month}: {value}% of {base} (sample).",
    ),
    (
        "managers-trying",
        "管理職の自らやってみた率は、{month}は{value}%です（{base}人中、見本）。",
        "Managers who tried it themselves in {month}: {value}% of {base} (sample).",
    ),
    (
        "days-to-first-word",
        "応援が届くまでは、{month}は{value}開庁日です（{base}件の中央値、見本）。",
        "Time to the first kind word in {month}: {value} working days (median of {base}, sample).",
    ),
    (
        "within-45-minutes",
        "45分以内の会議は、{month}は{value}%です（見本）。",
        "Meetings within 45 minutes in {month}: {value}% of all (sample).",
    ),
    (
        "weekly-use",
        "Slackの週次利用率は、{month}は{value}%です（{base}人中、見本）。",
        "Weekly use of Slack in {month}: {value}% of {base} people with an account (sample).",
    ),
    (
        "sharing-days",
        "庁内共有の所要が{month}は{value}開庁日に延び、手順を見直しています（見本）。",
        "Time to share within the prefecture grew to {value} working days in {month} (sample).",
    ),
)
"""By indicator, in both languages."""

CHANGED = "within-45-minutes"
CHANGE = {
    "ja": "出先機関の会議も数えはじめました（見本）",
    "en": "Meetings of branch offices count from here (sample)",
    "dropped": "",
}

_NONE_YET = {"closed_on": "", "outcome_ja": "", "outcome_en": ""}


def add_statements(session: Session, *, office: Sequence[int], at: datetime) -> None:
    """Say it. ``office`` holds the ids of the DX office: the first writes, the last approves."""
    newest = _newest(session, at=at)
    lines = [(newest[slug], ja, en) for slug, ja, en in LINES if slug in newest]
    if len(lines) == len(LINES):
        content = {
            "month": f"{max(one.period for one, _ja, _en in lines):%Y-%m}",
            "ja": "\n".join(_filled(ja, one, f"{one.period.month}月") for one, ja, _en in lines),
            "en": "\n".join(_filled(en, one, f"{one.period:%B}") for one, _ja, en in lines),
        }
        _say(session, StatementKind.SIX_LINES, content, office=office, at=at)
    for problem in _problems(day_of(at)):
        _say(session, StatementKind.PROBLEM, problem, office=office, at=at)
    change = {**CHANGE, "day": f"{fiscal_year_start(day_of(at)):%Y-07-01}"}
    if day_of(at) >= date.fromisoformat(change["day"]):
        _say(session, StatementKind.CHANGE, change, subject=CHANGED, office=office, at=at)


def _newest(session: Session, *, at: datetime) -> dict[str, Published]:
    found = published(session, until=at, indicators=[slug for slug, *_lines in LINES])
    return {one.indicator: one for one in found if one.value is not None}


def _filled(line: str, one: Published, month: str) -> str:
    return line.format(month=month, value=f"{one.value:,g}", base=f"{one.denominator or 0:,g}")


def _problems(today: date) -> list[dict[str, str]]:
    def day(days: int) -> str:
        return (today + timedelta(days=days)).isoformat()

    return [
        {
            "ja": "データを庁内で分け合うまでに時間がかかる",
            "en": "It takes long to share data within the prefecture",
            "doing_ja": "可否の判断に要る書類を一枚にまとめ、三つの課で試しています。",
            "doing_en": "The papers for a decision become one sheet. Three sections try it.",
            "section": "情報基盤課",
            "agreed_by": "情報基盤課長",
            "agreed_on": day(-20),
            "opened_on": day(-41),
            "until": day(33),
            **_NONE_YET,
        },
        {
            "ja": "確認する人の替わった所属で、ひとことが届かない",
            "en": "No words arrive where the manager has changed",
            "doing_ja": "代理の決まっていない所属に、DX事務局から案内を送りました。",
            "doing_en": "The DX office has written to the units that have named no deputy.",
            "section": "DX事務局",
            "agreed_by": "",
            "agreed_on": "",
            "opened_on": day(-12),
            "until": day(12),
            **_NONE_YET,
        },
        {
            "ja": "Slackを持たない現場の質問が数えられていない",
            "en": "Questions from places without Slack are not counted",
            "doing_ja": "現場の質問を週に一度まとめて受ける窓口を置きました。",
            "doing_en": "A weekly desk now takes the questions from the field.",
            "section": "DX事務局",
            "agreed_by": "",
            "agreed_on": "",
            "opened_on": day(-90),
            "until": day(-30),
            "closed_on": day(-33),
            "outcome_ja": "窓口の質問も同じように数えるようになりました。",
            "outcome_en": "Questions at the desk are counted in the same way now.",
        },
    ]


def _say(
    session: Session,
    kind: StatementKind,
    content: Mapping[str, str],
    *,
    subject: str = "",
    office: Sequence[int],
    at: datetime,
) -> None:
    writer, approver = office[0], office[-1]
    one = begin(session, kind, content, subject=subject, by_id=writer, at=at)
    submit(session, one, read_edition=1, at=at)
    approve(session, one, read_edition=1, by_id=approver, alone_allowed=False, at=at)
