"""The eight stamps of cheers. Their words stand in app/web/wording/stamps.py, their drawings in
static/stamps/."""

from enum import StrEnum


class Stamp(StrEnum):
    """What a cheer says (しるし). Each is a small drawing with its word beside it."""

    HELPED = "HELPED"
    """助かりました"""
    IMITATE = "IMITATE"
    """まねします"""
    QUESTION = "QUESTION"
    """いい問い"""
    CAREFUL = "CAREFUL"
    """ていねい"""
    FIRST_STEP = "FIRST_STEP"
    """はじめの一歩"""
    KEEPS_ON = "KEEPS_ON"
    """つづいています"""
    CONNECTED = "CONNECTED"
    """つながりました"""
    WELL_DONE = "WELL_DONE"
    """おつかれさま"""
