"""Reads the four forms of a campaign's draft, and keeps what was typed where it cannot be stored.

A field of the form has the name of the field of the draft (``ja.name``). Its id has a dash for the
dot, because an address cannot lead to a dot.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from app.studio.draft_fields import PARTS, FieldsWrong, values_of
from app.web.language import sentence as _
from challenges.campaigns.definitions import (
    LONGEST_MOTTO,
    LONGEST_NAME,
    LONGEST_PURPOSE,
    LONGEST_SENTENCE,
    MOST_CHALLENGES,
    CampaignDefinition,
)
from challenges.dates import read_date
from challenges.errors import N_
from challenges.text import same_width

Form = MultiDict[str, str]

_NUMBERS = tuple(map(str, range(1, 100)))
LONGEST = {
    "name": LONGEST_NAME,
    "motto": LONGEST_MOTTO,
    "purpose": LONGEST_PURPOSE,
    "stop_when": LONGEST_SENTENCE,
    "lessons": LONGEST_PURPOSE,
    "channel": 80,
}
"""Characters that a field takes, by the last part of its name."""


class _Unreadable(ValueError):
    """The value of a field is not what it asks for. The message is a sentence."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent."""

    values: dict[str, Any] = field(default_factory=dict)
    """What can be stored, by field."""
    kept: dict[str, Any] = field(default_factory=dict)
    """What was typed, by field: shown again if the form is refused."""
    wrong: dict[str, str] = field(default_factory=dict)
    """What is wrong, by field."""


def id_of(name: str) -> str:
    """The id of the field with that name."""
    return name.replace(".", "-").replace("_", "-")


def read_part(part: str, form: Form, definition: CampaignDefinition) -> Typed:
    """The fields of a part that the form has, and what its button adds, moves or removes."""
    typed = Typed()
    known = values_of(definition)
    for name in PARTS[part]:
        if f"has.{name}" not in form and name not in form:
            continue
        given = _AS_TYPED.get(name, _line)(name, form)
        typed.kept[name] = given
        try:
            typed.values[name] = _READ.get(name, _as_it_is)(given)
        except _Unreadable as error:
            typed.wrong[name] = str(error)
            typed.values[name] = known[name]
    return typed


def refused(typed: Typed, error: FieldsWrong) -> Typed:
    """The form with the sentences for what could not be stored."""
    wrong = {name: _why(name) for name in error.fields}
    return Typed(typed.values, typed.kept, {**typed.wrong, **wrong})


def _line(name: str, form: Form) -> str:
    return form.get(name, "")


def _ticked(name: str, form: Form) -> bool:
    return name in form


def _units(name: str, form: Form) -> list[str]:
    verb, _colon, path = form.get("act", "").partition(":")
    chosen = [one for one in dict.fromkeys(form.getlist(name)) if one]
    if verb == "add" and path:
        return [*(one for one in chosen if one != path), path]
    return [one for one in chosen if verb != "remove" or one != path]


def _challenges(name: str, form: Form) -> list[dict[str, Any]]:
    slugs = _moved([one for one in dict.fromkeys(form.getlist(name)) if one], form.get("act", ""))
    return [_with_steps(slug, form) for slug in slugs]


def _with_steps(slug: str, form: Form) -> dict[str, Any]:
    """The challenge with the steps that are ticked; none named if all are."""
    offered = [one for one in form.getlist(f"steps-of.{slug}") if one in _NUMBERS]
    ticked = form.getlist(f"steps.{slug}")
    if not offered or set(offered) == set(ticked):
        return {"slug": slug, "steps": []}
    return {"slug": slug, "steps": sorted(int(one) for one in ticked if one in offered) or [0]}


def _moved(slugs: list[str], act: str) -> list[str]:
    """The challenges after the button ``up:slug``, ``down:slug``, ``remove:slug`` or
    ``add:slug``."""
    verb, _colon, slug = act.partition(":")
    if verb == "add" and slug and slug not in slugs:
        return [*slugs, slug]
    if slug not in slugs:
        return slugs
    at = slugs.index(slug)
    rest = [one for one in slugs if one != slug]
    if verb == "remove":
        return rest
    to = {"up": max(0, at - 1), "down": at + 1}.get(verb, at)
    return [*rest[:to], slug, *rest[to:]]


def _as_it_is(given: Any) -> Any:
    return given


def _a_day(given: str) -> str | None:
    if not given.strip():
        return None
    try:
        return read_date(given).isoformat()
    except ValueError:
        raise _Unreadable(
            _(
                "「%(day)s」は読めませんでした。%(example)s のように書いてください。",
                day=given[:20],
                example="2026-09-01",
            )
        ) from None


def _a_number(given: str) -> int:
    plain = same_width(given).replace(",", "").strip()
    if not plain:
        return 0
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 8):
        raise _Unreadable(_("目あては、%(least)s以上の数で書いてください。", least=1))
    return int(plain)


def _some_steps(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if any(one["steps"] == [0] for one in given):
        raise _Unreadable(_("数える段を、一つは残してください。やめるときは「はずす」を押します。"))
    return given


def _why(name: str) -> str:
    if name == "goal.target":
        return _("割合の目あては、%(most)sまでの数で書いてください。", most=100)
    if name == "challenges":
        return _("チャレンジは、一つずつ、%(most)sまで選べます。", most=MOST_CHALLENGES)
    longest = LONGEST.get(name.rpartition(".")[2])
    if longest:
        return _("%(count)s字までで書いてください。", count=longest)
    return _(UNKNOWN)


UNKNOWN = N_("この値は残せませんでした。選び直してください。")

_AS_TYPED: Mapping[str, Callable[[str, Form], Any]] = {
    "everyone": _ticked,
    "managers": _ticked,
    "units": _units,
    "challenges": _challenges,
}
_READ: Mapping[str, Callable[[Any], Any]] = {
    "new_since": _a_day,
    "first_day": _a_day,
    "last_day": _a_day,
    "goal.target": _a_number,
    "challenges": _some_steps,
}


def sentences_at(wrong: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """What is wrong, by the ids of the fields: for the links above a refused form."""
    return {id_of(name): wrong[name] for name in names if name in wrong}
