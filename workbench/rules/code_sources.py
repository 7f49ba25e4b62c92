"""Whose codes an attempt's are: the scheme of ``error_source``, and that of ``decline_code``.

A source names its scheme, unless a site says otherwise in ``schemes.csv`` (columns source,scheme)
beside its catalogues: ``pos,CUPS_8583``. An empty source stands for attempts that name none, the
source ``decline_code`` for the codes of credit reviews.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from workbench.domain.cells import inert, plain
from workbench.domain.codes import DECLINE_CODE, ERROR_CODE, CodeSeen
from workbench.domain.errors import BadInput
from workbench.rules.codes import fold, numbered, read_text

COLUMNS = ("source", "scheme")
_SHIPPED = {DECLINE_CODE: "risk"}  # the review's codes that the shipped pack names are of it
_LENGTH = 40


@dataclass(frozen=True)
class Sources:
    """``site`` maps a folded source to the scheme that the site's file says."""

    site: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[BadInput, ...] = ()

    def scheme_of(self, source: str | None, of_field: str = ERROR_CODE) -> str | None:
        """None for attempts that name no source, where the site does not say."""
        key = DECLINE_CODE if of_field == DECLINE_CODE else fold(source or "")
        return self.all().get(key) or (source or "").strip() or None

    def all(self) -> dict[str, str]:
        """Folded source to scheme, wherever the two differ."""
        return {**_SHIPPED, **self.site}

    def codes_of(self, fields: Mapping[str, object]) -> tuple[CodeSeen, ...]:
        """An attempt's codes with their schemes, the error code first. Its message is not read."""
        found = []
        for name in (ERROR_CODE, DECLINE_CODE):
            code = str(fields.get(name) or "").strip()
            if code:
                source = fields.get("error_source")
                scheme = self.scheme_of(str(source) if source else None, name)
                found.append(CodeSeen(scheme, code, name))
        return tuple(found)


def load_sources(path: Path) -> Sources:
    """A site's file; without one, or with one that cannot be read, sources name schemes."""
    if not path.exists():
        return Sources()
    try:
        reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
        header = [cell.strip().lower() for cell in next(reader, [])]
        missing = next((column for column in COLUMNS if column not in header), None)
        if missing:
            columns = ", ".join(COLUMNS)
            raise BadInput("sources_no_column", file=path.name, column=missing, columns=columns)
    except csv.Error:
        return Sources(problems=(BadInput("codes_broken_row", file=path.name, line=1),))
    except BadInput as problem:
        return Sources(problems=(problem,))
    found: dict[str, str] = {}
    problems: list[BadInput] = []
    for line, cells in numbered(reader):
        if cells is None:
            problems.append(BadInput("codes_broken_row", file=path.name, line=line))
            continue
        row = dict(zip(header, cells, strict=False))
        source, scheme = (plain(row.get(column, "").strip()) for column in COLUMNS)
        if not (source or scheme):
            continue
        if good_scheme(scheme):
            found[fold(source)] = scheme
        else:
            problems.append(BadInput("sources_bad_scheme", file=path.name, line=line))
    return Sources(found, tuple(problems))


def good_scheme(scheme: str) -> bool:
    """Whether a catalogue could name a scheme so."""
    return 0 < len(scheme) <= _LENGTH and scheme.isprintable() and ":" not in scheme


def dump_sources(site: Mapping[str, str]) -> bytes:
    """The file that ``load_sources`` reads the same from."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([inert(source), inert(scheme)] for source, scheme in sorted(site.items()))
    return out.getvalue().encode("utf-8-sig")
