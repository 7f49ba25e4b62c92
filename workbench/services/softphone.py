"""The door for softphones: off until a person opens it; its token is shown once and kept as a hash."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Any, Protocol

from workbench.domain.pop import Pop


class Endpoint(Protocol):
    @property
    def port(self) -> int: ...

    def close(self) -> None: ...


class Kept(Protocol):
    def get(self, name: str) -> Any: ...

    def set(self, name: str, value: Any) -> None: ...


Serve = Callable[[int, Callable[[str], bool], Callable[[Pop], None]], Endpoint]


class SoftphoneService:
    """``serve(port, check, heard)`` opens the endpoint; ``heard`` is called in a thread of its own."""

    def __init__(self, settings: Kept, serve: Serve) -> None:
        self._settings, self._serve = settings, serve
        self._endpoint: Endpoint | None = None
        self._heard: Callable[[Pop], None] | None = None

    @property
    def on(self) -> bool:
        """Whether it shall be open whenever the window is."""
        return bool(self._settings.get("softphone")) and self.has_token

    @property
    def port(self) -> int:
        return int(self._settings.get("softphone_port"))

    @property
    def has_token(self) -> bool:
        return bool(self._settings.get("softphone_token"))

    @property
    def open(self) -> bool:
        return self._endpoint is not None

    def address(self, token: str) -> str:
        """What a telephone program calls, its own placeholder in place of {number}."""
        return f"http://127.0.0.1:{self.port}/open?phone={{number}}&token={token}"

    def new_token(self) -> str:
        """Shown now and never again; the one before is worth nothing from now on."""
        token = secrets.token_urlsafe(32)
        self._settings.set("softphone_token", _digest(token))
        return token

    def check(self, token: str) -> bool:
        """In the same time whatever the token is."""
        kept = self._settings.get("softphone_token")
        return hmac.compare_digest(_digest(token), kept or _digest("")) and bool(kept)

    def begin(self, heard: Callable[[Pop], None]) -> None:
        """The window is open. Raises Busy where the port is taken."""
        self._heard = heard
        if self.on:
            self._open()

    def switch(self, *, on: bool, port: int | None = None) -> None:
        """Kept; takes effect at once. Raises Busy where the port is taken: it is then off."""
        self.close()
        self._settings.set("softphone", False)
        if port is not None:
            self._settings.set("softphone_port", port)
        if on and self.has_token:
            if self._heard is not None:
                self._open()
            self._settings.set("softphone", True)

    def close(self) -> None:
        if self._endpoint is not None:
            self._endpoint.close()
            self._endpoint = None

    def _open(self) -> None:
        assert self._heard is not None
        if self._endpoint is None:
            self._endpoint = self._serve(self.port, self.check, self._heard)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
