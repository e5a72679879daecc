"""Made-up names.

They are drawn from Faker's lists directly, because asking Faker itself 100,000 times takes minutes.
"""

from collections import Counter
from dataclasses import dataclass
from random import Random

from faker.providers.person.ja_JP import Provider

DOMAIN = "pref.example.jp"

Name = tuple[str, str, str]
"""Kanji, kana, Latin letters."""

OF_THE_REGION: tuple[Name, ...] = (
    ("浜口", "ハマグチ", "hamaguchi"),
    ("中西", "ナカニシ", "nakanishi"),
    ("谷口", "タニグチ", "taniguchi"),
    ("奥村", "オクムラ", "okumura"),
    ("世古", "セコ", "seko"),
    ("出口", "デグチ", "deguchi"),
    ("大西", "オオニシ", "onishi"),
    ("北村", "キタムラ", "kitamura"),
    ("野呂", "ノロ", "noro"),
    ("水谷", "ミズタニ", "mizutani"),
    ("服部", "ハットリ", "hattori"),
    ("稲垣", "イナガキ", "inagaki"),
    ("森下", "モリシタ", "morishita"),
    ("濱田", "ハマダ", "hamada"),
    ("上村", "ウエムラ", "uemura"),
    ("山路", "ヤマジ", "yamaji"),
    ("橋爪", "ハシヅメ", "hashizume"),
    ("東", "ヒガシ", "higashi"),
    ("西", "ニシ", "nishi"),
    ("辻", "ツジ", "tsuji"),
    ("倉田", "クラタ", "kurata"),
    ("中井", "ナカイ", "nakai"),
    ("川口", "カワグチ", "kawaguchi"),
    ("阪本", "サカモト", "sakamoto"),
    ("田端", "タバタ", "tabata"),
)
OF_TODAY: tuple[Name, ...] = (
    ("汐里", "シオリ", "shiori"),
    ("樹", "イツキ", "itsuki"),
    ("岳", "ガク", "gaku"),
    ("光", "ヒカル", "hikaru"),
    ("渚", "ナギサ", "nagisa"),
    ("陽菜", "ヒナ", "hina"),
    ("葵", "アオイ", "aoi"),
    ("凛", "リン", "rin"),
    ("大輝", "ダイキ", "daiki"),
    ("颯太", "ソウタ", "sota"),
    ("美咲", "ミサキ", "misaki"),
    ("彩花", "アヤカ", "ayaka"),
    ("拓海", "タクミ", "takumi"),
    ("優奈", "ユウナ", "yuna"),
    ("航", "ワタル", "wataru"),
    ("詩織", "シオリ", "shiori"),
    ("恵", "メグミ", "megumi"),
    ("誠", "マコト", "makoto"),
    ("千尋", "チヒロ", "chihiro"),
    ("悠斗", "ユウト", "yuto"),
    ("真由美", "マユミ", "mayumi"),
    ("健太", "ケンタ", "kenta"),
    ("由紀", "ユキ", "yuki"),
    ("聡", "サトシ", "satoshi"),
)
FAMILY: tuple[Name, ...] = (*Provider.last_name_pairs, *OF_THE_REGION)
GIVEN: tuple[Name, ...] = (
    *Provider.first_name_male_pairs,
    *Provider.first_name_female_pairs,
    *OF_TODAY,
)


@dataclass(frozen=True, slots=True)
class Named:
    """A person's name and address as on the personnel list."""

    name: str
    kana: str
    email: str


class Names:
    """Draws names, and gives each person an address of their own."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def some(self, random: Random) -> Named:
        """A random name, which others may have too, with an address that nobody else has."""
        family, given = random.choice(FAMILY), random.choice(GIVEN)
        local = f"{family[2]}.{given[2]}".lower()
        self._given[local] += 1
        email = f"{local}{self._given[local]:03}@{DOMAIN}"
        return Named(f"{family[0]} {given[0]}", f"{family[1]} {given[1]}", email)
