"""A person says that they did a step. The step's ``check`` decides whether the submission is
accepted at once or waits for a manager. Nobody is refused, and whoever does it already
(「もうやっている」) waits for nobody.

The state machine is in ``states``. Unique keys of the database allow one open submission and one
standing completion per person and step, so a double click or a second tab ends in AlreadyClimbed
and never in two rows.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import bindparam, join, select
from sqlalchemy.orm import Session, aliased

from challenges.calendar import day_of
from challenges.catalogue.models import Challenge, Project, Step
from challenges.catalogue.published import PublishedStep
from challenges.errors import N_, AlreadyClimbed, InvalidField, PreviousStepMissing, RuleBroken
from challenges.outbox import record
from challenges.people import org_chart
from challenges.storage.sql import fetch_rows
from challenges.submissions.completing import complete
from challenges.submissions.events import WaitingChanged
from challenges.submissions.models import OPEN, Completion, Submission
from challenges.submissions.saving import save
from challenges.submissions.sealing_words import seal_before_rewording
from challenges.submissions.states import move
from challenges.text import as_written, followable, is_longer, letters
from challenges.vocabulary import Check, DecidedHow, SubmissionState


class ProjectNotBegun(RuleBroken):
    """The step belongs to a project that begins later."""

    sentence = N_("このプロジェクトは%(day)sから始まります。それまでお待ちください。")


REFLECTION_LENGTH = (1, 1000)
LINK_LENGTH = 500


@dataclass(frozen=True)
class Evidence:
    """What a person hands in. The step's ``check`` says which parts it needs."""

    reflection: str = ""
    link: str | None = None
    quiz_score: int | None = None
    is_already_doing: bool = False
    shows_words: bool = False
    """The person lets colleagues read the reflection: 「ひとことも見せる」."""

    def checked(self, check: Check) -> "Evidence":
        """The same, trimmed. Raises InvalidField if a part that the step needs is missing or
        wrong."""
        reflection, link = as_written(self.reflection), as_written(self.link or "") or None
        if check is Check.QUIZ and self.quiz_score is None:
            raise InvalidField("問題に答えてから送ってください。", field="quiz")
        if check is Check.LINK or link:
            _must_be_link(link)
        must_fit(reflection, needed=check is not Check.QUIZ)
        return replace(self, reflection=reflection, link=link)


def submit(
    session: Session,
    *,
    person_id: int,
    step: Step | PublishedStep,
    version: int,
    evidence: Evidence,
    at: datetime,
) -> int | None:
    """Submit a step that is done in one go. The completion's id, or None if it now waits for a
    manager.

    Raises InvalidField, PreviousStepMissing (the step below is not climbed), AlreadyClimbed,
    ProjectNotBegun.
    """
    evidence = evidence.checked(step.check)
    submission = open_or_new(session, person_id=person_id, step=step, version=version, at=at)
    seal_before_rewording(
        session, submission, reflection=evidence.reflection, link=evidence.link, at=at
    )
    submission.reflection, submission.link = evidence.reflection, evidence.link
    submission.quiz_score = evidence.quiz_score
    submission.words_shown_at = at if evidence.shows_words else None
    # A manager who asked a question is given the answer, whichever form it comes in.
    if submission.question is not None:
        evidence = replace(evidence, is_already_doing=False)
    else:
        submission.is_already_doing = evidence.is_already_doing
    if submission.submitted_at is None:
        submission.submitted_at = at
        credit(session, submission, on=day_of(at))
    if step.check is Check.MANAGER:
        # Also for one that waits for nobody: the managers of that unit may endorse it.
        submission.reviewing_unit_id = _reviewing_unit(session, submission, at=at)
        if not evidence.is_already_doing:
            move(session, submission, to=SubmissionState.WAITING, waiting_since=at)
            record(session, WaitingChanged.of(submission, at=at))
            session.flush()
            return None
    how = decided_how(step.check, evidence)
    return complete(session, submission, happened_at=at, how=how, at=at)


def decided_how(check: Check, evidence: Evidence) -> DecidedHow:
    """What accepts evidence for which nobody is asked."""
    if check is Check.QUIZ:
        return DecidedHow.QUIZ
    return DecidedHow.ALREADY_DOING if evidence.is_already_doing else DecidedHow.SELF


def save_draft(
    session: Session,
    *,
    person_id: int,
    step: Step | PublishedStep,
    version: int,
    reflection: str,
    link: str,
    at: datetime,
) -> Submission:
    """Save a draft. Only the lengths are checked.

    Raises InvalidField, PreviousStepMissing, AlreadyClimbed, ProjectNotBegun.
    """
    reflection, link = as_written(reflection), as_written(link)
    must_fit(reflection, needed=False)
    _must_be_short_enough(link)
    submission = open_or_new(session, person_id=person_id, step=step, version=version, at=at)
    seal_before_rewording(session, submission, reflection=reflection, link=link or None, at=at)
    submission.reflection, submission.link = reflection, link or None
    submission.is_already_doing = False
    save(session, submission)
    return submission


def open_submission(
    session: Session, *, person_id: int, step_id: int, version: int, at: datetime
) -> Submission:
    """A new draft, credited to the person's unit of that day. It is not in the session until it is
    saved."""
    return Submission(
        person_id=person_id,
        step_id=step_id,
        unit_id=org_chart.unit_on(session, person_id, day_of(at)),
        challenge_version=version,
        state=SubmissionState.DRAFT,
        is_already_doing=False,
        reflection="",
        created_at=at,
    )


# Built once, because building a statement takes longer than running it, and on SQLite all writers
# wait meanwhile. Locked, so that the second of two tabs sees what the first one wrote.
_OPEN_SUBMISSION = (
    select(Submission)
    .where(
        Submission.person_id == bindparam("person_id"), Submission.step_id == bindparam("step_id")
    )
    .where(Submission.state.in_(OPEN))
    .with_for_update()
)


_ANY = aliased(Step)
_CLIMBED = (
    select(Project.starts_on, _ANY.number.label("climbed"))
    .join_from(Step, Challenge, Challenge.id == Step.challenge_id)
    .join(Project, Project.slug == Challenge.project_slug)
    .outerjoin(
        join(_ANY, Completion, Completion.step_id == _ANY.id),
        (_ANY.challenge_id == Step.challenge_id)
        & (Completion.person_id == bindparam("person_id"))
        & Completion.voided_at.is_(None),
    )
    .where(Step.id == bindparam("step_id"))
)
"""The steps of the challenge that the person has climbed; without any, one row for the project."""


def open_or_new(
    session: Session, *, person_id: int, step: Step | PublishedStep, version: int, at: datetime
) -> Submission:
    """The person's open submission on the step, or a new one that is not saved yet.

    Raises AlreadyClimbed (also if it waits for a manager), PreviousStepMissing, and ProjectNotBegun
    unless it is open already.
    """
    asked = {"person_id": person_id, "step_id": step.id}
    submission: Submission | None = session.scalar(_OPEN_SUBMISSION, asked)
    rows = fetch_rows(session, _CLIMBED, asked).all()
    if submission is None:
        must_have_begun(rows[0].starts_on, on=day_of(at))
    _must_be_next(step, climbed={row.climbed for row in rows})
    if submission is None:
        return open_submission(
            session, person_id=person_id, step_id=step.id, version=version, at=at
        )
    if submission.state is SubmissionState.WAITING:
        raise AlreadyClimbed("この段は、いま確認を待っています。")
    submission.challenge_version = version
    return submission


def credit(session: Session, submission: Submission, *, on: date) -> None:
    """Credit the submission to the person's unit on that day; the draft may be older than a
    transfer."""
    if day_of(submission.created_at) != on:
        submission.unit_id = org_chart.unit_on(session, submission.person_id, on)


def must_have_begun(starts_on: date | None, *, on: date) -> None:
    """Raise ProjectNotBegun before the first day of a project."""
    if starts_on and on < starts_on:
        raise ProjectNotBegun(day=starts_on)


def _must_be_next(step: Step | PublishedStep, *, climbed: Collection[int | None]) -> None:
    if step.number in climbed:
        raise AlreadyClimbed
    if step.number > 1 and step.number - 1 not in climbed:
        raise PreviousStepMissing("ひとつ下の段から、順に登りましょう。")


def _reviewing_unit(session: Session, submission: Submission, *, at: datetime) -> int | None:
    return org_chart.reviewing_unit(
        session, person_id=submission.person_id, unit_id=submission.unit_id, on=day_of(at)
    )


def _must_be_link(link: str | None) -> None:
    if not link:
        raise InvalidField("ほかの人が開いてもよいリンクを一つ入れてください。", field="link")
    if not followable(link):
        raise InvalidField(
            "リンクは https:// か http:// で始まるアドレスを入れてください。", field="link"
        )
    _must_be_short_enough(link)


def _must_be_short_enough(link: str) -> None:
    if len(link) > LINK_LENGTH:
        raise InvalidField(
            "リンクが長すぎます。%(longest)s文字までのアドレスを入れてください。",
            field="link",
            longest=LINK_LENGTH,
        )


def must_fit(reflection: str, *, needed: bool) -> None:
    shortest, longest = REFLECTION_LENGTH
    if needed and letters(reflection) < shortest:
        raise InvalidField("ひとことを書いてください。一行で十分です。", field="reflection")
    if is_longer(reflection, longest):
        raise InvalidField(
            "ひとことが長すぎます。%(longest)s文字までにしてください。",
            field="reflection",
            longest=longest,
        )
