"""Stops a list that changes so much at once that it is probably damaged, or only a part of one."""

from collections.abc import Mapping
from typing import NamedTuple

from challenges.errors import RuleBroken
from challenges.people.roster.planning import Plan

FEW = 3
"""People that any kind of change may touch without a question, however small the organisation."""


class Guard(NamedTuple):
    """How many people one kind of change may touch."""

    share: float
    """Of the people who were active before."""
    words: str
    """What happens to them, after their number."""


GUARDS = {
    "ended": Guard(0.1, "の在籍を終える"),
    "new": Guard(0.2, "を新しく加える（または在籍に戻す）"),
    "transferred": Guard(0.5, "を異動させる"),
    "renamed": Guard(0.1, "の氏名を変える"),
    "addresses": Guard(0.2, "のメールアドレスを変える"),
    "managers": Guard(0.1, "を異動なしに管理職から外す"),
    "uncounted": Guard(0.2, "の集計対象外の期間を変える"),
}


class TooManyChanges(RuleBroken):
    """The list would change more than is likely. ``plan`` says what."""

    def __init__(self, sentence: str, plan: Plan) -> None:
        self.plan = plan
        super().__init__(sentence)


def must_not_be_too_many(plan: Plan, at_most: Mapping[str, int]) -> None:
    """Raise TooManyChanges unless each kind of change is within its share, or within ``at_most``.

    The first list of an empty database may bring any number of people.
    """
    too_many = {
        kind: count
        for kind, guard in GUARDS.items()
        if (count := plan.touched[kind])
        > at_most.get(kind, max(FEW, int(plan.active * guard.share)))
    }
    if too_many and plan.active:
        # Only the console shows this, in Japanese alone. In a call of the error it would be taken
        # for a sentence to translate.
        what = "、".join(f"{count}人{GUARDS[kind].words}" for kind, count in too_many.items())
        options = " ".join(f"--allow {kind}={count}" for kind, count in too_many.items())
        sentence = (
            f"名簿は、在籍{plan.active}人のうち{what}ことになります。"
            "名簿が一部だけではないか、列や行がずれていないか、確かめてください。"
            f"まちがいなければ {options} を付けてください。何も変えていません。"
        )
        raise TooManyChanges(sentence, plan)
