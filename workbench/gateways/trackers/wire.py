"""JSON over HTTP to one tracker: bounded in time and size, and every failure in plain words."""

import contextlib
import json
import ssl
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from workbench import __version__
from workbench.domain.errors import BadInput, Busy, NotPermitted
from workbench.domain.masking import redact
from workbench.domain.tracker import RateLimited, Tracker

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

_CONNECT, _READ = 10.0, 30.0  # seconds
_WHOLE = 60.0  # for all of an answer: a server that sends a byte now and then ends here
_MOST = 8 << 20  # bytes of an answer
_PATIENCE = 60.0  # seconds, where a limit does not say how long
_LONGEST = 86_400.0
_SAID = 300  # characters of what a tracker says


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any


class Wire:
    """``headers`` go with every request. Redirects are not followed: a token goes to the place that
    it was given for and to no other."""

    def __init__(
        self,
        tracker: Tracker,
        base: str,
        headers: Mapping[str, str],
        secret: str,
        *,
        reset_is_epoch: bool = True,
    ) -> None:
        self._tracker = tracker
        self._base = base.rstrip("/")
        self._headers = {
            "Accept": "application/json",
            "User-Agent": f"activation-workbench/{__version__}",
            **headers,
        }
        self._secret = secret
        self._epoch = reset_is_epoch
        self._pool: PoolManager | None = None
        self._free_at = 0.0  # by the monotonic clock: nothing is sent before

    def close(self) -> None:
        if self._pool is not None:
            self._pool.clear()
            self._pool = None

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        accept: tuple[int, ...] = (200, 201, 204),
    ) -> Answer:
        """``path`` is quoted already. Raises as services.ports.TrackerGateway says."""
        wait = self._free_at - time.monotonic()
        if wait > 0:
            raise self._limited(wait)
        url = f"{self._base}{path}" + (f"?{urlencode(query)}" if query else "")
        sent = {**self._headers, **(headers or {})}
        data = None
        if body is not None:
            data = json.dumps(body, ensure_ascii=False).encode()
            sent["Content-Type"] = "application/json"
        answer, raw = self._exchange(method, url, sent, data)
        self._mind(answer, raw)
        if answer.status in accept:
            if answer.body is None and answer.status != 204:
                raise self._busy("tracker_nonsense")
            return answer
        raise self._refusal(answer, raw)

    def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], data: bytes | None
    ) -> tuple[Answer, bytes]:
        from urllib3.exceptions import HTTPError

        until = time.monotonic() + _WHOLE
        try:
            response = self._ready().request(
                method, url, body=data, headers=headers, redirect=False, retries=False,
                preload_content=False,
            )  # fmt: skip
            try:
                raw = self._read(response, until)
            finally:
                response.close()
                response.release_conn()
        except (HTTPError, OSError) as error:
            raise self._busy("tracker_unreachable") from error
        found = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, found, _parsed(raw)), raw

    def _read(self, response: "BaseHTTPResponse", until: float) -> bytes:
        parts, size = [], 0
        while part := response.read1(65536):
            parts.append(part)
            size += len(part)
            if size > _MOST or time.monotonic() > until:
                raise self._busy("tracker_nonsense")
        return b"".join(parts)

    def _ready(self) -> "PoolManager":
        if self._pool is None:
            import urllib3

            timeout = urllib3.Timeout(connect=_CONNECT, read=_READ)
            host = urlsplit(self._base)
            # what this system trusts
            context = ssl.create_default_context() if host.scheme == "https" else None
            proxy = urllib.request.getproxies().get(host.scheme)
            if proxy and not urllib.request.proxy_bypass(host.hostname or ""):
                self._pool = urllib3.ProxyManager(proxy, timeout=timeout, ssl_context=context)
            else:
                self._pool = urllib3.PoolManager(timeout=timeout, ssl_context=context)
        return self._pool

    def _mind(self, answer: Answer, raw: bytes) -> None:
        """Keep to the limits that an answer tells, of a call that went well, too."""
        said = answer.headers
        retry = said.get("retry-after")
        left = said.get("x-ratelimit-remaining", said.get("ratelimit-remaining"))
        used_up = left is not None and left.strip() == "0"
        if answer.status == 429 or (answer.status in (403, 503) and (retry or used_up)):
            wait = self._seconds(retry, said, used_up)
            self._free_at = time.monotonic() + wait
            raise self._limited(wait)
        if used_up and answer.status < 400:
            self._free_at = time.monotonic() + self._seconds(None, said, True)

    def _seconds(self, retry: str | None, said: Mapping[str, str], used_up: bool) -> float:
        now = datetime.now(UTC).timestamp()
        wait: float | None = None
        with contextlib.suppress(ValueError, TypeError, OverflowError):
            if retry is not None and retry.strip().isdigit():
                wait = float(retry)
            elif retry is not None:
                wait = parsedate_to_datetime(retry).timestamp() - now
            elif used_up:
                reset = said.get("x-ratelimit-reset", said.get("ratelimit-reset"))
                wait = float(reset or "") - (now if self._epoch else 0)
        return _PATIENCE if wait is None else min(max(wait, 1.0), _LONGEST)

    # what went wrong
    def _limited(self, wait: float) -> RateLimited:
        return RateLimited("tracker_limit", tracker=self._tracker.name, seconds=int(wait) + 1)

    def _busy(self, key: str) -> Busy:
        return Busy(key, tracker=self._tracker.name, place=self._tracker.place)

    def _refusal(self, answer: Answer, raw: bytes) -> Exception:
        name = self._tracker.name
        match answer.status:
            case 401:
                return NotPermitted("tracker_token_refused", tracker=name)
            case 403:
                return NotPermitted("tracker_no_right", tracker=name)
            case 404 | 410:
                return BadInput("tracker_not_there", tracker=name)
            case status if 300 <= status < 400:
                target = urlsplit(answer.headers.get("location", ""))
                return BadInput(
                    "tracker_moved", tracker=name, place=redact(target.netloc or target.path)[:80]
                )
            case status if status >= 500 or status == 408:
                return Busy("tracker_trouble", tracker=name, status=status)
            case _:
                said = self._plain(_message(answer.body) or str(answer.status))
                return BadInput("tracker_refused", tracker=name, why=said)

    def _plain(self, words: str) -> str:
        """What a server says is neither trusted nor repeated whole: it may repeat what it got."""
        for secret in (self._secret, self._headers.get("Authorization", "").partition(" ")[2]):
            if secret:
                words = words.replace(secret, "***")
        return redact(" ".join(words.split()))[:_SAID]


def quoted(part: str) -> str:
    """One part of a path."""
    return quote(part, safe="")


def text_of(body: object, *path: str) -> str:
    """A text at a place in an answer; '' where there is none: no answer is trusted in its shape."""
    for name in path:
        body = body.get(name) if isinstance(body, dict) else None
    return str(body) if isinstance(body, str | int | float) else ""


def link_of(body: object, name: str) -> str:
    """An address that a browser may be given; '' for anything else."""
    found = text_of(body, name)
    return found if urlsplit(found).scheme in ("https", "http") else ""


def rows_of(body: object) -> list[dict[str, Any]]:
    return [row for row in body if isinstance(row, dict)] if isinstance(body, list) else []


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def _message(body: object) -> str:
    """The words of an error as GitHub, GitLab, Jira and Roundup write it."""
    if not isinstance(body, dict):
        return ""
    parts: list[str] = []
    for name in ("message", "errorMessages", "errors", "error", "error_description"):
        value = body.get(name)
        if isinstance(value, dict) and "msg" in value:
            value = value["msg"]
        if value:
            parts.append(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return "; ".join(parts)
