"""Security headers of every response. The policy allows our own files and nothing inline."""

from collections.abc import Collection

from flask import Flask, Response

from app.config import Config

NOT_FRAMED, FRAMED_BY_OURS = "frame-ancestors 'none'", "frame-ancestors 'self'"
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        NOT_FRAMED,
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "HX-Request-Type, HX-Target, Accept-Language, Cookie",
}


def may_hold_frames(response: Response) -> Response:
    """Let a page hold frames with pages of ours, as it needs for a preview."""
    response.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    return response


def may_be_framed(response: Response) -> Response:
    """Let a page be shown in a frame of one of our own pages."""
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
        NOT_FRAMED, FRAMED_BY_OURS
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def may_be_framed_by(response: Response, hosts: Collection[str]) -> Response:
    """Let a page be shown in a frame of pages of these hosts; of none if there are none."""
    ancestors = " ".join(hosts) or "'none'"
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
        NOT_FRAMED, f"frame-ancestors {ancestors}"
    )
    return response


def init_app(app: Flask, config: Config) -> None:
    headers = dict(HEADERS)
    if config.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        # X-Frame-Options cannot name hosts. Old browsers read it alone, so it goes where hosts are
        # allowed.
        if not {NOT_FRAMED, FRAMED_BY_OURS} & _directives(response):
            del response.headers["X-Frame-Options"]
        return response


def _directives(response: Response) -> set[str]:
    policy = response.headers["Content-Security-Policy"]
    return {one.strip() for one in policy.split(";")}
