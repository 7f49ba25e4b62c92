"""The key of a profile: 32 random bytes, kept in the system keyring or wrapped, never in clear."""

import base64
import contextlib
import json
import os
import re
import secrets
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from workbench.domain.errors import BadInput, NotPermitted, StoreFault
from workbench.files import refused, write_whole

_SERVICE = "activation-workbench"
PASSPHRASE = "WORKBENCH_PASSPHRASE"  # environment variable
_ARGON = {"time_cost": 3, "memory_cost": 65536, "parallelism": 4}  # RFC 9106, second choice
_MOST = {"time_cost": 64, "memory_cost": 4 << 20, "parallelism": 64}  # KiB; a bad file asks more
_KEYRING_SECONDS = 10.0  # to try a keyring that nobody has unlocked yet
_UNLOCK_SECONDS = 120.0  # to let a person unlock the one that has the key

T = TypeVar("T")


def derive(key: bytes, purpose: str) -> bytes:
    """A 32-byte subkey (HKDF-SHA-256) for one purpose; subkeys say nothing about each other."""
    return HKDF(SHA256(), 32, salt=None, info=f"workbench/{purpose}".encode()).derive(key)


def open_key(
    folder: Path,
    *,
    passphrase: str | None = None,
    ask: Callable[[], str] | None = None,
    warn: Callable[..., None] | None = None,
    demo: bool = False,
) -> bytes:
    """The profile's key; made, and kept in the safest place there is, the first time.

    A passphrase not given is looked for in ``WORKBENCH_PASSPHRASE``. The safest place: under the
    passphrase, in the system keyring, or under a key file of this machine and account, of which
    ``warn`` is told. Raises NotPermitted('wrong_passphrase' | 'passphrase_needed'),
    StoreFault('key_missing' | 'key_file_missing' | 'key_file_damaged' | 'keyring_refused').
    """
    file = folder / "key.json"
    passphrase = passphrase or os.environ.get(PASSPHRASE) or None
    if not file.exists():
        if (folder / "records.db").exists() or (folder / "warehouse.duckdb").exists():
            raise StoreFault("key_file_missing", file=str(file))  # a new key opens neither
        try:
            return _make(file, passphrase, warn, demo)
        except FileExistsError:
            pass  # another process made the profile at the same moment: its key is the key
        except OSError as error:
            raise refused(error, file) from error
    try:
        kept = json.loads(file.read_text("utf-8"))
    except PermissionError as error:
        raise refused(error, file) from None
    except (OSError, ValueError):
        raise StoreFault("key_file_damaged", file=str(file)) from None
    key = _read(file, kept, passphrase, ask)
    if len(key) != 32:
        raise StoreFault("key_file_damaged", file=str(file))
    return key


def set_passphrase(folder: Path, key: bytes, passphrase: str) -> None:
    """Wrap the key by ``passphrase`` from now on; where it was kept before, it goes.

    Raises BadInput('passphrase_empty'), NotPermitted or StoreFault if the folder refuses.
    """
    if not passphrase.strip():
        raise BadInput("passphrase_empty")
    file = folder / "key.json"
    try:
        before = json.loads(file.read_text("utf-8"))
        write_whole(file, _as_json(wrapped(key, passphrase)))
    except ValueError:
        raise StoreFault("key_file_damaged", file=str(file)) from None
    except OSError as error:
        raise refused(error, file) from error
    _forget(before)


def forget_key(folder: Path) -> None:
    """Remove the key of a profile for good, wherever it is kept: nothing opens it again."""
    file = folder / "key.json"
    with contextlib.suppress(OSError, ValueError):
        _forget(json.loads(file.read_text("utf-8")))
    file.unlink(missing_ok=True)


def _forget(kept: dict[str, str]) -> None:
    """Remove a key from where ``kept`` says, as far as the keyring or the disk lets us."""
    if kept.get("kept") == "keyring":
        forget_in_keyring(kept["name"])
    elif kept.get("kept") == "machine":
        with contextlib.suppress(OSError, KeyError, TypeError, ValueError):
            _machine_file(kept["name"]).unlink(missing_ok=True)


def keep_key(
    folder: Path,
    key: bytes,
    *,
    passphrase: str | None = None,
    warn: Callable[..., None] | None = None,
) -> None:
    """Keep the key of a profile that came from elsewhere, as ``open_key`` does with a new one."""
    passphrase = passphrase or os.environ.get(PASSPHRASE) or None
    _make(folder / "key.json", passphrase, warn, demo=False, key=key)


def _make(
    file: Path,
    passphrase: str | None,
    warn: Callable[..., None] | None,
    demo: bool,
    key: bytes | None = None,
) -> bytes:
    key = key or secrets.token_bytes(32)
    name = secrets.token_hex(8)
    body: dict[str, Any]
    if demo:
        body = {"kept": "beside", "note": "sample data: the key lies beside it", "key": _b64(key)}
    elif passphrase:
        body = wrapped(key, passphrase)
    elif to_keyring(name, _b64(key)):
        body = {"kept": "keyring", "name": name}
    else:
        place = _machine_file(name)
        if place.is_relative_to(file.parent.absolute()):
            raise BadInput("profile_holds_machine_key", folder=str(file.parent))
        machine = secrets.token_bytes(32)
        try:
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(place, machine, new=True)
        except OSError as error:
            raise refused(error, place) from error
        body = {"kept": "machine", "name": name} | _seal(machine, key)
    try:
        write_whole(file, _as_json(body), new=True)
    except OSError:
        _forget(body)
        raise
    if warn and body["kept"] == "machine":
        warn("warning.machine_key", place=str(place))
    return key


def _read(
    file: Path, kept: dict[str, str], passphrase: str | None, ask: Callable[[], str] | None
) -> bytes:
    try:
        match kept["kept"]:
            case "beside":
                return base64.b64decode(kept["key"], validate=True)
            case "keyring":
                return base64.b64decode(from_keyring(kept["name"]), validate=True)
            case "machine":
                try:
                    machine = _machine_file(kept["name"]).read_bytes()
                except FileNotFoundError:
                    raise StoreFault(
                        "key_missing", place=str(_machine_file(kept["name"]))
                    ) from None
                return _unseal(machine, kept)
            case "passphrase":
                if not passphrase and ask is not None:
                    passphrase = ask()
                if not passphrase:
                    raise NotPermitted("passphrase_needed")
                stretched = _stretch(passphrase, kept)
                try:
                    return _unseal(stretched, kept)
                except InvalidTag:
                    raise NotPermitted("wrong_passphrase") from None
    except (KeyError, TypeError, ValueError, InvalidTag):
        pass
    raise StoreFault("key_file_damaged", file=str(file))


@dataclass(frozen=True)
class Wrapper:
    """A passphrase, stretched once: it wraps keys again and again without being told it."""

    how: dict[str, Any]
    by: bytes = field(repr=False)

    @classmethod
    def of(cls, passphrase: str) -> "Wrapper":
        how: dict[str, Any] = {"kept": "passphrase", "salt": _b64(secrets.token_bytes(16))} | _ARGON
        return cls(how, _stretch(passphrase, how))

    def wrapped(self, key: bytes) -> dict[str, Any]:
        """``key``, to be written as JSON; ``unwrapped`` gives it back."""
        return self.how | _seal(self.by, key)


def wrapped(key: bytes, passphrase: str) -> dict[str, Any]:
    return Wrapper.of(passphrase).wrapped(key)


def unwrapped(kept: dict[str, Any], by: str | Wrapper) -> bytes:
    """Raises InvalidTag for another passphrase; KeyError, TypeError, ValueError for no such body."""
    return _unseal(by.by if isinstance(by, Wrapper) else _stretch(by, kept), kept)


def _stretch(passphrase: str, kept: dict[str, Any]) -> bytes:
    """Argon2id. ValueError for parameters that no honest file has."""
    from argon2.exceptions import HashingError
    from argon2.low_level import Type, hash_secret_raw

    costs = {name: int(kept[name]) for name in _ARGON}
    if any(not 1 <= cost <= _MOST[name] for name, cost in costs.items()):
        raise ValueError("argon2 costs out of range")
    # one form for every input method: full-width letters and digits are the plain ones
    plain = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
    try:
        return hash_secret_raw(
            plain, base64.b64decode(kept["salt"]), **costs, hash_len=32, type=Type.ID
        )
    except HashingError as error:
        raise ValueError("argon2 refused") from error


def _seal(by: bytes, key: bytes) -> dict[str, Any]:
    nonce = secrets.token_bytes(12)
    return {"nonce": _b64(nonce), "wrapped": _b64(AESGCM(by).encrypt(nonce, key, b"profile-key"))}


def _unseal(by: bytes, kept: dict[str, Any]) -> bytes:
    nonce, wrapped = base64.b64decode(kept["nonce"]), base64.b64decode(kept["wrapped"])
    return AESGCM(by).decrypt(nonce, wrapped, b"profile-key")


def to_keyring(name: str, secret: str) -> bool:
    """True where a real keyring took the secret and gave it back."""

    def keep() -> bool:
        keyring = _keyring()
        if keyring.get_keyring().priority < 1:  # none, or one that keeps its secrets in clear
            return False
        keyring.set_password(_SERVICE, name, secret)
        return bool(keyring.get_password(_SERVICE, name) == secret)

    try:
        return _bounded(keep, _KEYRING_SECONDS)
    except Exception:  # a keyring can fail in as many ways as there are desktops
        return False


def from_keyring(name: str) -> str:
    """Raises StoreFault('keyring_refused', 'key_missing')."""
    try:
        kept = _bounded(lambda: _keyring().get_password(_SERVICE, name), _UNLOCK_SECONDS)
    except Exception:
        raise StoreFault("keyring_refused") from None
    if kept is None:
        raise StoreFault("key_missing", place="keyring")
    return str(kept)


def forget_in_keyring(name: str) -> None:
    """As far as the keyring lets us."""
    with contextlib.suppress(Exception):
        _bounded(lambda: _keyring().delete_password(_SERVICE, name), _KEYRING_SECONDS)


def _keyring() -> ModuleType:
    import keyring

    return keyring


def _bounded(call: Callable[[], T], seconds: float) -> T:
    """What ``call`` returns or raises; TimeoutError when it hangs (a dead D-Bus does)."""
    answer: list[T] = []
    failure: list[Exception] = []

    def run() -> None:
        try:
            answer.append(call())
        except Exception as error:
            failure.append(error)

    thread = threading.Thread(target=run, name="keyring", daemon=True)  # never keeps us alive
    thread.start()
    thread.join(seconds)
    if failure:
        raise failure[0]
    if not answer:
        raise TimeoutError
    return answer[0]


def _machine_file(name: str) -> Path:
    from platformdirs import user_state_path

    if not re.fullmatch(r"[0-9a-f]{16}", name):  # a key file may come from anywhere
        raise ValueError("not a name that we gave")
    return user_state_path(_SERVICE, appauthor=False) / "keys" / name


def _as_json(body: dict[str, Any]) -> bytes:
    return json.dumps(body, indent=1).encode()


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
