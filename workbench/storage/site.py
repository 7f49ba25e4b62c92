"""The key that all desks of a site share, so that they find the same customers at the centre.

In a profile it is sealed by the profile's key (``site.json``). To another desk it goes in a file
under a passphrase. Each profile's own key would not do: two desks would index one phone number
under two numbers. And the centre must not have it: whoever copies the database finds nobody.
"""

import json
import secrets
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workbench.domain.errors import BadInput, NotPermitted, StoreFault
from workbench.files import refused, write_whole
from workbench.storage.keys import unwrapped, wrapped
from workbench.storage.profile import Profile

_SEALED_AS = b"site-key"


def site_key(profile: Profile, *, make: bool = False) -> bytes:
    """The site's key of 32 bytes. ``make``: a new one where the profile has none; else raises
    BadInput('central_no_site_key')."""
    file = _file(profile)
    try:
        kept = json.loads(file.read_text("utf-8"))
        nonce, sealed = b64decode(kept["nonce"]), b64decode(kept["sealed"])
        return AESGCM(profile.key("site")).decrypt(nonce, sealed, _SEALED_AS)
    except FileNotFoundError:
        if not make:
            raise BadInput("central_no_site_key") from None
    except (OSError, ValueError, KeyError, TypeError, InvalidTag):
        raise StoreFault("key_file_damaged", file=str(file)) from None
    key = secrets.token_bytes(32)
    _keep(profile, key)
    return key


def give_site_key(profile: Profile, file: Path, passphrase: str) -> None:
    """Write the site's key to a new file under ``passphrase``. Raises BadInput, NotPermitted."""
    if not passphrase.strip():
        raise BadInput("passphrase_empty")
    body = json.dumps(wrapped(site_key(profile), passphrase), indent=1).encode()
    try:
        write_whole(file, body, new=True)
    except FileExistsError:
        raise BadInput("central_key_exists", file=str(file)) from None
    except OSError as error:
        raise refused(error, file) from error


def take_site_key(profile: Profile, file: Path, passphrase: str) -> None:
    """Keep the key of ``file`` in the profile; the one it had goes. Raises BadInput where the
    file is none, NotPermitted('wrong_passphrase')."""
    try:
        key = unwrapped(json.loads(file.read_text("utf-8")), passphrase)
    except InvalidTag:
        raise NotPermitted("wrong_passphrase") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise BadInput("central_no_key_file", file=str(file)) from None
    _keep(profile, key)


def _file(profile: Profile) -> Path:
    return profile.folder / "site.json"


def _keep(profile: Profile, key: bytes) -> None:
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(profile.key("site")).encrypt(nonce, key, _SEALED_AS)
    body = {"nonce": b64encode(nonce).decode(), "sealed": b64encode(sealed).decode()}
    try:
        write_whole(_file(profile), json.dumps(body).encode())
    except OSError as error:
        raise refused(error, _file(profile)) from error
