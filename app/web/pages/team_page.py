"""The manager's page itself, as every form of it answers: with what was typed and what is wrong,
where that is so."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date

from flask import Response, make_response, request
from flask import session as cookie

from app.clock import now
from app.web import catalogue
from app.web.language import language, refusal
from app.web.paging import Lists, number_called
from app.web.rendering import db_session, page, viewer
from challenges.calendar import day_of
from challenges.errors import NotAllowed, RuleBroken
from challenges.people import org_chart
from challenges.recognition import recent
from challenges.submissions import queue as review_queue
from challenges.text import as_written

PAGE_SIZE = 10
"""Of both lists: as much as one reads before lunch."""


KANJI = "〇一二三四五六七八九十"


LISTS = Lists("team.team", ("page", "steps"), PAGE_SIZE)
"""The queue, and what was climbed."""


numbers = LISTS.numbers


def team_page(
    *,
    wrong: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    unsent: Collection[str] = (),
) -> str:
    """Who waits, what my people did lately, and who stands in for me. Raises NotAllowed where I
    look after nobody.

    ``unsent`` is what was written for a row that may be there no more.
    """
    me, at = viewer(), now()
    if not me.is_manager:
        raise NotAllowed("チームのページは、管理職と代理の人のためのものです。")
    units = org_chart.managed_units(db_session(), me.id, on=day_of(at))
    unit_ids = [unit.unit_id for unit in units]
    everywhere = set().union(*(unit.unit_ids for unit in units))
    scope = recent.TeamScope(me.id, everywhere, at, day_of(at))
    part = request.headers.get("HX-Target", "").partition("#")[2]
    queue = review_queue.queue(db_session(), unit_ids, me=me.id, **LISTS.cut("page"))
    return page(
        "team/team.html",
        nav="team",
        units=units,
        waiting=LISTS.portion(queue.rows, "page"),
        people=queue.people,
        people_in_words=in_words(queue.people),
        submissions=queue.submissions,
        submissions_in_words=in_words(queue.submissions),
        short_names=short_names(row.name for row in queue.rows),
        climbed=LISTS.portion(
            recent.climbed_lately(db_session(), scope, **LISTS.cut("steps")), "steps"
        ),
        challenges=catalogue.current().challenges.by_slug,
        numbers=numbers(),
        giving=giving(),
        part=part,
        accepted=cookie.pop(_ACCEPTED, None) if part in {"", "team"} else None,
        today=day_of(at),
        short_day=short_day,
        wrong=wrong or {},
        typed=typed or {},
        unsent=unsent,
    )


def giving() -> int | None:
    """The completion to which words are just being written, if any."""
    return number_called("giving", otherwise=0) or None


def again(error: RuleBroken, *, section: str, of: str = "") -> Response:
    """The page again with 422: the sentence beside its field or at the head of its section, and
    what was typed.

    Both are kept by the id of the field, which is its name and ``of`` which row it is. Where no
    field is wrong but the row has moved, what was written for it stands beside the sentence.
    """
    row = f"-{of}" if of else ""
    wrong = {f"{error.field}{row}" if error.field else section: refusal(error)}
    typed = {f"{name}{row}": value for name, value in request.form.items()}
    fields = () if error.field else ("words", "question")
    unsent = [words for name in fields if (words := as_written(request.form.get(name, "")))]
    return make_response(team_page(wrong=wrong, typed=typed, unsent=unsent), 422)


_ACCEPTED = "accepted"


def offer_way_back(said: str, completion_ids: Collection[int]) -> None:
    """Let the page say once what was accepted, with a button that takes it back."""
    cookie[_ACCEPTED] = {"said": said, "completions": list(completion_ids)}


def in_words(count: int) -> str:
    """三, or 3 in English and beyond ten."""
    return KANJI[count] if language() == "ja" and count < len(KANJI) else str(count)


def short_names(names: Iterable[str]) -> dict[str, str]:
    """What to call each on a button: by the family name, unless two share it; in English by the
    whole name."""
    different = set(names)
    shared = Counter(name.split()[0] for name in different if name.split())
    return {name: name if language() == "en" else _short(name, shared) for name in different}


def _short(name: str, shared: Counter[str]) -> str:
    family = name.split()[0] if name.split() else name
    return family if shared[family] == 1 else name


def short_day(day: date) -> str:
    """12月4日 or 4 December: a day so near that its year goes without saying."""
    return f"{day.day} {day:%B}" if language() == "en" else f"{day.month}月{day.day}日"
