"""Code catalogues: the shipped CSV files and a site's own, looked up by scheme and code.

``resources/codes/README.md`` says what each column means.
"""

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from workbench import paths
from workbench.domain.cells import inert, plain
from workbench.domain.codes import CodeEntry, CustomerVisible, Failure, Sure
from workbench.domain.errors import BadInput
from workbench.domain.taxonomy import Action, Cause, Owner, Symptom

if TYPE_CHECKING:
    import _csv

COLUMNS = (
    "scheme",
    "version",
    "code",
    "meaning_zh",
    "meaning_en",
    "symptom",
    "cause",
    "owner",
    "action",
    "is_failure",
    "customer_visible",
    "source",
    "sure",
)
SOURCES = "schemes.csv"  # beside a site's catalogues: which scheme a source's codes are of
MAX_BYTES = 20_000_000
MAX_FOUND = 100
_REQUIRED = ("scheme", "code", "is_failure")
_LENGTH = {"scheme": 40, "version": 40, "code": 80}
_MAX_LENGTH = 500
_E = TypeVar("_E", bound=StrEnum)


@dataclass(frozen=True)
class Loaded:
    """The good rows of a file, and one error (file, line, column, what is expected) for each
    thing that is wrong in the others; ``read`` rows in all, empty ones left out."""

    entries: tuple[CodeEntry, ...]
    problems: tuple[BadInput, ...]
    read: int


class Catalogue:
    """The shipped codes and over them a site's; read when first asked.

    ``site`` is a site's CSV file or a folder of them, and may not exist yet. A site's row
    replaces the shipped row of the same scheme, code and version. A site's file that cannot be
    read at all is a problem too: ``problems`` never stops a lookup.
    """

    def __init__(self, site: Path | None = None) -> None:
        self._site = site
        self._index: dict[tuple[str, str], list[CodeEntry]] | None = None
        self._problems: list[BadInput] = []

    def resolve(
        self, scheme: str | None, code: str | None, version: str | None = None
    ) -> CodeEntry | None:
        """The row of this scheme's code; another scheme's code is never taken for it, and a code
        without a scheme has none.

        Without a version a site's row comes first, then that of the newest version. With one,
        only its own row or one that holds for every version.
        """
        entries = self._loaded().get((fold(scheme or ""), fold(code or "")), [])
        if version is None:
            return entries[-1] if entries else None
        by_version = {fold(entry.version): entry for entry in entries}
        return by_version.get(fold(version)) or by_version.get("")

    def find(self, text: str, limit: int = MAX_FOUND) -> list[CodeEntry]:
        """Rows for a search box, best first: ``05``, ``cups_8583:05``, ``cups 05``, or words in
        either language."""
        wanted = fold(text)
        words = wanted.split()
        if not words:
            return []
        scheme, colon, code = (part.strip() for part in wanted.partition(":"))
        ranked: list[tuple[int, CodeEntry]] = []
        for (of_scheme, of_code), entries in self._loaded().items():
            for entry in entries:
                if of_code == wanted:
                    rank = 0
                elif colon and of_scheme.startswith(scheme):
                    if not of_code.startswith(code):
                        continue
                    rank = 0 if (of_scheme, of_code) == (scheme, code) else 1
                elif of_code.startswith(wanted):
                    rank = 2
                else:
                    hay = fold(f"{of_scheme} {of_code} {entry.meaning_zh} {entry.meaning_en}")
                    if not all(word in hay for word in words):
                        continue
                    rank = 1 if of_code in words else 3
                ranked.append((rank, entry))
        ranked.sort(key=lambda item: (item[0], item[1].scheme, item[1].code, item[1].version))
        return [entry for _, entry in ranked[:limit]]

    def schemes(self) -> tuple[str, ...]:
        """The names of all schemes, in order."""
        named = {fold(entry.scheme): entry.scheme for entry in self.entries()}
        return tuple(named[key] for key in sorted(named))

    def entries(self) -> tuple[CodeEntry, ...]:
        return tuple(entry for entries in self._loaded().values() for entry in entries)

    def known(self) -> frozenset[tuple[str, str]]:
        """Every (scheme, code) that has a row, folded as by ``fold``: what the queue of unmapped
        codes leaves out."""
        return frozenset(self._loaded())

    @property
    def problems(self) -> tuple[BadInput, ...]:
        """What was wrong with the site's files."""
        self._loaded()
        return tuple(self._problems)

    def load_site(self, path: Path) -> Loaded:
        """Put the good rows of a site's file over what is there. Raises BadInput where the file
        as a whole cannot be used; then nothing has changed."""
        loaded = load(path)
        self._put(self._loaded(), loaded.entries)
        self._problems += loaded.problems
        return loaded

    def _loaded(self) -> dict[tuple[str, str], list[CodeEntry]]:
        if self._index is not None:
            return self._index
        index: dict[tuple[str, str], list[CodeEntry]] = {}
        for file in _files(paths.resources() / "codes"):
            loaded = load(file)
            if loaded.problems:  # ours: a test holds that there are none
                raise loaded.problems[0]
            self._put(index, loaded.entries)
        for file in _files(self._site) if self._site else ():
            try:
                loaded = load(file)
            except BadInput as problem:
                self._problems.append(problem)
                continue
            self._put(index, loaded.entries)
            self._problems += loaded.problems
        self._index = index
        return index

    @staticmethod
    def _put(
        index: dict[tuple[str, str], list[CodeEntry]],
        entries: tuple[CodeEntry, ...],
    ) -> None:
        for entry in sorted(entries, key=_age):
            place = index.setdefault((fold(entry.scheme), fold(entry.code)), [])
            place[:] = [e for e in place if fold(e.version) != fold(entry.version)]
            place.append(entry)


def fold(text: str) -> str:
    """A scheme, code or version as it is compared: case, width and outer spaces do not count."""
    return text.strip().lower() if text.isascii() else _fold_wide(text)


def _fold_wide(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()


def _age(entry: CodeEntry) -> tuple[tuple[int, str], ...]:
    """Orders versions: numbers by size (9 < 10), anything before a newer longer one."""
    parts = re.findall(r"\d+|\D+", entry.version)
    return tuple((int(p), "") if p.isdecimal() and len(p) < 19 else (-1, p) for p in parts)


def _files(place: Path) -> list[Path]:
    if place.is_dir():
        found = (file for file in place.iterdir() if file.suffix.lower() == ".csv")
        return sorted(file for file in found if file.name != SOURCES)
    return [place] if place.exists() else []


# Reading one file
def load(path: Path) -> Loaded:
    """The rows of one catalogue file in UTF-8 or GB18030, with a header of ``COLUMNS`` in any
    order; other columns are left alone. Raises BadInput where no row can be read at all."""
    return parse(read_text(path), path.name)


def dump(entries: Iterable[CodeEntry]) -> bytes:
    """A catalogue file of these rows: ``load`` reads the same from it, and a spreadsheet runs
    nothing in it. UTF-8 with a BOM, without which Excel reads Chinese wrongly."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        row = entry.as_json()
        writer.writerow([inert(str(row[column])) for column in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def parse(text: str, name: str) -> Loaded:
    """As ``load``, of a file's text; ``name`` is what its problems call it."""
    # newline kept: the reader counts lines itself, so that every message has its line
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
    except csv.Error as error:
        raise BadInput("codes_broken_row", file=name, line=1) from error
    _check_header(header, name)
    entries: list[CodeEntry] = []
    problems: list[BadInput] = []
    first: dict[tuple[str, str, str], int] = {}
    read = 0
    for line, cells in numbered(reader):
        read += cells is None or any(cell.strip() for cell in cells)
        if cells is None:
            problems.append(BadInput("codes_broken_row", file=name, line=line))
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header):
            problems.append(
                BadInput("codes_cells", file=name, line=line, cells=len(cells), columns=len(header))
            )
            continue
        row = _Row(dict(zip(header, cells, strict=False)), name, line)
        entry = row.entry()
        if entry is not None:
            key = (fold(entry.scheme), fold(entry.code), fold(entry.version))
            if key in first:
                row.wrong("codes_duplicate", "code", code=entry.code[:40], first=first[key])
            else:
                first[key] = line
                entries.append(entry)
        problems += row.problems
    return Loaded(tuple(entries), tuple(problems), read)


def read_text(path: Path) -> str:
    """A small text file in UTF-8 or GB18030. Raises BadInput for any other."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInput("codes_too_big", file=path.name, limit=MAX_BYTES // 1_000_000)
        data = path.read_bytes()
    except OSError as error:
        raise BadInput("codes_unreadable", file=path.name) from error
    if b"\0" in data:
        raise BadInput("codes_not_text", file=path.name)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput("codes_not_text", file=path.name)


def _check_header(header: list[str], name: str) -> None:
    missing = [column for column in _REQUIRED if column not in header]
    if "meaning_zh" not in header and "meaning_en" not in header:
        missing.append("meaning_zh")
    if missing:
        near = difflib.get_close_matches(missing[0], header, 1, 0.6)
        if near:
            raise BadInput("codes_near_column", file=name, column=missing[0], found=_shown(near[0]))
        raise BadInput("codes_no_column", file=name, column=missing[0], columns=", ".join(COLUMNS))
    twice = next((c for c in header if c and header.count(c) > 1 and c in COLUMNS), None)
    if twice:
        raise BadInput("codes_column_twice", file=name, column=twice)


def numbered(reader: "_csv.Reader") -> Iterator[tuple[int, list[str] | None]]:
    """(line where the row begins, its cells), None for a row that is no CSV."""
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, None


class _Row:
    """One row on its way to an entry; collects everything that is wrong with it."""

    def __init__(self, cells: dict[str, str], file: str, line: int) -> None:
        self.cells, self.file, self.line = cells, file, line
        self.problems: list[BadInput] = []

    def wrong(self, key: str, column: str, **params: object) -> None:
        where = {"file": self.file, "line": self.line, "column": column}
        self.problems.append(BadInput(key, **where, **params))

    def text(self, column: str) -> str:
        value = plain(" ".join(self.cells.get(column, "").split()))
        if column in _LENGTH and not value.isascii():
            value = unicodedata.normalize("NFKC", value)
        if not value and column in _REQUIRED:
            self.wrong("codes_empty", column)
        if len(value) > (limit := _LENGTH.get(column, _MAX_LENGTH)):
            self.wrong("codes_too_long", column, limit=limit)
        if not value.isprintable():  # control and direction marks can make a row look like another
            self.wrong("codes_control", column)
        return value

    def choice(self, column: str, kind: type[_E]) -> _E | None:
        value = self.cells.get(column, "").strip()
        if not value:
            return None
        found = _members(kind).get(fold(value))
        if found is None:
            self.wrong(
                "codes_bad_value", column, value=_shown(value), allowed=" / ".join(map(str, kind))
            )
        return cast("_E | None", found)

    def entry(self) -> CodeEntry | None:
        """The row as an entry, None if anything in it is wrong."""
        scheme, version, code = self.text("scheme"), self.text("version"), self.text("code")
        zh, en, source = self.text("meaning_zh"), self.text("meaning_en"), self.text("source")
        if ":" in scheme:  # the search box reads scheme:code
            self.wrong("codes_colon", "scheme")
        if not zh and not en:
            self.wrong("codes_empty", "meaning_zh")
        failure = self.choice("is_failure", Failure)
        if not self.cells.get("is_failure", "").strip():
            self.wrong("codes_empty", "is_failure")
        symptom, cause = self.choice("symptom", Symptom), self.choice("cause", Cause)
        owner, action = self.choice("owner", Owner), self.choice("action", Action)
        visible, sure = self.choice("customer_visible", CustomerVisible), self.choice("sure", Sure)
        if failure is Failure.QUERY_FIRST and action not in (None, Action.QUERY_FIRST):
            self.wrong("codes_query_first", "action")
        if failure not in (None, Failure.YES) and cause is not None:
            self.wrong("codes_cause_of_none", "cause")  # what has not failed has no cause
        if self.problems or failure is None:
            return None
        return CodeEntry(
            scheme=scheme,
            version=version,
            code=code,
            meaning_zh=zh,
            meaning_en=en,
            is_failure=failure,
            customer_visible=visible or CustomerVisible.GENERAL_REFUSAL_ONLY,
            symptom=symptom,
            cause=cause,
            owner=owner,
            action=Action.QUERY_FIRST if failure is Failure.QUERY_FIRST else action,
            source=source,
            sure=sure or Sure.UNVERIFIED,
        )


@cache
def _members(kind: type[StrEnum]) -> dict[str, StrEnum]:
    return {fold(member.value): member for member in kind}


def _shown(value: str) -> str:
    """Fit for a message: short and printable."""
    return "".join(c if c.isprintable() else "·" for c in value)[:40]
