"""How well the estimate of who is overlooked, and the search for rings, do on planted ones.

    python -m tests.benchmarks.recognition

needs no server and takes half a minute. A whole `make bench` writes the same section.
"""

from collections.abc import Iterator

from tests.challenges.recognition import offices, teams

OFFICES = 1_000
PREFECTURES = 60
SEED = 20_261_129


def recognition_lines() -> Iterator[str]:
    """The section of docs/benchmarks.md."""
    yield "## Nobody overlooked, and rings"
    yield ""
    yield from _overlooked(offices.calibrate(OFFICES, seed=SEED))
    yield from _rings(teams.measure(PREFECTURES, seed=SEED))


def _overlooked(found: offices.Figures) -> Iterator[str]:
    yield (
        f"{OFFICES:,} synthetic offices of 3 to 30 people, {found.people:,} in all, of whom "
        f"{found.neglected:,} were given at most a fifth of the usual words. Goals: at 10 % false "
        "alarms at least 1.5 times what raw counts find; 85 to 95 % in the nominal 90 % interval."
    )
    yield ""
    yield "| found at 10 % false alarms | share |"
    yield "|---|--:|"
    yield f"| by the estimate | {found.by_estimate:.1%} |"
    yield f"| by the fewest words | {found.by_counts:.1%} |"
    yield f"| by the fewest words a step | {found.by_ratio:.1%} |"
    yield ""
    yield (
        f"- The estimate finds {found.gain:.2f} times what raw counts find; "
        f"{found.coverage:.1%} of the true rates lie in their interval."
    )
    yield (
        f"- As the page names people: {found.by_threshold:.1%} of the neglected, "
        f"{found.false_by_threshold:.1%} false alarms."
    )


def _rings(found: teams.Precision) -> Iterator[str]:
    yield (
        f"- Rings: {found.planted} planted among honest close teams. Where half of them are found, "
        f"{found.at_half:.1%} of what is named are rings (goal: 80 %); at the score that counts, "
        f"{found.by_threshold:.1%}, with {found.recall_by_threshold:.1%} of them found."
    )


if __name__ == "__main__":
    print(*recognition_lines(), sep="\n")
