"""Submitting a draft and approving it: what differs, whom it touches, and a second pair of eyes."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, flash, make_response, request
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.config import config
from app.queries import studio
from app.studio import audit, drafts
from app.studio.draft_fields import changed_fields, values_of
from app.studio.drafts import Draft
from app.web.campaign_access import ONLY_THE_OFFICE, campaign_to_edit
from app.web.days import chosen_day
from app.web.findings import Margins, facts_of, findings_of
from app.web.rendering import db_session, page, see_other, viewer
from app.web.wording import campaign_fields as words
from app.web.wording.numbers import things
from challenges.campaigns import publishing
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.lint import Finding, has_errors, lint
from challenges.campaigns.models import Campaign, CampaignVersion
from challenges.campaigns.publishing import Effects
from challenges.errors import InvalidField, NotAllowed
from challenges.text import as_written

bp = Blueprint("studio_approval", __name__)

LONGEST_WORD = 400


@dataclass(frozen=True)
class Change:
    """What the draft would change of what is in force."""

    before: CampaignVersion | None
    fields: tuple[str, ...]
    """All of them before the first version."""
    changes_rules: bool
    effects: Effects | None
    """People who gain or lose, where what counts changes."""

    @classmethod
    def of(cls, campaign: Campaign, definition: CampaignDefinition) -> "Change":
        """The difference between the draft and the version in force."""
        before = publishing.version_in_force(db_session(), campaign)
        if before is None:
            empty = CampaignDefinition.model_validate({"slug": definition.slug})
            return cls(None, changed_fields(empty, definition), True, None)
        old = CampaignDefinition.model_validate(before.definition)
        changes_rules = before.rules_digest != definition.rules_digest()
        touched = publishing.effects(db_session(), campaign, definition) if changes_rules else None
        return cls(before, changed_fields(old, definition), changes_rules, touched)

    def rows(self, definition: CampaignDefinition) -> list[tuple[str, Any, Any]]:
        """Each changed field with both values."""
        data = self.before.definition if self.before else {"slug": definition.slug}
        old, new = values_of(CampaignDefinition.model_validate(data)), values_of(definition)
        return [(field, old[field], new[field]) for field in self.fields]


@bp.get("/office/campaigns/<slug>/approval")
@login_required
def approval(slug: str) -> str:
    """What would be published, and the next act of whoever looks."""
    return _page(campaign_to_edit(slug))


@bp.post("/office/campaigns/<slug>/submissions")
@login_required
def submit(slug: str) -> Response:
    """Ask a second person."""
    campaign, reason = campaign_to_edit(slug), request.form.get("reason", "")
    draft = _draft(campaign)
    facts = facts_of(draft.definition, campaign)
    try:
        word = _word_on(lint(draft.definition, facts))
        publishing.submit(
            db_session(),
            campaign,
            draft.definition,
            reason=reason,
            by_id=viewer().id,
            facts=facts,
            at=now(),
        )
    except InvalidField as error:
        return make_response(_page(campaign, wrong=error, typed=request.form), 422)
    _note(campaign, draft, "submitted", reason=reason, word=word)
    flash(_("承認を依頼しました。もう一人が確かめると、公開されます。"), "good")
    return see_other("studio_approval.approval", slug=slug)


@bp.post("/office/campaigns/<slug>/withdrawals")
@login_required
def withdraw(slug: str) -> Response:
    """Take one's submission back."""
    campaign = campaign_to_edit(slug)
    publishing.withdraw_submission(db_session(), campaign)
    _note(campaign, _draft(campaign), "withdrawn")
    flash(_("依頼を取り下げました。"), "info")
    return see_other("studio_edit.edit", slug=slug)


@bp.post("/office/campaigns/<slug>/approvals")
@login_required
def approve(slug: str) -> Response:
    """Approve exactly what was read, and publish it."""
    campaign = _of_the_office(slug)
    draft = _draft(campaign)
    try:
        day = _decision_date(request.form.get("decision_date", ""))
    except InvalidField as error:
        return make_response(_page(campaign, wrong=error, typed=request.form), 422)
    before = Change.of(campaign, draft.definition).before
    version = publishing.approve(
        db_session(),
        campaign,
        draft.definition,
        read_digest=request.form.get("digest", ""),
        by_id=viewer().id,
        alone_allowed=not config().campaigns_need_two,
        facts=facts_of(draft.definition, campaign),
        decision_number=as_written(request.form.get("decision_number", ""))[:80],
        decision_date=day,
        at=now(),
    )
    _note(campaign, draft, "approved", before=before, version=version, reason=version.reason)
    flash(_("公開しました。はじめの日に、ひとりでに開きます。"), "good")
    return see_other("studio_manage.manage", slug=slug)


@bp.post("/office/campaigns/<slug>/handbacks")
@login_required
def hand_back(slug: str) -> Response:
    """Give the draft back, with a word for who submitted it."""
    campaign = _of_the_office(slug)
    reason = as_written(request.form.get("reason", ""))[:400]
    if not reason:
        error = InvalidField("ひとこと書いてください。出した人が読みます。", field="handback")
        return make_response(_page(campaign, wrong=error, typed=request.form), 422)
    publishing.withdraw_submission(db_session(), campaign)
    _note(campaign, _draft(campaign), "handed_back", reason=reason)
    flash(_("差し戻しました。"), "info")
    return see_other("studio_edit.edit", slug=slug)


@bp.post("/office/campaigns/<slug>/rewordings")
@login_required
def reword(slug: str) -> Response:
    """Publish other words alone, where nothing that counts changes."""
    campaign = _of_the_office(slug)
    draft = _draft(campaign)
    before = Change.of(campaign, draft.definition).before
    version = publishing.change_wording(
        db_session(),
        campaign,
        draft.definition,
        by_id=viewer().id,
        reason=as_written(request.form.get("reason", ""))[:400],
        facts=facts_of(draft.definition, campaign),
        at=now(),
    )
    _note(campaign, draft, "reworded", before=before, version=version, reason=version.reason)
    flash(_("文言を直して公開しました。"), "good")
    return see_other("studio_manage.manage", slug=slug)


def _word_on(findings: list[Finding]) -> str:
    """Why the draft is submitted as it is, where something asks for a thought. Raises
    InvalidField."""
    word = as_written(request.form.get("word", ""))[:LONGEST_WORD]
    if findings and not has_errors(findings) and not word:
        raise InvalidField("ひとこと書いてください。承認する人が読みます。", field="word")
    return word


def _of_the_office(slug: str) -> Campaign:
    """The campaign, for an act that only the office may do."""
    if not viewer().is_dx_office:
        raise NotAllowed(ONLY_THE_OFFICE)
    return campaign_to_edit(slug)


def _draft(campaign: Campaign) -> Draft:
    return drafts.draft_of(db_session(), campaign.id)


def _decision_date(text: str) -> date | None:
    return chosen_day(text, field="decision_date") if text else None


def _note(
    campaign: Campaign,
    draft: Draft,
    act: str,
    *,
    before: CampaignVersion | None = None,
    version: CampaignVersion | None = None,
    reason: str = "",
    word: str = "",
) -> None:
    said = {"word": word} if word else {}
    audit.note(
        db_session(),
        act=act,
        subject="campaign",
        subject_id=campaign.id,
        subject_name=draft.definition.ja.name or campaign.slug,
        before=before.definition if before else None,
        after={
            "digest": draft.definition.digest(),
            **(version.definition if version else {}),
            **said,
        },
        reason=reason,
        by_id=viewer().id,
        at=now(),
    )


def _page(campaign: Campaign, *, wrong: InvalidField | None = None, typed: Any = None) -> str:
    draft, me = _draft(campaign), viewer()
    change = Change.of(campaign, draft.definition)
    digest = draft.definition.digest()
    waits = campaign.submitted_at is not None and campaign.submitted_digest == digest
    is_mine = campaign.submitted_by_id == me.id
    is_alone_allowed = not config().campaigns_need_two
    return page(
        "studio/approval.html",
        nav="office",
        campaign=campaign,
        draft=draft,
        change=change,
        rows=change.rows(draft.definition),
        margins=Margins(findings_of(draft.definition, campaign)),
        digest=digest,
        waits=waits,
        is_stale=campaign.submitted_at is not None and not waits,
        is_mine=is_mine,
        is_alone_allowed=is_alone_allowed,
        may_approve=waits and me.is_dx_office and (not is_mine or is_alone_allowed),
        submitter=studio.names_of(db_session(), [campaign.submitted_by_id]).get(
            campaign.submitted_by_id or 0
        ),
        word=_word_of(campaign) if waits else "",
        wrong={wrong.field or "reason": wrong} if wrong else {},
        typed=typed or {},
        longest_word=LONGEST_WORD,
        words=words,
        things=things,
    )


def _word_of(campaign: Campaign) -> str:
    """What whoever submitted it said of what asks for a thought."""
    last = audit.last_of(
        db_session(), subject="campaign", subject_id=campaign.id, acts=("submitted",)
    )
    return str((last.after or {}).get("word", "")) if last else ""
