"""Identities at rest: keyed blind indexes to find by, masks to show, sealed originals to reveal.

A blind index is the first 64 bits of SHA-256 over key, kind and folded value; SQL and Python
compute the same. Truncation rules out length extension, the one weakness of a key in front.
"""

import hashlib
import os
import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice

import pyarrow as pa

from workbench.domain.masking import fold, fold_phone
from workbench.warehouse.engines import ROW_GROUP, Session, key_literal, literal
from workbench.warehouse.recognise import words
from workbench.warehouse.schema import OWN_KEYS, get_meta, set_meta
from workbench.warehouse.sorting import remember_sorted
from workbench.warehouse.subjects import Seals

# What says that two attempts are one customer's, the strongest first.
CUSTOMER_KEYS = ("customer_id", "id_card", "phone")
# What looks like this is nothing else, unless nobody is found by it; no attempt's id does.
_SURELY = {
    "phone": re.compile(r"1[3-9]\d{9}"),
    "id_card": re.compile(r"\d{17}[\dX]"),
    "name": re.compile(r"[\u3400-\u9fff·]{2,}"),
}
_BATCH = 32_768  # names spelled, and originals sealed anew, before they are written
_SEALED_AT_ONCE = 8192  # the window needs the GIL in between
_AHEAD = 4  # pages that wait for Python's work, or to be written


@dataclass(frozen=True)
class WarehouseKeys:
    """32 bytes each: of the database file, of blind indexes, of sealed originals."""

    database: bytes
    blind: bytes
    seal: bytes

    def __post_init__(self) -> None:
        if {len(self.database), len(self.blind), len(self.seal)} != {32}:
            raise ValueError("warehouse keys are 32 bytes each")

    @property
    def fingerprint(self) -> str:
        """Tells by which keys customers are indexed and sealed, and nothing of the keys."""
        return hashlib.sha256(b"site" + self.blind + self.seal).hexdigest()[:16]

    @classmethod
    def random(cls) -> "WarehouseKeys":
        return cls(os.urandom(32), os.urandom(32), os.urandom(32))


def blind_text(blind: bytes) -> str:
    """The key as SQL gets it (``$blind``): 128 bits in hex, so that key, kind and most values fit
    one block of SHA-256."""
    return blind.hex()[:32]


def key_sql(kind: str, value: str) -> str:
    """UBIGINT blind index of a SQL expression; parameter ``$blind`` is ``blind_text``."""
    folded = f"lower({value})" if kind == "customer_id" else value
    return f"('0x' || left(sha256($blind || '{kind}:' || {folded}), 16))::UBIGINT"


def key_of(blind: bytes, kind: str, value: str) -> int:
    folded = value.lower() if kind == "customer_id" else value
    digest = hashlib.sha256(f"{blind_text(blind)}{kind}:{folded}".encode()).hexdigest()
    return int(digest[:16], 16)


def term_keys(blind: bytes, term: str) -> tuple[list[int], list[int]]:
    """Every key that a typed term may stand for (number, id, name, pinyin, initials, last four):
    those of what it surely is, if it is, and all others. Whatever it is, it may be a customer's id."""
    folded = fold(term)
    phone = fold_phone(term) or re.sub(r"[\s\-()·.]", "", unicodedata.normalize("NFKC", term))
    told = {
        "customer_id": folded,
        "id_card": folded.upper(),
        "phone": phone,
        "name": folded.lower(),
    }
    if re.fullmatch(r"\d{4}", folded):
        told["last4"] = folded
    letters = re.sub(r"['\-.]", "", folded.lower())
    if letters.isascii() and not letters.isdecimal():  # no name is spelled by digits alone
        told["pinyin"] = letters
        if len(letters) > 1:
            told["initials"] = letters
    keys = {kind: key_of(blind, kind, value) for kind, value in told.items()}
    surely = [kind for kind, form in _SURELY.items() if form.fullmatch(folded.upper())]
    first = [keys.pop(kind) for kind in (*surely, "customer_id")] if surely else []
    return first, list(keys.values())


def naming_keys(blind: bytes, word: str) -> list[int]:
    """The keys by which ``word`` (folded, lower case) would name one customer; unlike ``term_keys``
    not those that many share: initials, the last four."""
    kinds = [("name", word)]
    if word.isascii():
        kinds += [("customer_id", word), ("id_card", word.upper())]
        kinds.append(("phone", fold_phone(word) or word))
        if word.isalpha():
            kinds.append(("pinyin", word))
    return [key_of(blind, kind, value) for kind, value in kinds]


def attempt_key(attempt_id: str) -> int:
    """As ``attempt_key_sql``: an index, not a secret."""
    return int.from_bytes(
        hashlib.md5(attempt_id.encode(), usedforsecurity=False).digest()[8:], "little"
    )


def attempt_key_sql(value: str) -> str:
    """The same as DuckDB's macro md5_number_lower, which takes a text of 128 bits to it."""
    return f"(md5_number({value}) >> 64)::UBIGINT"


# masks in SQL: the same forms as domain.masking, which tests compare
def mask_phone_sql(x: str) -> str:
    return (
        f"CASE WHEN length({x}) >= 8 THEN left({x}, 3) || '****' || right({x}, 4)"
        f" ELSE repeat('*', length({x})) END"
    )


def mask_text_sql(x: str) -> str:
    """The first character and stars: names and what else must not be read."""
    return f"left({x}, 1) || repeat('*', greatest(1, length({x}) - 1))"


def mask_id_card_sql(x: str) -> str:
    return (
        f"CASE WHEN length({x}) < 12 THEN repeat('*', length({x}))"
        f" ELSE left({x}, 6) || repeat('*', length({x}) - 10) || right({x}, 4) END"
    )


def mask_customer_id_sql(x: str) -> str:
    keep = f"least(4, length({x}) // 3)"
    return f"repeat('*', (length({x}) - {keep})::INTEGER) || right({x}, ({keep})::INTEGER)"


def redact_sql(x: str) -> str:
    """Masks phone and id-card numbers inside free text, as domain.masking.redact does."""
    id_card = r"(^|\D)(\d{6})\d{8}(\d{3}[\dXx])($|\D)"
    phone = r"(^|\D)(1[3-9]\d)\d{4}(\d{4})($|\D)"
    done = x
    # Twice each: a match takes the character after it, which the next number needs before it.
    for pattern, shown in ((id_card, r"\1\2********\3\4"), (phone, r"\1\2****\3\4")) * 2:
        done = f"regexp_replace({done}, '{pattern}', '{shown}', 'g')"
    seen = f"strlen({x}) >= 11 AND regexp_matches({x}, '\\d{{11}}')"
    return f"CASE WHEN {seen} THEN {done} ELSE {x} END"


def id_card_sound_sql(x: str, number: str) -> str:
    """GB 11643-1999 by integer arithmetic, as domain.masking.id_card_is_sound; TRUE for NULL.

    ``number``: a column holding the first 17 digits as BIGINT (a CASE would cast them 17 times).
    """
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = " + ".join(f"({number} // {10 ** (16 - i)}) % 10 * {w}" for i, w in enumerate(weights))
    check = f"substr('10X98765432', (({total}) % 11 + 1)::INTEGER, 1)"
    return (
        f"CASE WHEN regexp_full_match({x}, '\\d{{17}}[\\dXx]')"
        f" THEN upper(right({x}, 1)) = {check} ELSE {x} IS NULL END"
    )


class _Readings(dict[int, str]):
    """The everyday pinyin of characters, or its first letter alone, as ``str.translate`` asks for
    it; each is looked up once."""

    def __init__(self, letters: int | None = None) -> None:
        super().__init__()
        self._letters = letters

    def __missing__(self, code: int) -> str:
        # Single characters need no dictionary of phrases, which takes a tenth of a second to load.
        os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
        from pypinyin import lazy_pinyin

        self[code] = reading = lazy_pinyin(chr(code))[0].lower()[: self._letters]
        return reading


_PINYIN, _INITIALS = _Readings(), _Readings(1)
_CHINESE = re.compile("[\u4e00-\u9fff]")


def spellings(name: str) -> tuple[set[str], set[str]]:
    """Pinyin and initials of a folded Chinese name: with the surname's own reading (曾 zeng) and
    the everyday one. Empty for names without Chinese characters."""
    if not _CHINESE.search(name):
        return set(), set()
    pinyin, initials = {name.translate(_PINYIN)}, {name.translate(_INITIALS)}
    if surname := words("surnames").get(name[0]):
        pinyin.add(surname + name[1:].translate(_PINYIN))
        initials.add(surname[:1] + name[1:].translate(_INITIALS))
    return pinyin, initials


_SPACED = literal("[\\s\\x{3000}]+")
_BARE_NAME = (
    f"CASE WHEN regexp_matches(customer_name, {_SPACED})"
    f" THEN regexp_replace(lower(customer_name), {_SPACED}, '', 'g') ELSE lower(customer_name) END"
)
# Of ``people``: masked, and what is to be sealed.
_ORIGINALS = (
    "identity_key",
    "customer_key",
    f"{mask_text_sql('customer_name')} AS name",
    f"{mask_phone_sql('phone')} AS phone",
    f"{mask_id_card_sql('id_card')} AS id_card",
    f"{mask_customer_id_sql('customer_id')} AS customer_id",
    "encode(to_json({'customer_id': customer_id, 'customer_name': customer_name, 'phone': phone,"
    " 'id_card': id_card})::VARCHAR) AS original",
)


def find_people(session: Session, source: str) -> None:
    """Temporary tables of those of ``source`` who are not known yet, for ``people_stored``: them
    (``people``, in the order of customers) and how their names are spelled (``spelled``).

    ``source`` holds identity_key, customer_key and the identity fields in clear (those it has).
    """
    new = (
        f"FROM (FROM {source} WHERE identity_key IS NOT NULL AND customer_key IS NOT NULL)"
        " ANTI JOIN identities USING (identity_key)"
    )
    session.execute(
        "CREATE TEMP TABLE names AS SELECT row_number() OVER () - 1 AS n, name FROM ("
        f"SELECT DISTINCT {_BARE_NAME} AS name {new}) WHERE name IS NOT NULL"
    )
    session.execute(
        "CREATE TEMP TABLE spelled AS SELECT name, 'name' AS kind, name AS spelling FROM names"
    )
    with _beside(_pages(session, "names", ("name",), _BATCH), _spelled) as spelled:
        session.execute(
            f"CREATE TEMP TABLE people AS SELECT row_number() OVER () - 1 AS n, *, {_BARE_NAME} AS name,"
            " CASE WHEN length(phone) >= 8 THEN right(phone, 4) END AS last4 FROM ("
            "SELECT identity_key, any_value(customer_key) AS customer_key,"
            " any_value(customer_id) AS customer_id, any_value(customer_name) AS customer_name,"
            " any_value(phone) AS phone, any_value(id_card) AS id_card"
            f" {new} GROUP BY identity_key ORDER BY customer_key, identity_key)"
        )
        with _written(session, "spelled", _SPELLED) as write:
            for page in spelled:
                write(page)
    session.execute("DROP TABLE names")


@contextmanager
def people_stored(session: Session, seals: Seals, blind: bytes) -> Iterator[None]:
    """Add what ``find_people`` left to ``search_keys`` and ``identities``: those to the end of the
    body, beside which the last are sealed. The salts of what is sealed are on the disk by then,
    whatever becomes of the import."""
    [[first]] = session.rows("SELECT count(*) = 0 FROM search_keys")
    [[people]] = session.rows("SELECT count(*) FROM people")
    originals = _pages(session, "people", _ORIGINALS, ROW_GROUP)
    with (
        _written(session, "identities", _IDENTITIES) as write,
        _beside(originals, partial(_sealed, seals)) as sealed,
    ):
        _add_search_keys(session, blind_text(blind))
        for page in islice(sealed, max(0, -(-people // ROW_GROUP) - _AHEAD)):
            write(page)
        yield
        for page in sealed:
            write(page)
    if first:  # all there is came in order
        for table in ("identities", "search_keys"):
            remember_sorted(session, table)
    for table in ("people", "spelled"):
        session.execute(f"DROP TABLE {table}")


@contextmanager
def _beside(
    pages: Iterator[pa.Table], work: Callable[[pa.Table], pa.Table]
) -> Iterator[Iterator[pa.Table]]:
    """What ``work``, Python's, makes of each page, in a thread beside the engine's own work. The
    first are begun at once, and no more than _AHEAD wait."""
    with ThreadPoolExecutor(1, "people") as thread:
        waiting = deque(thread.submit(work, page) for page in islice(pages, _AHEAD))

        def done() -> Iterator[pa.Table]:
            while waiting:
                made = waiting.popleft().result()
                waiting.extend(thread.submit(work, page) for page in islice(pages, 1))
                yield made

        try:
            yield done()
        except BaseException:
            thread.shutdown(wait=False, cancel_futures=True)
            raise


def _pages(session: Session, table: str, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
    """A temporary table whose rows are numbered (``n``), in their order."""
    [[total]] = session.rows(f"SELECT count(*) FROM {table}")
    listed = ", ".join(columns)
    for start in range(0, total, rows):
        page = f"SELECT {listed} FROM {table} WHERE n >= ? AND n < ?"
        yield session.fetch(page, [start, start + rows])


class _Page:
    """A relation whose rows are exchanged page by page. A transaction keeps every relation that
    was ever loaded in it until its end; of this one it keeps the last page."""

    def __init__(self, schema: pa.Schema) -> None:
        self.rows = schema.empty_table()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.rows.__arrow_c_stream__(requested_schema)


@contextmanager
def _written(
    session: Session, table: str, schema: pa.Schema
) -> Iterator[Callable[[pa.Table], None]]:
    """Adds pages to a table."""
    page = _Page(schema)
    session.load(f"{table}_page", page)  # type: ignore[arg-type]  # DuckDB reads what streams Arrow

    def write(rows: pa.Table) -> None:
        page.rows = rows
        session.execute(f"INSERT INTO {table} SELECT * FROM {table}_page")

    yield write
    page.rows = schema.empty_table()
    session.unload(f"{table}_page")


_SEALED = pa.schema([("n", pa.int64()), ("sealed", pa.binary())])
_SPELLED = pa.schema([(column, pa.string()) for column in ("name", "kind", "spelling")])
_IDENTITIES = pa.schema(
    [
        *((key, pa.uint64()) for key in ("identity_key", "customer_key")),
        *((shown, pa.string()) for shown in ("name", "phone", "id_card", "customer_id")),
        ("sealed", pa.binary()),
    ]
)


def _sealed(seals: Seals, part: pa.Table) -> pa.Table:
    """A page of ``people`` (``_ORIGINALS``) as rows of ``identities``."""
    sealed: list[pa.Array] = []
    for rows in part.to_batches(max_chunksize=_SEALED_AT_ONCE):
        asked = ("customer_key", "identity_key", "original")
        whose, keys, originals = (rows[name].to_pylist() for name in asked)
        customers = list(dict.fromkeys(whose))
        salts = dict(zip(customers, seals.subjects.ensure(customers), strict=True))
        with_salts = zip(whose, map(salts.__getitem__, whose), keys, originals, strict=True)
        sealed.append(pa.array(seals.sealed(with_salts, len(rows)), pa.binary()))
    shown = part.select(_IDENTITIES.names[:-1])
    return shown.append_column("sealed", pa.chunked_array(sealed, pa.binary())).combine_chunks()


def give_own_keys(session: Session, seals: Seals) -> None:
    """Originals that an older version sealed by the site's key alone, sealed by their customers'."""
    if get_meta(session, OWN_KEYS) is not None:
        return
    with session.transaction():
        session.execute(
            "CREATE TEMP TABLE people AS SELECT row_number() OVER (ORDER BY customer_key) - 1 AS n,"
            " customer_key, identity_key, sealed FROM identities"
        )
        session.execute("CREATE TEMP TABLE resealed (n BIGINT, sealed BLOB)")
        [[total]] = session.rows("SELECT count(*) FROM people")
        for start in range(0, total, _BATCH):
            session.load("sealed_part", _resealed(session, seals, start))
            session.execute("INSERT INTO resealed SELECT n, sealed FROM sealed_part")
            session.unload("sealed_part")
        session.execute(
            "UPDATE identities SET sealed = r.sealed FROM (SELECT p.identity_key, s.sealed"
            " FROM people p JOIN resealed s ON s.n = p.n) AS r"
            " WHERE identities.identity_key = r.identity_key"
        )
        set_meta(session, OWN_KEYS, "all")
        session.execute("DROP TABLE people")
        session.execute("DROP TABLE resealed")


def _resealed(session: Session, seals: Seals, start: int) -> pa.Table:
    """A page of ``people``, of those whom the site's key alone still opens."""
    found = session.rows(
        "SELECT n, customer_key, identity_key, sealed FROM people WHERE n >= ? AND n < ? ORDER BY n",
        [start, start + _BATCH],
    )
    old = [
        (n, int(customer), int(identity), original)
        for n, customer, identity, sealed in found
        if (original := seals.opened_by_site(int(identity), bytes(sealed))) is not None
    ]
    customers = sorted({customer for _, customer, _, _ in old})
    salts = dict(zip(customers, seals.subjects.ensure(customers), strict=True))
    sealed = seals.sealed(
        (
            (customer, salts[customer], identity, original)
            for _, customer, identity, original in old
        ),
        len(old),
    )
    return pa.table({"n": [int(n) for n, *_ in old], "sealed": sealed}, _SEALED)


def this_attempt(attempt_id: str) -> tuple[str, list[object]]:
    """A condition that finds an attempt by its key, and the condition's parameters."""
    key = key_literal(attempt_key(attempt_id))
    return f"attempt_key = {key} AND attempt_id = ?", [attempt_id]


def _add_search_keys(session: Session, blind: str) -> None:
    """One row for each way to find each person; a person with changed details has some twice."""
    # The strongest detail known of a person makes the customer's key, which is not hashed again.
    # What is missing is left out before the hashing: DuckDB would hash once to ask and once to keep.
    known = []
    for n, kind in enumerate(CUSTOMER_KEYS):
        stronger = " AND ".join([f"{other} IS NULL" for other in CUSTOMER_KEYS[:n]] or ["true"])
        known.append(
            f"SELECT CASE WHEN {stronger} THEN customer_key ELSE {key_sql(kind, kind)} END AS key,"
            f" '{kind}' AS kind, customer_key FROM people WHERE {kind} IS NOT NULL"
        )
    # Names and last digits repeat, so they are hashed before they meet the people.
    known.append(
        f"SELECT key, 'last4', customer_key FROM people JOIN (SELECT last4, {key_sql('last4', 'last4')}"
        " AS key FROM (SELECT DISTINCT last4 FROM people WHERE last4 IS NOT NULL)) USING (last4)"
    )
    spelled = " UNION ALL ".join(
        f"SELECT name, kind, {key_sql(kind, 'spelling')} AS key FROM spelled WHERE kind = '{kind}'"
        for kind in ("name", "pinyin", "initials")
    )
    known.append(f"SELECT key, kind, customer_key FROM people JOIN ({spelled}) USING (name)")
    # One INSERT for all: where one of no rows comes first, DuckDB 1.5.5 loses a following one of
    # more than about 250 000 rows in the same transaction.
    session.execute(
        f"INSERT INTO search_keys SELECT * FROM ({' UNION ALL '.join(known)}) ORDER BY key",
        {"blind": blind},
    )


def _spelled(names: pa.Table) -> pa.Table:
    named: list[str] = []
    kinds: list[str] = []
    spelled: list[str] = []
    for name in names["name"].to_pylist():
        for kind, found in zip(("pinyin", "initials"), spellings(name), strict=True):
            named += [name] * len(found)
            kinds += [kind] * len(found)
            spelled += found
    return pa.table([named, kinds, spelled], schema=_SPELLED)
