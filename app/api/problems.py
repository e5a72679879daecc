"""Every error below /api/ as a problem (RFC 9457): what is wrong, in a sentence, in the language
that the program asks for."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from pydantic import BaseModel, ConfigDict, ValidationError
from werkzeug.exceptions import HTTPException, InternalServerError

from app.db.sessions import discard
from app.db.waiting import TRY_AGAIN, is_unavailable
from app.http import request_log
from challenges.errors import NotAllowed, RuleBroken

MEDIA_TYPE = "application/problem+json"


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    model_config = ConfigDict(use_attribute_docstrings=True, extra="forbid")

    detail: str
    """What is wrong, in a sentence."""
    parameter: str | None = None
    """The parameter that it is about."""
    line: int | None = None
    """The line of the file that it is about, from 1."""


class Problem(BaseModel):
    """Why a request was not answered (RFC 9457)."""

    model_config = ConfigDict(use_attribute_docstrings=True, extra="forbid")

    type: str
    """Always about:blank: the status says what kind of problem it is."""
    title: str
    """The problem in a few words."""
    status: int
    """The HTTP status."""
    detail: str
    """What is wrong and what to do, in a sentence."""
    errors: list[Fault] | None = None
    """All that is wrong, where it is more than one thing."""


class Refused(Exception):
    """The request cannot be answered. Becomes a problem with that status and sentence."""

    def __init__(
        self,
        status: int,
        detail: str | None = None,
        *,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or status)
        self.status, self.detail = status, detail
        self.errors = list(errors)
        self.headers = dict(headers or {})


TITLES: dict[int, Any] = {
    400: lazy_gettext("読み取れない要求です"),
    401: lazy_gettext("トークンが要ります"),
    403: lazy_gettext("許されていません"),
    404: lazy_gettext("見つかりません"),
    405: lazy_gettext("その方法では使えません"),
    406: lazy_gettext("その形式では渡せません"),
    413: lazy_gettext("大きすぎます"),
    415: lazy_gettext("その形式は読めません"),
    422: lazy_gettext("指定を確かめてください"),
    429: lazy_gettext("要求が多すぎます"),
    500: lazy_gettext("こちらの不具合です"),
    503: lazy_gettext("いま応えられません"),
}
SENTENCES: dict[int, Any] = {
    400: lazy_gettext("要求の形が読み取れませんでした。"),
    401: lazy_gettext("Authorizationヘッダーに、Bearerとトークンを書いてください。"),
    403: lazy_gettext("このトークンでは、これはできません。"),
    404: lazy_gettext(
        "このアドレスには何もありません。%(address)sに一覧があります。", address="/api/v1/"
    ),
    405: lazy_gettext("このアドレスでは使えない方法です。使える方法はAllowヘッダーにあります。"),
    406: lazy_gettext("application/json か text/csv で受け取ってください。"),
    413: lazy_gettext("送られたものが大きすぎます。分けて送ってください。"),
    415: lazy_gettext("CSV（text/csv）かExcelのブックで送ってください。"),
    422: lazy_gettext("指定に誤りがあります。"),
    429: lazy_gettext("短い間に要求が続きました。Retry-Afterの秒数だけ待ってください。"),
    500: lazy_gettext("応えられませんでした。何も変わっていません。"),
    503: lazy_gettext("込み合っています。Retry-Afterの秒数だけ待って、もう一度お試しください。"),
}


def problem(
    status: int,
    detail: str | None = None,
    *,
    errors: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer to a request that cannot be answered."""
    told = Problem(
        type="about:blank",
        title=str(TITLES.get(status, TITLES[400 if status < 500 else 500])),
        status=status,
        detail=detail or str(SENTENCES.get(status, SENTENCES[400 if status < 500 else 500])),
        errors=list(errors) or None,
    )
    body = json.dumps(told.model_dump(exclude_none=True), ensure_ascii=False)
    return Response(body, status, {"Vary": "Accept-Language", **(headers or {})}, None, MEDIA_TYPE)


def faults_of(error: ValidationError) -> list[Fault]:
    """What is wrong with parameters, one by one."""
    return [
        Fault(parameter=str(one["loc"][0]) if one["loc"] else None, detail=_sentence(one))
        for one in error.errors(include_url=False)
    ]


def _sentence(fault: Any) -> str:
    """A sentence for what pydantic found. Its own words are English and stand for the rare ones."""
    context = fault.get("ctx", {})
    if fault["type"] == "extra_forbidden":
        return str(_("この名前の指定はありません。"))
    if fault["type"].startswith(("date", "datetime")):
        return str(_("日付は%(day)sのように書いてください。", day="2026-07-01"))
    if fault["type"].startswith("int"):
        return str(_("整数を書いてください。"))
    if fault["type"] in {"enum", "literal_error"}:
        choices = context.get("expected", "")
        return str(_("次のどれかを書いてください：%(choices)s", choices=choices))
    if fault["type"] == "value_error":
        return str(context.get("error", fault["msg"]))
    return str(fault["msg"])


def _refused(error: Refused) -> Response:
    return problem(error.status, error.detail, errors=error.errors, headers=error.headers)


def _rule_broken(error: RuleBroken) -> Response:
    status = 403 if isinstance(error, NotAllowed) else 422
    return problem(status, _(error.sentence, **error.values))


def _http(error: HTTPException) -> Response:
    if isinstance(error, InternalServerError) and isinstance(error.original_exception, Exception):
        return _unexpected(error.original_exception)
    status = error.code or 500
    if status < 400:
        return error.get_response()  # type: ignore[return-value]  # werkzeug's Response is what Flask sends
    kept = {
        name: value
        for name, value in error.get_headers()
        if name not in {"Content-Type", "Content-Length"}
    }
    return problem(status, headers=kept)


def _unexpected(error: Exception) -> Response:
    is_away = is_unavailable(error)
    (request_log.gave_up if is_away else request_log.crashed)(error)
    discard()
    if is_away:
        return problem(503, headers={"Retry-After": str(TRY_AGAIN)})
    return problem(500)


HANDLERS: dict[type[Exception], Callable[[Any], Response]] = {
    RuleBroken: _rule_broken,
    Refused: _refused,
    HTTPException: _http,
    Exception: _unexpected,
}
"""How the API answers errors. The app registers them beside those of the pages."""
