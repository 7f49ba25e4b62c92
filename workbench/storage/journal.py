"""Drafts, keystroke by keystroke: one append-only file each, sealed, readable up to a torn end."""

import contextlib
import errno
import json
import logging
import os
import re
import secrets
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workbench.domain.complaint import (
    ComplaintDraft,
    Demand,
    Experience,
    Reputation,
    Severity,
    Source,
)
from workbench.domain.errors import StoreFault
from workbench.files import lock, locked, sync_folder, write_whole

_LENGTH = struct.Struct(">I")
_NONCE, _TAG = 12, 16
_COMPACT_AT = 4 << 20  # bytes; the last state alone is then written to a new file, and synced
_NAME = re.compile(r"[0-9A-Za-z-]{1,64}")
_FIELDS = {field.name for field in fields(ComplaintDraft)}
_MADE: dict[str, Callable[[Any], object]] = {  # what JSON holds as plain text and lists
    "demand": Demand,
    "severity": Severity,
    "source": Source,
    "experience": Experience,
    "received_at": datetime.fromisoformat,
    "attempt_ids": tuple,
    "products": tuple,
    "reputation": lambda kinds: tuple(map(Reputation, kinds)),
}
_log = logging.getLogger(__name__)


class FileDraftJournal:
    """Satisfies services.ports.DraftJournal; any thread may call any method.

    A record is 4 bytes of length, 12 of nonce, then AES-GCM over the draft as JSON, bound to the
    draft's id and to its place in the file. Each is handed to the operating system by one write.
    The lock is never held while the disk is waited for, except to compact. A draft's file is locked
    for as long as it is written, so that another window of the profile does not offer it.
    """

    def __init__(self, folder: Path, key: bytes) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._cipher = AESGCM(key)
        self._lock = threading.Lock()
        self._open: dict[str, int] = {}

    def write(self, draft: ComplaintDraft) -> None:
        """Raises StoreFault('draft_not_kept'); what was kept before stays."""
        with self._lock, self._plain_errors():
            handle = self._handle(draft.draft_id)
            end = os.fstat(handle).st_size
            record = self._sealed(draft, 0 if end > _COMPACT_AT else end)
            if end > _COMPACT_AT:
                self._begin_again(draft.draft_id, record)
            elif (written := os.write(handle, record)) != len(record):
                os.ftruncate(handle, end)  # half a record would hide those after it
                raise OSError(errno.ENOSPC, f"{written} bytes of {len(record)} written")

    def flush(self) -> None:
        """Raises StoreFault('draft_not_kept') if the disk refused."""
        with self._lock:
            handles = [os.dup(handle) for handle in self._open.values()]
        try:
            with self._plain_errors():
                for handle in handles:
                    os.fsync(handle)
                sync_folder(self._folder)  # the names of new files
        finally:
            for handle in handles:
                os.close(handle)

    def pending(self) -> list[ComplaintDraft]:
        drafts = []
        for file in sorted(self._folder.glob("*.draft")):  # UUIDv7: the oldest first
            if file.stem not in self._open and locked(file):
                continue  # being written at another window
            try:
                draft = self._last(file)[0]
            except (OSError, ValueError, TypeError, KeyError) as error:
                _log.warning("%s cannot be read: %s", file.name, type(error).__name__)
                continue
            if draft is not None:
                drafts.append(draft)
        return drafts

    def discard(self, draft_id: str) -> None:
        """Gone for good when this returns, also after a power cut.

        A disk that refuses is logged and no more: the draft is offered again, and saving it again
        makes no second complaint.
        """
        file = self._file(draft_id)
        try:
            with self._lock:
                handle = self._open.pop(draft_id, None)
                if handle is not None:
                    os.close(handle)
                file.unlink()
            sync_folder(self._folder)
        except FileNotFoundError:
            pass  # never written, or already gone
        except OSError as error:
            _log.warning("%s was not removed: %s", file.name, error.strerror)

    def close(self) -> None:
        with self._lock:
            for handle in self._open.values():
                os.close(handle)
            self._open.clear()

    def _file(self, draft_id: str) -> Path:
        if not _NAME.fullmatch(draft_id):
            raise ValueError("a draft id is letters, digits and dashes")
        return self._folder / f"{draft_id}.draft"

    def _handle(self, draft_id: str) -> int:
        """A file left by an earlier run loses its torn end before anything follows it."""
        if draft_id not in self._open:
            file = self._file(draft_id)
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
            handle = os.open(file, flags, 0o600)
            try:
                lock(handle)
                if os.fstat(handle).st_size:
                    os.ftruncate(handle, self._last(file)[1])
            except BaseException:
                os.close(handle)
                raise
            self._open[draft_id] = handle
        return self._open[draft_id]

    def _begin_again(self, draft_id: str, record: bytes) -> None:
        """Only the last state matters: it alone, on the disk, takes the old file's place."""
        os.close(self._open.pop(draft_id))  # Windows replaces no open file
        write_whole(self._file(draft_id), record)

    def _sealed(self, draft: ComplaintDraft, at: int) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        body = json.dumps(
            asdict(draft), default=datetime.isoformat
        ).encode()  # ASCII: half a character of a paste passes
        sealed = nonce + self._cipher.encrypt(nonce, body, _place(draft.draft_id, at))
        return _LENGTH.pack(len(sealed)) + sealed

    def _last(self, file: Path) -> tuple[ComplaintDraft | None, int]:
        """The last whole state in a file, and where it ends."""
        data, at, last = file.read_bytes(), 0, None
        while at + _LENGTH.size <= len(data):
            (length,) = _LENGTH.unpack_from(data, at)
            start, end = at + _LENGTH.size, at + _LENGTH.size + length
            if end > len(data) or length < _NONCE + _TAG:
                break  # torn by a power cut: what came before it stands
            nonce, sealed = data[start : start + _NONCE], data[start + _NONCE : end]
            try:
                last = self._cipher.decrypt(nonce, sealed, _place(file.stem, at))
            except InvalidTag:
                break
            at = end
        if at < len(data):
            _log.warning("%s: %d bytes at its end are torn", file.name, len(data) - at)
        return (_draft(json.loads(last)) if last else None), at

    @contextlib.contextmanager
    def _plain_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreFault("draft_not_kept", folder=str(self._folder)) from error


def _place(draft_id: str, at: int) -> bytes:
    return f"{draft_id}@{at}".encode()


def _draft(body: dict[str, Any]) -> ComplaintDraft:
    """What this version knows of it; a newer one may have written more."""
    known = {name: value for name, value in body.items() if name in _FIELDS}
    for name, made in _MADE.items():
        if known.get(name) is not None:
            known[name] = made(known[name])
    return ComplaintDraft(**known)
