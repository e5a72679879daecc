"""The units of the demo: departments, sections, regional units, and groups if it is large."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from challenges.vocabulary import Site

PEOPLE_PER_UNIT = 4500 / 330
UNITS = 330
"""Units of a prefecture of 4,500 people. A larger one has groups (班) below them, so that units do
not grow."""

REGIONS = ("桑名", "四日市", "鈴鹿", "津", "松阪", "伊勢", "鳥羽志摩", "伊賀", "尾鷲", "熊野")

DEPARTMENTS = {
    "防災部": "防災企画課 災害対策課 危機管理課 消防保安課 地域防災課 防災情報課",
    "総務部": "総務課 人事課 財政課 税務企画課 管財課 法務文書課 福利厚生課 行財政改革課",
    "政策部": "政策企画課 広聴広報課 統計課 秘書課 国際戦略課 広域連携課 市町支援課",
    "デジタル推進部": "DX推進課 情報システム課 データ活用課 デジタル業務改革課 情報基盤課",
    "地域振興部": "地域づくり課 交通政策課 移住促進課 水資源課 南部振興課 土地対策課",
    "医療保健部": (
        "医療政策課 健康推進課 感染症対策課 薬務課 長寿介護課 国民健康保険課 食品安全課 医療人材課"
    ),
    "子ども福祉部": (
        "子ども政策課 少子化対策課 子育て支援課 障がい福祉課 地域福祉課 児童相談課 監査課"
    ),
    "環境生活部": (
        "環境共生課 大気水環境課 資源循環課 文化振興課 人権課 消費生活課 多文化共生課 私学課"
    ),
    "農林水産部": (
        "農産園芸課 畜産課 担い手支援課 農地調整課 農業基盤整備課 "
        "森林整備課 治山林道課 水産課 漁港課"
    ),
    "雇用経済部": (
        "雇用対策課 中小企業課 企業誘致課 ものづくり推進課 "
        "障がい者雇用課 新産業課 県産品振興課 エネルギー課"
    ),
    "観光部": "観光企画課 観光誘客課 海外誘客課 観光資源課",
    "県土整備部": (
        "総務課 公共用地課 道路企画課 道路管理課 河川課 防災砂防課 "
        "港湾課 都市課 住宅課 建築課 営繕課"
    ),
    "企業庁": "企業総務課 財務管理課 水道事業課 工業用水課 機電管理課",
    "教育委員会事務局": (
        "教育総務課 教職員課 高校教育課 小中学校教育課 "
        "特別支援教育課 生徒指導課 保健体育課 文化財課"
    ),
}
"""In the order of the organisation. The first section of each exists even in the smallest demo."""

REGIONAL = {
    "総務部": ("県税事務所", "管理課 課税課"),
    "地域振興部": ("地域事務所", "総務課 地域課"),
    "医療保健部": ("保健所", "総務企画課 保健課 衛生課"),
    "子ども福祉部": ("福祉事務所", "相談課"),
    "農林水産部": ("農林水産事務所", "総務課 農政課 林業課"),
    "県土整備部": ("建設事務所", "総務課 用地課 道路課 河川課 管理課"),
    "教育委員会事務局": ("教育支援事務所", ""),
}
"""By department: its office in each region, and the sections of that."""

NEEDED = ("農林水産部", "観光部", "デジタル推進部")
"""Where the demo accounts work."""


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """A unit before it is a row. ``number`` counts from 1, parents before their children."""

    number: int
    parent: int | None
    name: str
    path: str
    position: int
    site: Site | None
    """None: where the unit above it is."""
    head: str
    """The title of its manager."""

    @property
    def is_department(self) -> bool:
        return self.parent is None


def units_for(staff: int) -> list[DemoUnit]:
    """The organisation for so many people: 14 departments and 330 units for 4,500."""
    wanted = max(6, round(staff / PEOPLE_PER_UNIT))
    departments = _departments(min(len(DEPARTMENTS), max(len(NEEDED), wanted // 3)))
    paths = _paths(departments)[: min(wanted, UNITS)]
    groups = _groups(paths, max(0, wanted - len(paths)))
    return list(_numbered([*departments, *paths, *groups]))


def _departments(count: int) -> list[str]:
    """So many departments, in the order of the organisation, the needed ones among them."""
    first = sorted(DEPARTMENTS, key=lambda name: name not in NEEDED)[:count]
    return [name for name in DEPARTMENTS if name in first]


def _paths(departments: list[str]) -> list[str]:
    """All their units, one of each department in turn, so that the first ones of them suffice."""
    turns = zip_longest(*(_paths_of(name) for name in departments))
    return [path for turn in turns for path in turn if path]


def _paths_of(department: str) -> Iterator[str]:
    yield from (f"{department}/{section}" for section in DEPARTMENTS[department].split())
    if department in REGIONAL:
        kind, sections = REGIONAL[department]
        for region in REGIONS:
            yield f"{department}/{region}{kind}"
            yield from (f"{department}/{region}{kind}/{section}" for section in sections.split())


def _groups(paths: list[str], count: int) -> Iterable[str]:
    return (f"{paths[n % len(paths)]}/第{n // len(paths) + 1}班" for n in range(count))


def _numbered(paths: list[str]) -> Iterator[DemoUnit]:
    numbers = {path: number for number, path in enumerate(paths, start=1)}
    children: dict[str, int] = {}
    for path, number in numbers.items():
        above, _, name = path.rpartition("/")
        position = children[above] = children.get(above, -1) + 1
        yield DemoUnit(number, numbers.get(above), name, path, position, _site(path), _head(name))


def _site(path: str) -> Site | None:
    """A department is at the head office, its regional offices are not."""
    department, _, below = path.partition("/")
    if not below:
        return Site.HEAD
    kind, _sections = REGIONAL.get(department, ("", ""))
    is_regional = bool(kind) and "/" not in below and below.endswith(kind)
    return Site.BRANCH if is_regional else None


def _head(name: str) -> str:
    for ending, title in (
        ("事務局", "教育長"),
        ("庁", "庁長"),
        ("部", "部長"),
        ("課", "課長"),
        ("班", "班長"),
    ):
        if name.endswith(ending):
            return title
    return "所長"
