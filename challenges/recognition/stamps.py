"""The eight stamps of cheers and their words. Their drawings lie in static/stamps/."""

from enum import StrEnum

from challenges.errors import N_


class Stamp(StrEnum):
    """What a cheer says (しるし). Each is a small drawing with its word beside it."""

    HELPED = "HELPED"
    IMITATE = "IMITATE"
    QUESTION = "QUESTION"
    CAREFUL = "CAREFUL"
    FIRST_STEP = "FIRST_STEP"
    KEEPS_ON = "KEEPS_ON"
    CONNECTED = "CONNECTED"
    WELL_DONE = "WELL_DONE"


WORDS = {
    Stamp.HELPED: N_("助かりました"),
    Stamp.IMITATE: N_("まねします"),
    Stamp.QUESTION: N_("いい問い"),
    Stamp.CAREFUL: N_("ていねい"),
    Stamp.FIRST_STEP: N_("はじめの一歩"),
    Stamp.KEEPS_ON: N_("つづいています"),
    Stamp.CONNECTED: N_("つながりました"),
    Stamp.WELL_DONE: N_("おつかれさま"),
}
"""In the order of the screens. They stand here alone."""
