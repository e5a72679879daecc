"""The report of a campaign: read by everybody once it is over, written by the office."""

from typing import Any

from flask import Blueprint, abort, flash, make_response, request
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.queries import campaign_report as queries
from app.queries.campaign_access import campaign_named
from app.queries.campaign_live import definition_of
from app.queries.campaigns import Looking
from app.studio import audit
from app.web import catalogue
from app.web.campaign_access import campaign_to_edit, coaches
from app.web.downloads import download
from app.web.paging import Page, number_in_request, page_number
from app.web.rendering import PAGE_SIZE, db_session, page, see_other, viewer
from app.web.unit_list_page import unit_list_page
from app.web.wording import campaign_live as wording
from app.web.wording import campaign_tables as tables
from challenges.calendar import day_of
from challenges.campaigns import reports
from challenges.campaigns.models import Campaign
from challenges.errors import N_, InvalidField, NotAllowed
from challenges.shares import SMALLEST_GROUP
from challenges.vocabulary import CampaignState, Stage
from challenges.words.withheld import own

bp = Blueprint("campaign_report", __name__)

NOT_YET = N_("報告は、キャンペーンが終わってから読めます。")


@bp.get("/campaigns/<slug>/report")
@login_required
def report(slug: str) -> str:
    """What was tried, what it came to, what was learnt. Made to be printed."""
    found = _readable(slug)
    number = page_number()
    built = queries.report(
        db_session(),
        found,
        for_office=viewer().is_dx_office,
        looking=Looking(viewer().id, viewer().unit_id, day_of(now())),
        limit=PAGE_SIZE + 1,
        offset=(number - 1) * PAGE_SIZE,
    )
    return page(
        "campaign_live/report.html",
        nav="campaigns",
        campaign=found,
        report=built,
        live=built.live,
        definition=built.definition,
        wording=wording,
        stages=list(Stage),
        drawn=catalogue.current().challenges.by_slug,
        steps=catalogue.current().challenges.by_step,
        all_departments=built.all_departments,
        departments=unit_list_page(built.all_departments),
        smallest_group=SMALLEST_GROUP,
        nominations=Page.of(built.nominations, number=number, size=PAGE_SIZE),
        is_over=_is_over(found),
        can_edit=_works_on(found),
    )


@bp.get("/campaigns/<slug>/report/<what>.<form>")
@login_required
def file(slug: str, what: str, form: str) -> Response:
    """The numbers of the report as a file; a workbook has them all."""
    built = queries.report(db_session(), _readable(slug), for_office=False)
    live = built.live or abort(404)
    known = {"summary": tables.summary(live), "stages": tables.funnel(live)}
    if built.all_departments:
        known["departments"] = tables.departments(live, built.all_departments)
    first = known.pop(what, None) or abort(404)
    words = (wording.name_of(live), _("報告"), first.title)
    return download([first, *known.values()], form, day=live.day, words=words)


@bp.get("/office/campaigns/<slug>/report")
@login_required
def edit(slug: str) -> str:
    """The two texts that the office writes."""
    return _form(_editable(slug))


@bp.post("/office/campaigns/<slug>/reports")
@login_required
def save(slug: str) -> Response:
    """Save both texts, unless somebody else saved meanwhile."""
    found = _editable(slug)
    typed = {name: request.form.get(name, "") for name in ("learned", "do_differently")}
    read = number_in_request("read", otherwise=0)
    try:
        before = _written(found)
        reports.write(db_session(), found.id, **typed, read=read, by_id=viewer().id, at=now())
    except (InvalidField, reports.ReportChanged) as error:
        return make_response(_form(found, typed=typed, wrong=error), 422)
    audit.note(
        db_session(),
        act="reported",
        subject="report",
        subject_id=found.id,
        subject_name=definition_of(db_session(), found).ja.name,
        before=before,
        after=_written(found),
        by_id=viewer().id,
        at=now(),
    )
    flash(_("報告を保存しました。"), "good")
    return see_other("campaign_report.report", slug=slug)


def _readable(slug: str) -> Campaign:
    found = campaign_named(db_session(), slug)
    if found is None or not found.version:
        abort(404)
    if not (_is_over(found) or _works_on(found) or coaches()):
        raise NotAllowed(NOT_YET)
    return found


def _editable(slug: str) -> Campaign:
    found = campaign_to_edit(slug)
    return found if found.version else abort(404)


def _is_over(found: Campaign) -> bool:
    return found.state in (CampaignState.CLOSED, CampaignState.ARCHIVED)


def _works_on(found: Campaign) -> bool:
    return viewer().is_dx_office or viewer().id in (found.owner_id, found.deputy_id)


def _written(found: Campaign) -> dict[str, Any]:
    written = reports.report_of(db_session(), found.id)
    return {
        "learned": own(written.learned) if written else "",
        "do_differently": own(written.do_differently) if written else "",
    }


def _form(
    found: Campaign,
    *,
    typed: dict[str, str] | None = None,
    wrong: InvalidField | reports.ReportChanged | None = None,
) -> str:
    written = reports.report_of(db_session(), found.id)
    is_overtaken = isinstance(wrong, reports.ReportChanged)
    kept = _written(found)
    return page(
        "campaign_live/report_form.html",
        nav="office",
        campaign=found,
        definition=definition_of(db_session(), found),
        written=written,
        # After a refusal the new words have been read, too: they stand below the fields.
        read=written.revision if written else 0,
        typed=typed or kept,
        theirs=kept if is_overtaken else None,
        wrong=wrong,
        longest=reports.LONGEST_TEXT,
    )
