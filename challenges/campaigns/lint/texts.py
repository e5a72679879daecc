"""Findings about what a campaign says: a language that is missing, long sentences, jargon."""

import re
from collections.abc import Iterator

from challenges.campaigns.definitions import CampaignDefinition, CampaignWording
from challenges.campaigns.lint import codes
from challenges.campaigns.lint.values import Finding, error, warning
from challenges.languages import LANGUAGES
from challenges.text import letters

LONGEST = 60
"""Letters of a sentence that is read in one breath."""
LONGEST_PURPOSE = 400
"""Letters of a purpose that is read on a phone without scrolling far."""
READ = ("motto", "purpose", "stop_when")
"""The texts that are read as sentences."""

JARGON = {
    "DX": "デジタルで仕事のしかたを変えること",
    "RPA": "パソコンの決まった操作を自動でするしくみ",
    "KPI": "進み具合を見る数字",
    "API": "プログラム同士がデータを受け渡す窓口",
    "BPR": "仕事の流れを根本から見直すこと",
    "OCR": "紙の文字を読み取るしくみ",
    "SaaS": "インターネット越しに使うソフト",
    "EBPM": "データをもとに政策を考えること",
    "ハドル": "Slackの中の音声通話",
    "スレッド": "一つの投稿への返信のつながり",
    "メンション": "名前を付けて相手に知らせること",
    "リアクション": "投稿に付ける絵文字",
    "ダッシュボード": "数字を一目で見る画面",
    "リテラシー": "使いこなす力",
    "アジャイル": "小さく試して直しながら進めること",
    "ナレッジ": "仕事で得た知恵",
}
"""Words that not everybody knows, with a gloss to paste."""

LONGEST_ENGLISH = 25
"""Words of an English sentence that is read in one breath."""
JARGON_IN_ENGLISH = {
    "DX": "changing how we work with digital tools",
    "RPA": "software that repeats fixed steps on a computer",
    "KPI": "a figure that shows progress",
    "API": "how programs hand data to each other",
    "BPR": "rethinking how work is done from the ground up",
    "OCR": "reading text from paper",
    "SaaS": "software used over the internet",
    "EBPM": "making policy from evidence",
    "huddle": "a call within Slack",
    "dashboard": "a page with figures at a glance",
    "agile": "trying small things and improving them",
    "onboarding": "the first days in a new post",
}
"""The same for English, in small letters but for abbreviations. Words that English readers learn at
their desk anyway, such as thread or reaction, are left out."""

_PARTS_OF_NAMES = "事務局|推進|ステップアップ|人材|基盤"
"""After these letters a word belongs to a name: 「DX事務局」 needs no gloss."""
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"[*_`#>]+|^\s*(?:[-+]|\d+\.)\s", re.MULTILINE)
_ENGLISH_NAMES = "office|promotion|Step-Up|step-up"
_ENGLISH_END = re.compile(r"[.!?]+(?=\s|$)|\n+")
_END = re.compile(r"[。！？!?\n]+")


def findings_of_texts(definition: CampaignDefinition) -> Iterator[Finding]:
    """What to mend in the texts."""
    yield from _missing(definition)
    for name in READ:
        yield from _long(definition.ja, name)
        yield from _long_in_english(definition.en, name)
    yield from _jargon(definition.ja)
    yield from _jargon_in_english(definition.en)


def _missing(definition: CampaignDefinition) -> Iterator[Finding]:
    for name in CampaignWording.model_fields:
        texts = {language: getattr(definition, language) for language in LANGUAGES}
        absent = [language for language, one in texts.items() if not getattr(one, name)]
        if name == "stop_when" and len(absent) == len(LANGUAGES):
            yield error(codes.STOP_WHEN_MISSING, "ja.stop_when")
        elif name == "motto" and len(absent) == len(LANGUAGES):
            # A campaign may go without one.
            continue
        else:
            yield from (_without(language, name) for language in absent)


def _without(language: str, name: str) -> Finding:
    code = codes.JAPANESE_MISSING if language == "ja" else codes.ENGLISH_MISSING
    return error(code, f"{language}.{name}", field=name)


def _long(wording: CampaignWording, name: str) -> Iterator[Finding]:
    text = plain(getattr(wording, name))
    longest = max(_END.split(text), key=letters)
    if letters(longest) > LONGEST:
        yield warning(
            codes.LONG_SENTENCE,
            f"ja.{name}",
            letters=letters(longest),
            longest=LONGEST,
            begins=longest.strip()[:15],
        )
    if name == "purpose" and letters(text) > LONGEST_PURPOSE:
        yield warning(
            codes.LONG_PURPOSE, "ja.purpose", letters=letters(text), longest=LONGEST_PURPOSE
        )


def _long_in_english(wording: CampaignWording, name: str) -> Iterator[Finding]:
    longest = max(_ENGLISH_END.split(plain(getattr(wording, name))), key=_words)
    if _words(longest) > LONGEST_ENGLISH:
        yield warning(
            codes.LONG_ENGLISH,
            f"en.{name}",
            words=_words(longest),
            longest=LONGEST_ENGLISH,
            begins=" ".join(longest.split()[:4]),
        )


def _words(sentence: str) -> int:
    return len(sentence.split())


def _jargon_in_english(wording: CampaignWording) -> Iterator[Finding]:
    for word, gloss in JARGON_IN_ENGLISH.items():
        pattern = re.compile(
            rf"(?<![\w-]){word}s?(?![\w-])(?! (?:{_ENGLISH_NAMES}))",
            0 if word.isupper() else re.IGNORECASE,
        )
        for name in READ:
            text = plain(getattr(wording, name))
            if found := pattern.search(text):
                if not re.match(r"[\"”’']?,? \(", text[found.end() :]):
                    yield warning(codes.JARGON_IN_ENGLISH, f"en.{name}", word=word, gloss=gloss)
                break


def _jargon(wording: CampaignWording) -> Iterator[Finding]:
    for word, gloss in JARGON.items():
        uses = ((name, _first_use(word, plain(getattr(wording, name)))) for name in READ)
        name, rest = next(((name, rest) for name, rest in uses if rest is not None), ("", None))
        if rest is not None and not re.match(r"[」』]?\s?[（(]", rest):
            yield warning(codes.JARGON, f"ja.{name}", word=word, gloss=gloss)


def _first_use(word: str, text: str) -> str | None:
    """What follows the word where it stands first, or None where it does not stand."""
    around = "A-Za-z" if word.isascii() else "ァ-ヶー"
    pattern = rf"(?<![{around}]){word}(?![{around}])(?!{_PARTS_OF_NAMES})"
    found = re.search(pattern, text)
    return text[found.end() :] if found else None


def plain(text: str) -> str:
    """Markdown as it is read: links by their words, without marks."""
    return _MARKS.sub("", _LINK.sub(r"\1", text))
