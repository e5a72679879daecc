"""What the DX office does to words, as plain values that name their rows by id."""

from dataclasses import dataclass

from challenges.outbox import Event


@dataclass(frozen=True, kw_only=True)
class MaskEvent(Event):
    """Names a mask, the text that it covers, and who wrote that."""

    mask_id: int
    text_kind: str
    text_id: int
    writer_id: int


class WordsMasked(MaskEvent):
    """The DX office masked a text."""

    kind = "words_masked"


class MaskLifted(MaskEvent):
    """The DX office shows a text again that it had masked."""

    kind = "mask_lifted"
