"""New attempts from a table or view in PostgreSQL, by a column that grows.

A transaction that took its key early may commit late: behind keys that were read already. So every
look reads the rows' prints again from the *horizon* on, and takes those that it has not seen. The
horizon rises to a key once all transactions have ended that were under way when it was the
greatest, and a minute has passed (for those that had the key and had written nothing yet). While
there is a whole page to read ahead, only the last pages are kept in mind for that.
"""

import csv
import io
import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from workbench.domain.errors import BadInput, Busy, NotPermitted
from workbench.domain.following import Delivery, Followed, Mark, Rows
from workbench.warehouse.engines.connections import Connection, Connections, place_of

PAGE = 20_000  # rows of one delivery
OVERLAP = 60.0  # seconds
_PAGES = 10  # that are kept in mind while there is more to read ahead
_SAMPLE = 500  # rows that tell what the columns are
_KEPT = 5_000  # prints that a mark holds; beyond, rows are read again and found to be known
_WAIT = 10  # seconds for a server to answer, unless the URL says otherwise


class TableFeed:
    """Satisfies ``services.ports.Feed``. The password is libpq's affair: PGPASSWORD, ~/.pgpass."""

    settled = True

    def __init__(
        self,
        source: Followed,
        clock: Callable[[], float] = time.monotonic,
        page: int = PAGE,
    ) -> None:
        try:
            target = conninfo_to_dict(source.place)
        except psycopg.Error:
            raise BadInput("engine_url") from None
        target.setdefault("connect_timeout", _WAIT)
        target.setdefault("application_name", "workbench follow")
        self._source = source
        self._target = target
        self._connections = Connections(target)
        self._mark = f"follow:{source.id}"
        self._clock = clock
        self._page = page
        self._begun = False
        self._top: str | None = None  # the greatest key read
        self._horizon: str | None = None
        self._seen: set[int] = set()  # prints of rows from the horizon on
        self._tops: deque[tuple[float, int, str]] = deque()  # when, next transaction, top
        self._full = False  # there is more to read ahead
        self._pages: deque[tuple[str, set[int]]] = deque()  # that were: their top and prints
        self._noted: tuple[str | None, float] = (None, 0.0)
        self._sample: bytes | None = None

    def close(self) -> None:
        self._connections.close()

    def check(self) -> None:
        """Raises what ``look`` would of a table that cannot be followed."""
        with self._reading() as read:
            self._resolve(read)

    def look(self, marks: Mapping[str, str]) -> Iterator[Delivery]:
        if not self._begun:
            kept = json.loads(marks.get(self._mark, "{}"))
            self._top = self._horizon = kept.get("horizon")
            self._seen = set(kept.get("seen", ()))
            self._begun = True
        while True:
            headers, rows, after = self._fetch()
            fresh = [row for print_, row in rows if print_ not in self._seen]
            if fresh:
                made = self._rows(headers, fresh)
                yield Delivery(self._source.table, made, self._marked(after))
                self._noted = (after.horizon, self._clock())
            elif after.horizon != self._noted[0] and self._clock() - self._noted[1] >= OVERLAP:
                yield Delivery(self._source.table, None, self._marked(after))
                self._noted = (after.horizon, self._clock())
            self._top, self._horizon, self._seen = after.top, after.horizon, after.seen
            self._full, self._pages = after.full, after.pages
            if not after.full:
                return

    def _marked(self, after: "_After") -> Mark:
        body: dict[str, object] = {"horizon": after.horizon}
        if len(after.seen) <= _KEPT:
            body["seen"] = sorted(after.seen)
        return Mark(self._mark, json.dumps(body))

    # reading
    def _fetch(self) -> "tuple[list[str], list[tuple[int, Sequence[object]]], _After]":
        """(Columns, prints with rows from the horizon on that may be new, how things stand then)."""
        with self._reading() as read:
            relation, key, kind = self._resolve(read)
            oldest, following = read(
                "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint"
                " FROM pg_current_snapshot() s"
            )[1][0]
            print_ = "hashtextextended(t::text, 0)"
            seen, rows = set(self._seen), []
            headers: list[str] = []
            complete = not self._full
            if self._top is not None and complete:
                window = f"t.{key} <= $1::{kind}"
                bounds = [self._top]
                if self._horizon is not None:
                    window += f" AND t.{key} >= $2::{kind}"
                    bounds.append(self._horizon)
                prints = read(f"SELECT {print_} FROM {relation} t WHERE {window}", bounds)[1]
                stand = {each for (each,) in prints}
                late = list(stand - seen)[: self._page]
                complete = len(late) < self._page
                seen = stand & seen | set(late)  # what left the window is forgotten
                if late:
                    place = len(bounds) + 1
                    headers, found = read(
                        f"SELECT {print_} AS _print, t.* FROM {relation} t WHERE {window}"
                        f" AND {print_} = ANY(${place}::bigint[]) ORDER BY t.{key}",
                        [*bounds, late],
                    )
                    rows += [(row[0], row[1:]) for row in found]
            first_time = self._top is None
            above = f"t.{key} IS NOT NULL" if first_time else f"t.{key} > $1::{kind}"
            headers_, found = read(
                f"SELECT t.{key}::text AS _key, {print_} AS _print, t.* FROM {relation} t"
                f" WHERE {above} ORDER BY t.{key} LIMIT {self._page}",
                [] if first_time else [self._top],
            )
            rows += [(row[1], row[2:]) for row in found]
            seen |= {row[1] for row in found}
            top = found[-1][0] if found else self._top
            if self._sample is None:
                first = read(
                    f"SELECT t.* FROM {relation} t WHERE t.{key} IS NOT NULL"
                    f" ORDER BY t.{key} LIMIT {_SAMPLE}"
                )
                if first[1]:
                    self._sample = _csv([first[0], *map(_cells, first[1])])
        horizon, now = self._horizon, self._clock()
        full = len(found) == self._page
        pages = deque(self._pages)
        if full:
            pages.append((top, {row[1] for row in found if row[0] != top}))
            if len(pages) > _PAGES:
                horizon, known = pages.popleft()
                seen -= known
        else:
            pages.clear()
        while (
            complete
            and self._tops
            and self._tops[0][0] <= now - OVERLAP
            and self._tops[0][1] <= oldest
        ):
            horizon = self._tops.popleft()[2]
        if top is not None and (not self._tops or self._tops[-1][2] != top):
            self._tops.append((now, following, top))
        after = _After(top, horizon, seen, full, pages)
        return headers[1:] or headers_[2:], rows, after

    def _rows(self, headers: list[str], rows: Sequence[Sequence[object]]) -> Rows:
        data = _csv(map(_cells, rows))
        return Rows(self._source.table, self._sample or _csv([headers]) + data, data)

    @contextmanager
    def _reading(self) -> Iterator["_Read"]:
        """One view of the database for several questions. Raises Busy where it is out of reach."""
        connection = self._connections.take()
        place = place_of(self._target)
        try:
            with connection.transaction():
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                yield lambda sql, params=(): _read(connection, sql, params)
        except psycopg.errors.InsufficientPrivilege:
            raise NotPermitted("follow_no_right", table=self._source.table, place=place) from None
        except psycopg.OperationalError:
            connection.close()
            raise Busy("engine_unreachable", place=place) from None
        finally:
            self._connections.give_back(connection)

    def _resolve(self, read: "_Read") -> tuple[str, str, str]:
        """(Table, key, its type) as SQL writes them."""
        source, place = self._source, place_of(self._target)
        try:
            relation = read("SELECT to_regclass($1)::text", [source.table])[1][0][0]
        except (psycopg.errors.SyntaxError, psycopg.errors.InvalidName):
            relation = None
        if relation is None:
            raise BadInput("follow_no_table", table=source.table, place=place)
        columns = read(
            "SELECT attname, quote_ident(attname), format_type(atttypid, NULL) FROM pg_attribute"
            " WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            [relation],
        )[1]
        found = next(((ident, kind) for name, ident, kind in columns if name == source.key), None)
        if found is None:
            listed = ", ".join(name for name, _, _ in columns)
            raise BadInput("follow_no_key", table=source.table, column=source.key, columns=listed)
        return relation, *found


@dataclass(frozen=True)
class _After:
    """How things stand once a delivery has been taken."""

    top: str | None
    horizon: str | None
    seen: set[int]
    full: bool
    pages: deque[tuple[str, set[int]]]


_Read = Callable[..., tuple[list[str], list[tuple[Any, ...]]]]


def _read(
    connection: Connection, sql: str, params: Sequence[object]
) -> tuple[list[str], list[tuple[Any, ...]]]:
    cursor = connection.execute(sql, params)
    return [column.name for column in cursor.description or ()], cursor.fetchall()


def _cells(row: Sequence[object]) -> list[str]:
    return [_text(value) for value in row]


def _text(value: object) -> str:
    """As a file would say it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return str(value)


def _csv(rows: Any) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()
