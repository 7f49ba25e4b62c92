"""Which column is which field: by an explicit mapping, by name, by the values themselves.

Synonyms, words and units are data in ``resources/mappings``; a person's mapping wins always.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

from workbench import paths
from workbench.domain.attempt import ALL_FIELDS, ATTEMPT_FIELDS, Field, FieldType
from workbench.domain.errors import BadInput
from workbench.domain.importing import Mapping
from workbench.domain.masking import fold_phone, id_card_is_sound
from workbench.warehouse.schema import RESERVED

_NAMED, _NEARLY, _BY_VALUES = 1.0, 0.75, 0.6  # how sure each kind of guess is
UNTOLD = "?"  # a date order that no value seen so far tells
_SHARE = 0.9  # of a column's values that must look like a field to be taken for it
_MANY = 10  # values, before a column of no telling name is hidden for what they look like
_DISTINCT = 0.6  # of names that differ
_NAME = re.compile("[\u4e00-\u9fff]{2,4}")
_DAY_LAST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-]\d{4}\b")
_TIME = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}")


@dataclass(frozen=True)
class ColumnPlan:
    """What becomes of one column of a file.

    ``field`` None keeps it as extra ``extra``. ``scale`` multiplies numbers that carry no unit of
    their own (from a header such as 月收入(万元)); ``date_order`` is 'ymd', 'mdy', 'dmy' or
    ``UNTOLD``;
    ``sensitive`` extras are masked; ``missing`` are the mapping's sentinels.
    """

    index: int
    header: str
    field: str | None
    extra: str
    sure: float
    why: str
    scale: float = 1.0
    date_order: str = "ymd"
    sensitive: bool = False
    missing: tuple[str, ...] = ()


@lru_cache
def words(name: str) -> Any:
    """One table of ``resources/mappings``."""
    return json.loads((paths.resources() / "mappings" / f"{name}.json").read_text("utf-8"))


def unit_kind(field: Field) -> str:
    return field.unit if field.unit and field.unit in words("units") else "plain"


def fold_word(text: str) -> str:
    """How coded words are compared: half width, lower case, no spaces, dashes or underscores."""
    return re.sub(r"[\s_\-]+", "", unicodedata.normalize("NFKC", text)).lower()


def fold_header(header: str) -> str:
    """A header without its unit, width, case and punctuation."""
    text = unicodedata.normalize("NFKC", header)
    text = re.sub(r"[(\[【<].*?[)\]】>]", "", text)
    return re.sub(r"[\s_\-./:*#'\"`]+", "", text).casefold()


@lru_cache
def _synonyms() -> dict[str, str]:
    table: dict[str, str] = {}
    for field, names in words("columns")["fields"].items():
        for name in (field, *names):
            table.setdefault(fold_header(name), field)
    return table


def known_headers(cells: Sequence[str | None]) -> int:
    """How many cells are headers that we know: finds the header row of a file."""
    return len({_synonyms()[f] for c in cells if c and (f := fold_header(c)) in _synonyms()})


_HEADER_WITHIN = 20  # rows that may stand above the header: titles, notes


def header_row(rows: Sequence[Sequence[str | None]]) -> int | None:
    """Index of the row that names the columns: the one of most known names, else the first as
    wide as most; None where the rows are data from the first on."""
    top = rows[:_HEADER_WITHIN]
    widths = [sum(bool(cell) for cell in row) for row in top]
    usual = max(set(widths), key=widths.count, default=0)
    known = [known_headers(row) for row in top]
    at = max(range(len(top)), key=lambda i: (known[i], widths[i] >= usual), default=0)
    if top and not known[at] and any(cell and _is_data(cell) for cell in top[at]):
        return None
    return at


def _is_data(cell: str) -> bool:
    return any(_LOOKS[field](cell) for field in ("phone", "id_card", "occurred_at"))


def plan_columns(
    headers: Sequence[str],
    head: Sequence[Sequence[str | None]],
    mapping: Mapping | None,
    own: Collection[str] = (),
) -> list[ColumnPlan]:
    """One plan for each header, in order; no field is given twice. ``own`` are names under which
    a rule pack reads the file's own columns: those are kept as they are and not guessed.

    Raises BadInput for a mapping that names an unknown field or one field twice.
    """
    mapping = mapping or Mapping()
    if mapping.date_order not in (None, "dmy", "mdy"):
        raise BadInput("bad_date_order", order=mapping.date_order)
    given = _given(headers, mapping)
    taken = {field for field in given.values() if field}
    columns = [
        [cell for row in head if i < len(row) and (cell := row[i])] for i in range(len(headers))
    ]
    guesses: list[tuple[float, int, str, str]] = []
    for i, header in enumerate(headers):
        if i not in given and _extra_name(header, i, set()) not in own:
            guesses += [(s, i, f, why) for f, s, why in _candidates(header, columns[i])]
    chosen: dict[int, tuple[str, float, str]] = {}
    for sure, i, guess, why in sorted(guesses, key=lambda g: (-g[0], g[1])):
        if i not in chosen and guess not in taken:
            chosen[i] = (guess, sure, why)
            taken.add(guess)
    plans: list[ColumnPlan] = []
    used: set[str] = set()
    for i, header in enumerate(headers):
        extra = _extra_name(header, i, used)
        if i in given:
            plan = ColumnPlan(i, header, given[i], extra, 1.0, "saved")
        else:
            field, sure, why = chosen.get(i) or (None, 0.0, "none")
            plan = ColumnPlan(i, header, field, extra, sure, why)
        if plan.field is None:
            used.add(extra)
        plans.append(_with_details(plan, columns[i], mapping))
    return plans


def _given(headers: Sequence[str], mapping: Mapping) -> dict[int, str | None]:
    """The mapping's own words by column; headers are matched exactly, then folded."""
    folded = {fold_header(h): f for h, f in mapping.columns.items()}
    given: dict[int, str | None] = {}
    for i, header in enumerate(headers):
        if header in mapping.columns:
            given[i] = mapping.columns[header] or None
        elif fold_header(header) in folded:
            given[i] = folded[fold_header(header)] or None
    fields = [f for f in given.values() if f]
    for field in fields:
        if field not in ALL_FIELDS or ALL_FIELDS[field].context:
            raise BadInput("mapping_unknown_field", field=field)
        if fields.count(field) > 1:
            raise BadInput("mapping_field_twice", field=field)
    return given


def _candidates(header: str, values: list[str]) -> list[tuple[str, float, str]]:
    folded = fold_header(header)
    if folded in _synonyms():
        field = _synonyms()[folded]
        # A column called 'status' may be anything's: one that says nothing of an outcome is none.
        if field == "outcome" and values and not _share(values, _LOOKS[field]):
            return []
        return [(field, _NAMED, "name")]
    found: list[tuple[str, float, str]] = []
    for synonym, field in sorted(_synonyms().items(), key=lambda item: -len(item[0])):
        long_enough = len(synonym) >= (4 if synonym.isascii() else 2)
        if long_enough and synonym in folded and 2 * len(synonym) >= len(folded):
            looks = _LOOKS.get(field)
            if looks is None or not values or _share(values, looks) >= 0.5:
                found.append((field, _NEARLY, "name"))
                break
    if len(values) >= 3:
        if _are_names(values):
            found.append(("customer_name", _BY_VALUES, "values"))
        for field, looks in _LOOKS.items():
            share = _share(values, looks)
            if field in _TELLING and share >= _SHARE:
                found.append((field, _BY_VALUES * share, "values"))
    return found


def _share(values: list[str], looks: Callable[[str], bool]) -> float:
    return sum(map(looks, values)) / len(values)


def _is_phone(value: str) -> bool:
    digits = fold_phone(value)
    return digits is not None and digits[1] in "3456789"


def _is_word_of(field: str) -> Callable[[str], bool]:
    known = {fold_word(w) for names in words("values")[field].values() for w in names}
    return lambda value: fold_word(value) in known


def _is_number(value: str) -> bool:
    return re.match(r"\W?\s*[\d０-９]", value) is not None


@lru_cache
def _word_table() -> dict[str, Callable[[str], bool]]:
    return {f.name: _is_word_of(f.name) for f in ATTEMPT_FIELDS if f.values}


def _looks() -> dict[str, Callable[[str], bool]]:
    table: dict[str, Callable[[str], bool]] = {
        "phone": _is_phone,
        "id_card": lambda v: id_card_is_sound(unicodedata.normalize("NFKC", v).strip()),
        "occurred_at": lambda v: _TIME.match(unicodedata.normalize("NFKC", v).strip()) is not None,
        "identity_verified": _is_boolean,
    }
    for field in ATTEMPT_FIELDS:
        if field.values:
            table[field.name] = partial(_is_known_word, field.name)
        elif field.type in (FieldType.INTEGER, FieldType.REAL, FieldType.DECIMAL):
            table[field.name] = _is_number
    return table


def _is_known_word(field: str, value: str) -> bool:
    return _word_table()[field](value)


def _is_boolean(value: str) -> bool:
    folded = fold_word(value)
    return any(folded in names for names in words("values")["boolean"].values())


_LOOKS = _looks()
# Fields whose values alone give them away; a column of numbers could be anything.
_TELLING = frozenset(
    ("phone", "id_card", "occurred_at", "outcome", "channel", "step", "network_type", "decision",
     "employment_type")
)  # fmt: skip


def _with_details(plan: ColumnPlan, values: list[str], mapping: Mapping) -> ColumnPlan:
    missing = (*mapping.missing.get("*", ()), *mapping.missing.get(plan.header, ()))
    if plan.field is None:
        folded = fold_header(plan.header)
        hidden = any(fold_header(word) in folded for word in words("columns")["sensitive"])
        hidden = hidden or (len(values) >= _MANY and _are_names(values))
        return replace(plan, missing=missing, sensitive=hidden)
    field = ALL_FIELDS[plan.field]
    if field.type is FieldType.TIMESTAMP:
        told = _date_order(values)
        order = (mapping.date_order or told) if told == UNTOLD else told
        return replace(plan, missing=missing, date_order=order)
    scale = _header_scale(plan.header, field)
    if unit_kind(field) == "ratio" and scale < 1 and _are_shares(values):
        scale = 1.0  # the header says %, the cells hold 0.31: so Excel stores what it shows as 31%
    return replace(plan, missing=missing, scale=scale)


def _are_shares(values: list[str]) -> bool:
    """Numbers none of which is above 1."""
    numbers = [float(v) for v in values if re.fullmatch(r"\d*\.?\d+", v)]
    return bool(numbers) and max(numbers) <= 1


def _are_names(values: list[str]) -> bool:
    """Two to four Chinese characters, a surname first, and seldom the same again: people, not
    words of a list."""
    surnames = words("columns")["surnames"]
    share = _share(values, lambda v: v[0] in surnames and _NAME.fullmatch(v) is not None)
    return share >= _SHARE and len(set(values)) >= _DISTINCT * len(values)


def _header_scale(header: str, field: Field) -> float:
    text = unicodedata.normalize("NFKC", header).lower()
    inside = re.search(r"[(\[【<](.*?)[)\]】>]", text)
    units = words("units")[unit_kind(field)]
    if inside:
        return float(units.get(inside[1].strip().removeprefix("单位:").strip(), 1))
    tail = re.search(r"_([a-z]+)$", text)
    return float(units.get(tail[1], 1)) if tail and unit_kind(field) == "ms" else 1.0


def _date_order(values: list[str]) -> str:
    """Day before month or after, where the year stands last; told only by numbers beyond 12."""
    pairs = [m for v in values if (m := _DAY_LAST.match(v.strip()))]
    if any(int(m[1]) > 12 for m in pairs):
        return "dmy"
    if any(int(m[2]) > 12 for m in pairs):
        return "mdy"
    return UNTOLD if pairs else "ymd"


def _extra_name(header: str, index: int, used: set[str]) -> str:
    """Lower snake case, Chinese kept; never the name of a field of ours."""
    text = unicodedata.normalize("NFKC", header).strip()
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text).lower()
    name = re.sub(r"\W+", "_", text).strip("_") or f"column_{index + 1}"
    if name[0].isdigit() or name in RESERVED:
        name = f"x_{name}"
    base, n = name, 2
    while name in used:
        name, n = f"{base}_{n}", n + 1
    return name


def known_field(name: str) -> str | None:
    """The field that a name in any language stands for."""
    return _synonyms().get(fold_header(name))
