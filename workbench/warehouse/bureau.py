"""A file of bureau scores into the store: recognise, clean, settle duplicates, keep.

No identity is kept: a score is found by the blind indexes of whatever the file names its customer
by. Which attempts it speaks of is settled at every import anew (``filling``), so scores may come
before the attempts or after them.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from workbench.domain.attempt import IDENTITY_FIELDS
from workbench.domain.errors import BadInput
from workbench.domain.importing import Mapping
from workbench.domain.masking import redact
from workbench.warehouse import schema
from workbench.warehouse.clean import (
    UTC_OFFSET_MINUTES,
    Cleaning,
    cleaning_select,
    extra_types,
    extra_value_sql,
)
from workbench.warehouse.dates import settled_dates
from workbench.warehouse.engines import literal, quoted
from workbench.warehouse.filling import FILLABLE, SCORE, SOURCE, column_of
from workbench.warehouse.identity import CUSTOMER_KEYS, key_sql, redact_sql
from workbench.warehouse.loading import Counts, Loading, set_aside, stage
from workbench.warehouse.quarantine import masked_value
from workbench.warehouse.readers import Rejected, open_source
from workbench.warehouse.recognise import ColumnPlan, fold_header, plan_columns, words

# A file's columns are planned as an attempt's are; these three mean a score's own.
DATE = "occurred_at"
_SAID = {"score": SCORE, "scored_at": DATE, "source": SOURCE}  # as a mapping may call them
_READ = frozenset((*IDENTITY_FIELDS, DATE, *FILLABLE)) - {"attempt_id"}
# A table with one of these tells of attempts, whatever else it tells.
_OF_ATTEMPTS = frozenset(("outcome", "decision", "step", "error_code", "http_status"))


# recognising
def score_plans(
    headers: Sequence[str],
    head: Sequence[Sequence[str | None]],
    mapping: Mapping | None,
    own: Collection[str] = (),
) -> list[ColumnPlan]:
    """What each column of a scores file is: as ``plan_columns``, with a bureau's words for score,
    date and source. What only an attempt can have is kept as an extra."""
    mapping = mapping or Mapping()
    explicit = {h: _SAID.get(f or "", f) for h, f in mapping.columns.items()}
    columns = _by_our_words(headers, explicit) | explicit
    while True:
        plans = plan_columns(headers, head, replace(mapping, columns=columns), own)
        strange = {p.header: None for p in plans if p.field and p.field not in _READ}
        if not strange:
            break
        columns |= strange
    known = set(map(fold_header, explicit))
    return [
        replace(p, why="name") if p.why == "saved" and fold_header(p.header) not in known else p
        for p in plans
    ]


def _by_our_words(headers: Sequence[str], explicit: dict[str, str | None]) -> dict[str, str | None]:
    """The best header for each of score, date and source, where no mapping names one."""
    folded = {fold_header(h): h for h in reversed(headers)}
    claimed = {f for h, f in explicit.items() if fold_header(h) in folded}
    for header in explicit:
        folded.pop(fold_header(header), None)
    found: dict[str, str | None] = {}
    for field, names in words("bureau")["columns"].items():
        best = next((h for name in names if (h := folded.get(fold_header(name)))), None)
        if best is None and field == SCORE:  # 百行信用分
            best = next((h for f, h in folded.items() if f.endswith(tuple(names[:11]))), None)
        if best is not None and field not in claimed:
            found[best] = field
    return found


def looks_like_scores(
    headers: Sequence[str], head: Sequence[Sequence[str | None]], mapping: Mapping | None
) -> bool:
    """Whether a table tells of customers' scores at a time, and not of attempts."""
    of_attempts = {p.field for p in plan_columns(headers, head, None)}
    found = {p.field for p in score_plans(headers, head, mapping)}
    return (
        not of_attempts & _OF_ATTEMPTS
        and {SCORE, DATE} <= found
        and not found.isdisjoint(CUSTOMER_KEYS)
    )


def source_name(path: Path) -> str:
    """The bureau's name from a file's: without suffixes and a date at the end."""
    stem = path.name.split(".")[0]
    return redact(re.sub(r"[\s_\-（(]*\d[\d\s_\-年月日]*[)）]?$", "", stem) or stem)


# importing
def add_scores(
    loading: Loading,
    path: Path,
    mapping: Mapping | None,
    *,
    source: str | None,
    reads: Collection[str],
) -> Counts:
    """Put the file's scores into ``bureau_scores``. ``source`` names the bureau where no column
    does (else the file's name does); ``reads`` are the names that the rule pack reads.

    Raises BadInput for a file that cannot be used as a whole.
    """
    table = open_source(path, mapping)
    plans = score_plans(table.headers, table.head, mapping, frozenset(reads) - set(_READ))
    plans = settled_dates(table, plans, loading.cancel)
    fields = {p.field: p for p in plans if p.field}
    _refuse_useless(path, plans, fields)
    cleaning = cleaning_select(plans, required=(DATE,), refuse_lost=True)
    checked = replace(cleaning, select=_checked(cleaning, fields))
    stage(loading, table, checked)
    read = loading.number("SELECT count(*) FROM staging") + len(table.rejected)
    if not read:
        raise BadInput("header_only", file=path.name)
    bad = set_aside(loading, path.name, table, plans)
    if loading.recall:
        loading.recall("bureau_scores")
    extras = _settle_extras(loading, cleaning)
    _create_fresh(loading, fields, extras, (source or "").strip() or source_name(path))
    duplicates, conflicts = _keep_new(loading, path.name, fields[DATE])
    return Counts(
        read=read,
        imported=read - bad - duplicates - conflicts,
        duplicates=duplicates,
        quarantined=bad + conflicts,
        flagged=loading.number("SELECT count(flags) FROM fresh JOIN settled USING (_line)"
                               " WHERE verdict = 'new'"),
    )  # fmt: skip


def _refuse_useless(path: Path, plans: Sequence[ColumnPlan], fields: Collection[str]) -> None:
    headers = ", ".join(plan.header for plan in plans[:12])
    if not fields:
        # Its first row may be data: nothing of it is shown.
        raise BadInput("no_known_columns", file=path.name)
    if not set(CUSTOMER_KEYS) & set(fields):
        raise BadInput("no_customer_column", file=path.name, headers=headers)
    if DATE not in fields:
        raise BadInput("no_score_date_column", file=path.name, headers=headers)
    if (set(FILLABLE) - {SOURCE}).isdisjoint(fields):
        raise BadInput("no_score_column", file=path.name, headers=headers)


def _checked(cleaning: Cleaning, fields: dict[str, ColumnPlan]) -> str:
    """``cleaning`` with what is wrong with a score besides."""

    def wrong(condition: str, column: str, code: str, value: str = "NULL") -> str:
        place = fields[column].index
        return (
            f"WHEN {condition} THEN"
            f" [{{'column': {place}, 'code': '{code}', 'value': {value}::VARCHAR}}]"
        )

    keys = [kind for kind in CUSTOMER_KEYS if kind in fields]
    values = [f for f in FILLABLE if f in fields and f != SOURCE]
    said = [*values, *(f"x{plan.index}" for plan in cleaning.extras)]
    problems = [
        wrong(f"coalesce({', '.join([*keys, 'NULL'])}) IS NULL", keys[0], "no_customer_named"),
        wrong(f"coalesce({', '.join(f'{v}::VARCHAR' for v in said)}, NULL) IS NULL", values[0],
              "required_missing"),
    ]  # fmt: skip
    if SCORE in fields:
        problems.insert(0, wrong(f"{SCORE} < 0", SCORE, "negative_score",
                                 rf"regexp_replace({SCORE}::VARCHAR, '\.0$', '')"))  # fmt: skip
    return (
        "SELECT * REPLACE (CASE WHEN _bad IS NOT NULL THEN _bad"
        f" {' '.join(problems)} END AS _bad) FROM ({cleaning.select})"
    )


def _settle_extras(loading: Loading, cleaning: Cleaning) -> list[tuple[schema.Extra, int]]:
    """The file's extra columns as columns of ``bureau_scores``, with their place in staging. The
    attempts get them too, so they are told of in ``extras``."""
    session = loading.session
    stored = schema.score_extras(session)
    settled: list[tuple[schema.Extra, int]] = []
    types = extra_types(session, [f"x{plan.index}" for plan in cleaning.extras])
    for plan, kind in zip(cleaning.extras, types, strict=True):
        if kind is None:  # a column without a single value says nothing
            continue
        name = f"x_{plan.extra}" if plan.extra in schema.SCORES else plan.extra
        if name not in stored:
            wide = kind
            session.execute(f"ALTER TABLE w.bureau_scores ADD COLUMN {quoted(name)} {kind}")
        elif (wide := schema.wider(stored[name], kind)) != stored[name]:
            session.execute(f"ALTER TABLE w.bureau_scores ALTER {quoted(name)} TYPE {wide}")
        if not session.rows("SELECT 1 FROM w.extras WHERE name = ?", [name]):
            session.execute("INSERT INTO w.extras VALUES (?, ?)", [name, plan.header])
        settled.append((schema.Extra(name, plan.header, wide), plan.index))
    return settled


def _create_fresh(
    loading: Loading,
    fields: Collection[str],
    extras: Sequence[tuple[schema.Extra, int]],
    default_source: str,
) -> None:
    """``fresh``: the staged scores in the table's own columns, with ``_line`` and ``flags``."""
    named = literal(default_source)
    source = f"coalesce({SOURCE}, {named})" if SOURCE in fields else named
    source = redact_sql(f"regexp_replace({source}, '[[:cntrl:]]+', ' ', 'g')")
    columns = ["md5_number_lower(attempt_id || chr(31) || source_name) AS score_key"]
    columns += [
        f"{key_sql(kind, kind) if kind in fields else 'NULL::UBIGINT'} AS {kind}_key"
        for kind in CUSTOMER_KEYS
    ]
    columns.append(f"source_name AS source, {DATE} AS scored_at")
    columns += [
        f"{field if field in fields else 'NULL'}::{schema.SCORES[column]} AS {column}"
        for field in FILLABLE
        if (column := column_of(field)) != SOURCE
    ]
    columns += [
        f"{extra_value_sql(f'x{place}', extra.type)}::{extra.type} AS {quoted(extra.name)}"
        for extra, place in extras
    ]
    loading.execute(
        f"CREATE TEMP TABLE fresh AS SELECT {', '.join(columns)}, _line, flags"
        f" FROM (SELECT *, {source} AS source_name FROM staging)"
    )


def _keep_new(loading: Loading, file: str, date: ColumnPlan) -> tuple[int, int]:
    """Insert what is new; (duplicates, conflicts). The first of one customer, source and time
    stands: the same content again is a duplicate, another one is set aside."""
    shown = "score_key, customer_id_key, id_card_key, phone_key, source, scored_at"
    loading.execute(
        "CREATE TEMP TABLE settled AS SELECT line AS _line, scored_at, CASE"
        " WHEN place > 1 THEN 'duplicate' WHEN first_key <> score_key THEN 'conflict'"
        " ELSE 'new' END AS verdict FROM ("
        "  SELECT *, row_number() OVER (PARTITION BY score_key ORDER BY line) AS place,"
        "  first_value(score_key) OVER (PARTITION BY customer_id_key, id_card_key, phone_key,"
        "   source, scored_at ORDER BY line) AS first_key"
        f"  FROM (SELECT 0 AS line, {shown} FROM w.bureau_scores"
        f"  UNION ALL SELECT _line, {shown} FROM fresh)) WHERE line > 0"
    )
    names = (*schema.SCORES, *schema.score_extras(loading.session))
    listed = ", ".join(map(quoted, names))
    present = {name for (name,) in loading.session.rows("SELECT column_name FROM (DESCRIBE fresh)")}
    given = ", ".join(quoted(name) if name in present else "NULL" for name in names)
    loading.execute(
        f"INSERT INTO w.bureau_scores ({listed}) SELECT {given} FROM fresh"
        " SEMI JOIN (SELECT _line FROM settled WHERE verdict = 'new') USING (_line)"
    )
    conflicts = loading.session.rows(
        f"SELECT _line, (scored_at + to_minutes({UTC_OFFSET_MINUTES}))::VARCHAR FROM settled"
        " WHERE verdict = 'conflict' ORDER BY _line"
    )
    loading.quarantine.add(
        file,
        (
            (n, [Rejected(n, date.header, masked_value(date, at), "score_with_other_content")])
            for n, at in conflicts
        ),
    )
    duplicates = loading.number("SELECT count(*) FROM settled WHERE verdict = 'duplicate'")
    return duplicates, len(conflicts)
