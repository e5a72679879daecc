"""Numbers of people as they may be told: from ten on, and as shares in steps. Pure."""

SMALLEST_GROUP = 10
"""People a group needs before its number is shown."""
SHARE_STEPS = (1, 5, 10, 20)
"""Per cent. A share is told in the finest of these of which each step holds two counts."""
SHARE_STEP = 5
"""The finest step for the share of a unit. That of the whole may be finer."""

Bounds = tuple[int, int]


def shown_count(count: int) -> int | None:
    """A number of people or things that stands alone; None if it is below ten, zero too."""
    return count if count >= SMALLEST_GROUP else None


def rounded_share(count: int, base: int, *, finest: int = SHARE_STEP) -> int | None:
    """``count`` of ``base`` in per cent, so that the two do not give the count away.

    None for a group below ten. ``counts_behind`` tells which counts have the same share.
    """
    if base < SMALLEST_GROUP:
        return None
    step, lowest = _step(base, finest)
    nearest = (200 * count + base * step) // (2 * base * step) * step
    return min(max(nearest, lowest), 100 - lowest)


def counts_behind(share: int, base: int, *, finest: int = SHARE_STEP) -> Bounds:
    """The least and the largest count that ``rounded_share`` tells as that share."""
    step, lowest = _step(base, finest)
    least = -(-base * (2 * share - step) // 200)
    most = -(-base * (2 * share + step) // 200) - 1
    return (
        0 if share == lowest else max(least, 0),
        base if share == 100 - lowest else min(most, base),
    )


def _step(base: int, finest: int) -> tuple[int, int]:
    """The step for a group of that size, and the lowest share that is told of it.

    Nobody and everybody stand for half a step each, so they need a step of twice the counts.
    """
    step = next(
        (one for one in SHARE_STEPS if one >= finest and base * one >= 200), SHARE_STEPS[-1]
    )
    return step, 0 if base * step >= 400 else step
