"""Slack, as far as we speak to it: a real HTTP server that can be told to misbehave, and remembers
what is visible.

What it promises is what Slack promises: a post is visible from when it is stored, whatever becomes
of the reply.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


@dataclass
class Plan:
    """How to treat one request. The default is to do what it asks."""

    stores: bool = True
    status: int = 200
    error: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    cuts: bool = False
    """Close the connection without a word."""
    reply_after: threading.Event | None = None
    """Answer only then, or after ``waits`` seconds."""
    waits: float = 30
    trickles: str | None = None
    """From its "headers" or its "body" on, the answer comes a byte every tenth of a second."""
    store_after: threading.Event | None = None
    """Store only then: a request that Slack gets to after its sender has given up."""


OK = Plan()
LOST_REPLY = Plan(cuts=True)
LOST_REQUEST = Plan(stores=False, cuts=True)


def refuses(error: str) -> Plan:
    return Plan(stores=False, error=error)


def limits(seconds: int) -> Plan:
    return Plan(
        stores=False, status=429, error="ratelimited", headers={"Retry-After": str(seconds)}
    )


class SlackServer(ThreadingHTTPServer):
    """``plans`` are used up one request each, by method; then ``rule`` says how, and without one
    everything is OK."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.plans: dict[str, deque[Plan]] = {}
        self.rule: Callable[[str, dict[str, Any]], Plan] = lambda _method, _arguments: OK
        self.requests: list[tuple[str, float, dict[str, Any]]] = []
        """Method, time of arrival (monotonic), arguments."""
        self.worked: list[str] = []
        """Methods of the requests that were worked on, answered or not."""
        self.visible: list[dict[str, Any]] = []
        self.stored = threading.Condition()
        self.clock: Callable[[], float] = time.time
        self.page = 1000
        self._numbers = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/api/"

    def plan(self, method: str, *plans: Plan) -> None:
        self.plans.setdefault(method, deque()).extend(plans)

    def keys(self) -> list[str]:
        """The key of every visible post of ours."""
        return [
            post["metadata"]["event_payload"]["key"] for post in self.visible if "metadata" in post
        ]

    def calls(self, method: str) -> list[dict[str, Any]]:
        return [arguments for name, _, arguments in self.requests if name == method]

    def arrivals(self, method: str, channel: str) -> list[float]:
        return [
            at
            for name, at, arguments in self.requests
            if name == method and arguments["channel"] == channel
        ]

    def count(self, method: str) -> int:
        """How many requests for it were worked on."""
        return self.worked.count(method)

    def wait_until(self, condition: Callable[[], bool], seconds: float = 60) -> None:
        """Wait for something that a thread of the server brings about."""
        with self.stored:
            assert self.stored.wait_for(condition, timeout=seconds)

    def store(self, arguments: dict[str, Any]) -> dict[str, Any]:
        with self.stored:
            self._numbers += 1
            post = {
                "type": "message",
                "ts": f"{self.clock():.6f}"[:-4] + f"{self._numbers:04}",
                **arguments,
            }
            self.visible.insert(0, post)
            self.stored.notify_all()
            return post

    def do(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        return getattr(self, method.replace(".", "_"))(arguments)

    def chat_postMessage(self, arguments: dict[str, Any]) -> dict[str, Any]:  # noqa: N802  # Slack's name
        post = self.store(arguments)
        return {"ok": True, "ts": post["ts"], "channel": post["channel"]}

    def chat_delete(self, arguments: dict[str, Any]) -> dict[str, Any]:
        left = [post for post in self.visible if post["ts"] != arguments["ts"]]
        if len(left) == len(self.visible):
            return {"ok": False, "error": "message_not_found"}
        self.visible[:] = left
        return {"ok": True}

    def conversations_history(self, arguments: dict[str, Any]) -> dict[str, Any]:
        start = int(arguments.get("cursor") or 0)
        oldest, latest = float(arguments["oldest"]), float(arguments["latest"])
        found = [
            post
            for post in self.visible
            if post["channel"] == arguments["channel"] and oldest <= float(post["ts"]) <= latest
        ]
        size = min(self.page, int(arguments["limit"]))
        more = start + size < len(found)
        messages = found[start : start + size]
        if arguments.get("include_all_metadata") not in ("1", True):
            messages = [
                {name: value for name, value in post.items() if name != "metadata"}
                for post in messages
            ]
        cursor = str(start + size) if more else ""
        return {"ok": True, "messages": messages, "response_metadata": {"next_cursor": cursor}}


class Handler(BaseHTTPRequestHandler):
    server: SlackServer

    def do_POST(self) -> None:  # the standard library's name
        method, arguments = self.path.rpartition("/")[2], self._arguments()
        with self.server.stored:
            self.server.requests.append((method, time.monotonic(), arguments))
        waiting = self.server.plans.get(method)
        plan = waiting.popleft() if waiting else self.server.rule(method, arguments)
        if plan.store_after is not None:
            plan.store_after.wait(30)
        answer = (
            self.server.do(method, arguments) if plan.stores else {"ok": False, "error": plan.error}
        )
        with self.server.stored:
            self.server.worked.append(method)
            self.server.stored.notify_all()
        if plan.reply_after is not None:
            plan.reply_after.wait(plan.waits)
        self._reply(plan, answer)

    def _arguments(self) -> dict[str, Any]:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if "json" in self.headers.get("Content-Type", ""):
            return json.loads(body)
        given: dict[str, Any] = {name: values[0] for name, values in parse_qs(body).items()}
        return {
            name: json.loads(value) if name in ("blocks", "metadata") else value
            for name, value in given.items()
        }

    def _reply(self, plan: Plan, answer: dict[str, Any]) -> None:
        if plan.cuts:
            self.close_connection = True
            return
        body = (plan.body if plan.body is not None else json.dumps(answer)).encode()
        try:
            self.send_response(plan.status)
            for name, value in {"Content-Type": "application/json", **plan.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            if plan.trickles == "headers":
                self._trickle(b"".join(self._headers_buffer) + b"\r\n" + body)
                return
            self.end_headers()
            self._trickle(body) if plan.trickles == "body" else self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the sender has given up, as senders do

    def _trickle(self, answer: bytes) -> None:
        for at in range(len(answer)):
            self.wfile.write(answer[at : at + 1])
            time.sleep(0.1)

    def log_message(self, *_: Any) -> None:
        """Quiet."""
