"""What is measured and how often, as values."""

from dataclasses import dataclass, field

from tests.benchmarks.load import Run

ROUNDS = 7
"""Many short turns rather than few long ones, so that what else the machine does falls on page and
floor alike."""
MIX_ROUNDS = {1: 10, 10: 60}
"""By submissions a second. What they take is smaller than what one turn differs from the next."""


@dataclass(frozen=True)
class Row:
    """One page: the median round with the floor beside it, and its SQL statements."""

    page: str
    run: Run
    floor: Run
    statements: int

    @property
    def share(self) -> float:
        """The page's rate of the floor's."""
        return self.run.rate / self.floor.rate


@dataclass(frozen=True)
class Mix:
    """Reads while so many submissions a second arrive, beside reads alone just before and after."""

    a_second: int
    reads: float
    lost: float
    error: float
    """Standard error of ``lost``, which is a median of turns."""
    submit_ms: float
    refused: int


@dataclass(frozen=True)
class Growth:
    """One page of the smallest and of the largest size, turn and turn about: medians of the
    turns."""

    kind: str
    page: str
    p95: tuple[float, float]
    """Milliseconds."""
    cpu: tuple[float, float]
    """Milliseconds of the web workers for one request."""


@dataclass
class Figures:
    """Everything measured over one database."""

    kind: str
    staff: int
    loading: float
    """Seconds of `demo load`."""
    rows: list[Row] = field(default_factory=list)
    mixes: list[Mix] = field(default_factory=list)
    memory: tuple[float, float] = (0.0, 0.0)
    """MB of the workers in all: after the first request, and after everything."""
    cold: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Milliseconds: the first page of a new server, the last of sixteen at once on a new server,
    and on a warm one."""
