"""The full-text index of complaints: a document for each, kept by triggers and one function.

Triggers put every complaint of which a searched row changed on a list; ``Work.commit`` writes the
documents of the list anew before it commits, so no writer can forget it.
"""

import json
import os
import zlib
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from workbench import paths
from workbench.domain.search_words import Snippet, document, snippet

_FIELDS = (
    "description",
    "resolution",
    "number",
    "customer_name",
    "attempt_id",
    "reason_code",
    "wrap_up",
    "satisfaction_words",
    "competitor",
    "demand",
)
_LISTED = ("attempt_ids", "products")
_SEARCHED = (*_FIELDS, *_LISTED, "extras")
_BATCH = 500


def refresh(session: Session | sa.Connection) -> None:
    """Write the documents of all complaints on the list, oldest complaints first."""
    take = sa.text(
        "SELECT d.complaint_id FROM search_dirty d LEFT JOIN complaints c USING (complaint_id)"
        f" ORDER BY c.created_at LIMIT {_BATCH}"
    )
    while ids := list(session.execute(take).scalars()):
        _write(session, ids)
        session.execute(_of("DELETE FROM search_dirty WHERE complaint_id IN :ids"), {"ids": ids})


def _write(session: Session | sa.Connection, ids: list[str]) -> None:
    rows = {row["complaint_id"]: row for row in _rows(session, ids)}
    parts = _parts(session, ids)
    known = {
        key: (doc, zlib.decompress(words).decode())
        for key, doc, words in session.execute(
            _of("SELECT complaint_id, doc, words FROM search_docs WHERE complaint_id IN :ids"),
            {"ids": ids},
        )
    }
    forget, learn, new, changed = [], [], [], []
    highest = session.execute(sa.text("SELECT max(doc) FROM search_docs")).scalar() or 0
    for key in ids:
        doc, before = known.get(key, (None, ""))
        if key not in rows:
            forget += [{"doc": doc, "words": before}] if doc else []
            continue
        texts = [text for _, text in _texts(rows[key], parts)]
        words = document([*texts, *spelled(rows[key]["customer_name"])])
        if words == before:
            continue
        if doc:
            forget.append({"doc": doc, "words": before})
            changed.append({"doc": doc, "id": key, "words": _packed(words)})
        else:
            doc = highest = highest + 1
            new.append({"doc": doc, "id": key, "words": _packed(words)})
        learn.append({"doc": doc, "words": words})
    gone = [{"id": key} for key in ids if key not in rows]
    for statement, values in (
        (
            "INSERT INTO complaint_search (complaint_search, rowid, words)"
            " VALUES ('delete', :doc, :words)",
            forget,
        ),
        ("INSERT INTO complaint_search (rowid, words) VALUES (:doc, :words)", learn),
        ("INSERT INTO search_docs VALUES (:doc, :id, :words)", new),
        ("UPDATE search_docs SET words = :words WHERE doc = :doc AND complaint_id = :id", changed),
        ("DELETE FROM search_docs WHERE complaint_id = :id", gone),
    ):
        if values:
            session.execute(sa.text(statement), values)


def _packed(words: str) -> bytes:
    return zlib.compress(words.encode(), 1)


@lru_cache(maxsize=8192)
def _reading(character: str) -> str:
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # they take a tenth of a second
    from pypinyin import lazy_pinyin

    return str(lazy_pinyin(character)[0]).lower()


@lru_cache(maxsize=1)
def _surnames() -> dict[str, str]:
    file = paths.resources() / "mappings" / "surnames.json"
    return dict(json.loads(file.read_text("utf-8")))


def spelled(name: str | None) -> list[str]:
    """Pinyin and initials of what is stored of a Chinese name: of a masked one its surname, in
    its own reading (曾 zeng) and the everyday one."""
    chinese = [c for c in name or "" if "\u4e00" <= c <= "\u9fff"]
    if not chinese:
        return []
    rest = [_reading(c) for c in chinese[1:]]
    everyday = _reading(chinese[0])
    firsts = dict.fromkeys((_surnames().get(chinese[0], everyday), everyday))
    return [
        spelling
        for first in firsts
        for spelling in ("".join([first, *rest]), "".join(s[0] for s in [first, *rest] if s))
    ]


def snippets(session: Session, typed: str, ids: Iterable[str]) -> dict[str, Snippet]:
    """For each complaint of a page that has the words, where."""
    wanted = list(ids)
    parts = _parts(session, wanted)
    made = {
        row["complaint_id"]: snippet(
            typed,
            _texts(row, parts),
            {row["customer_name"] or "": spelled(row["customer_name"])},
        )
        for row in _rows(session, wanted)
    }
    return {key: found for key, found in made.items() if found}


def _of(sql: str) -> sa.TextClause:
    return sa.text(sql).bindparams(sa.bindparam("ids", expanding=True))


def _rows(session: Session | sa.Connection, ids: Collection[str]) -> list[Mapping[str, Any]]:
    names = ", ".join(("complaint_id", *_SEARCHED))
    statement = _of(f"SELECT {names} FROM complaints WHERE complaint_id IN :ids").columns(
        attempt_ids=sa.JSON, products=sa.JSON, extras=sa.JSON
    )
    return list(session.execute(statement, {"ids": list(ids)}).mappings())  # type: ignore[arg-type]


def _parts(
    session: Session | sa.Connection, ids: Collection[str]
) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for table, column, field in (("comments", "words", "comment"), ("attachments", "name", "file")):
        statement = f"SELECT complaint_id, {column} FROM {table} WHERE complaint_id IN :ids"
        order = " ORDER BY at"
        for key, text in session.execute(_of(statement + order), {"ids": list(ids)}):
            found.setdefault(key, []).append((field, text))
    return found


def _texts(
    row: Mapping[str, Any], parts: Mapping[str, list[tuple[str, str]]]
) -> list[tuple[str, str | None]]:
    """Every searched text of a complaint with the field it is in."""
    return [
        *((name, row[name]) for name in _FIELDS[:2]),
        *parts.get(row["complaint_id"], ()),
        *((name, row[name]) for name in _FIELDS[2:]),
        *((name, each) for name in _LISTED for each in row[name] or ()),
        *(("extras", str(value)) for value in (row["extras"] or {}).values()),
    ]
