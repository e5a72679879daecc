"""A person's staircases as stones: pure values, made from climbed steps and open submissions."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from challenges.catalogue.published import Catalogue, PublishedChallenge, PublishedStep
from challenges.submissions.habits import days_done
from challenges.submissions.queries import OpenSubmission
from challenges.vocabulary import Check, Mindset, Stage, SubmissionState

WORDS = {SubmissionState.WAITING: "waiting", SubmissionState.SENT_BACK: "back"}


@dataclass(frozen=True, slots=True)
class Stone:
    """One stone of a picture: ``state`` is done, now, later, waiting or back; ``text`` as "2 /
    3"."""

    state: str
    text: str = ""
    stage: Stage | None = None
    missing: int | None = None
    """Of a habit under way: the days that are still missing. None elsewhere."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a challenge, and how far a person is with it."""

    step: PublishedStep
    state: str
    submission: OpenSubmission | None
    days_done: int
    is_recorded_today: bool = False
    """The day of a habit is recorded, so that nothing is left to do on it."""

    @property
    def is_reached(self) -> bool:
        """The habit has all of its days, because its completion was taken back."""
        return 1 < self.step.days <= self.days_done

    @property
    def may_say_already(self) -> bool:
        """Whether the person may say 「もうやっている」: only of the first step, and not instead of
        answering a question or a quiz."""
        is_asked = self.submission is not None and self.submission.question is not None
        is_first = self.step.number == 1 and self.step.check is not Check.QUIZ
        return is_first and self.state == "now" and not is_asked

    @property
    def is_draft(self) -> bool:
        """The person saved words that are not submitted yet."""
        return (
            self.submission is not None
            and self.submission.state is SubmissionState.DRAFT
            and not self.submission.days
        )


def rungs(
    challenge: PublishedChallenge,
    climbed: Collection[int],
    submissions: Mapping[int, OpenSubmission],
    *,
    on: date,
) -> list[Rung]:
    """The challenge's steps from the bottom up. The lowest step that is not climbed is "now",
    unless its submission waits or was sent back."""
    found: list[Rung] = []
    reached = False
    for step in challenge.steps:
        submission = submissions.get(step.id)
        if step.id in climbed:
            state = "done"
        elif reached:
            state = "later"
        else:
            state = WORDS.get(submission.state, "now") if submission else "now"
            reached = True
        done = _days_done(step, submission, on=on)
        recorded = submission is not None and on in submission.days
        found.append(Rung(step, state, submission, done, recorded))
    return found


def _days_done(step: PublishedStep, submission: OpenSubmission | None, *, on: date) -> int:
    if submission is None or not submission.days:
        return 0
    return days_done(submission.days, needed=step.days, within=step.within_days, on=on)


def stones(found: list[Rung]) -> tuple[Stone, ...]:
    """The rungs as a picture."""
    return tuple(Stone(rung.state, _progress(rung), rung.step.stage) for rung in found)


def stones_by_mindset(
    catalogue: Catalogue,
    climbed: Collection[int],
    submissions: Mapping[int, OpenSubmission],
    *,
    on: date,
) -> dict[Mindset, tuple[Stone, ...]]:
    """For each mindset three stones, one a stage, with the number of challenges that reached it."""
    reached = Counter(
        {(challenge.mindset, stage): 0 for challenge in catalogue.challenges for stage in Stage}
    )
    for challenge in catalogue.challenges:
        for stage in {step.stage for step in challenge.steps if step.id in climbed}:
            reached[challenge.mindset, stage] += 1
    return {
        mindset: _by_stage(mindset, reached, catalogue, submissions, on=on) for mindset in Mindset
    }


def stones_of_steps(
    steps: Collection[PublishedStep],
    climbed: Collection[int],
    submissions: Mapping[int, OpenSubmission],
    *,
    on: date,
) -> tuple[Stone, ...]:
    """One stone for each stage among these steps, with how many of them are climbed."""
    found: list[Stone] = []
    for stage in Stage:
        here = [step for step in steps if step.stage is stage]
        if not here:
            continue
        count = sum(step.id in climbed for step in here)
        is_next = not found or found[-1].state == "done"
        state = "done" if count else "now" if is_next else "later"
        days = [(_days_done(one, submissions.get(one.id), on=on), one.days) for one in here]
        done, needed = (0, 0) if count else max(days)
        if done:
            found.append(Stone(state, f"{done} / {needed}", stage, missing=needed - done))
        else:
            found.append(Stone(state, str(count) if count else "", stage))
    return tuple(found)


def _by_stage(
    mindset: Mindset,
    reached: Counter[tuple[Mindset, Stage]],
    catalogue: Catalogue,
    submissions: Mapping[int, OpenSubmission],
    *,
    on: date,
) -> tuple[Stone, ...]:
    found: list[Stone] = []
    for stage in Stage:
        count = reached[mindset, stage]
        before = found[-1].state if found else "done"
        state = "done" if count else "now" if before == "done" else "later"
        done, needed = (0, 0)
        if stage is Stage.HABIT and not count:
            done, needed = _furthest_habit(mindset, catalogue, submissions, on=on)
        if done:
            found.append(Stone(state, f"{done} / {needed}", stage, missing=needed - done))
        else:
            found.append(Stone(state, str(count) if count else "", stage))
    return tuple(found)


def _furthest_habit(
    mindset: Mindset, catalogue: Catalogue, submissions: Mapping[int, OpenSubmission], *, on: date
) -> tuple[int, int]:
    """The days done and needed of the habit with the most days done; zeros without any."""
    best = (0, 0)
    begun = [
        (*catalogue.by_step[step_id], submission)
        for step_id, submission in submissions.items()
        if step_id in catalogue.by_step
    ]
    for challenge, step, submission in begun:
        if challenge.mindset is mindset and step.stage is Stage.HABIT:
            best = max(best, (_days_done(step, submission, on=on), step.days))
    return best


def _progress(rung: Rung) -> str:
    if rung.step.days > 1 and rung.state not in {"done", "later"}:
        return f"{rung.days_done} / {rung.step.days}"
    return ""
