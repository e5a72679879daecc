"""What happens to words whose period is over."""

from dataclasses import dataclass

from challenges.outbox import Event


@dataclass(frozen=True, kw_only=True)
class EndorsementWordsGone(Event):
    """The words of these endorsements were emptied. The endorsements stand."""

    kind = "endorsement_words_gone"
    endorsement_ids: tuple[int, ...]
