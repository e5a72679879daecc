"""What stops a draft from being published, each rule with its sentence."""

from collections.abc import Sequence
from datetime import datetime

from challenges.calendar import day_of
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.lint import Facts, Finding, has_errors, lint
from challenges.campaigns.models import Campaign, CampaignVersion
from challenges.campaigns.states import RUNS
from challenges.campaigns.versions import days_of
from challenges.errors import N_, AlreadyDecided, RuleBroken
from challenges.vocabulary import CampaignState

CAN_BE_SUBMITTED = (CampaignState.DRAFT, CampaignState.WAITING, *RUNS)


class HasErrors(RuleBroken):
    """The lint found errors. ``findings`` are all that it found."""

    sentence = N_("直すところがあるので、公開できません。")

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__()
        self.findings = list(findings)


class DraftChanged(RuleBroken):
    """What would be published is not what was read or submitted."""

    sentence = N_("下書きが変わっています。もう一度読み、提出し直してから承認してください。")


class NeedsSecondPerson(RuleBroken):
    """Whoever submits does not approve."""

    sentence = N_("自分が提出したものは、承認できません。もう一人の担当に頼んでください。")


class CampaignIsOver(RuleBroken):
    """What is closed or archived is not published again."""

    sentence = N_("このキャンペーンは終わっているので、変えられません。")


class PeriodIsOver(RuleBroken):
    """A campaign is not published for days that have passed."""

    sentence = N_("最終日が過ぎています。期間を見直してください。")


class FirstDayIsOver(RuleBroken):
    """A campaign that is open does not begin on another day."""

    sentence = N_("始まったキャンペーンの初日は、変えられません。")


class NothingChanged(RuleBroken):
    """What is in force says the same already."""

    sentence = N_("公開中のものと同じです。変えたところがありません。")


class RulesDiffer(RuleBroken):
    """More than wording changes."""

    sentence = N_("数えるものが変わります。提出して、もう一人の承認を受けてください。")


def must_not_be_over(campaign: Campaign) -> None:
    """Raises CampaignIsOver."""
    if campaign.state not in CAN_BE_SUBMITTED:
        raise CampaignIsOver


def must_be_without_errors(definition: CampaignDefinition, facts: Facts) -> None:
    """Raises HasErrors. Asked by whatever publishes: page, command and import."""
    findings = lint(definition, facts)
    if has_errors(findings):
        raise HasErrors(findings)


def must_fit_the_calendar(
    campaign: Campaign,
    before: CampaignVersion | None,
    definition: CampaignDefinition,
    *,
    at: datetime,
) -> None:
    """What the lint cannot say, because it depends on where the campaign stands.

    Raises PeriodIsOver, FirstDayIsOver.
    """
    first_day, last_day = days_of(definition, before)
    if last_day and last_day < day_of(at):
        raise PeriodIsOver
    if campaign.state is CampaignState.OPEN and first_day != campaign.first_day:
        raise FirstDayIsOver


def must_be_the_submission(
    campaign: Campaign,
    definition: CampaignDefinition,
    *,
    read_digest: str,
    by_id: int,
    alone_allowed: bool,
) -> bool:
    """Whether the person approves what they submitted themselves, where that is allowed.

    Raises AlreadyDecided, DraftChanged, NeedsSecondPerson.
    """
    if campaign.submitted_digest is None:
        raise AlreadyDecided
    if not definition.digest() == campaign.submitted_digest == read_digest:
        raise DraftChanged
    is_alone = campaign.submitted_by_id == by_id
    if is_alone and not alone_allowed:
        raise NeedsSecondPerson
    return is_alone
