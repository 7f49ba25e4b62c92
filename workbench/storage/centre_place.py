"""Where this profile's centre is and how it signs in there: sealed by the profile's key."""

import json
from base64 import b64decode, b64encode
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workbench.domain.errors import StoreFault
from workbench.files import refused, write_whole
from workbench.storage.profile import Profile

_SEALED_AS = b"centre"


class KeptPlace:
    """Satisfies services.ports.KeptPlace."""

    def __init__(self, profile: Profile) -> None:
        self._file = profile.folder / "centre.json"
        self._key = profile.key("centre")

    def read(self) -> str | None:
        """The address with its login; None: this profile has no centre."""
        try:
            kept = json.loads(self._file.read_text("utf-8"))
            nonce, sealed = b64decode(kept["nonce"]), b64decode(kept["sealed"])
            return AESGCM(self._key).decrypt(nonce, sealed, _SEALED_AS).decode()
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, InvalidTag):
            raise StoreFault("key_file_damaged", file=str(self._file)) from None

    def keep(self, url: str) -> None:
        nonce = token_bytes(12)
        sealed = AESGCM(self._key).encrypt(nonce, url.encode(), _SEALED_AS)
        body = {"nonce": b64encode(nonce).decode(), "sealed": b64encode(sealed).decode()}
        try:
            write_whole(self._file, json.dumps(body).encode())
        except OSError as error:
            raise refused(error, self._file) from error

    def forget(self) -> None:
        self._file.unlink(missing_ok=True)
