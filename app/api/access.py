"""Who may read: everybody who reaches the app while ``DASHBOARD_PUBLIC`` is on, otherwise programs
with a token for reading."""

from flask import request
from flask_babel import gettext as _

from app.api.problems import Refused
from app.clock import now
from app.config import config
from app.db.sessions import read_first
from app.studio.tokens import Scope, Token, token_of

REALM = {"WWW-Authenticate": 'Bearer realm="api"'}


def check_reader() -> None:
    """Let the request read. Raises Refused: 401 without a token, 403 with one for other things."""
    if request.method in {"GET", "HEAD"} and not config().dashboard_public:
        holder(Scope.READ)


def holder(scope: Scope) -> Token:
    """The token of this request, which allows ``scope``. Raises Refused."""
    scheme, _blank, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        sentence = _("Authorizationヘッダーに、Bearerとトークンを書いてください。")
        raise Refused(401, sentence, headers=REALM)
    with read_first() as reader:
        found = token_of(reader, secret.strip(), at=now())
    if found is None:
        sentence = _("このトークンは使えません。期限が切れたか、取り消されました。")
        raise Refused(401, sentence, headers=REALM)
    if scope not in found.scopes:
        raise Refused(403, _("このトークンでは、これはできません。"))
    return found
