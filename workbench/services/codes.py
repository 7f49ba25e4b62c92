"""Code catalogues at work: finding a code, the queue of unmapped ones, a site's own rows."""

import contextlib
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.domain.attempt import AttemptRow
from workbench.domain.audit import AuditEntry
from workbench.domain.codes import (
    ERROR_CODE,
    QUEUED,
    CatalogueReport,
    CodeEntry,
    CodeSeen,
    UnmappedCode,
    UnmappedCodes,
)
from workbench.domain.errors import BadInput, Busy, Usage
from workbench.domain.masking import redact
from workbench.domain.people import Act
from workbench.domain.times import to_local, utc_now
from workbench.files import lock, refused, write_whole
from workbench.services.auditing import audited_export
from workbench.services.ports import AttemptStore, Clock, Records, Say, TableWriter
from workbench.services.session import Session

if TYPE_CHECKING:
    from workbench.rules.code_sources import Sources
    from workbench.rules.codes import Catalogue

FOLDER = "codes"  # in the profile: the site's own catalogues
SITE = "site.csv"  # the one that imports and classifications go to
_LOCK = ".lock"
QUARANTINE = ("file", "line", "column", "code", "reason")
UNMAPPED = (
    "scheme", "source", "field", "code", "count", "customers", "first_seen", "last_seen",
    "share_of_failures", "message",
)  # fmt: skip


class CodeShelf:
    """The shipped and the site's catalogues of a profile; needs neither store nor key.

    Read anew whenever a file of the site changed.
    """

    def __init__(self, profile: Path) -> None:
        self.folder = profile / FOLDER
        self._reading = threading.Lock()
        self._read: tuple[object, Catalogue, Sources] | None = None

    @property
    def catalogue(self) -> "Catalogue":
        return self._now()[0]

    @property
    def sources(self) -> "Sources":
        return self._now()[1]

    @property
    def problems(self) -> tuple[BadInput, ...]:
        """What is wrong with the site's files; the rest of them is used."""
        catalogue, sources = self._now()
        return (*catalogue.problems, *sources.problems)

    def entries(self, scheme: str | None = None) -> list[CodeEntry]:
        """All rows, by scheme and code, or those of one scheme. Raises BadInput for a scheme
        that there is not."""
        from workbench.rules.codes import fold

        catalogue = self.catalogue
        found = sorted(catalogue.entries(), key=lambda e: (fold(e.scheme), e.code, e.version))
        if scheme is None:
            return found
        own = [entry for entry in found if fold(entry.scheme) == fold(scheme)]
        if not own:
            schemes = ", ".join(catalogue.schemes())
            raise BadInput("no_such_scheme", scheme=scheme[:40], schemes=schemes)
        return own

    def named(self, seen: CodeSeen) -> CodeSeen:
        """With the scheme's name as its catalogue writes it."""
        from workbench.rules.codes import fold

        names = {fold(name): name for name in self.catalogue.schemes()}
        return replace(seen, scheme=names.get(fold(seen.scheme or ""), seen.scheme))

    def _now(self) -> tuple["Catalogue", "Sources"]:
        from workbench.rules.code_sources import load_sources  # not needed to open the window
        from workbench.rules.codes import SOURCES, Catalogue

        with self._reading:
            state = self._look()
            if self._read is None or self._read[0] != state:
                sources = load_sources(self.folder / SOURCES)
                self._read = state, Catalogue(self.folder), sources
            return self._read[1:]

    def _look(self) -> Sequence[tuple[str, int, int]]:
        """Names, sizes and times of the site's files: what changes when one is edited."""
        try:
            files = [file for file in self.folder.iterdir() if file.suffix.lower() == ".csv"]
            return sorted((f.name, f.stat().st_size, f.stat().st_mtime_ns) for f in files)
        except OSError:
            return ()


class CodeService:
    """What the pages and ``workbench codes`` call. Blocks: never on the GUI thread."""

    def __init__(
        self,
        store: AttemptStore,
        records: Records,
        session: Session,
        profile: Path,
        *,
        write: TableWriter,
        say: Say,
        clock: Clock = utc_now,
    ) -> None:
        """``say`` words what is wrong with rows set aside."""
        self._store, self._records, self._session = store, records, session
        self._write, self._say, self._clock = write, say, clock
        self._quarantine = profile / "quarantine"
        self._shelf = CodeShelf(profile)
        self._changing = threading.Lock()

    # what is known
    @property
    def problems(self) -> tuple[BadInput, ...]:
        """What is wrong with the site's files; the rest of them is used."""
        return self._shelf.problems

    def find(self, text: str, limit: int = 100) -> list[CodeEntry]:
        """Rows for a search box, best first: ``05``, ``cups 05``, ``cups_8583:05``, or words."""
        self._session.require(Act.SEE_CODES)
        return self._shelf.catalogue.find(text, limit)

    def entry(self, scheme: str, code: str, version: str | None = None) -> CodeEntry | None:
        self._session.require(Act.SEE_CODES)
        return self._shelf.catalogue.resolve(scheme, code, version)

    def resolve(
        self, source: str | None, code: str | None, field: str = ERROR_CODE
    ) -> CodeEntry | None:
        """The row of a code as an attempt brings it; None where nobody has given it a meaning."""
        self._session.require(Act.SEE_CODES)
        return self._shelf.catalogue.resolve(self._shelf.sources.scheme_of(source, field), code)

    def scheme_of_sources(self) -> dict[str, str]:
        """Folded source to the scheme that its codes are of, where that is another."""
        self._session.require(Act.SEE_CODES)
        return self._shelf.sources.all()

    def entries(self, scheme: str | None = None) -> list[CodeEntry]:
        """As ``CodeShelf.entries``."""
        self._session.require(Act.SEE_CODES)
        return self._shelf.entries(scheme)

    def known(self) -> frozenset[str]:
        """Every code that some catalogue explains, whatever its scheme."""
        self._session.require(Act.SEE_CODES)
        return frozenset(entry.code for entry in self._shelf.entries())

    def schemes(self) -> tuple[str, ...]:
        self._session.require(Act.SEE_CODES)
        return self._shelf.catalogue.schemes()

    # what is not
    def unmapped_of(self, fields: Mapping[str, object]) -> tuple[CodeSeen, ...]:
        """An attempt's codes that no catalogue knows; ``fields`` are the attempt's, by name.

        None of an attempt that neither failed nor is pending, as in the queue.
        """
        self._session.require(Act.SEE_CODES)
        if fields.get("outcome", QUEUED[0]) not in QUEUED:
            return ()
        catalogue = self._shelf.catalogue
        return tuple(
            self._shelf.named(seen)
            for seen in self._shelf.sources.codes_of(fields)
            if catalogue.resolve(seen.scheme, seen.code) is None
        )

    def unmapped(self, limit: int = 1000) -> UnmappedCodes:
        """The queue, most frequent first."""
        self._session.require(Act.SEE_CODES)
        known = self._shelf.catalogue.known()
        found = self._store.unmapped_codes(known, self._shelf.sources.all(), limit)
        rows = tuple(replace(row, seen=self._shelf.named(row.seen)) for row in found.rows)
        return replace(found, rows=rows)

    def attempts(self, code: UnmappedCode, limit: int = 200) -> list[AttemptRow]:
        """The newest attempts behind a row of the queue, masked."""
        self._session.require(Act.SEE_CODES)
        return self._store.rows(code.where(), failures_only=False, limit=limit)

    def export_unmapped(self, path: Path) -> int:
        """The queue to a file by its suffix; returns rows."""
        self._session.require(Act.EXPORT)
        rows = [
            (c.seen.scheme, " | ".join(source or "" for source in c.sources), c.seen.field,
             c.seen.code, c.count, c.customers, c.first_at, c.last_at, c.share, c.message)
            for c in self.unmapped(limit=1_000_000).rows
        ]  # fmt: skip
        return self._export(path, UNMAPPED, rows)

    # a site's own
    def site(self) -> tuple[CodeEntry, ...]:
        """The rows that the site imported or classified."""
        self._session.require(Act.SEE_CODES)
        return self._site()[0]

    def import_site(self, path: Path) -> CatalogueReport:
        """Take the good rows of a catalogue over those of the same key and set the others aside
        in a file. Raises BadInput where no row can be read; then nothing has changed."""
        from workbench.rules.codes import load

        self._session.require(Act.EDIT_CODES)
        loaded = load(path)
        with self._alone():
            aside = self._set_aside(path, loaded.problems)
            report = CatalogueReport(
                loaded.read,
                len(loaded.entries),
                loaded.read - len(loaded.entries),
                aside,
                loaded.problems,
            )
            rows = self._over(self._good_site(), loaded.entries)
            detail = report.as_json() | {"quarantine_file": aside.name if aside else None}
            self._change(SITE, self._dump(rows), "codes_import", redact(path.name), detail)
        return report

    def classify(self, entry: CodeEntry) -> CodeEntry:
        """Write one row of the site's: what a code means from now on. Raises BadInput where the
        row would not be good in a file; returns it as it was written."""
        from workbench.rules.codes import dump, parse

        self._session.require(Act.EDIT_CODES)
        if not entry.source:
            on = to_local(self._clock()).date()
            entry = replace(entry, source=f"site: {self._session.person.person_id}, {on}")
        loaded = parse(dump([entry]).decode("utf-8-sig"), SITE)
        if loaded.problems:
            raise loaded.problems[0]
        (written,) = loaded.entries
        with self._alone():
            body = self._dump(self._over(self._good_site(), [written]))
            self._change(SITE, body, "codes_classify", _subject(written), dict(written.as_json()))
        return written

    def remove(self, scheme: str, code: str, version: str = "") -> None:
        """Take a row of the site's away; what ships holds again. Raises BadInput without one."""
        self._session.require(Act.EDIT_CODES)
        with self._alone():
            rows = self._good_site()
            gone = [row for row in rows if _key(row) == _key_of(scheme, code, version)]
            if not gone:
                raise BadInput("no_such_site_code", scheme=scheme[:40], code=code[:80])
            body = self._dump([row for row in rows if row not in gone])
            self._change(SITE, body, "codes_remove", _subject(gone[0]), dict(gone[0].as_json()))

    def map_source(self, source: str | None, scheme: str) -> None:
        """From now on the codes of ``source`` (None: of attempts that name none) are of
        ``scheme``. Raises BadInput for a name that no scheme can have."""
        from workbench.rules.code_sources import dump_sources, good_scheme, load_sources
        from workbench.rules.codes import SOURCES, fold

        self._session.require(Act.EDIT_CODES)
        scheme = " ".join(scheme.split())
        if not good_scheme(scheme):
            raise BadInput("bad_scheme_name", scheme=scheme[:40])
        with self._alone():
            sources = load_sources(self._shelf.folder / SOURCES)
            if sources.problems:
                raise sources.problems[0]
            body = dump_sources({**sources.site, fold(source or ""): scheme})
            detail: dict[str, object] = {"source": source, "scheme": scheme}
            self._change(SOURCES, body, "codes_map_source", scheme, detail)

    def template(self, path: Path) -> int:
        """A catalogue to fill in, with a row for each unmapped code; returns its rows."""
        from workbench.rules.codes import COLUMNS

        self._session.require(Act.EXPORT)
        if path.suffix.lower() != ".csv":
            raise Usage("template_not_csv", file=path.name)
        rows = [
            (code.seen.scheme or "", "", code.seen.code, *[""] * (len(COLUMNS) - 3))
            for code in self.unmapped().rows
        ]
        return self._export(path, COLUMNS, rows)

    def _export(self, path: Path, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> int:
        return audited_export(
            self._records,
            self._session,
            self._clock,
            "codes",
            path,
            {},
            lambda: self._write(path, columns, rows),
        )

    # files
    def _site(self) -> tuple[tuple[CodeEntry, ...], tuple[BadInput, ...]]:
        from workbench.rules.codes import load

        file = self._shelf.folder / SITE
        if not file.exists():
            return (), ()
        loaded = load(file)
        return loaded.entries, loaded.problems

    def _good_site(self) -> tuple[CodeEntry, ...]:
        """The rows to write again. Raises BadInput where a person's edit of the file would be
        lost by that: it is mended first."""
        rows, problems = self._site()
        if problems:
            raise problems[0]
        return rows

    @staticmethod
    def _over(rows: Sequence[CodeEntry], newer: Sequence[CodeEntry]) -> list[CodeEntry]:
        return list({_key(row): row for row in (*rows, *newer)}.values())

    @staticmethod
    def _dump(rows: Sequence[CodeEntry]) -> bytes:
        from workbench.rules.codes import MAX_BYTES, dump

        body = dump(rows)
        if len(body) > MAX_BYTES:  # it could not be read again
            raise BadInput("codes_too_big", file=SITE, limit=MAX_BYTES // 1_000_000)
        return body

    def _set_aside(self, path: Path, problems: Sequence[BadInput]) -> Path | None:
        """One line for each row that is wrong, however much is wrong with it."""
        by_line: dict[int, list[BadInput]] = {}
        for problem in problems:
            by_line.setdefault(int(str(problem.params["line"])), []).append(problem)
        if not by_line:
            return None
        with contextlib.suppress(OSError):  # writing says what is wrong
            self._quarantine.mkdir(parents=True, exist_ok=True)
        at = to_local(self._clock())
        stem, n = f"{path.stem}.quarantine-{at:%Y%m%d-%H%M%S}", 2
        file = self._quarantine / f"{stem}.csv"
        while file.exists():
            file, n = self._quarantine / f"{stem}-{n}.csv", n + 1
        rows = [
            (
                path.name,
                str(line),
                " | ".join(str(p.params.get("column") or "") for p in found),
                " | ".join(p.key for p in found),
                " ".join(self._say(f"error.{p.key}", **p.params) for p in found),
            )
            for line, found in sorted(by_line.items())
        ]
        self._write(file, QUARANTINE, rows)
        return file

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One change at a time, whichever process makes it."""
        folder = self._shelf.folder
        with self._changing:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError as error:
                raise refused(error, folder / _LOCK) from error
            try:
                try:
                    lock(handle)
                except OSError:
                    raise Busy("codes_in_use") from None
                yield
            finally:
                os.close(handle)

    def _change(
        self, name: str, body: bytes, action: str, subject: str, detail: dict[str, object]
    ) -> None:
        """The file and its audit row, both or neither."""
        file = self._shelf.folder / name
        person = self._session.person.person_id
        try:
            before = file.read_bytes() if file.exists() else None
            with self._records.unit_of_work() as uow:
                uow.record(AuditEntry(self._clock(), person, action, "codes", subject, detail))
                write_whole(file, body)
                try:
                    uow.commit()
                except BaseException:
                    write_whole(file, before) if before is not None else file.unlink()
                    raise
        except OSError as error:
            raise refused(error, file) from error


def _subject(entry: CodeEntry) -> str:
    return f"{entry.scheme}:{entry.code}"


def _key(entry: CodeEntry) -> tuple[str, str, str]:
    return _key_of(entry.scheme, entry.code, entry.version)


def _key_of(scheme: str, code: str, version: str) -> tuple[str, str, str]:
    from workbench.rules.codes import fold

    return fold(scheme), fold(code), fold(version)
