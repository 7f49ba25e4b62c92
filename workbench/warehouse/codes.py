"""The queue of codes that nobody has given a meaning, counted over all attempts.

The codes are counted first, of which there are few; whatever a catalogue knows is then left out,
and only the attempts of what remains are looked at closer.
"""

from collections.abc import Collection, Mapping
from itertools import groupby
from operator import itemgetter
from string import ascii_lowercase, ascii_uppercase

import pyarrow as pa

from workbench.domain.codes import (
    DECLINE_CODE,
    ERROR_CODE,
    QUEUED,
    CodeSeen,
    UnmappedCode,
    UnmappedCodes,
)
from workbench.domain.masking import redact
from workbench.rules.codes import fold
from workbench.warehouse.engines import Session, literal

_IN_QUEUE = f"outcome IN ({', '.join(map(literal, QUEUED))})"
_MESSAGE = 200  # characters
_KNOWN, _SCHEMES, _TOP = "known_codes", "code_schemes", "unmapped_top"


def unmapped(
    session: Session,
    known: Collection[tuple[str, str]],
    schemes: Mapping[str, str],
    limit: int,
) -> UnmappedCodes:
    """Most frequent first. ``known`` holds (scheme, code) and ``schemes`` source to scheme, all
    folded; the source ``decline_code`` is that of decline codes, '' of attempts that name none."""
    _load(session, _KNOWN, ("scheme", "code"), known)
    _load(session, _SCHEMES, ("source", "scheme"), [(s, fold(t)) for s, t in schemes.items()])
    try:
        groups: list[tuple[str, str | None, list[tuple[str | None, str]], int]] = []
        of_group = itemgetter(0, 1, 2, 3)  # each way of writing a code is a row of its own
        for (field, scheme, folded, total), rows in groupby(
            session.rows(_GROUPS, [limit]), of_group
        ):
            if (scheme, fold(folded)) not in known:
                groups.append((field, scheme, [(row[4], row[5]) for row in rows], total))
    finally:
        session.unload(_KNOWN)
        session.unload(_SCHEMES)
    if not groups:
        return UnmappedCodes()
    combinations = [
        (str(place), field, source, code)
        for place, (field, _, written, _) in enumerate(groups)
        for source, code in set(written)
    ]
    _load(session, _TOP, ("place", "field", "source", "code"), combinations)
    try:
        closer = {int(place): rest for place, *rest in session.rows(_CLOSER)}
        whole = session.rows(f"SELECT count(*) FROM attempts WHERE {_IN_QUEUE}")[0][0]
    finally:
        session.unload(_TOP)
    found = []
    for place, (field, scheme, written, _) in enumerate(groups):
        count, customers, first, last, message = closer[place]
        found.append(
            UnmappedCode(
                seen=CodeSeen(scheme, written[0][1], field),
                sources=tuple(dict.fromkeys(source for source, _ in written)),
                codes=tuple(dict.fromkeys(code for _, code in written)),
                count=count,
                customers=customers,
                first_at=first,
                last_at=last,
                share=count / whole,
                message=redact(message)[:_MESSAGE] if message else None,
            )
        )
    return UnmappedCodes(tuple(found), groups[0][-1])


def _load(
    session: Session, name: str, columns: tuple[str, ...], rows: Collection[tuple[str | None, ...]]
) -> None:
    lists = zip(*rows, strict=True) if rows else ((),) * len(columns)
    session.load(
        name, pa.table({c: pa.array(v, pa.string()) for c, v in zip(columns, lists, strict=True)})
    )


def _written(field: str, source: str) -> str:
    """Every way in which attempts write a code of ``field``, counted."""
    return (
        f"SELECT {literal(field)} AS field, {source} AS source, {field} AS code, count(*) AS n"
        f" FROM attempts WHERE {_IN_QUEUE} AND {field} IS NOT NULL GROUP BY 2, 3"
    )


def _folded(text: str) -> str:
    """A to Z alone, as every engine understands it; ``fold`` looks at what is left."""
    return f"translate(trim({text}), '{ascii_uppercase}', '{ascii_lowercase}')"


_GROUPS = (
    f"WITH written AS ({_written(ERROR_CODE, 'error_source')}"
    f" UNION ALL {_written(DECLINE_CODE, 'CAST(NULL AS VARCHAR)')}),"
    # the import has folded the width already
    f" placed AS (SELECT w.*, {_folded('w.code')} AS folded,"
    f" coalesce(s.scheme, nullif({_folded('w.source')}, '')) AS scheme"
    f" FROM written w LEFT JOIN {_SCHEMES} s ON s.source = CASE WHEN w.field = '{DECLINE_CODE}'"
    f" THEN '{DECLINE_CODE}' ELSE coalesce({_folded('w.source')}, '') END),"
    f" unmapped AS (SELECT * FROM placed p WHERE folded <> '' AND NOT EXISTS (SELECT 1 FROM {_KNOWN} k"
    " WHERE k.scheme = p.scheme AND k.code = p.folded)),"
    " ranked AS (SELECT field, scheme, folded, count(*) OVER () AS total, row_number() OVER"
    " (ORDER BY sum(n) DESC, scheme, folded, field) AS place"
    " FROM unmapped GROUP BY field, scheme, folded)"
    " SELECT r.field, r.scheme, r.folded, r.total, u.source, u.code FROM ranked r JOIN unmapped u"
    " ON u.field = r.field AND u.scheme IS NOT DISTINCT FROM r.scheme AND u.folded = r.folded"
    " WHERE r.place <= ? ORDER BY r.place, u.n DESC, u.code, u.source"
)


def _of_attempts(field: str, same_source: str) -> str:
    return (
        "SELECT t.place, count(*), count(DISTINCT a.customer_key), min(a.occurred_at),"
        " max(a.occurred_at), arg_max(a.error_message, a.occurred_at)"
        f" FROM attempts a JOIN {_TOP} t ON t.code = a.{field}{same_source}"
        f" WHERE t.field = '{field}' AND a.{_IN_QUEUE} GROUP BY t.place"
    )


_CLOSER = (
    _of_attempts(ERROR_CODE, " AND t.source IS NOT DISTINCT FROM a.error_source")
    + " UNION ALL "
    + _of_attempts(DECLINE_CODE, "")
)
