"""What the administrator of a machine sets for everybody on it: one file, read and never written.

``/etc/activation-workbench/policy.json`` on Linux, ``%ProgramData%\\activation-workbench\\policy.json``
on Windows, ``/Library/Application Support/activation-workbench/policy.json`` on macOS. Where there is
none, ``WORKBENCH_POLICY`` may name one: it cannot take the place of the machine's.
"""

import base64
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from workbench.domain.errors import StoreFault

_KEYS = {"settings", "locked", "warehouse", "log_to", "update_from", "update_keys"}
LOGS = ("journald", "syslog")


@dataclass(frozen=True)
class Policy:
    """``settings``: defaults for everybody; those in ``locked`` nobody changes. ``warehouse``:
    where the attempts are, for all. ``update_keys``: ed25519 public keys that a release may
    be signed by."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    locked: frozenset[str] = frozenset()
    warehouse: str = ""
    log_to: str = ""
    update_from: str = ""
    update_keys: tuple[bytes, ...] = ()


NONE = Policy()


def place() -> Path | None:
    """The file that counts on this machine; None where there is none."""
    machine = _machine_file()
    if machine.exists():
        return machine
    named = os.environ.get("WORKBENCH_POLICY")
    return Path(named) if named else None


@cache
def of_this_machine() -> Policy:
    """Raises StoreFault('policy_damaged'): to go on without it would undo what it locks."""
    file = place()
    return read(file) if file else NONE


def read(file: Path) -> Policy:
    """Raises StoreFault('policy_damaged') with what is wrong: a mistyped key would lock nothing."""
    try:
        told = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise StoreFault("policy_damaged", file=str(file), why=type(error).__name__) from None
    try:
        return _policy(told)
    except _Wrong as wrong:
        raise StoreFault("policy_damaged", file=str(file), why=str(wrong)) from None


class _Wrong(Exception):
    pass


def _policy(told: object) -> Policy:
    from workbench.settings import OPTIONS

    if not isinstance(told, dict):
        raise _Wrong("{…}")
    if unknown := sorted(told.keys() - _KEYS):
        raise _Wrong(", ".join(unknown))
    settings, locked = told.get("settings", {}), told.get("locked", [])
    if not isinstance(settings, dict) or not isinstance(locked, list):
        raise _Wrong("settings, locked")
    for name, value in settings.items():
        if name not in OPTIONS or not OPTIONS[name].accepts(value):
            raise _Wrong(f"settings.{name}")
    if strange := sorted({str(name) for name in locked} - settings.keys()):
        raise _Wrong(f"locked: {', '.join(strange)}")
    words = {name: told.get(name, "") for name in ("warehouse", "log_to", "update_from")}
    for name, value in words.items():
        if not isinstance(value, str):
            raise _Wrong(name)
    if words["log_to"] not in ("", *LOGS):
        raise _Wrong("log_to")
    try:
        keys = tuple(base64.b64decode(key, validate=True) for key in told.get("update_keys", []))
    except (ValueError, TypeError):
        raise _Wrong("update_keys") from None
    if any(len(key) != 32 for key in keys):
        raise _Wrong("update_keys")
    return Policy(settings, frozenset(locked), **words, update_keys=keys)


def _machine_file() -> Path:
    if sys.platform == "win32":
        folder = Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData"))
    elif sys.platform == "darwin":
        folder = Path("/Library/Application Support")
    else:
        folder = Path("/etc")
    return folder / "activation-workbench" / "policy.json"


def or_none() -> Policy:
    """For the empty window: a policy that cannot be read is told when the profile opens."""
    try:
        return of_this_machine()
    except StoreFault:
        return NONE
