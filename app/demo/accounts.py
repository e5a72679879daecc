"""The six people who can sign in to a demo. Nobody else in demo data has a password."""

from dataclasses import dataclass

from app.demo.names import DOMAIN, Named

PASSWORD = "stepup-demo"  # noqa: S105  # printed at every start of a demo, so it is no secret


@dataclass(frozen=True, slots=True)
class Account:
    """A person who can sign in: employee number, name, and the path of their unit."""

    number: str
    name: str
    kana: str
    unit: str
    is_manager: bool = False
    is_dx_office: bool = False

    @property
    def named(self) -> Named:
        return Named(self.name, self.kana, f"{self.number}@{DOMAIN}")


HOME = "農林水産部/農産園芸課"
"""The unit of ``staff``, ``colleague`` and ``manager``."""
HOME_SIZE = 14
"""People. Pages show the numbers of a unit only from ten people on."""

ACCOUNTS = (
    Account("manager", "中村 岳", "ナカムラ ガク", HOME, is_manager=True),
    Account("staff", "浜口 汐里", "ハマグチ シオリ", HOME),
    Account("colleague", "山本 樹", "ヤマモト イツキ", HOME),
    Account("outsider", "森 太一", "モリ タイチ", "観光部/観光企画課", is_manager=True),
    Account("dx", "西 光", "ニシ ヒカル", "デジタル推進部/DX推進課", is_dx_office=True),
    Account("dx2", "奥村 明", "オクムラ アキラ", "デジタル推進部/DX推進課", is_dx_office=True),
)
