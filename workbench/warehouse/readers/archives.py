"""Where the bytes of a table lie: in a file, packed by gzip, or in a zip; and which files a path
names.

A table in a zip has the path ``archive.zip/folder/name.csv``: nothing is ever unpacked to disk, so
the names in an archive lead nowhere.
"""

import glob
import gzip
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from workbench.domain.errors import BadInput
from workbench.domain.following import FilePart, Rows

_IN_MEMORY = 256 << 20  # bytes of a packed workbook or Parquet file: both need to be sought in
_BOMB_FROM, _BOMB_RATIO = 1 << 30, 300  # tables pack 5 to 50 times, a bomb about 1000 times
_LITTER = ("thumbs.db", "desktop.ini", "__macosx")
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"


def inputs(path: Path) -> list[Path]:
    """The tables that a path names, in the order of their names: a file itself, the members of a
    zip, all files at or below a folder, what a pattern (``*.csv``) finds. Hidden files and what
    systems leave lying about are skipped.

    Raises BadInput where there is none.
    """
    if path.is_dir():
        found = [f for f in sorted(path.rglob("*")) if f.is_file() and not _skipped(f, path)]
        if not found:
            raise BadInput("empty_folder", folder=str(path))
        return [table for file in found for table in _members(file)]
    if glob.has_magic(str(path)) and not path.exists():
        matches = [Path(name) for name in sorted(glob.glob(str(path), recursive=True))]  # noqa: PTH207 (a whole pattern)
        if not matches:
            raise BadInput("no_such_file", file=str(path))
        return [table for match in matches for table in inputs(match)]
    return _members(path)


def _skipped(file: Path, root: Path) -> bool:
    return any(is_litter(part) for part in file.relative_to(root).parts)


def is_litter(name: str) -> bool:
    """Hidden, a lock of Office, a mark of Spark's, or a list of rows set aside by ourselves."""
    hidden = name.startswith((".", "_", "~$")) or name.lower() in _LITTER
    return hidden or ".quarantine-" in name


def _members(file: Path) -> list[Path]:
    """The tables in a zip that is no workbook; a file of any other kind is its own."""
    try:
        with file.open("rb") as opened:
            if opened.read(4) != _ZIP:
                return [file]
        with _archive(file) as archive:
            if is_workbook(archive):
                return [file]
            members = [_inside(file, entry) for entry in _entries(archive)]
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError):
        return [file]  # opening it says what is wrong
    return members or [file]


def _archive(file: Path | BinaryIO) -> zipfile.ZipFile:
    """Names without a UTF-8 mark are GBK, as Windows in China writes them."""
    try:
        return zipfile.ZipFile(file, metadata_encoding="gb18030")
    except UnicodeDecodeError:
        return zipfile.ZipFile(file)


def is_workbook(archive: zipfile.ZipFile) -> bool:
    return any(name.startswith("xl/") or name == "content.xml" for name in archive.namelist())


def _entries(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    for entry in sorted(archive.infolist(), key=lambda e: e.filename):
        parts = [part for part in entry.filename.replace("\\", "/").split("/") if part]
        if not entry.is_dir() and not any(is_litter(part) for part in parts if part != ".."):
            yield entry


def _inside(file: Path, entry: zipfile.ZipInfo) -> Path:
    return Path(f"{file}/{entry.filename}")


@dataclass(frozen=True)
class Content:
    """The bytes of one table. ``member``: its entry in the zip ``file``; ``gzipped``: what lies
    there is packed once more."""

    path: Path
    file: Path
    member: zipfile.ZipInfo | None = None
    gzipped: bool = False

    @classmethod
    def of(cls, path: Path) -> "Content":
        """Raises FileNotFoundError, or BadInput for an archive that cannot be read."""
        file, member = path, None
        if not path.exists():
            file = next((parent for parent in path.parents if parent.is_file()), path)
        if path.is_dir():
            raise BadInput("is_a_folder", file=path.name)
        with file.open("rb") as opened:
            zipped = opened.read(4) == _ZIP
        if file != path and not zipped:
            raise FileNotFoundError(path)
        if zipped:
            member = _member(path, file)
        plain = cls(path, file, member)
        with plain.open() as opened:
            return cls(path, file, member, gzipped=opened.read(2) == _GZIP)

    @property
    def packed(self) -> bool:
        return self.gzipped or self.member is not None

    def open(self) -> "Stream":
        raw = inner = self.file.open("rb")
        size = self.file.stat().st_size
        try:
            if self.member is not None:
                archive = _archive(raw)
                size = self.member.compress_size
                inner = archive.open(self.member)  # type: ignore[assignment]
            if self.gzipped:
                inner = gzip.GzipFile(fileobj=inner)  # type: ignore[assignment]
        except BaseException:
            raw.close()
            raise
        return Stream(inner, raw, size, self.path.name)

    def open_rows(self) -> "Stream":
        """For the pass over the rows."""
        return self.open()

    @property
    def first_line(self) -> int | None:
        """The number of the first line of ``open_rows``; None: it begins where ``open`` does."""
        return None

    def seekable(self) -> Path | BinaryIO:
        """For formats that are read from their end: the file, or a packed one in memory."""
        if not self.packed:
            return self.file
        with self.open() as opened:
            body = opened.read(_IN_MEMORY + 1)
        if len(body) > _IN_MEMORY:
            limit = f"{_IN_MEMORY >> 20} MB"
            raise BadInput("unpack_first", file=self.path.name, limit=limit)
        return io.BytesIO(body)


@dataclass(frozen=True)
class PartContent(Content):
    """A piece of a text table: columns and encoding are told by ``open``, the rows come from
    ``open_rows``."""

    part: FilePart | Rows = field(default_factory=lambda: Rows("", b"", b""))

    @classmethod
    def of_part(cls, part: FilePart | Rows) -> "PartContent":
        return cls(part.path, part.path, part=part)

    def open(self) -> "Stream":
        if isinstance(self.part, Rows):
            return self._stream(io.BytesIO(self.part.sample), len(self.part.sample))
        return self._stream(_Window(self.file, 0, self.part.end), self.part.end)

    def open_rows(self) -> "Stream":
        if isinstance(self.part, Rows):
            return self._stream(io.BytesIO(self.part.data), len(self.part.data))
        start, end = self.part.start, self.part.end
        return self._stream(_Window(self.file, start, end), end - start)

    @property
    def first_line(self) -> int | None:
        if isinstance(self.part, Rows):
            return 1
        return self.part.line if self.part.start else None

    def _stream(self, inner: BinaryIO, size: int) -> "Stream":
        return Stream(inner, inner, size, self.path.name)


class _Window(io.FileIO):
    """Bytes ``start`` to ``end`` of a file."""

    def __init__(self, file: Path, start: int, end: int) -> None:
        super().__init__(file, "rb")
        self._end = end
        self.seek(start)

    def read(self, size: int | None = -1, /) -> bytes:
        left = max(0, self._end - self.tell())
        return super().read(left if size is None or size < 0 else min(size, left)) or b""


def _member(path: Path, file: Path) -> zipfile.ZipInfo | None:
    """The entry that ``path`` names in zip ``file``; None where the zip is a workbook."""
    try:
        with _archive(file) as archive:
            if is_workbook(archive):
                if path != file:
                    raise FileNotFoundError(path)
                return None
            entries = list(_entries(archive))
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise BadInput("damaged_workbook", file=file.name) from None
    found = next((e for e in entries if path in (file, _inside(file, e))), None)
    if found is None:
        if path == file:
            raise BadInput("empty_archive", file=file.name)
        raise FileNotFoundError(path)
    if found.flag_bits & 1:
        raise BadInput("archive_protected", file=file.name)
    if found.file_size > _BOMB_FROM and found.file_size > _BOMB_RATIO * found.compress_size:
        raise BadInput("bomb", file=path.name)
    return found


class Stream(io.RawIOBase):
    """Bytes unpacked as they are read; knows how far it is and when they swell without end."""

    def __init__(self, inner: BinaryIO, raw: BinaryIO, size: int, name: str) -> None:
        super().__init__()
        self._inner, self._raw, self._name = inner, raw, name
        self._start = raw.tell() if inner is not raw else 0
        self._size = max(1, size)
        self._given = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        data = self._inner.read(size)
        self._given += len(data)
        if self._given > _BOMB_FROM and self._given > _BOMB_RATIO * max(1, self._consumed()):
            raise BadInput("bomb", file=self._name)
        return data

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _consumed(self) -> int:
        return 0 if self._raw.closed else max(0, self._raw.tell() - self._start)

    def share(self) -> float:
        """0 to 1: how much of what is stored has been read."""
        return min(1.0, self._consumed() / self._size)

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
            self._raw.close()
        super().close()
