"""What the audit log keeps is told in words, not in the names of fields."""

from dataclasses import astuple

import pytest
from flask import Flask

from app.indicators.statement_fields import FIELDS
from app.web.language import speaking
from app.web.wording.audit import changes_in


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> object:
    """A request, which has a language."""
    with app.test_request_context("/"):
        yield


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("month", "2026-10", ("月", "（なし）", "2026年10月")),
        ("agreed_on", "2026-07-01", ("合意した日", "（なし）", "2026年7月1日")),
        ("variant", "WITHOUT_DISASTER", ("どちらの値ですか", "（なし）", "災害対応を除いた値")),
        ("scopes", "IMPORT", ("できること", "（なし）", "計測値のファイルを送る")),
        ("expires_at", "2026-12-29T18:21:58+00:00", ("いつまで", "（なし）", "2026年12月30日")),
        ("lines", 4, ("値の数", "（なし）", "4")),
        ("licence_name", "CC BY 4.0", ("利用条件の名前", "（なし）", "CC BY 4.0")),
    ],
)
def test_fields_of_the_dashboard_are_words(
    field: str, value: object, told: tuple[str, str, str]
) -> None:
    [change] = changes_in(None, {field: value})
    assert astuple(change) == told


def test_every_field_of_a_statement_has_its_word() -> None:
    names = {field.name for fields in FIELDS.values() for field in fields}
    for language in ("ja", "en"):
        with speaking(language):
            told = changes_in(None, dict.fromkeys(sorted(names), "x"))
            assert {change.field for change in told} & names == set()
