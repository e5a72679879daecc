"""Renders the manager's page; after a refused form with what was typed and what is wrong."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from flask import Response, current_app, make_response, request
from flask import session as cookie
from markupsafe import Markup

from app.clock import now
from app.queries.desk import desk_of
from app.web import catalogue
from app.web.language import language, number, refusal
from app.web.paging import Lists, number_in_request
from app.web.rendering import db_session, page, viewer
from challenges.calendar import day_of
from challenges.errors import NotAllowed, RuleBroken
from challenges.progress.staircases import Stone, stones_by_mindset
from challenges.recognition import recent
from challenges.submissions import queue as review_queue
from challenges.submissions.own_steps import Standing
from challenges.text import as_written
from challenges.vocabulary import Mindset

PAGE_SIZE = 10
"""Rows of each of the two lists."""

KANJI = "〇一二三四五六七八九十"

LISTS = Lists("team.team", ("page", "steps"), PAGE_SIZE)
"""The queue, and the recent steps."""

numbers = LISTS.numbers


def team_page(
    *,
    wrong: dict[str, str] | None = None,
    typed: dict[str, Any] | None = None,
    unsent: Collection[str] = (),
    ticked: Collection[int] | None = None,
) -> str:
    """The waiting submissions, the recent steps of the viewer's people, and the deputies.

    After a refused form, ``wrong`` holds the sentences and ``typed`` the values, both by field id.
    ``unsent`` is text that was written for a row that may be gone; ``ticked`` are the rows that
    were to be accepted together, None for all. Raises NotAllowed if the viewer manages no unit.
    """
    me, at = viewer(), now()
    if not me.is_manager:
        raise NotAllowed("チームのページは、管理職と代理の人のためのものです。")
    desk = desk_of(db_session(), me.id, on=day_of(at))
    everywhere = set().union(*(unit.unit_ids for unit in desk.units))
    asked = [unit.unit_id for unit in desk.units]
    # Direct reports alone: of units below with managers of their own there are numbers.
    scope = recent.TeamScope(me.id, desk.reports.direct, at, day_of(at), asked, desk.reports.led)
    part = request.headers.get("HX-Target", "").partition("#")[2]
    return page(
        "team/team.html",
        nav="team",
        units=desk.units,
        has_units_below=bool(everywhere.difference(asked)),
        **_queue(asked),
        climbed=LISTS.portion(
            recent.climbed_lately(db_session(), scope, **LISTS.window("steps")), "steps"
        ),
        challenges=catalogue.current().challenges.by_slug,
        numbers=numbers(),
        giving=giving(),
        part=part,
        accepted=cookie.pop(_ACCEPTED, None) if part in {"", "team"} else None,
        today=day_of(at),
        at=at,
        short_day=short_day,
        stairs=_own_stairs(desk.standing, on=day_of(at)),
        can_cheer="cheers.place" in current_app.view_functions,
        # A deputy is a colleague of those in the unit: see pages/overlooked.py.
        is_their_manager=any(unit.is_own for unit in desk.units),
        ticked=ticked,
        wrong=wrong or {},
        typed=typed or {},
        unsent=unsent,
    )


def _queue(unit_ids: list[int]) -> dict[str, Any]:
    """A page of the submissions that wait for the viewer, and how many people wait in all."""
    queue = review_queue.queue(db_session(), unit_ids, me=viewer().id, **LISTS.window("page"))
    return {
        "waiting": LISTS.portion(queue.rows, "page"),
        "oldest": queue.rows[0] if queue.rows and LISTS.numbers().get("page", 1) == 1 else None,
        "people": queue.people,
        "people_in_words": in_words(queue.people),
        "submissions": queue.submissions,
        "submissions_in_words": in_words(queue.submissions),
        "short_names": short_names(row.name for row in queue.rows),
    }


def _own_stairs(mine: Standing, *, on: date) -> dict[Mindset, tuple[Stone, ...]]:
    challenges = catalogue.current().challenges
    return stones_by_mindset(challenges, mine.climbed, mine.submissions, on=on)


def giving() -> int | None:
    """The id of the completion whose endorsement form is open, if any."""
    return number_in_request("giving", otherwise=0) or None


def show_again(error: RuleBroken, *, section: str, of: str = "") -> Response:
    """The page with 422: the sentence beside its field, or at the head of ``section``.

    The id of a field is its name and ``of``, the row that it belongs to. If the error is about no
    field, the row may be gone, so what was written for it stands beside the sentence.
    """
    row = f"-{of}" if of else ""
    wrong = {f"{error.field}{row}" if error.field else section: refusal(error)}
    typed: dict[str, Any] = {f"{name}{row}": value for name, value in request.form.items()}
    typed[f"praise{row}"] = request.form.getlist("praise")
    fields = () if error.field else ("words", "question")
    unsent = [words for name in fields if (words := as_written(request.form.get(name, "")))]
    ticked = request.form.getlist("submission", type=int) or None
    shown = team_page(wrong=wrong, typed=typed, unsent=unsent, ticked=ticked)
    return make_response(shown, 422)


_ACCEPTED = "accepted"


def offer_undo(outcome: str, completion_ids: Collection[int]) -> None:
    """Let the next page say once what was accepted, with a button that undoes it."""
    cookie[_ACCEPTED] = {"said": outcome, "completions": list(completion_ids)}


def in_words(count: int) -> str:
    """The count as 三 in Japanese up to ten, else in digits."""
    return KANJI[count] if language() == "ja" and count < len(KANJI) else number(count)


def short_names(names: Iterable[str]) -> dict[str, str]:
    """The name for each person's button: the family name unless two people share it; in English the
    whole name."""
    different = set(names)
    shared = Counter(name.split()[0] for name in different if name.split())
    return {name: name if language() == "en" else _short(name, shared) for name in different}


def _short(name: str, shared: Counter[str]) -> str:
    family = name.split()[0] if name.split() else name
    return family if shared[family] == 1 else name


def short_day(day: date) -> Markup:
    """The day without its year, as an element that no line break divides: 12月4日, or 4 December in
    English."""
    words = f"{day.day} {day:%B}" if language() == "en" else f"{day.month}月{day.day}日"
    return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), words)
