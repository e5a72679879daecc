"""Says what became of a submission before a manager decided it: how many, which, and how."""

from collections.abc import Mapping, Sequence

from app.web.language import language
from app.web.language import sentence as _
from app.web.wording.numbers import spelled
from challenges.catalogue.published import PublishedChallenge
from challenges.errors import N_
from challenges.submissions.overdue import PATIENCE
from challenges.submissions.queue import Outcome
from challenges.vocabulary import DecidedHow, SubmissionState

NAMED = 5
"""Submissions that a sentence names one by one; the others are counted."""

STATES = {
    SubmissionState.WITHDRAWN: N_("%(which)sは、本人が取り下げていました。"),
    SubmissionState.DRAFT: N_("%(which)sは、本人が書き直しています。"),
    SubmissionState.SENT_BACK: N_("%(which)sは、%(by)sが先に聞いていました。"),
    SubmissionState.VOIDED: N_("%(which)sは、DX事務局が取り消していました。"),
}
DECISIONS = {
    DecidedHow.MANAGER: N_("%(which)sは、%(by)sが先に確認していました。"),
    DecidedHow.OVERDUE: N_("%(which)sは、%(days)s開庁日を過ぎたため自動で達成になっていました。"),
}
CLIMBED = N_("%(which)sは、もう達成になっていました。")


def outcome_lines(
    outcomes: Sequence[Outcome], challenges: Mapping[str, PublishedChallenge], *, me: int
) -> list[str]:
    """That nothing was accepted, as so many of them do not wait any more; then a sentence for each,
    up to NAMED."""
    lines = [outcome_line(one, challenges, me=me) for one in outcomes[:NAMED]]
    if len(outcomes) > NAMED:
        lines.append(_("ほかに%(count)s件。", count=len(outcomes) - NAMED))
    count = _(
        "%(count)s件が先に動いていたので、まだどれも確認していません。残りは、もう一度押すと確認できます。",
        count=len(outcomes),
    )
    return [count, *lines]


def outcome_line(outcome: Outcome, challenges: Mapping[str, PublishedChallenge], *, me: int) -> str:
    """Which submission it is, and what became of it."""
    challenge = challenges.get(outcome.slug)
    title = challenge.wording[language()].title if challenge else outcome.slug
    which = _("%(name)sさんの「%(title)s」", name=outcome.name, title=title)
    said = STATES.get(outcome.state, CLIMBED)
    if outcome.state is SubmissionState.ACCEPTED and outcome.decided_how:
        said = DECISIONS.get(outcome.decided_how, CLIMBED)
    return _(said, which=which, by=_who(outcome, me=me), days=spelled(PATIENCE))


def _who(outcome: Outcome, *, me: int) -> str:
    if outcome.by_id == me:
        return _("あなた")
    return _("%(name)sさん", name=outcome.by) if outcome.by else _("ほかの人")
