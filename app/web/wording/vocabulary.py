"""The words of the domain on the screens: mindsets, stages, needs. They stand here alone."""

from app.web.language import sentence as _
from challenges.errors import N_
from challenges.recognition.praising import KINDS
from challenges.vocabulary import Mindset, Need, Stage

MINDSETS = {
    Mindset.LEARN: N_("学ぶ"),
    Mindset.PRODUCE: N_("生産性"),
    Mindset.CHALLENGE: N_("挑戦"),
}
STAGES = {
    Stage.TRY: N_("やってみた"),
    Stage.HABIT: N_("慣れた"),
    Stage.SPREAD: N_("ひろげた"),
}

NEEDS = {
    Need.PC: N_("パソコンを使います"),
    Need.SLACK: N_("Slackを使います"),
}


def mindset_word(mindset: str) -> str:
    """The word for a ``Mindset`` or its value. Raises ValueError for anything else."""
    return _(MINDSETS[Mindset(mindset)])


def stage_word(stage: str) -> str:
    """The word for a ``Stage`` or its value. Raises ValueError for anything else."""
    return _(STAGES[Stage(stage)])


def need_word(need: str) -> str:
    """What a ``Need`` of a challenge asks for, in a few words."""
    return _(NEEDS[Need(need)])


def praise_words() -> dict[str, str]:
    """The word of each kind of praise by its value, in the order of the screens."""
    return {kind.value: _(word) for kind, word in KINDS.items()}


def mindset_words() -> dict[str, str]:
    """The word of each mindset by its value, in the order of the screens."""
    return {mindset.value: mindset_word(mindset) for mindset in MINDSETS}


def stage_words() -> dict[str, str]:
    """The word of each stage by its value, the first step first."""
    return {stage.value: stage_word(stage) for stage in STAGES}
