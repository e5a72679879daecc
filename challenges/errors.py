"""Rules a request may break. Each error is named after its rule and carries a Japanese sentence,
the source language of the screens.

The web answers 422 with the translated sentence, 403 for `NotAllowed`, and changes nothing. Errors
that only one module raises stand in that module.
"""


def N_(sentence: str) -> str:  # noqa: N802 (the name every gettext tool knows)
    """Mark a sentence for translation. The screen translates it when it is shown."""
    return sentence


class Unreadable(ValueError):
    """A text in a file does not say what it should. ``sentence`` is a template that ``values`` fill
    after translation; ``str(error)`` is the whole sentence in Japanese."""

    def __init__(self, sentence: str, **values: object) -> None:
        self.sentence, self.values = sentence, values
        super().__init__(sentence % values if values else sentence)


class RuleBroken(Exception):
    """A request breaks a rule. ``sentence`` says what is wrong and what to do.

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
    """Only a manager of the person's unit, or a deputy, may do this."""

    sentence = N_("この人の所属の管理職（または代理）だけができます。")


class CannotDecideOwnSubmission(NotAllowed):
    """Nobody reviews what they submitted themselves."""

    sentence = N_("自分の申請を自分で決めることはできません。")


class CannotEndorseOneself(NotAllowed):
    """Nobody vouches for themselves."""

    sentence = N_("自分にお墨付きを贈ることはできません。")


class AlreadyClimbed(RuleBroken):
    """The person has completed the step. Asking twice is no fault: the web shows the completion."""

    sentence = N_("この段はもう登りました。")


class PreviousStepMissing(RuleBroken):
    """The step below is not completed."""

    sentence = N_("まだその時ではありません。")


class AlreadyDecided(RuleBroken):
    """Somebody else was quicker; what the person saw is out of date."""

    sentence = N_("ほかの人が先に進めました。最新の状態を確かめてください。")


class SessionEnded(RuleBroken):
    """The session or one-time link was ended after it let the person in."""

    sentence = N_("ほかの人が先に進めました。最新の状態を確かめてください。")


class InvalidField(RuleBroken):
    """The value of one form field is not accepted. ``field`` names it."""
