"""What is measured and how often, as values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.benchmarks.letters import LetterFigures
from tests.benchmarks.load import Run


@dataclass(frozen=True)
class How:
    """How long and how often.

    Many short turns rather than few long ones, so that what else the machine does falls on page
    and floor alike.
    """

    seconds: int
    """Of each turn."""
    turns: int
    mix_turns: dict[int, int]
    """By submissions a second. What they take is smaller than what one turn differs from the next,
    so the faster pace, which can be seen in less time, has more turns."""


@dataclass(frozen=True)
class Row:
    """One page, turn by turn, each with the floor beside it; and its SQL statements."""

    page: str
    turns: Sequence[tuple[Run, Run]]
    """The page's, and the floor's."""
    statements: int

    @property
    def middle(self) -> tuple[Run, Run]:
        """The turn whose share is the median."""
        return sorted(self.turns, key=_share)[len(self.turns) // 2]

    @property
    def share(self) -> float:
        """The page's rate of the floor's, in the middle turn."""
        return _share(self.middle)

    @property
    def spread(self) -> tuple[float, float]:
        """The smallest and the largest share."""
        shares = [_share(turn) for turn in self.turns]
        return min(shares), max(shares)


def _share(turn: tuple[Run, Run]) -> float:
    page, floor = turn
    return page.rate / floor.rate


@dataclass(frozen=True)
class Mix:
    """Reads while so many submissions a second arrive, beside reads alone before each turn."""

    a_second: int
    reads: float
    lost: float
    error: float
    """Standard error of ``lost``, which is a median of turns; NaN if there was only one."""
    submit_ms: float
    refused: int


@dataclass(frozen=True)
class Growth:
    """One page of the smallest and of a larger size, turn and turn about."""

    kind: str
    page: str
    people: int
    """Of the larger one."""
    turns: Sequence[tuple[Run, Run]]
    """At the smallest size, and at the larger."""

    @property
    def p95(self) -> tuple[float, float]:
        """Milliseconds, the median of the turns."""
        return median(one.p95 for one, _ in self.turns), median(one.p95 for _, one in self.turns)

    @property
    def cpu(self) -> tuple[float, float]:
        """Milliseconds of the web workers for one request, the median of the turns."""
        return median(one.cpu for one, _ in self.turns), median(one.cpu for _, one in self.turns)

    @property
    def spread(self) -> tuple[float, float]:
        """The smallest and the largest growth of p95 in one turn."""
        grown = [large.p95 / small.p95 for small, large in self.turns]
        return min(grown), max(grown)


@dataclass
class Figures:
    """Everything measured over one database."""

    kind: str
    people: int
    made: str
    """A sentence on how the people came into it."""
    rows: list[Row] = field(default_factory=list)
    mixes: list[Mix] = field(default_factory=list)
    memory: tuple[float, float] = (0.0, 0.0)
    """MB of the workers in all: after the first request, and after everything."""
    letters: LetterFigures | None = None
    cold: tuple[float, float, float] | None = None
    """Milliseconds: the first page of a new server, the last of sixteen at once on a new server,
    and on a warm one."""
