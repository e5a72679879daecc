"""Takes files of measures from programs. Reading them is the business of app/indicators."""

import json
from typing import Annotated, Literal

from flask import Response, request
from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from app.api import access, answering, parameters
from app.api.parameters import Parameters
from app.api.problems import Fault, Refused
from app.clock import now
from app.db.sessions import request_session
from app.indicators.importing import ImportWrong
from app.jobs import importing
from app.studio import audit
from app.studio.tokens import Scope

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES = ("text/csv", WORKBOOK)


class ImportParameters(Parameters):
    """How a file is told apart in the history of imports."""

    format: Literal["json"] | None = None
    """The form of the answer."""
    file_name: Annotated[str, Field(min_length=1, max_length=200)]
    """The name of the file."""


class Begun(BaseModel):
    """An import that was begun. Its measures show all at once when it is done."""

    model_config = ConfigDict(use_attribute_docstrings=True, extra="forbid")

    id: int
    """Its number in the history of imports."""
    lines: int
    """Measures in the file."""
    state: str
    """RUNNING: it goes on by itself."""


def take() -> Response:
    """Begin to take in the file of this request. Columns are read by their headings.

    Raises Refused, with every line that is wrong.
    """
    token = access.holder(Scope.IMPORT)
    asked = parameters.read(ImportParameters)
    if request.mimetype not in MEDIA_TYPES:
        raise Refused(415)
    try:
        begun = importing.begin(
            request_session(),
            data=request.get_data(cache=False),
            file_name=asked.file_name,
            mapping=None,
            by_id=None,
            token_id=token.id,
            at=now(),
        )
    except ImportWrong as error:
        faults = [
            Fault(line=one.line or None, detail=_(one.error.sentence, **one.error.values))
            for one in error.problems
        ]
        raise Refused(422, _(error.sentence), errors=faults) from None
    audit.note(
        request_session(),
        act="taken_in",
        subject="import",
        subject_id=begun.id,
        subject_name=begun.file_name,
        after={"lines": begun.lines, "token": token.name},
        by_id=None,
        at=begun.begun_at,
    )
    said = Begun(id=begun.id, lines=begun.lines, state=begun.state.value)
    return Response(json.dumps(said.model_dump()), 202, content_type=answering.JSON)
