"""「パスワードを忘れた」: a one-time link by mail.

The answer is the same whether or not there is such an account, after the same work: what was typed
is stored, and the relay looks whose name it is (app/notices/letter_planning.py).
"""

from flask import Blueprint, abort, make_response, request
from werkzeug.wrappers import Response

from app.clock import now
from app.config import config
from app.http.limits import Bucket, address_of_visitor
from app.identity import invitations
from app.notices.letter_planning import ask_for_password
from app.web.credentials import count_or_abort
from app.web.language import sentence as _
from app.web.rendering import db_session, page, see_other
from challenges.people.accounts import plain_name

bp = Blueprint("forgotten", __name__)


@bp.get("/sign-in/forgotten")
def form() -> str:
    """The form."""
    _must_have_mail()
    return page("sign_in/forgotten.html", wrong=None)


@bp.post("/sign-in/forgotten")
def ask() -> Response:
    """Note the name. Whose it is, and whether it is anybody's, is not looked at here."""
    _must_have_mail()
    name = request.form.get("name", "").strip()
    if not name:
        wrong = _("職員番号かメールアドレスを入れてください。")
        return make_response(page("sign_in/forgotten.html", wrong=wrong), 422)
    for_each_name, for_each_address, _for_each_account = config().sign_in_limits
    count_or_abort(
        Bucket(for_each_name, f"forgotten:{plain_name(name).upper()[:254]}"),
        Bucket(for_each_address, f"forgotten by:{address_of_visitor()}"),
    )
    ask_for_password(db_session(), name, at=now())
    return see_other("forgotten.asked")


@bp.get("/sign-in/forgotten/asked")
def asked() -> str:
    """What happens now, whoever asked."""
    _must_have_mail()
    return page(
        "sign_in/forgotten_asked.html", minutes=invitations.FORGOTTEN_LIFETIME.seconds // 60
    )


def _must_have_mail() -> None:
    if config().mail_server is None:
        abort(404)
