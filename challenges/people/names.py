"""Under which key a person's name is found, however its kanji are written.

高橋 finds 髙橋, and 渡辺 finds 渡邉 and 渡邊. Which kanji are forms of one is not ours to say: it
is the notice of the Ministry of Justice on the family register, as the MJ shrink map of the
Character Information Technology Promotion Council (MJ縮退マップ, moji.or.jp) has it. The library
jntajis brings that map. For searching alone: two people whose names have one key are still two
people.
"""

import unicodedata

from jntajis import MJShrinkSchemeCombo, mj_shrink_candidates

from challenges.text import comparable, to_hiragana

_FAMILY_REGISTER = MJShrinkSchemeCombo.MOJ_FAMILY_REGISTER_ACT_RELATED_NOTICE

_ALSO_ONE = str.maketrans("亙凛巖晄桧穣遥斉麺", "亘凜巌晃檜穰遙斎麵")
"""What the map lacks: the other pairs of the list of kanji for names (戸籍法施行規則別表第二の二),
麺 of the Joyo list, and 斉. The map has 齊 as a form of 斉 and 齋 as one of 斎, but families write
all four for one another."""


_LONGEST = 200
"""In characters. A name has up to 100, and hardly any becomes longer. PostgreSQL takes no more than
2,700 bytes into an index."""


def person_keys(name: str, kana: str) -> dict[str, str]:
    """The columns of a person that a search looks into, each for the beginning of what is typed:
    the whole name, the given name, and both in kana. ``name_key`` folds what is typed."""
    return {
        "name_key": _kept(name),
        "given_key": _kept(_given(name)),
        "kana_key": _kept(kana),
        "given_kana_key": _kept(_given(kana)),
    }


def _given(name: str) -> str:
    """What stands behind the first blank; "" if none says where the surname ends."""
    return " ".join(name.split()[1:])


def _kept(words: str) -> str:
    return name_key(words)[:_LONGEST]


def name_key(words: str) -> str:
    """One key for every way to type a name: width, case, blanks, decomposition, hiragana or
    katakana, and forms of a kanji make no difference."""
    return comparable(words).translate(_ONE_FORM)


class _OneForm(dict[int, str]):
    """A table for ``str.translate`` that looks each letter up once."""

    def __missing__(self, code: int) -> str:
        form = _simplest(to_hiragana(chr(code))).translate(_ALSO_ONE)
        return self.setdefault(code, form)


_ONE_FORM = _OneForm()


def _simplest(letter: str) -> str:
    """The form that stands for all forms of a kanji; the letter itself for any other."""
    forms = _forms_reached_from(letter)
    # The map leads from a rare form to a common one, over several steps or in a circle (渕, 淵).
    ends = [form for form in forms if not _simpler(form)]
    return min(ends or forms)


def _forms_reached_from(letter: str) -> set[str]:
    forms, to_do = {letter}, [letter]
    while to_do:
        new = _simpler(to_do.pop()) - forms
        forms |= new
        to_do += new
    return forms


def _simpler(letter: str) -> set[str]:
    """The forms to which the map leads from this one."""
    candidates = mj_shrink_candidates(letter, _FAMILY_REGISTER)
    return {unicodedata.normalize("NFKC", form) for form in candidates if len(form) == 1} - {letter}
