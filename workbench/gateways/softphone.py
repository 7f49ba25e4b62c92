"""The loopback endpoint for softphones: one request, a caller's number; nothing is answered back.

``GET /open?phone=N`` or ``POST /open`` (form or JSON), with ``Authorization: Bearer TOKEN`` or
``token=TOKEN``; ``attempt`` and ``complaint`` in place of ``phone``. 204: the window has it. Only
127.0.0.1 is listened on; a Host that is another name (DNS rebinding) and every Origin (a page in
a browser) is refused before anything else is read. Nothing is logged.
"""

import json
import os
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from workbench.domain.errors import BadInput, Busy
from workbench.domain.pop import Pop, PopKind, pop

HOST = "127.0.0.1"
_LARGEST = 4096  # bytes of a body
_TOGETHER = 8  # connections
_BURST, _RATE = 10, 2.0  # requests at once, and more a second
_WRONG, _LOCKED = 5, 60.0  # wrong tokens until nobody is heard, and seconds of that


class Turnstile:
    """How many may pass: a bucket of requests, and a pause after wrong tokens."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._left, self._at = float(_BURST), clock()
        self._wrong, self._until = 0, 0.0

    def enter(self) -> bool:
        with self._lock:
            now = self._clock()
            self._left = min(_BURST, self._left + (now - self._at) * _RATE)
            self._at = now
            if now < self._until or self._left < 1:
                return False
            self._left -= 1
            return True

    def judged(self, *, right: bool) -> None:
        with self._lock:
            self._wrong = 0 if right else self._wrong + 1
            if self._wrong >= _WRONG:
                self._wrong, self._until = 0, self._clock() + _LOCKED


class SoftphoneEndpoint:
    """Open until ``close``. ``check(token)`` judges a token, ``heard(pop)`` is called in a thread.

    Raises Busy('softphone_port_taken').
    """

    def __init__(
        self,
        port: int,
        check: Callable[[str], bool],
        heard: Callable[[Pop], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        turnstile = Turnstile(clock)
        places = threading.BoundedSemaphore(_TOGETHER)

        class Handler(_Handler):
            judge = staticmethod(check)
            tell = staticmethod(heard)
            gate = turnstile

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = os.name != "nt"  # there it would share the port with anybody

            def process_request(self, request: Any, client_address: Any) -> None:
                if not places.acquire(blocking=False):
                    self.shutdown_request(request)
                    return
                super().process_request(request, client_address)

            def process_request_thread(self, request: Any, client_address: Any) -> None:
                try:
                    super().process_request_thread(request, client_address)
                finally:
                    places.release()

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that went away; what it said is nobody's to read."""

        try:
            self._server = Server((HOST, port), Handler)
        except OSError as error:
            raise Busy("softphone_port_taken", port=port) from error
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.2,), name="softphone", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(2)


class _Handler(BaseHTTPRequestHandler):
    judge: Callable[[str], bool]
    tell: Callable[[Pop], None]
    gate: Turnstile
    timeout = 3
    server_version, sys_version = "workbench", ""

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(None)

    def _serve(self, body: bytes | None) -> None:
        try:
            self._end(self._judged(body))
        except (TimeoutError, ConnectionError):
            self.close_connection = True

    def _judged(self, body: bytes | None) -> int:
        port = self.server.server_address[1]
        if self.headers.get_all("Host") not in ([f"{HOST}:{port}"], [f"localhost:{port}"]):
            return 403
        if self.headers.get("Origin") is not None or self.headers.get("Sec-Fetch-Site") is not None:
            return 403  # a page in a browser
        if not self.gate.enter():
            return 429
        where = urlsplit(self.path)
        if where.path != "/open":
            return 404
        asked = {name: values[0] for name, values in parse_qs(where.query).items()}
        if body is None:
            length = self.headers.get("Content-Length", "")
            if not length.isdigit():
                return 411
            if int(length) > _LARGEST:
                return 413
            try:
                asked |= self._read(self.rfile.read(int(length)))
            except ValueError:
                return 400
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        right = self.judge(token.strip() if kind.lower() == "bearer" else asked.get("token", ""))
        self.gate.judged(right=right)
        if not right:
            return 401
        wanted = [kind for kind in PopKind if kind.value in asked]
        if len(wanted) != 1:
            return 400
        try:
            self.tell(pop(wanted[0], asked[wanted[0].value]))
        except BadInput:
            return 400
        return 204

    def _read(self, body: bytes) -> dict[str, str]:
        text = body.decode("utf-8")
        if self.headers.get_content_type() != "application/json":
            return {name: values[0] for name, values in parse_qs(text).items()}
        found = json.loads(text)
        if not isinstance(found, dict):
            raise ValueError
        return {str(name): str(value) for name, value in found.items()}

    def _end(self, status: int) -> None:
        self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """A caller's number stands in every request line: nothing is written down."""
