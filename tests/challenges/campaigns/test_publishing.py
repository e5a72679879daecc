"""Publishing: nobody does it alone, and what comes into force is what somebody read."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.config import Config
from challenges.calendar import day_of
from challenges.campaigns import lifecycle, log, publishing
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.facts import gather
from challenges.campaigns.lint import Facts, Severity
from challenges.campaigns.models import Campaign, CampaignVersion
from challenges.catalogue.models import Challenge
from challenges.errors import AlreadyDecided
from challenges.outbox import Fact
from challenges.submissions.models import Completion
from challenges.vocabulary import CampaignAct, CampaignState

JULY = CampaignDefinition.model_validate(
    {
        "slug": "light-meetings",
        "ja": {
            "name": "会議をかるく",
            "purpose": "聞くだけの時間は、**投稿**にできます。",
            "stop_when": "災害対応に三日以上入ったら、止めます。",
        },
        "en": {
            "name": "Lighter meetings",
            "purpose": "Time spent only listening can become a **post**.",
            "stop_when": "We stop if a disaster takes three days or more.",
        },
        "first_day": "2026-07-21",
        "last_day": "2026-08-31",
        "audience": {"everyone": True},
        "challenges": [{"slug": "first-hello"}],
        "goal": {"target": 500},
    }
)
LONGER = JULY.model_copy(update={"last_day": date(2026, 9, 4)})
OTHER_WORDS = JULY.model_copy(update={"ja": JULY.ja.model_copy(update={"name": "会議を軽く"})})


@pytest.fixture
def facts_of(session: Session, at: datetime) -> Callable[..., Facts]:
    """What the lint has to know of a definition, as the page gathers it."""

    def do(campaign: Campaign, definition: CampaignDefinition, session: Session = session) -> Facts:
        return gather(
            session,
            definition,
            campaign_id=campaign.id,
            today=day_of(at),
            kinds=Config.counted_employments,
        )

    return do


@pytest.fixture
def draft(session: Session, cast: SimpleNamespace, at: datetime) -> Campaign:
    return lifecycle.create(session, JULY, by_id=cast.dx.id, at=at)


@pytest.fixture
def submit(
    session: Session, cast: SimpleNamespace, facts_of: Callable[..., Facts], at: datetime
) -> Callable[..., None]:
    def do(campaign: Campaign, definition: CampaignDefinition = JULY, **more: Any) -> None:
        asked = {"by_id": cast.dx.id, "facts": facts_of(campaign, definition), "at": at}
        publishing.submit(session, campaign, definition, **asked | more)

    return do


@pytest.fixture
def approve(
    session: Session, cast: SimpleNamespace, facts_of: Callable[..., Facts], at: datetime
) -> Callable[..., CampaignVersion]:
    def do(
        campaign: Campaign, definition: CampaignDefinition = JULY, **more: Any
    ) -> CampaignVersion:
        own = more.pop("session", session)
        asked = {
            "read_digest": definition.digest(),
            "by_id": cast.manager.id,
            "alone_allowed": False,
            "facts": facts_of(campaign, definition, own),
            "at": at,
        }
        return publishing.approve(own, campaign, definition, **asked | more)

    return do


@pytest.fixture
def published(
    draft: Campaign, submit: Callable[..., None], approve: Callable[..., CampaignVersion]
) -> Campaign:
    submit(draft)
    approve(draft)
    return draft


def newest_line(session: Session, campaign: Campaign) -> Any:
    return log.entries(session, campaign.id, limit=1)[0]


def test_a_second_person_publishes_what_the_first_submitted(
    session: Session,
    draft: Campaign,
    submit: Callable[..., None],
    approve: Callable[..., CampaignVersion],
    cast: SimpleNamespace,
    at: datetime,
) -> None:
    submit(draft)
    assert (draft.state, draft.submitted_at) == (CampaignState.WAITING, at)
    version = approve(draft, decision_number=" デ改第12号 ", decision_date=date(2026, 7, 10))
    assert (draft.state, draft.submitted_digest) == (CampaignState.SCHEDULED, None)
    assert (version.submitted_by_id, version.approved_by_id) == (cast.dx.id, cast.manager.id)
    assert (version.decision_number, version.decision_date) == ("デ改第12号", date(2026, 7, 10))
    line = newest_line(session, draft)
    assert (line.act, line.version, line.by_id) == (CampaignAct.PUBLISHED, 1, cast.manager.id)
    assert line.values == {"first_day": "2026-07-21", "last_day": "2026-08-31"}


def test_nobody_publishes_alone(
    draft: Campaign,
    submit: Callable[..., None],
    approve: Callable[..., CampaignVersion],
    cast: SimpleNamespace,
) -> None:
    submit(draft)
    with pytest.raises(publishing.NeedsSecondPerson):
        approve(draft, by_id=cast.dx.id)
    assert draft.state is CampaignState.WAITING


def test_where_an_office_of_one_publishes_the_log_says_so(
    session: Session,
    draft: Campaign,
    submit: Callable[..., None],
    approve: Callable[..., CampaignVersion],
    cast: SimpleNamespace,
) -> None:
    submit(draft)
    approve(draft, by_id=cast.dx.id, alone_allowed=True)
    assert newest_line(session, draft).values["alone"] is True


def test_a_draft_with_errors_is_neither_submitted_nor_approved(
    draft: Campaign, submit: Callable[..., None], approve: Callable[..., CampaignVersion]
) -> None:
    wrong = JULY.model_copy(update={"en": CampaignDefinition(slug="x").en})
    with pytest.raises(publishing.HasErrors) as refused:
        submit(draft, wrong)
    assert [one.code for one in refused.value.findings if one.severity is Severity.ERROR] == [
        "english_missing"
    ] * 3
    assert draft.state is CampaignState.DRAFT


def test_errors_that_came_up_since_stop_the_approval(
    session: Session,
    draft: Campaign,
    submit: Callable[..., None],
    approve: Callable[..., CampaignVersion],
    at: datetime,
) -> None:
    submit(draft)
    hello = session.scalars(select(Challenge).where(Challenge.slug == "first-hello")).one()
    hello.retired_at = at
    session.flush()
    with pytest.raises(publishing.HasErrors):
        approve(draft)
    assert (draft.state, draft.version) == (CampaignState.WAITING, 0)


def test_a_draft_that_changed_since_is_not_approved(
    draft: Campaign, submit: Callable[..., None], approve: Callable[..., CampaignVersion]
) -> None:
    submit(draft)
    with pytest.raises(publishing.DraftChanged):
        approve(draft, OTHER_WORDS)
    with pytest.raises(publishing.DraftChanged):
        approve(draft, read_digest=OTHER_WORDS.digest())
    assert draft.version == 0


def test_nothing_is_approved_that_was_not_submitted(
    draft: Campaign, submit: Callable[..., None], approve: Callable[..., CampaignVersion]
) -> None:
    with pytest.raises(AlreadyDecided):
        approve(draft)
    submit(draft)
    approve(draft)
    with pytest.raises(AlreadyDecided):
        approve(draft)
    assert draft.version == 1


def test_many_approvals_at_once_make_one_version(
    session: Session,
    draft: Campaign,
    submit: Callable[..., None],
    approve: Callable[..., CampaignVersion],
    race: Callable[..., list[Any]],
) -> None:
    submit(draft)
    session.commit()

    def act(own: Session) -> int:
        return approve(own.get_one(Campaign, draft.id), session=own).number

    outcomes = race(act)
    assert [one for one in outcomes if not isinstance(one, AlreadyDecided)] == [1]
    assert session.scalar(select(func.count()).select_from(CampaignVersion)) == 1


def test_a_submission_can_be_withdrawn(
    session: Session, draft: Campaign, submit: Callable[..., None]
) -> None:
    submit(draft)
    publishing.withdraw_submission(session, draft)
    assert (draft.state, draft.submitted_digest) == (CampaignState.DRAFT, None)
    with pytest.raises(AlreadyDecided):
        publishing.withdraw_submission(session, draft)


def test_what_counts_changes_only_with_a_reason(
    published: Campaign, submit: Callable[..., None]
) -> None:
    with pytest.raises(publishing.ReasonMissing):
        submit(published, LONGER)


def test_the_old_version_counts_until_the_new_one_is_approved(
    session: Session,
    published: Campaign,
    submit: Callable[..., None],
    approve: Callable[..., CampaignVersion],
    at: datetime,
) -> None:
    submit(published, LONGER, reason="お盆をはさむため。")
    assert (published.state, published.version) == (CampaignState.SCHEDULED, 1)
    assert published.last_day == JULY.last_day
    approve(published, LONGER, at=at + timedelta(hours=1))
    assert (published.version, published.last_day) == (2, LONGER.last_day)
    line = newest_line(session, published)
    assert (line.act, line.reason) == (CampaignAct.RULES_CHANGED, "お盆をはさむため。")
    assert line.values == {
        "gained": 0,
        "lost": 0,
        "first_day": "2026-07-21",
        "last_day": "2026-09-04",
    }


def test_wording_changes_alone_and_keeps_the_rules(
    session: Session,
    published: Campaign,
    cast: SimpleNamespace,
    at: datetime,
    facts_of: Callable[..., Facts],
) -> None:
    version = publishing.change_wording(
        session,
        published,
        OTHER_WORDS,
        by_id=cast.dx.id,
        facts=facts_of(published, OTHER_WORDS),
        at=at,
    )
    assert (version.number, version.rules_digest) == (2, JULY.rules_digest())
    assert newest_line(session, published).act is CampaignAct.WORDING_CHANGED


@pytest.mark.parametrize(
    ("definition", "refused"),
    [(LONGER, publishing.RulesDiffer), (JULY, publishing.NothingChanged)],
)
def test_rules_never_change_as_wording(
    session: Session,
    published: Campaign,
    cast: SimpleNamespace,
    at: datetime,
    definition: CampaignDefinition,
    refused: type[Exception],
    facts_of: Callable[..., Facts],
) -> None:
    with pytest.raises(refused):
        publishing.change_wording(
            session,
            published,
            definition,
            by_id=cast.dx.id,
            facts=facts_of(published, definition),
            at=at,
        )
    assert published.version == 1


@pytest.mark.parametrize("state", [CampaignState.CLOSED, CampaignState.ARCHIVED])
def test_what_is_over_is_not_published_again(
    campaign_of: Callable[..., Campaign], submit: Callable[..., None], state: CampaignState
) -> None:
    with pytest.raises(publishing.CampaignIsOver):
        submit(campaign_of(state), LONGER, reason="もう一度。")


def test_days_that_have_passed_are_not_published(
    draft: Campaign, submit: Callable[..., None]
) -> None:
    over = JULY.model_copy(update={"first_day": date(2026, 7, 1), "last_day": date(2026, 7, 14)})
    with pytest.raises(publishing.PeriodIsOver):
        submit(draft, over)


def test_an_open_campaign_keeps_its_first_day(
    campaign_of: Callable[..., Campaign], submit: Callable[..., None]
) -> None:
    campaign = campaign_of(CampaignState.OPEN)
    with pytest.raises(publishing.FirstDayIsOver):
        submit(campaign, JULY, reason="始まりを遅らせるため。")


def test_a_day_left_alone_stays_where_a_disaster_moved_it(
    session: Session,
    published: Campaign,
    cast: SimpleNamespace,
    at: datetime,
    facts_of: Callable[..., Facts],
) -> None:
    moved = date(2026, 9, 3)
    version = session.scalars(select(CampaignVersion)).one()
    published.last_day = version.ends_on = moved
    session.flush()
    publishing.change_wording(
        session,
        published,
        OTHER_WORDS,
        by_id=cast.dx.id,
        facts=facts_of(published, OTHER_WORDS),
        at=at,
    )
    assert published.last_day == moved


def test_counts_are_made_afresh_only_if_the_rules_change(
    session: Session,
    published: Campaign,
    cast: SimpleNamespace,
    at: datetime,
    facts_of: Callable[..., Facts],
) -> None:
    publishing.change_wording(
        session,
        published,
        OTHER_WORDS,
        by_id=cast.dx.id,
        facts=facts_of(published, OTHER_WORDS),
        at=at,
    )
    told = select(Fact.about).where(Fact.kind == "campaign_published")
    assert session.scalars(told).all() == [{"campaign_id": published.id, "version": 1}]


def with_(campaign: Campaign, session: Session, **changes: Any) -> CampaignDefinition:
    before = publishing.version_in_force(session, campaign)
    assert before is not None
    return CampaignDefinition.model_validate({**before.definition, **changes})


def test_effects_name_who_gains_and_who_loses(
    session: Session,
    campaign_of: Callable[..., Campaign],
    climb: Callable[..., Completion],
    cast: SimpleNamespace,
) -> None:
    campaign = campaign_of()
    climb(cast.staff, "first-hello")
    climb(cast.colleague, "thread-week")
    climb(cast.outsider, "first-hello")
    same = with_(campaign, session)
    assert publishing.effects(session, campaign, same) == publishing.Effects(0, 0)
    other_challenge = with_(campaign, session, challenges=[{"slug": "thread-week"}])
    assert publishing.effects(session, campaign, other_challenge) == publishing.Effects(1, 2)
    one_unit = with_(campaign, session, audience={"units": ["デジタル部"]})
    assert publishing.effects(session, campaign, one_unit) == publishing.Effects(0, 1)
    managers = with_(campaign, session, audience={"managers": True})
    assert publishing.effects(session, campaign, managers) == publishing.Effects(0, 1)


def test_a_step_that_an_older_version_counts_is_no_gain(
    session: Session,
    campaign_of: Callable[..., Campaign],
    climb: Callable[..., Completion],
    cast: SimpleNamespace,
    at: datetime,
) -> None:
    campaign = campaign_of()
    climb(cast.staff, "first-hello", at=at - timedelta(days=1))
    narrow = with_(campaign, session, challenges=[{"slug": "thread-week"}])
    publishing.put_in_force(
        session, campaign, narrow, submitted_by_id=None, approved_by_id=None, at=at
    )
    wide = with_(campaign, session, challenges=[{"slug": "first-hello"}])
    assert publishing.effects(session, campaign, wide) == publishing.Effects(0, 0)
