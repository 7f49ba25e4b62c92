"""Tokens of trackers: in the system keyring, or sealed by the profile's key where there is none."""

import contextlib
import hashlib
import json
from base64 import b64decode, b64encode
from pathlib import Path
from secrets import token_bytes
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workbench.domain.errors import StoreFault
from workbench.files import refused, write_whole
from workbench.storage import keys

if TYPE_CHECKING:
    from workbench.storage.profile import Profile

_SEALED_AS = b"tracker-token"
_FILE = "tokens.json"


def forget_tokens(folder: Path) -> None:
    """Those of a profile that is to be unreadable from now on, as far as the keyring lets us."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        for name, sealed in json.loads((folder / _FILE).read_text("utf-8")).items():
            if sealed == "":
                keys.forget_in_keyring(name)


class KeptTokens:
    """Satisfies services.ports.Tokens. A token is kept for a place (scheme, host, port) and a user:
    when a tracker's address becomes another one, its token does not go there."""

    def __init__(self, profile: "Profile") -> None:
        self._file = profile.folder / _FILE
        self._key = profile.key("tokens")

    def read(self, place: str, user: str) -> str | None:
        name = self._name(place, user)
        sealed = self._all().get(name)
        if sealed == "":
            try:
                return keys.from_keyring(name)
            except StoreFault as fault:
                if fault.key == "key_missing":  # a profile that came from another machine
                    return None
                raise
        if sealed is None:
            return None
        try:
            data = b64decode(sealed)
            return AESGCM(self._key).decrypt(data[:12], data[12:], _SEALED_AS).decode()
        except (ValueError, InvalidTag):
            raise StoreFault("key_file_damaged", file=str(self._file)) from None

    def keep(self, place: str, user: str, token: str) -> bool:
        """Whether the system's keyring has it."""
        name = self._name(place, user)
        in_keyring = keys.to_keyring(name, token)
        sealed = ""
        if not in_keyring:
            nonce = token_bytes(12)
            data = nonce + AESGCM(self._key).encrypt(nonce, token.encode(), _SEALED_AS)
            sealed = b64encode(data).decode()
        self._write(self._all() | {name: sealed})
        return in_keyring

    def forget(self, place: str, user: str) -> None:
        name, kept = self._name(place, user), self._all()
        if kept.pop(name, None) == "":
            keys.forget_in_keyring(name)
        self._write(kept)

    def _name(self, place: str, user: str) -> str:
        """Says neither place nor user, and differs between profiles."""
        digest = hashlib.sha256(self._key + f"{place} {user}".encode()).hexdigest()
        return f"tracker-{digest[:24]}"

    def _all(self) -> dict[str, str]:
        try:
            kept: dict[str, str] = json.loads(self._file.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            raise StoreFault("key_file_damaged", file=str(self._file)) from None
        return kept

    def _write(self, kept: dict[str, str]) -> None:
        try:
            write_whole(self._file, json.dumps(kept, indent=1).encode())
        except OSError as error:
            raise refused(error, self._file) from error
