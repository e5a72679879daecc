"""Counts requests for each address, and says how many are left (draft-ietf-httpapi-ratelimit)."""

from flask import Response, abort, g, request

from app.config import config
from app.http import limits
from app.http.limits import Bucket, Standing, address_of_visitor
from app.http.programs import is_program

SECONDS = 60


def count() -> None:
    """Count this request. Aborts with 429 if there were too many before it."""
    if not is_program() or request.method == "OPTIONS":
        return
    bucket = Bucket(f"{config().api_requests} per minute", f"api {address_of_visitor()}")
    is_full = limits.count(bucket) is not None
    g.api_standing = limits.standing(bucket)
    if is_full:
        abort(429)


def tell(response: Response) -> None:
    """Say how many requests are left, and when they count anew."""
    standing: Standing | None = g.get("api_standing")
    if standing is None:
        return
    response.headers["RateLimit-Policy"] = f'"minute";q={config().api_requests};w={SECONDS}'
    response.headers["RateLimit"] = f'"minute";r={standing.left};t={standing.seconds}'
    if response.status_code == 429:
        response.headers["Retry-After"] = str(standing.seconds)
