"""New attempts from a folder: files once they are whole, each once, and what is added to them.

A look compares sizes and times, so that it works where nobody tells of changes (network shares).
"""

import hashlib
import json
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.domain.errors import BadInput, Busy, KnownError
from workbench.domain.following import Delivery, FilePart, Followed, Input, Mark
from workbench.domain.importing import Mapping as ColumnMapping
from workbench.warehouse.readers import open_source
from workbench.warehouse.readers.archives import is_litter

QUIET = 1.0  # seconds without a change until a file that nobody writes is whole
QUIET_OPEN = 2.0  # the same where somebody may be writing still
LAST_LINE = 30.0  # and until a line without an end is one, where that cannot be known
_OLD = 60.0  # a file of before that, when first seen, is quiet already
_UNFINISHED = (
    ".tmp",
    ".temp",
    ".part",
    ".partial",
    ".crdownload",
    ".filepart",
    ".download",
    ".!ut",
)
_CHUNK = 1 << 20
_MOST = 64 << 20  # bytes of one part
_EDGE = 64 << 10  # bytes before the end of what was taken by which a file is known again
_TABLES = ("utf-8", "ascii", "gb18030", "gbk", "gb2312", "big5", "big5hkscs", "latin-1", "cp1252")

Writing = Callable[[Path], bool | None]


class FolderFeed:
    """Satisfies ``services.ports.Feed``. ``mapping`` is what imports of these files are given;
    ``writing`` says whether some process has a file open to write, None where that is unknown."""

    def __init__(
        self,
        source: Followed,
        mapping: ColumnMapping | None = None,
        clock: Callable[[], float] = time.monotonic,
        writing: Writing | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._root = Path(source.place)
        self._prefix = f"follow:{source.id}:"
        self._mapping = mapping
        self._clock = clock
        self._wall = wall
        self._writing = writing or being_written
        self.settled = True
        self._seen: dict[str, _Seen] = {}
        self._taken: dict[str, dict[str, Any]] = {}
        self._values: dict[str, str] = {}
        self._digests: dict[str, str] | None = None  # of files taken whole: their names

    def look(self, marks: Mapping[str, str]) -> Iterator[Delivery]:
        self.settled = True
        for name, path, state in self._files():
            try:
                yield from self._changes(name, path, state, marks)
            except FileNotFoundError:
                self._seen.pop(name, None)
            except OSError as error:
                yield self._unreadable(name, path, error)

    def close(self) -> None: ...

    def _files(self) -> list[tuple[str, Path, os.stat_result]]:
        """Below the folder, oldest first, by their names in it. Raises Busy where it is away."""
        if not self._root.is_dir():
            raise Busy("follow_folder_away", folder=str(self._root))
        found = []
        for folder, folders, names in os.walk(self._root):
            folders[:] = [name for name in folders if not is_litter(name)]
            for name in names:
                if not is_litter(name) and not name.lower().endswith(_UNFINISHED):
                    path = Path(folder) / name
                    try:
                        state = path.stat()
                    except OSError:
                        continue  # gone meanwhile, or a link to nothing
                    if stat.S_ISREG(state.st_mode):
                        found.append((path.relative_to(self._root).as_posix(), path, state))
        known = {name for name, _, _ in found}
        for gone in self._seen.keys() - known:
            del self._seen[gone]
        return sorted(found, key=lambda each: (each[2].st_mtime_ns, each[0]))

    def _note_of(self, name: str, marks: Mapping[str, str]) -> dict[str, Any]:
        value = marks.get(self._prefix + name, "{}")
        if self._values.get(name) != value:
            self._values[name], self._taken[name] = value, json.loads(value)
        return self._taken[name]

    def _changes(
        self, name: str, path: Path, state: os.stat_result, marks: Mapping[str, str]
    ) -> Iterator[Delivery]:
        now = self._clock()
        stamp = (state.st_size, state.st_mtime_ns, state.st_ctime_ns)
        note = self._note_of(name, marks)
        same = note.get("size") == state.st_size and note.get("mtime") == state.st_mtime_ns
        if same and ("bad" not in note or note.get("ctime") == state.st_ctime_ns):
            return
        seen = self._seen.get(name)
        if seen is None or seen.stamp != stamp:
            old = seen is None and self._wall() - state.st_mtime > _OLD
            seen = self._seen[name] = _Seen(stamp, now - (_OLD if old else 0))
        quiet = now - seen.since
        if not state.st_size:
            return
        writing = self._writing(path) if quiet >= QUIET else None
        if quiet < QUIET or (writing is not False and quiet < QUIET_OPEN):
            self.settled = False
            return
        whole = writing is False or (writing is None and quiet >= LAST_LINE)
        yield from self._take(name, path, stamp, note, marks, whole=whole)

    def _take(
        self,
        name: str,
        path: Path,
        stamp: tuple[int, int, int],
        note: dict[str, Any],
        marks: Mapping[str, str],
        *,
        whole: bool,
    ) -> Iterator[Delivery]:
        size, start, line = stamp[0], 0, 1
        known = "bad" not in note and _continues(path, size, note)
        text = bool(known and note.get("text")) or _is_text(path, self._mapping)
        if text and known:
            start = int(note["taken"])
            line = int(note.get("line") or 1 + _lines(path, start))
        elif not text and not whole and self._writing(path):
            return  # such a file is of no use before its end
        if start == 0 and whole:
            digest = _digest(path, size)
            note = _stamped(stamp) | {"taken": size, "text": text, "digest": digest}
            copy = self._names_by_digest(marks).get(digest, name) != name
            made = self._delivery(name, None if copy else path, stamp, note | _edge(path, size))
            yield made
            if marks.get(made.mark.name) == made.mark.value:
                self._names_by_digest(marks).setdefault(digest, name)
            return
        if not text:  # nobody can say whether it is whole: it was quiet long enough
            yield self._delivery(name, path, stamp, _stamped(stamp) | {"taken": size})
            return
        while start < size:
            end, lines = _whole_lines(path, start, min(size, start + _MOST), to_end=whole)
            if end == start:
                return  # a line that has not ended yet
            if start == 0 and lines <= 1:
                return  # a header that has no rows yet
            note = {"taken": end, "line": line + lines, "text": True} | _edge(path, end)
            if end == size:
                note |= _stamped(stamp)
            yield self._delivery(name, FilePart(path, start, end, line), stamp, note)
            start, line = end, line + lines

    def _delivery(
        self,
        name: str,
        what: Input | None,
        stamp: tuple[int, int, int],
        note: dict[str, Any],
    ) -> Delivery:
        key = self._prefix + name
        bad = _stamped(stamp) | {"bad": True}
        return Delivery(name, what, Mark(key, json.dumps(note)), Mark(key, json.dumps(bad)))

    def _unreadable(self, name: str, path: Path, error: OSError) -> Delivery:
        """Importing it says what is wrong; noted, so that it is said once."""
        state = path.stat()
        stamp = (state.st_size, state.st_mtime_ns, state.st_ctime_ns)
        return self._delivery(name, path, stamp, _stamped(stamp) | {"bad": True})

    def _names_by_digest(self, marks: Mapping[str, str]) -> dict[str, str]:
        if self._digests is None:
            notes = {
                key.removeprefix(self._prefix): json.loads(value)
                for key, value in marks.items()
                if key.startswith(self._prefix)
            }
            self._digests = {n["digest"]: name for name, n in notes.items() if "digest" in n}
        return self._digests


@dataclass(frozen=True)
class _Seen:
    stamp: tuple[int, int, int]
    since: float


def being_written(path: Path) -> bool | None:
    """Whether a process has the file open to write; None where the system does not tell.

    Linux lends a file for reading only while nobody writes it; Windows opens one that nobody may
    write only then.
    """
    if sys.platform == "linux":
        import fcntl

        try:
            handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError:
            return None
        try:
            fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        except BlockingIOError:
            return True
        except OSError:
            return None  # another's file, or a system without leases
        finally:
            os.close(handle)
        return False
    if sys.platform == "win32":
        import ctypes

        read, share_read, existing, violation = 0x80000000, 1, 3, 32
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateFileW.restype = ctypes.c_void_p
        handle = kernel.CreateFileW(str(path), read, share_read, None, existing, 0, None)
        if handle == ctypes.c_void_p(-1).value:
            return True if ctypes.get_last_error() == violation else None
        kernel.CloseHandle(ctypes.c_void_p(handle))
        return False
    return None


# what a file is, and how far it was taken
def _is_text(path: Path, mapping: ColumnMapping | None) -> bool:
    """A table of lines, in an encoding in which a line's end is one byte."""
    try:
        source = open_source(path, mapping, whole=False)
    except KnownError:
        return False
    return source.format == "csv" and (source.encoding or "") in _TABLES and _has_line(path)


def _has_line(path: Path) -> bool:
    with path.open("rb") as file:
        return b"\n" in file.read(_CHUNK)


def _stamped(stamp: tuple[int, int, int]) -> dict[str, Any]:
    return {"size": stamp[0], "mtime": stamp[1], "ctime": stamp[2]}


def _edge(path: Path, taken: int) -> dict[str, str]:
    """Its beginning and what stands before ``taken``, as a print."""
    with path.open("rb") as file:
        start = file.read(min(taken, _EDGE))
        file.seek(max(0, taken - _EDGE))
        end = file.read(min(taken, _EDGE))
    return {"edge": hashlib.blake2b(start + end, digest_size=16).hexdigest()}


def _continues(path: Path, size: int, note: Mapping[str, Any]) -> bool:
    """Whether what was taken still stands there, up to the end of a line, and more follows."""
    taken = int(note.get("taken") or 0)
    if not taken or taken >= size or _edge(path, taken)["edge"] != note.get("edge"):
        return False
    with path.open("rb") as file:
        file.seek(taken - 1)
        return b"\n" in file.read(2)


def _digest(path: Path, size: int) -> str:
    seen = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while size > 0 and (chunk := file.read(min(_CHUNK, size))):
            seen.update(chunk)
            size -= len(chunk)
    return seen.hexdigest()


def _lines(path: Path, end: int) -> int:
    count = 0
    with path.open("rb") as file:
        while end > 0 and (chunk := file.read(min(_CHUNK, end))):
            count += chunk.count(b"\n")
            end -= len(chunk)
    return count


def _whole_lines(path: Path, start: int, end: int, *, to_end: bool) -> tuple[int, int]:
    """(Where the last whole line ends, how many lines): a line's end within quotes is none."""
    with path.open("rb") as file:
        file.seek(start)
        data = file.read(end - start)
        last = not file.read(1)
    if to_end and last:
        return start + len(data), data.count(b"\n")
    cut = data.rfind(b"\n") + 1
    while cut and data.count(b'"', 0, cut) % 2:
        cut = data.rfind(b"\n", 0, cut - 1) + 1
    if not cut and len(data) >= _MOST:
        raise BadInput("line_too_long", file=path.name, line=1, limit=f"{_MOST >> 20} MB")
    return start + cut, data.count(b"\n", 0, cut)
