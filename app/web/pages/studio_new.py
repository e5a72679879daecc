"""The ways to begin a campaign, and its file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, Response, flash, make_response, request
from flask_babel import gettext as _
from flask_login import login_required

from app.clock import now
from app.queries import studio
from app.studio import audit, beginning, drafts
from app.web.campaign_access import campaign_to_read, for_designers
from app.web.rendering import PAGE_SIZE, db_session, page, see_other, viewer
from app.web.wording import campaign_fields as words
from app.web.wording.file_mistakes import problems_in_words
from challenges.calendar import day_of
from challenges.campaigns import files
from challenges.campaigns.definitions import CampaignDefinition
from challenges.catalogue.yaml_files import ContentWrong
from challenges.errors import InvalidField
from challenges.text import as_written
from challenges.vocabulary import CampaignState

bp = Blueprint("studio_new", __name__)

LARGEST_FILE = 200_000
"""Bytes of a file that is read."""


@bp.get("/office/campaigns/new")
@for_designers
def new() -> str:
    """Four ways to begin: empty, a template, an earlier campaign, a file."""
    return _new()


@bp.post("/office/campaigns")
@for_designers
def create() -> Response:
    """Begin a campaign. What cannot be read comes back with the reasons."""
    try:
        begun = _begun()
    except InvalidField as error:
        return make_response(_new(wrong={error.field or "name": error}), 422)
    except ContentWrong as error:
        return make_response(_new(problems=problems_in_words(error)), 422)
    campaign = beginning.begin(
        db_session(),
        begun.definition,
        by_id=viewer().id,
        at=now(),
        cloned_from_id=begun.cloned_from_id,
    )
    _note(begun, campaign.id)
    for old, new in begun.renamed.items():
        flash(_("「%(old)s」は、いまの「%(new)s」にしました。", old=old, new=new), "info")
    flash(_("下書きができました。書いたそばから残ります。"), "good")
    return see_other("studio_edit.edit", slug=campaign.slug)


@bp.get("/office/campaigns/<slug>/export")
@login_required
def export(slug: str) -> Response:
    """The draft as a file, which ``import`` reads back as the same."""
    campaign = campaign_to_read(slug)
    text = files.to_yaml(drafts.draft_of(db_session(), campaign.id).definition)
    named = {"Content-Disposition": f'attachment; filename="{slug}.yaml"'}
    return Response(text, mimetype="application/yaml", headers=named)


@dataclass(frozen=True)
class Begun:
    """What a new campaign begins with."""

    definition: CampaignDefinition
    act: str = "created"
    cloned_from_id: int | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Units that have another path by now."""


def _begun() -> Begun:
    way, today = request.form.get("way", "empty"), day_of(now())
    if way == "file":
        definition = beginning.with_free_slug(db_session(), files.from_yaml(_file()))
        return Begun(definition, act="imported")
    if way == "template":
        return Begun(beginning.from_template(db_session(), request.form.get("template", ""), today))
    if way == "campaign":
        source = beginning.source(db_session(), request.form.get("source", ""))
        mended = beginning.cloned(db_session(), source, today)
        return Begun(mended.definition, cloned_from_id=source.id, renamed=mended.renamed)
    name = as_written(request.form.get("name", ""))
    return Begun(beginning.empty(db_session(), name, today))


def _file() -> str:
    """The file that was handed in, or the text that was pasted. Raises InvalidField."""
    given = request.files.get("file")
    data = given.read(LARGEST_FILE + 1) if given else b""
    if len(data) > LARGEST_FILE:
        raise InvalidField("ファイルが大きすぎます。", field="file")
    try:
        text = data.decode("utf-8-sig") if data else request.form.get("text", "")
    except UnicodeDecodeError:
        raise InvalidField(
            "%(code)sのファイルを選んでください。", field="file", code="UTF-8"
        ) from None
    if not text.strip():
        raise InvalidField("ファイルを選ぶか、中身を貼りつけてください。", field="file")
    return text


def _note(begun: Begun, campaign_id: int) -> None:
    audit.note(
        db_session(),
        act=begun.act,
        subject="campaign",
        subject_id=campaign_id,
        subject_name=begun.definition.ja.name or begun.definition.slug,
        after=begun.definition.as_data(),
        by_id=viewer().id,
        at=now(),
    )


def _new(*, wrong: dict[str, InvalidField] | None = None, problems: list[str] | None = None) -> str:
    earlier = studio.designed(db_session(), states=tuple(CampaignState), limit=PAGE_SIZE)
    return page(
        "studio/new.html",
        nav="office",
        templates=beginning.offered_templates(),
        earlier=[one for one in earlier if one.first_day],
        wrong=wrong or {},
        problems=problems or [],
        typed=request.form,
        words=words,
    )
