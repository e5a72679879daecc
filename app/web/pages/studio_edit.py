"""Designing one campaign: four short parts, each saved as typed, with what it looks like beside."""

from typing import Any

from flask import Blueprint, abort, flash, make_response, request
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.config import config
from app.queries import studio
from app.studio import audit, drafts
from app.studio.draft_fields import PARTS, FieldsWrong, changed_fields, values_of
from app.studio.drafts import Draft
from app.web import catalogue
from app.web.campaign_access import campaign_to_edit
from app.web.draft_forms import LONGEST, Typed, read_part, refused, sentences_at
from app.web.findings import Margins, findings_of
from app.web.headers import may_hold_frames
from app.web.paging import Page, number_in_request, page_number
from app.web.rendering import PAGE_SIZE, db_session, page, see_other, viewer
from app.web.wording import campaign_fields as words
from app.web.wording.numbers import things
from challenges.calendar import day_of
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import Campaign
from challenges.catalogue.published import PublishedChallenge
from challenges.catalogue.search import MINUTES, Filters, filtered
from challenges.text import as_written
from challenges.vocabulary import Cover, GoalKind, Need

bp = Blueprint("studio_edit", __name__)

ANSWERS = ("submitted", "withdrawn", "approved", "handed_back")
MOST_FOUND = 6
"""Challenges that a search offers at a time."""


@bp.get("/office/campaigns/<slug>/edit")
@login_required
def edit(slug: str) -> Response:
    """The draft as it stands, with its findings."""
    return make_response(edit_page(campaign_to_edit(slug)))


@bp.post("/office/campaigns/<slug>/parts/<part>")
@login_required
def save(slug: str, part: str) -> Response:
    """Save one part. What cannot be stored comes back as it was typed."""
    campaign = campaign_to_edit(slug)
    if part not in PARTS:
        abort(404)
    before = drafts.draft_of(db_session(), campaign.id)
    typed = read_part(part, request.form, before.definition)
    if typed.wrong:
        return _refused(campaign, part, typed)
    try:
        saved = _save(campaign, part, typed)
    except FieldsWrong as error:
        return _refused(campaign, part, refused(typed, error))
    _note(campaign, "saved", before)
    if "act" in request.form:
        # A button was pressed. What is saved as typed says nothing.
        flash(_("残しました。"), "good")
    overtaken = saved.number if saved.overtaken else None
    return see_other("studio_edit.edit", slug=slug, overtaken=overtaken)


def _save(campaign: Campaign, part: str, typed: Typed) -> drafts.Saved:
    return drafts.save_part(
        db_session(),
        campaign,
        part,
        typed.values,
        read=number_in_request("read", otherwise=0),
        by_id=viewer().id,
        at=now(),
    )


@bp.post("/office/campaigns/<slug>/undoings")
@login_required
def undo(slug: str) -> Response:
    """Take the last change back."""
    campaign = campaign_to_edit(slug)
    before = drafts.draft_of(db_session(), campaign.id)
    read = number_in_request("read", otherwise=before.number)
    drafts.undo(db_session(), campaign, by_id=viewer().id, at=now(), read=read)
    _note(campaign, "undone", before)
    flash(_("一つ前に戻しました。"), "good")
    return see_other("studio_edit.edit", slug=slug)


@bp.post("/office/campaigns/<slug>/words")
@login_required
def choose_words(slug: str) -> Response:
    """Let a field say again what it said in an earlier revision."""
    campaign, field = campaign_to_edit(slug), request.form.get("field", "")
    number = number_in_request("number", otherwise=0)
    if field not in words.FIELD_WORDS or drafts.revision(db_session(), campaign.id, number) is None:
        abort(404)
    before = drafts.draft_of(db_session(), campaign.id)
    drafts.take_back_words(
        db_session(), campaign, field, number=number, by_id=viewer().id, at=now()
    )
    _note(campaign, "chosen", before)
    flash(_("言葉を選び直しました。"), "good")
    return see_other("studio_edit.edit", slug=slug)


@bp.get("/office/campaigns/<slug>/changes")
@login_required
def changes(slug: str) -> str:
    """Every save of the draft: who, when and which part, newest first."""
    campaign, number = campaign_to_edit(slug), page_number()
    window = {"limit": PAGE_SIZE + 1, "offset": (number - 1) * PAGE_SIZE}
    rows = studio.revisions_with_names(db_session(), campaign.id, **window)
    return page(
        "studio/changes.html",
        nav="office",
        campaign=campaign,
        draft=drafts.draft_of(db_session(), campaign.id),
        found=Page.of(rows, number=number, size=PAGE_SIZE),
        words=words,
    )


@bp.get("/office/campaigns/<slug>/changes/<int:number>")
@login_required
def change(slug: str, number: int) -> str:
    """What one save changed: the earlier words and the later ones side by side."""
    campaign = campaign_to_edit(slug)
    later = drafts.revision(db_session(), campaign.id, number) or abort(404)
    earlier = drafts.revision(db_session(), campaign.id, number - 1) or abort(404)
    old, new = drafts.read_revision(earlier), drafts.read_revision(later)
    names = studio.names_of(db_session(), [earlier.saved_by_id, later.saved_by_id])
    draft = drafts.draft_of(db_session(), campaign.id)
    return page(
        "studio/change.html",
        nav="office",
        campaign=campaign,
        draft=draft,
        earlier=earlier,
        later=later,
        names=names,
        rows=[
            (
                field,
                values_of(old)[field],
                values_of(new)[field],
                values_of(draft.definition)[field],
            )
            for field in changed_fields(old, new)
        ],
        words=words,
    )


def _note(campaign: Campaign, act: str, before: Draft) -> None:
    """Write into the audit log what differs from the draft before."""
    after = drafts.draft_of(db_session(), campaign.id)
    fields = changed_fields(before.definition, after.definition)
    if not fields:
        return
    old, new = values_of(before.definition), values_of(after.definition)
    audit.note(
        db_session(),
        act=act,
        subject="campaign",
        subject_id=campaign.id,
        subject_name=after.definition.ja.name or campaign.slug,
        before={field: old[field] for field in fields},
        after={field: new[field] for field in fields},
        by_id=viewer().id,
        at=now(),
    )


def _refused(campaign: Campaign, part: str, typed: Typed) -> Response:
    return make_response(edit_page(campaign, part=part, typed=typed), 422)


def edit_page(campaign: Campaign, *, part: str = "", typed: Typed | None = None) -> Response:
    """The page of the draft. After a refused form, ``typed`` is what was sent of ``part``."""
    draft = drafts.draft_of(db_session(), campaign.id)
    shown = Shown(draft.definition, typed or Typed())
    me, today = viewer(), day_of(now())
    overtaken = drafts.revision(
        db_session(), campaign.id, number_in_request("overtaken", otherwise=0)
    )
    response = make_response(
        page(
            "studio/edit.html",
            nav="office",
            campaign=campaign,
            draft=draft,
            shown=shown,
            wrong=sentences_at(shown.typed.wrong, PARTS.get(part, ())),
            margins=Margins(findings_of(draft.definition, campaign)),
            reached=studio.reach(
                db_session(),
                draft.definition.audience,
                on=today,
                kinds=config().counted_employments,
            ),
            can_undo=drafts.can_undo(db_session(), campaign.id, draft.number),
            other=studio.other_hand(db_session(), campaign.id, than=me.id),
            overtaken=overtaken,
            handed_back=_handed_back(campaign),
            people=studio.names_of(db_session(), [campaign.owner_id, campaign.deputy_id]),
            words=words,
            things=things,
            longest=LONGEST,
            covers=list(Cover),
            goals=list(GoalKind),
            **_searches(shown),
        )
    )
    return may_hold_frames(response)


def _handed_back(campaign: Campaign) -> audit.AuditLine | None:
    """What the second person said when they gave the draft back, until it is submitted again."""
    last = audit.last_of(db_session(), subject="campaign", subject_id=campaign.id, acts=ANSWERS)
    return last if last and last.act == "handed_back" else None


def _searches(shown: "Shown") -> dict[str, Any]:
    """What the three searches of the page found."""
    args, today = request.args, day_of(now())
    filters = Filters.from_address(args)
    needless = args.get("needs", "") if args.get("needs") in {*Need, "none"} else ""
    chosen = {one["slug"] for one in shown.value("challenges")}
    offered = catalogue.current().challenges.offered(to_manager=True)
    fitting = [
        one
        for one in filtered(offered, filters, ())
        if one.slug not in chosen and _does_without(one, needless)
    ]
    unit_words, person_words = (as_written(args.get(name, ""))[:100] for name in ("unit", "person"))
    return {
        "filters": filters,
        "minutes": MINUTES,
        "needs": needless,
        "fitting": fitting[:MOST_FOUND],
        "more_fitting": max(0, len(fitting) - MOST_FOUND),
        "by_slug": catalogue.current().challenges.by_slug,
        "unit_words": unit_words,
        "units": studio.units_found(
            db_session(), unit_words, on=today, except_=shown.value("units")
        ),
        "person_words": person_words,
        "found_people": studio.people_found(db_session(), person_words, on=today),
    }


def _does_without(challenge: PublishedChallenge, need: str) -> bool:
    """Whether people without a computer, or without Slack, can climb it; ``none``: without both."""
    return not challenge.needs if need == "none" else need not in challenge.needs


class Shown:
    """The values of the form: as they are stored, or as they were typed if that was refused."""

    def __init__(self, definition: CampaignDefinition, typed: Typed) -> None:
        self.typed = typed
        self._stored = values_of(definition)

    def value(self, field: str) -> Any:
        """What the field shows."""
        return self.typed.kept.get(field, self._stored[field])

    def wrong(self, field: str) -> str | None:
        """What is wrong with it, if anything."""
        return self.typed.wrong.get(field)
