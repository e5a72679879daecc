"""Rules a request may break. Each carries its sentence in Japanese, the source language of the
screens.

The web answers 422 with the sentence (translated), 403 for `NotAllowed`; nothing is changed.
"""


def N_(sentence: str) -> str:  # noqa: N802 (the name every gettext tool knows)
    """Marks a sentence for translation where it is written; the screen translates it when it is
    shown."""
    return sentence


class RuleBroken(Exception):
    """A house rule or a rule of the game says no. ``sentence`` says what is wrong and what to do.

    A sentence with numbers is a template: its placeholders, ``%(days)s``, are filled with
    ``values`` after translation. ``str(error)`` is the whole sentence in Japanese.
    """

    sentence = N_("この操作はできません。")

    def __init__(
        self, sentence: str | None = None, *, field: str | None = None, **values: object
    ) -> None:
        self.sentence = sentence or type(self).sentence
        self.values = values
        self.field = field
        """Name of the form field that the sentence is about, where there is one."""
        super().__init__(self.sentence % values if values else self.sentence)


class NotAllowed(RuleBroken):
    """This person may not do this."""

    sentence = N_("この操作ができるのは、担当の人だけです。")


class NotTheirManager(NotAllowed):
    sentence = N_("この人の所属の管理職（または代理）だけができます。")


class CannotDecideOwnSubmission(NotAllowed):
    sentence = N_("自分の申請を自分で決めることはできません。")


class CannotEndorseOneself(NotAllowed):
    sentence = N_("自分にお墨付きを贈ることはできません。")


class AlreadyClimbed(RuleBroken):
    """The step stands already. Asking twice is no fault: the web shows the completion there is."""

    sentence = N_("この段はもう登りました。")


class PreviousStepMissing(RuleBroken):
    sentence = N_("まだその時ではありません。")


class AlreadyDecided(RuleBroken):
    """Somebody else was quicker; what the person saw is out of date."""

    sentence = N_("ほかの人が先に進めました。最新の状態を確かめてください。")


class InvalidField(RuleBroken):
    """One field of a form, in words."""
