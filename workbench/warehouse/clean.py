"""Raw text into typed attempts, as SQL: one SELECT over a file's batches.

Each value takes a cheap path first (it already is what it should be) and the thorough one only
where that fails, so a clean file costs little more than reading it. Layers: ``t_`` the folded
text, ``k_`` a step on the way, ``v_`` the value, then checks. What cannot be read makes the row's
``_bad`` list.

DuckDB computes an expression that occurs twice once and for every row, even where both stand in
branches that are rarely taken: so a costly branch names its parts once (lambdas help), and IN
lists, which become joins, are list_contains.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from workbench.domain.attempt import ALL_FIELDS, ATTEMPT_FIELDS, Field, FieldType
from workbench.warehouse.engines import Session, literal
from workbench.warehouse.identity import (
    CUSTOMER_KEYS,
    attempt_key_sql,
    id_card_sound_sql,
    key_sql,
    mask_text_sql,
    redact_sql,
)
from workbench.warehouse.readers import MARKED
from workbench.warehouse.recognise import ColumnPlan, unit_kind, words
from workbench.warehouse.spellings import UTC_OFFSET_MINUTES, number_sql, time_sql

_FULL = "".join(chr(c) for c in range(0xFF01, 0xFF5F))
_HALF = "".join(chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F))
_SPACE = " \t\r\n\u00a0\u3000\ufeff\u200b"
_FREE_TEXT = ("error_message", "exit_reason")  # words for people: kept as written, redacted
_ROUNDED = ("latency_ms",)  # a fraction of a millisecond is noise, not an error

# Values outside cannot be true; they become 'missing' with a flag, as sentinels such as -1 do.
RANGES: dict[str, tuple[float, float]] = {
    "http_status": (0, 999),
    "latency_ms": (0, 86_400_000),
    "credit_history_months": (0, 1200),
    "paid_months_12": (0, 12),
    "overdue_count_24m": (0, 1000),
    "inquiries_3m": (0, 1000),
    "age": (1, 130),
    "monthly_income": (0, 1e12),
    "requested_amount": (0, 1e12),
    "debt_ratio": (0, 1000),
}


@dataclass(frozen=True)
class Cleaning:
    """``select`` reads relation ``incoming``; ``columns`` are the fields that the file gives, in
    the order of the result, ``extras`` its extra columns (text, typed later)."""

    select: str
    columns: tuple[str, ...]
    extras: tuple[ColumnPlan, ...]


HISTORY = ("occurred_at", "outcome")  # what an attempt needs to stand among others


def cleaning_select(
    plans: Sequence[ColumnPlan],
    incoming: str = "incoming",
    *,
    required: Collection[str] = HISTORY,
    refuse_lost: bool = False,
) -> Cleaning:
    """The SELECT that cleans ``incoming`` (named parameter ``$blind``: the key of blind indexes).
    ``refuse_lost``: a row whose phone or id lost digits is of no use, else it is flagged.

    Result: keys, one column a field (identities in clear, for the session's eyes only), ``flags``,
    extras as ``x<index>``, ``_line``, ``_bad`` (NULL or a list of column, code, value).
    """
    fields = {p.field: p for p in plans if p.field}
    extras = tuple(p for p in plans if p.field is None)
    folded = [f"{_folded(p)} AS t_{p.index}" for p in plans]
    filled = "coalesce(" + ", ".join([*(f"t_{p.index}" for p in plans), "NULL"]) + ") IS NOT NULL"
    layer_t = f"SELECT _line, _damaged, {', '.join(folded)} FROM {incoming}"
    parts = [_prepare(ALL_FIELDS[name], p) for name, p in fields.items()]
    prepared = "".join(f", {part}" for part in parts if part)
    layer_p = f"SELECT *{prepared} FROM ({layer_t}) WHERE {filled}"
    values = [f"{_value(ALL_FIELDS[name], p)} AS v_{name}" for name, p in fields.items()]
    layer_v = f"SELECT *, {', '.join(values)} FROM ({layer_p})"
    if "attempt_id" not in fields:
        layer_v = f"SELECT *, {_derived_id(fields, extras)} AS v_attempt_id FROM ({layer_v})"

    columns = [f.name for f in ATTEMPT_FIELDS if f.name in fields or f.name == "attempt_id"]
    kept = [f"v_{name} AS {name}" for name in columns]
    kept += [f"{_extra(p)} AS x{p.index}" for p in extras]
    select = (
        f"SELECT {attempt_key_sql('v_attempt_id')} AS attempt_key,"
        f" {_customer_key(fields)} AS customer_key, {_identity_key(fields)} AS identity_key,"
        f" {', '.join(kept)}, {_flags(fields)} AS flags, _line, {_bad(fields, required, refuse_lost)} AS _bad"
        f" FROM ({layer_v})"
    )
    return Cleaning(select, tuple(columns), extras)


def _folded(plan: ColumnPlan) -> str:
    """Half width and trimmed, NULL where nothing is left; not looked at where the reader has said
    of the whole column that it is so."""
    text = f"c{plan.index}"
    if plan.field is None or plan.field in _FREE_TEXT:
        mark, thorough = "_plain", f"trim({text}, {literal(_SPACE)})"
    else:
        # translate() costs microseconds: only for what holds a full-width character.
        narrow = f"translate({text}, {literal(_FULL)}, {literal(_HALF)})"
        mark = "_narrow"
        thorough = (
            f"CASE WHEN strlen({text}) = length({text}) THEN trim({text}, {literal(_SPACE[:4])})"
            f" WHEN regexp_matches({text}, '[\\x{{FF01}}-\\x{{FF5E}}]')"
            f" THEN trim({narrow}, {literal(_SPACE)}) ELSE trim({text}, {literal(_SPACE)}) END"
        )
    # Not nullif(), which would do the work twice.
    folded = f"list_transform([{thorough}], lambda t: CASE WHEN t <> '' THEN t END)[1]"
    if plan.index < MARKED:
        folded = f"CASE WHEN {mark} & {1 << plan.index} <> 0 THEN {text} ELSE {folded} END"
    if plan.missing:
        return f"list_transform([{folded}], lambda t: CASE WHEN NOT {_sentinel(plan.missing)}" \
            " THEN t END)[1]"  # fmt: skip
    return folded


def _sentinel(missing: Sequence[str]) -> str:
    """Whether text ``t`` is one of the values that a mapping declares missing: to the letter, or
    as a number however it is written (666 is 666.0, 99999 is 99,999 %)."""
    written = [_bare(value) for value in missing]
    numbers = [float(value) for value in written if _NUMBER.fullmatch(value)]
    same = _among("t", missing)
    if not numbers:
        return same
    bare = "TRY_CAST(regexp_replace(t, '[ ,%]', '', 'g') AS DOUBLE)"
    return f"({same} OR coalesce(list_contains({numbers}, {bare}), FALSE))"


_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def _bare(value: str) -> str:
    return re.sub(r"[ ,%]", "", value)


def _list(values: Iterable[str]) -> str:
    return ", ".join(literal(value) for value in values)


def _among(text: str, values: Iterable[str]) -> str:
    """Membership. Not IN: DuckDB makes a join of each, evaluated for every row."""
    return f"list_contains([{_list(values)}], {text})"


def _missing_word(text: str, keep: Iterable[str] = ()) -> str:
    """Whether the text is a usual word for 'no value' (the field's own words excepted)."""
    listed = [w for w in words("values")["missing"] if w not in set(keep)]
    return _among(f"lower({text})", listed)


# values
def _prepare(field: Field, plan: ColumnPlan) -> str | None:
    """A helper column where the value needs its thorough path more than once."""
    text = f"t_{plan.index}"
    if field.values:
        return (
            f"CASE WHEN NOT {_among(text, field.values)}"
            f" THEN translate(lower({text}), ' _-', '') END AS k_{field.name}"
        )
    if field.type in (FieldType.INTEGER, FieldType.REAL, FieldType.DECIMAL):
        return f"{number_sql(text, unit_kind(field), plan.scale)} AS k_{field.name}"
    if field.type is FieldType.TIMESTAMP:
        return f"{time_sql(text, plan.date_order)} AS k_{field.name}"
    if field.name == "id_card":
        return f"TRY_CAST(left({text}, 17) AS BIGINT) AS k_{field.name}"
    return None


def _value(field: Field, plan: ColumnPlan) -> str:
    text, helper = f"t_{plan.index}", f"k_{field.name}"
    if field.values:
        table = words("values")[field.name]
        whens = " ".join(f"WHEN {_among(helper, ws)} THEN '{v}'" for v, ws in table.items())
        own = [w for ws in table.values() for w in ws]
        unknown = "NULL" if field.name == "outcome" else text
        return (
            f"CASE WHEN {helper} IS NULL THEN {text} {whens}"
            f" WHEN {_missing_word(text, own)} THEN NULL ELSE {unknown} END"
        )
    match field.type:
        case FieldType.TEXT if field.name == "phone":
            return phone_sql(text)
        case FieldType.TEXT if field.name == "id_card":
            return f"upper({_identifier(text)})"
        case FieldType.TEXT if field.name in ("attempt_id", "customer_id"):
            return _identifier(text)
        case FieldType.TEXT:
            kept = redact_sql(text) if field.name in _FREE_TEXT else text
            return f"CASE WHEN NOT {_missing_word(text)} THEN {kept} END"
        case FieldType.BOOLEAN:
            table, low = words("values")["boolean"], f"lower({text})"
            return (
                f"CASE WHEN {_among(low, table['true'])} THEN TRUE"
                f" WHEN {_among(low, table['false'])} THEN FALSE END"
            )
        case FieldType.TIMESTAMP:
            low, high = "TIMESTAMP '2000-01-01'", "TIMESTAMP '2100-01-01'"
            shift = f"to_minutes({UTC_OFFSET_MINUTES})"
            return f"CASE WHEN {helper} + {shift} >= {low} AND {helper} + {shift} < {high}" \
                f" THEN {helper} END"  # fmt: skip
        case FieldType.INTEGER:
            whole = f"round({helper})"
            check = "" if field.name in _ROUNDED else f" AND {helper} = {whole}"
            return _in_range(field, f"isfinite({helper}){check}", f"TRY_CAST({whole} AS INTEGER)")
        case FieldType.DECIMAL:
            return _in_range(field, f"isfinite({helper})", f"TRY_CAST({helper} AS DECIMAL(18,2))")
        case _:
            return _in_range(field, f"isfinite({helper})", helper)


def _in_range(field: Field, condition: str, value: str) -> str:
    return f"CASE WHEN {condition}{_within(field.name)} THEN {value} END"


def _within(name: str) -> str:
    if name not in RANGES:
        return ""
    low, high = RANGES[name]
    return f" AND k_{name} BETWEEN {low} AND {high}"


_SCIENTIFIC = r"\d(\.\d+)?[eE]\+?\d+"


def _identifier(text: str) -> str:
    """An id typed as a number by some program (123.0, 1.23E+2), spaces inside removed. Patterns
    are matched where a look at single characters does not tell."""
    power = f"(contains({text}, 'E') OR contains({text}, 'e'))"
    return (
        f"CASE WHEN strlen({text}) <= 9 AND {_missing_word(text)} THEN NULL"
        f" WHEN suffix({text}, '.0') AND regexp_full_match({text}, '\\d+\\.0')"
        f" THEN left({text}, length({text}) - 2)"
        f" WHEN {power} AND regexp_full_match({text}, {literal(_SCIENTIFIC)})"
        f" THEN {_whole_digits(text)}"
        f" WHEN contains({text}, ' ') THEN replace({text}, ' ', '') ELSE {text} END"
    )


def _whole_digits(text: str) -> str:
    """The integer of a scientific notation that shows every digit, else NULL."""
    mantissa = f"length(replace(regexp_extract({text}, '^[\\d.]+'), '.', ''))"
    whole = f"TRY_CAST(TRY_CAST({text} AS DOUBLE) AS HUGEINT)::VARCHAR"
    return (
        f"list_transform([{{'digits': {whole}, 'shown': {mantissa}}}],"
        " lambda n: CASE WHEN length(n.digits) = n.shown THEN n.digits END)[1]"
    )


_BETWEEN = _SPACE + "-()·.–—－（）"  # what people write between the digits of a phone


def phone_sql(text: str) -> str:
    """The 11 digits of a mobile number, whatever stands around them; other numbers as they are;
    NULL where digits were lost (1.38E+10)."""
    bare = f"translate({_identifier(text)}, {literal(_BETWEEN)}, '')"
    mobile = "'^(?:\\+?86|0086)?(1\\d{10})$'"
    return (
        f"CASE WHEN regexp_full_match({text}, '1\\d{{10}}') THEN {text}"
        f" ELSE list_transform([{bare}], lambda n: CASE WHEN regexp_matches(n, {mobile})"
        f" THEN regexp_extract(n, {mobile}, 1) ELSE n END)[1] END"
    )


def _extra(plan: ColumnPlan) -> str:
    text = f"t_{plan.index}"
    return mask_text_sql(text) if plan.sensitive else redact_sql(text)


def _derived_id(fields: dict[str, ColumnPlan], extras: Sequence[ColumnPlan]) -> str:
    """An id made of the row's content: the same row has the same id in every format."""
    parts = [f"coalesce(v_{f.name}::VARCHAR, '')" for f in ATTEMPT_FIELDS if f.name in fields]
    parts += [f"coalesce(t_{p.index}, '')" for p in extras]
    return f"'row-' || left(sha256($blind || concat_ws(chr(31), {', '.join(parts)})), 16)"


# keys
def _customer_key(fields: dict[str, ColumnPlan]) -> str:
    keys = [key_sql(kind, f"v_{kind}") for kind in CUSTOMER_KEYS if kind in fields]
    if "customer_name" in fields:
        # A name alone is nobody's key: the attempt stands for its own customer.
        own = key_sql("attempt", "v_attempt_id")
        keys.append(f"CASE WHEN v_customer_name IS NOT NULL THEN {own} END")
    return f"coalesce({', '.join(keys)})" if keys else "NULL::UBIGINT"


def _identity_key(fields: dict[str, ColumnPlan]) -> str:
    given = [f.name for f in ATTEMPT_FIELDS if f.identity and f.name in fields]
    if not given:
        return "NULL::UBIGINT"
    strong = ", ".join(f"v_{kind}" for kind in CUSTOMER_KEYS if kind in fields)
    # concat() takes what is missing for an empty text.
    parts = [
        *(f"v_{f.name}" if f.name in fields else "''" for f in ATTEMPT_FIELDS if f.identity),
        f"CASE WHEN coalesce({strong or 'NULL'}, NULL) IS NULL THEN v_attempt_id END",
    ]
    whole = f"concat({', chr(31), '.join(parts)})"
    some = "coalesce(" + ", ".join([*(f"v_{name}" for name in given), "NULL"]) + ") IS NOT NULL"
    return f"CASE WHEN {some} THEN {key_sql('identity', whole)} END"


# checks
def _flags(fields: dict[str, ColumnPlan]) -> str:
    flags: dict[str, str] = {}
    if "phone" in fields:
        flags["phone"] = "NOT regexp_full_match(v_phone, '1[3-9]\\d{9}')"
    if "id_card" in fields:
        flags["id_card"] = f"NOT {id_card_sound_sql('v_id_card', 'k_id_card')}"
    for name in RANGES:
        if name in fields:
            low, high = RANGES[name]
            flags[f"{name}_range"] = (
                f"(k_{name} < {low} OR k_{name} > {high}) AND isfinite(k_{name})"
            )
    for name in CUSTOMER_KEYS:
        if name in fields:  # 1.38E+10: whose the attempt was cannot be told, the rest can
            text = f"t_{fields[name].index}"
            flags[f"{name}_lost_digits"] = (
                f"CASE WHEN {text} IS NOT NULL AND v_{name} IS NULL"
                f" THEN NOT {_missing_word(text)} ELSE FALSE END"
            )
    if not flags:
        return "NULL::VARCHAR"
    anything = " OR ".join(f"({condition})" for condition in flags.values())
    named = ", ".join(
        f"CASE WHEN {condition} THEN '{name}' END" for name, condition in flags.items()
    )
    return f"CASE WHEN {anything} THEN concat_ws(';', {named}) END"


_UNREADABLE = {
    FieldType.INTEGER: "not_a_whole_number",
    FieldType.REAL: "not_a_number",
    FieldType.DECIMAL: "not_a_number",
    FieldType.BOOLEAN: "not_yes_or_no",
}


def _bad(fields: dict[str, ColumnPlan], required: Collection[str], refuse_lost: bool) -> str:
    """NULL, or the list of what is wrong with the row: (column index, code, value)."""
    problems: list[tuple[str, str, int, str]] = [
        ("_damaged IS NOT NULL", "'undecodable'", -1, "NULL")
    ]
    for name, plan in fields.items():
        text, value = f"t_{plan.index}", f"v_{name}"
        unread = f"{text} IS NOT NULL AND {value} IS NULL"
        unless_missing = f"CASE WHEN {unread} THEN NOT {_missing_word(text)} ELSE FALSE END"
        field = ALL_FIELDS[name]
        if name == "occurred_at":
            code = f"CASE WHEN k_{name} IS NULL THEN 'unreadable_time' ELSE 'time_out_of_range' END"
            problems.append((unless_missing, code, plan.index, text))
        elif name == "outcome":
            problems.append((unless_missing, "'unknown_outcome'", plan.index, text))
        elif field.type in _UNREADABLE:
            # A number out of range is flagged and left out, not refused.
            low, high = RANGES.get(name, (0, 0))
            if name in RANGES:
                unless_missing = (
                    f"CASE WHEN {unread} THEN coalesce(NOT isfinite(k_{name})"
                    f" OR k_{name} BETWEEN {low} AND {high}, TRUE)"
                    f" AND NOT {_missing_word(text)} ELSE FALSE END"
                )
            problems.append((unless_missing, f"'{_UNREADABLE[field.type]}'", plan.index, text))
        elif name == "attempt_id" or (refuse_lost and name in CUSTOMER_KEYS):
            problems.append((unless_missing, "'lost_digits'", plan.index, text))
        if name in ("attempt_id", *required):
            absent = f"({text} IS NULL OR CASE WHEN {value} IS NULL THEN {_missing_word(text)} END)"
            problems.append((absent, "'required_missing'", plan.index, "NULL"))
    entries = ", ".join(
        f"CASE WHEN {condition} THEN {{'column': "
        f"{'_damaged::INTEGER' if index < 0 else index}, 'code': {code}, 'value': {value}}} END"
        for condition, code, index, value in problems
    )
    anything = " OR ".join(f"({condition})" for condition, *_ in problems)
    return f"CASE WHEN {anything} THEN list_filter([{entries}], lambda b: b IS NOT NULL) END"


# extras
_FIRST_ROWS = 5_000
_YES, _NO = ("true", "True", "TRUE", "是"), ("false", "False", "FALSE", "否")


def _real(column: str) -> str:
    """A number, or a percentage as the share that it is: 45% is 0.45, as in ``debt_ratio``."""
    share = f"TRY_CAST(trim(rtrim({column}, '%')) AS DOUBLE) / 100"
    return f"coalesce(TRY_CAST({column} AS DOUBLE), CASE WHEN {column} LIKE '%\\%' ESCAPE '\\' THEN {share} END)"


def extra_types(session: Session, columns: Sequence[str]) -> list[str | None]:
    """The narrowest type that every value of each extra in ``staging`` casts to; None where there
    is no value. Most types are ruled out by the first rows, so that one at most is asked of all."""
    if not columns:
        return []
    kinds = {column: _kinds(column) for column in columns}
    asked = [(column, kind) for column in columns for kind in kinds[column]]
    listed = ", ".join(f"min({kinds[column][kind]})" for column, kind in asked)
    few = session.rows(f"SELECT {listed} FROM (FROM staging LIMIT {_FIRST_ROWS})")[0]
    may: dict[str, list[str]] = {column: [] for column in columns}
    for (column, kind), holds in zip(asked, few, strict=True):
        if holds is not False:
            may[column].append(kind)
    listed = ", ".join(f"count({column})" for column in columns)
    counts = session.rows(f"SELECT {listed} FROM staging")[0]
    found: dict[str, str | None] = {c: None for c, n in zip(columns, counts, strict=True) if not n}
    while waiting := [column for column in columns if column not in found]:
        for column in waiting:
            if not may[column]:
                found[column] = "VARCHAR"
        asked = [(column, may[column].pop(0)) for column in waiting if may[column]]
        if asked:
            listed = ", ".join(f"min({kinds[column][kind]})" for column, kind in asked)
            holds = session.rows(f"SELECT {listed} FROM staging")[0]
            found |= {
                column: kind for (column, kind), all_ in zip(asked, holds, strict=True) if all_
            }
    return [found[column] for column in columns]


def _kinds(column: str) -> dict[str, str]:
    """By type, the narrowest first, whether a value casts to it; NULL where there is no value."""
    number = f"TRY_CAST({column} AS DOUBLE)"
    plain = f"NOT regexp_matches({column}, '^[+-]?0\\d|[eE_xX]|^\\+')"  # 007 is a code
    dated = f"strlen({column}) >= 8 AND NOT regexp_full_match({column}, '[\\d.]+')"
    kinds = {
        "BIGINT": f"{plain} AND {number} = round({number}) AND abs({number}) < 9e15",
        "DOUBLE": f"{plain} AND isfinite({_real(column)})",
        "BOOLEAN": _among(column, _YES + _NO),
        "TIMESTAMP": f"{dated} AND {time_sql(column)} IS NOT NULL",
    }
    return {
        kind: f"CASE WHEN {column} IS NOT NULL THEN coalesce({holds}, FALSE) END"
        for kind, holds in kinds.items()
    }


def extra_value_sql(column: str, kind: str) -> str:
    """The text of an extra as its type; NULL where it does not cast."""
    match kind:
        case "BIGINT":
            return f"TRY_CAST(round(TRY_CAST({column} AS DOUBLE)) AS BIGINT)"
        case "BOOLEAN":
            return f"CASE WHEN {_among(column, _YES)} THEN TRUE" \
                f" WHEN {column} IS NOT NULL THEN FALSE END"  # fmt: skip
        case "TIMESTAMP":
            return time_sql(column)
        case "DOUBLE":
            return _real(column)
        case _:
            return column
