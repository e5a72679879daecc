"""Finds out which column of a personnel list holds which field, by the headings of the file."""

from challenges.people.roster.csv_file import Problem, Record
from challenges.people.roster.rows import FIELDS
from challenges.text import same_width, without_blanks

HEADINGS = {
    "employee_number": ("職員番号",),
    "name": ("氏名",),
    "kana": ("フリガナ", "カナ", "ふりがな"),
    "email": ("メール", "メールアドレス"),
    "unit": ("所属",),
    "post": ("職", "職名", "補職"),
    "manager": ("管理職",),
    "valid_from": ("発令日", "異動日"),
}


_FIELD_OF = {heading: field for field in FIELDS for heading in (field, *HEADINGS[field])}


def columns_of(header: Record) -> tuple[dict[str, int], list[Problem], list[str]]:
    """The column of each field, from 0; the problems with the headings; notices about ignored
    columns."""
    columns: dict[str, int] = {}
    problems: list[Problem] = []
    ignored: list[str] = []
    for number, cell in enumerate(header.cells):
        field = _FIELD_OF.get(without_blanks(same_width(cell)).lower())
        if field is None:
            ignored.append(cell.strip() or f"{number + 1}列目")
        elif field in columns:
            problems.append(
                Problem(
                    header.line, cell.strip(), "同じ意味の列が二つあります。一つにしてください。"
                )
            )
        else:
            columns[field] = number
    problems += [_missing(header, field) for field in FIELDS if field not in columns]
    notices = [f"使わない列です（読みません）: {'、'.join(ignored)}"] if ignored else []
    return columns, problems, notices


def _missing(header: Record, field: str) -> Problem:
    names = "、".join((*HEADINGS[field], field))
    hint = "" if len(header.cells) > 1 else " 列はコンマ（,）で区切ってください。"
    return Problem(
        header.line,
        "見出し",
        f"「{HEADINGS[field][0]}」の列がありません（使える見出し: {names}）。{hint}".strip(),
    )
