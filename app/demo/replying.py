"""What becomes of a submission: managers accept it, ask, endorse it, or let it become overdue."""

from random import Random

from app.demo.submissions import DemoSubmission, Praise
from app.demo.world import World
from challenges.submissions.overdue import PATIENCE
from challenges.submissions.voiding import WITHDRAWN_REASON
from challenges.submissions.withdrawing import WINDOW
from challenges.vocabulary import DecidedHow, SubmissionState

NEVER = 1 << 30
"""The place of a day after the demo."""
WAITS = (18, 30, 20, 12, 8, 6, 6)
"""How many of a hundred submissions are decided after 0, 1, 2 … working days. The last number is of
those that become overdue."""
OVERDUE = PATIENCE + 1
SENT_BACK = 0.07
ANSWERED = 0.75
PRAISED_WITH_IT = 0.3
PRAISED = 0.11
TAKEN_BACK = 0.003
VOIDED = 0.0015


def review(
    world: World, submission: DemoSubmission, place: int, *, person: int, random: Random
) -> int:
    """Let the managers decide. Returns the place of the day of its acceptance, or NEVER."""
    unit, deciders = world.organisation.asked(submission.unit, person=person)
    submission.wait(unit=unit, since=submission.created_at)
    if deciders and random.random() < SENT_BACK:
        place = _ask_back(world, submission, place, deciders, random)
    if submission.state is not SubmissionState.WAITING:
        return NEVER
    return _decide(world, submission, place, deciders, person, random)


def react(
    world: World, submission: DemoSubmission, place: int, *, person: int, random: Random
) -> int:
    """Let a completion be endorsed or taken back. Returns ``place``, or NEVER if taken back."""
    luck = random.random()
    if luck < TAKEN_BACK + VOIDED:
        is_own = luck < TAKEN_BACK
        return _take_back(world, submission, place, person if is_own else None, random)
    if random.random() < PRAISED * world.warmth(submission.unit):
        _, managers = world.organisation.asked(submission.unit, person=person)
        _praise(world, submission, place + random.randrange(1, 5), managers, random)
    return place


def _decide(
    world: World,
    submission: DemoSubmission,
    place: int,
    deciders: list[int],
    person: int,
    random: Random,
) -> int:
    waits = random.choices(range(OVERDUE + 1), WAITS)[0] if deciders else OVERDUE
    day, since = place + waits, submission.waiting_since
    if day >= len(world.days) or since is None:
        return NEVER
    if waits == OVERDUE:
        submission.accept(how=DecidedHow.OVERDUE, at=world.days.soon_after_midnight(random, day))
        return react(world, submission, day, person=person, random=random)
    at, by = world.days.moment(random, day, after=since), _one_of(deciders, random)
    submission.accept(how=DecidedHow.MANAGER, at=at, by=by)
    if random.random() < PRAISED_WITH_IT * world.warmth(submission.unit):
        submission.praise = Praise(by, world.words.praise(random, submission.rung), at)
        return day
    return react(world, submission, day, person=person, random=random)


def _ask_back(
    world: World, submission: DemoSubmission, place: int, deciders: list[int], random: Random
) -> int:
    """Ask a question, which is mostly answered. Returns the place of the last day it took."""
    asked = place + random.randrange(1, 4)
    if asked >= len(world.days):
        return place
    question, answer = world.words.question(random, submission.rung)
    submission.send_back(
        by=_one_of(deciders, random), question=question, at=world.days.moment(random, asked)
    )
    answered = asked + random.randrange(1, 4)
    if answered >= len(world.days) or random.random() > ANSWERED:
        return asked
    submission.answer_with(answer)
    submission.wait(unit=submission.asked_unit, since=world.days.moment(random, answered))
    return answered


def _praise(
    world: World, submission: DemoSubmission, day: int, managers: list[int], random: Random
) -> None:
    if managers and day < len(world.days):
        at = world.days.moment(random, day)
        submission.praise = Praise(
            _one_of(managers, random), world.words.praise(random, submission.rung), at
        )


def _take_back(
    world: World, submission: DemoSubmission, place: int, person: int | None, random: Random
) -> int:
    day = place + random.randrange(1, 4)
    if day >= len(world.days) or submission.decided_at is None:
        return place
    at = world.days.moment(random, day)
    if at - submission.decided_at > WINDOW:
        return place
    if person is not None:
        submission.void(to=SubmissionState.WITHDRAWN, at=at, by=person, reason=WITHDRAWN_REASON)
    else:
        by, reason = random.choice(world.dx_office), world.words.void_reason(random)
        submission.void(to=SubmissionState.VOIDED, at=at, by=by, reason=reason)
    return NEVER


def _one_of(managers: list[int], random: Random) -> int:
    """One of them, the first most often."""
    return managers[0] if random.random() < 0.7 else random.choice(managers)
