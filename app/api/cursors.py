"""Where a reader of a list goes on: after which row, and as of which moment. Opaque to programs."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from app.api.problems import Fault, Refused


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list."""

    after: int | str
    """The key of the last row that was read."""
    until: datetime
    """The moment at which reading began: the pages of one reading are of one state."""

    def __str__(self) -> str:
        said = json.dumps([self.after, self.until.isoformat()], separators=(",", ":"))
        return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def read(text: str, *, kind: type[int] | type[str]) -> Cursor:
    """The cursor as it was given out. Raises Refused if it was not."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        after, until = json.loads(base64.urlsafe_b64decode(padded))
        found = Cursor(after, datetime.fromisoformat(until))
    except (ValueError, TypeError):
        raise _unknown() from None
    is_place = type(after) is kind and (not isinstance(after, int) or 0 <= after < 2**31)
    if not is_place or found.until.tzinfo is None:
        raise _unknown()
    return found


def _unknown() -> Refused:
    sentence = _("前のページの next のアドレスを、そのまま使ってください。")
    return Refused(422, sentence, errors=[Fault(parameter="cursor", detail=sentence)])
