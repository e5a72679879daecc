"""What becomes of a claim: managers accept it or ask, time accepts it for them, somebody says a good word."""

from random import Random

from app.demo.submissions import Claim, Praise
from app.demo.world import World
from challenges.submissions.overdue import PATIENCE
from challenges.submissions.voiding import WITHDRAWN_REASON
from challenges.submissions.withdrawing import WINDOW
from challenges.vocabulary import DecidedHow, SubmissionState

NEVER = 1 << 30
"""The place of a day that does not come."""
WAITS = (18, 30, 20, 12, 8, 6, 6)
"""Of a hundred claims, how many are decided after 0, 1, 2 … working days. The last ones are decided by nobody."""
OVERDUE = PATIENCE + 1
SENT_BACK = 0.07
ANSWERED = 0.75
PRAISED_WITH_IT = 0.3
PRAISED = 0.11
TAKEN_BACK = 0.003
VOIDED = 0.0015


def review(world: World, claim: Claim, place: int, *, person: int, random: Random) -> int:
    """Let the managers have it; the place of the day on which it was accepted, or NEVER if it is not."""
    office, deciders = world.organisation.asked(claim.office, person=person)
    claim.wait(office=office, since=claim.created_at)
    if deciders and random.random() < SENT_BACK:
        place = _ask_back(world, claim, place, deciders, random)
    if claim.state is not SubmissionState.WAITING:
        return NEVER
    return _decide(world, claim, place, deciders, person, random)


def tell(world: World, claim: Claim, place: int, *, person: int, random: Random) -> int:
    """What others say of a completion, or that it is taken back; the place of the day it stands on, or NEVER."""
    luck = random.random()
    if luck < TAKEN_BACK + VOIDED:
        is_own = luck < TAKEN_BACK
        return _take_back(world, claim, place, person if is_own else None, random)
    if random.random() < PRAISED * world.warmth(claim.office):
        _, managers = world.organisation.asked(claim.office, person=person)
        _praise(world, claim, place + random.randrange(1, 5), managers, random)
    return place


def _decide(world: World, claim: Claim, place: int, deciders: list[int], person: int, random: Random) -> int:
    waits = random.choices(range(OVERDUE + 1), WAITS)[0] if deciders else OVERDUE
    day, since = place + waits, claim.waiting_since
    if day >= len(world.days) or since is None:
        return NEVER
    if waits == OVERDUE:
        claim.accept(how=DecidedHow.OVERDUE, at=world.days.soon_after_midnight(random, day))
        return tell(world, claim, day, person=person, random=random)
    at, by = world.days.moment(random, day, after=since), _one_of(deciders, random)
    claim.accept(how=DecidedHow.MANAGER, at=at, by=by)
    if random.random() < PRAISED_WITH_IT * world.warmth(claim.office):
        claim.praise = Praise(by, world.words.praise(random, claim.rung), at)
        return day
    return tell(world, claim, day, person=person, random=random)


def _ask_back(world: World, claim: Claim, place: int, deciders: list[int], random: Random) -> int:
    """A question, and in most cases an answer; the place of the day since which it waits again."""
    asked = place + random.randrange(1, 4)
    if asked >= len(world.days):
        return place
    question, answer = world.words.question(random, claim.rung)
    claim.send_back(by=_one_of(deciders, random), question=question, at=world.days.moment(random, asked))
    answered = asked + random.randrange(1, 4)
    if answered >= len(world.days) or random.random() > ANSWERED:
        return asked
    claim.say_more(answer)
    claim.wait(office=claim.asked_office, since=world.days.moment(random, answered))
    return answered


def _praise(world: World, claim: Claim, day: int, managers: list[int], random: Random) -> None:
    if managers and day < len(world.days):
        at = world.days.moment(random, day)
        claim.praise = Praise(_one_of(managers, random), world.words.praise(random, claim.rung), at)


def _take_back(world: World, claim: Claim, place: int, person: int | None, random: Random) -> int:
    day = place + random.randrange(1, 4)
    if day >= len(world.days) or claim.decided_at is None:
        return place
    at = world.days.moment(random, day)
    if at - claim.decided_at > WINDOW:
        return place
    if person is not None:
        claim.void(to=SubmissionState.WITHDRAWN, at=at, by=person, reason=WITHDRAWN_REASON)
    else:
        by, reason = random.choice(world.dx_office), world.words.void_reason(random)
        claim.void(to=SubmissionState.VOIDED, at=at, by=by, reason=reason)
    return NEVER


def _one_of(managers: list[int], random: Random) -> int:
    """Most often the first."""
    return managers[0] if random.random() < 0.7 else random.choice(managers)
