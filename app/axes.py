"""Round numbers at the side of a chart, and lines with holes. Pure."""

from collections.abc import Callable, Iterator, Sequence
from math import ceil, floor, log10

NICE = (1, 2, 2.5, 5, 10)


def round_step(wanted: float) -> float:
    """The smallest round number that is not below ``wanted`` (above 0)."""
    power = 10.0 ** floor(log10(wanted))
    return next(nice * power for nice in NICE if nice * power >= wanted * (1 - 1e-9))


def ticks(low: float, high: float, *, steps: int = 3) -> list[float]:
    """Round numbers at even distances, the first not above ``low``, the last not below ``high``."""
    step = round_step(max(high - low, abs(high) * 0.02, 1e-6) / steps)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(n * step, 9) for n in range(first, max(last, first + 1) + 1)]


def pieces(
    values: Sequence[float | None], place: Callable[[int, float], tuple[float, float]]
) -> Iterator[list[tuple[float, float]]]:
    """The points of each unbroken piece of a line; None breaks it."""
    piece: list[tuple[float, float]] = []
    for number, value in enumerate([*values, None]):
        if value is not None:
            piece.append(place(number, value))
        elif piece:
            yield piece
            piece = []
