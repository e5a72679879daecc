"""Proves that a page has shown a text to the viewer, who may then report it or pass it on.

Every page decides by itself who reads which words. Instead of deciding that once more, a page that
shows words adds to their link a proof, which is worth something for this viewer and these very
words alone. So nobody reaches words by their number, and what one has read one may still report
when its writer shows it no longer.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from flask import current_app, url_for
from flask_login import current_user

from app.web.language import sentence as _
from challenges.words.kinds import TextKind, TextRef
from challenges.words.withheld import Withheld, withheld

_BYTES = 16
_PURPOSE = b"a text that was seen"


@dataclass(frozen=True, slots=True)
class Way:
    """A link beside a text."""

    href: str
    label: str


def concern_way(about: tuple[str, int] | tuple[str, int, int], words: str | None) -> Way | None:
    """The link beside a text: for others to report it, for its writer to why it is masked. None
    where neither makes sense. ``about`` is its kind and id, and the writer's id if the page knows
    it."""
    kind, text_id, writer_id = (*about, None)[:3]
    viewer = getattr(current_user, "person", None)  # visitors are none
    if not words or viewer is None:
        return None
    if writer_id == viewer.id:
        return _way_of_writer(kind, text_id) if withheld(words) is Withheld.MASKED else None
    if withheld(words):
        return None
    ref = TextRef(TextKind(kind), text_id)
    seen = proof(ref, words, viewer_id=viewer.id)
    href = url_for("words.concern", kind=kind.lower(), text_id=text_id, seen=seen)
    return Way(href, _("気になる内容を知らせる"))


def _way_of_writer(kind: str, text_id: int) -> Way:
    return Way(
        url_for("words.mine", kind=kind.lower(), text_id=text_id), _("伏せられた言葉と理由を読む")
    )


def proof(ref: TextRef, words: str, *, viewer_id: int) -> str:
    """The proof that the viewer was shown these words of that text."""
    said = "\0".join((ref.kind.value, str(ref.id), str(viewer_id), words))
    key = hmac.digest(str(current_app.config["SECRET_KEY"]).encode(), _PURPOSE, "sha256")
    digest = hmac.digest(key, said.encode(), hashlib.sha256)
    return urlsafe_b64encode(digest[:_BYTES]).decode().rstrip("=")


def is_proven(given: str, ref: TextRef, words: str, *, viewer_id: int) -> bool:
    """Whether the viewer was shown these words of that text."""
    expected = proof(ref, words, viewer_id=viewer_id)
    return hmac.compare_digest(given.encode(), expected.encode())
