"""Error pages. Every error is shown by one template; htmx receives only its block ``problem``."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import AnonymousUserMixin, current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from app import promise
from app.db.sessions import discard
from app.db.waiting import TRY_AGAIN, is_unavailable
from app.http import request_log
from app.http.programs import is_program
from app.web.broken_input import path_of
from app.web.language import refusal
from app.web.rendering import is_fragment
from challenges.errors import NotAllowed, RuleBroken

SENTENCE_FIELDS = (
    "reflection",
    "words",
    "question",
    "reason",
    "learned",
    "do_differently",
    *promise.FIELDS,
)
"""Form fields whose text is shown again on an error page, so that nobody loses what they wrote."""

LONGEST_QUERY = 1500
"""Characters. Ten answers take about 200; a forged form must not make an endless address."""

OPEN_TO_STRANGERS = frozenset(
    {
        "sign_in.enter",
        "sign_in.sign_out",
        "sign_in.language",
        "sign_in.accept_invitation",
        "forgotten.ask",
        "letters.unsubscribe",
    }
)
"""Endpoints whose forms need no signed-in person."""

EXPLANATIONS: dict[int, tuple[Any, Any]] = {
    400: (
        lazy_gettext("うまく受け取れませんでした"),
        lazy_gettext(
            "入力の形がこちらの思っていたものと違いました。戻ってもう一度お試しください。"
        ),
    ),
    403: (
        lazy_gettext("このページは開けません"),
        lazy_gettext(
            "このページや操作は、担当の人だけが使えます。必要なときはDX事務局に声をかけてください。"
        ),
    ),
    404: (
        lazy_gettext("そのページは見つかりません"),
        lazy_gettext(
            "アドレスが変わったか、もう無いのかもしれません。ホームから探してみてください。"
        ),
    ),
    405: (
        lazy_gettext("その開き方はできません"),
        lazy_gettext("このアドレスは画面のボタンから使います。前のページに戻ってお試しください。"),
    ),
    413: (
        lazy_gettext("少し大きすぎました"),
        lazy_gettext("送られた内容が大きすぎます。短くしてお試しください。"),
    ),
    429: (
        lazy_gettext("少し休んでからどうぞ"),
        lazy_gettext("短い間に何度も試されました。しばらく待ってからお試しください。"),
    ),
    503: (
        lazy_gettext("少し待ってからもう一度どうぞ"),
        lazy_gettext(
            "いま込み合っていて、お応えできませんでした。送った内容は保存されていません。少し待ってお試しください。"
        ),
    ),
    500: (
        lazy_gettext("こちらの不具合です"),
        lazy_gettext(
            "ご迷惑をおかけします。送った内容は保存されていません。少し待ってもう一度お試しください。"
        ),
    ),
}


Handler = Callable[[Any], Response]


def init_app(app: Flask, *, for_programs: Mapping[type[Exception], Handler]) -> None:
    """Answer errors with pages, and below /api/ with what ``for_programs`` says of them."""
    pages: dict[type[Exception], Handler] = {
        RuleBroken: _rule_broken,
        CSRFError: _stale_form,
        HTTPException: _http,
        Exception: _unexpected,
    }
    for kind in {**pages, **for_programs}:
        either = _either(pages.get(kind, _unexpected), for_programs.get(kind, _unexpected))
        app.register_error_handler(kind, either)


def _either(page: Handler, for_program: Handler) -> Handler:
    return lambda error: for_program(error) if is_program() else page(error)


def problem(title: str, sentence: str, status: int, **way_on: str) -> Response:
    """The error page with this title, sentence and status.

    htmx receives only the block ``problem``, aimed at the live region, so that the form on the
    screen keeps what was typed. ``back`` and ``back_label`` name the address and text of the
    button; by default it leads to the page the person came from, or home.
    """
    if not is_fragment():
        back = (
            request.referrer
            if request.referrer and request.referrer.startswith(request.host_url)
            else "/"
        )
        shown = {
            "title": title,
            "sentence": sentence,
            "status": status,
            "written": sentences_written(),
            "back": back,
            **way_on,
        }
        return make_response(render_template("shared/error.html", nav="", **shown), status)
    context: dict[str, Any] = {"title": title, "sentence": sentence, "status": status, **way_on}
    current_app.update_template_context(context)
    template = current_app.jinja_env.get_template("shared/error.html")
    response = make_response(
        "".join(template.blocks["problem"](template.new_context(context))), status
    )
    response.headers["HX-Retarget"] = "#flash"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def ask_to_sign_in() -> Response:
    """Answer 401 to a form whose session has ended, and show what was written in it."""
    here = path_of(request.headers.get("HX-Current-URL") or request.referrer)
    return problem(
        _("もう一度サインインしてください"),
        _(
            "サインインが終わっていました。書いたものはまだこの画面にあります。写しておくと安心です。"
        ),
        401,
        back=url_for("sign_in.sign_in", next=f"{here}{chosen_answers()}" or None),
        back_label=_("サインインする"),
    )


def chosen_answers() -> str:
    """What was chosen in a quiz, as a query of its page: nobody can copy it from the screen."""
    if request.endpoint != "submissions.hand_in_quiz":
        return ""
    chosen = {name: value for name, value in request.form.items() if name != "csrf_token"}
    query = urlencode(chosen)
    return f"?{query}" if len(query) <= LONGEST_QUERY else ""


def sentences_written() -> str:
    """The sentences of the form that was refused, joined by blank lines; "" if there are none."""
    try:
        return "\n\n".join(request.form[name] for name in SENTENCE_FIELDS if request.form.get(name))
    except (HTTPException, OSError, ValueError):
        # Reading the form is what failed, so there is nothing to show.
        return ""


def _rule_broken(error: RuleBroken) -> Response:
    status = 403 if isinstance(error, NotAllowed) else 422
    title = _("もう一度だけ確かめてください")
    if status == 403:
        title = str(EXPLANATIONS[403][0]) if request.method == "GET" else _("この操作はできません")
    return problem(title, refusal(error), status)


def _stale_form(_error: CSRFError) -> Response:
    if not current_user.is_authenticated and request.endpoint not in OPEN_TO_STRANGERS:
        return ask_to_sign_in()
    sentence = _(
        "ページを開いてから時間がたったため、安全のために受け取りませんでした。ページを開き直してお試しください。"
    )
    return problem(_("ページを開き直してください"), sentence, 400)


def _http(error: HTTPException) -> Response:
    if isinstance(error, InternalServerError) and isinstance(error.original_exception, Exception):
        return _unexpected(error.original_exception)  # raised in an error handler
    status = error.code or 500
    if status < 400:
        return error.get_response()  # type: ignore[return-value]  # werkzeug's Response is what Flask sends
    title, sentence = EXPLANATIONS.get(status, EXPLANATIONS[400 if status < 500 else 500])
    response = problem(str(title), str(sentence), status)
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    status = 503 if is_unavailable(error) else 500
    if status == 503:
        request_log.gave_up(error)
    else:
        request_log.crashed(error)
    discard()
    # Without a user in `g`, Flask-Login would ask the database while the page is rendered, and the
    # database may be what failed.
    if "_login_user" not in g:
        g._login_user = AnonymousUserMixin()
    title, sentence = EXPLANATIONS[status]
    response = problem(str(title), str(sentence), status)
    if status == 503:
        response.headers["Retry-After"] = str(TRY_AGAIN)
    return response
