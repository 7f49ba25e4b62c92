"""Numbers and times as people write them, in SQL: units, separators, Chinese numerals and dates.

Each function tries the plain form first and the costly ones only where it fails. DuckDB computes
an expression that occurs twice for every row, so a costly step names its parts once, by lambdas.
"""

import re
from collections.abc import Iterable

from workbench.warehouse.engines import literal
from workbench.warehouse.recognise import words

UTC_OFFSET_MINUTES = 480  # of a time without a zone: Asia/Shanghai

# Chinese digits and units, the everyday, the bankers' and the traditional ones
_HAN_TO = {
    "0": "零〇○", "1": "一壹幺", "2": "二贰貳两兩", "3": "三叁參", "4": "四肆", "5": "五伍",
    "6": "六陆陸", "7": "七柒", "8": "八捌", "9": "九玖", "十": "拾", "百": "佰", "千": "仟",
    "万": "萬", "亿": "億", ".": "点點", "时": "時",
}  # fmt: skip
_HAN = "".join(_HAN_TO.values())
_HAN_DIGITS = "".join(to * len(those) for to, those in _HAN_TO.items())


def _list(values: Iterable[str]) -> str:
    return ", ".join(literal(value) for value in values)


def _with(value: str, name: str, body: str) -> str:
    """``body`` with ``value`` computed once, under ``name``."""
    return f"list_transform([{value}], lambda {name}: {body})[1]"


def _thorough(fast: str, text: str, slow: str) -> str:
    """``slow`` where ``fast`` gives nothing and there is a text: of what is missing DuckDB would
    work out the whole of it, too."""
    return f"coalesce({fast}, CASE WHEN {text} IS NOT NULL THEN {slow} END)"


# numbers
def number_sql(text: str, kind: str, scale: float = 1.0) -> str:
    """A DOUBLE, or NULL: thousand separators, a currency sign, the units of ``kind`` and Chinese
    numerals are read; ``scale`` applies where the text has no unit."""
    units = {unit: factor for unit, factor in words("units")[kind].items() if unit}
    named = "|".join(re.escape(u) for u in sorted(units, key=len, reverse=True))
    factors = ", ".join(str(float(factor)) for factor in units.values())
    factor = f"[{factors}][list_position([{_list(units)}], p.unit)]"
    fast = f"TRY_CAST({text} AS DOUBLE)"
    if scale != 1:
        fast = _scaled(fast, str(scale))

    def written(source: str) -> str:
        digits = r"[+-]?(?:\d{1,3}(?:[, ']\d{3})+|\d+)?(?:\.\d+)?(?:e[+-]?\d+)?"
        pattern = literal(rf"^(-?){_CURRENCY}\s*({digits})\s*({named})?[整正]?$")
        parts = f"regexp_extract({source}, {pattern}, ['sign', 'number', 'unit'])"
        number = f"TRY_CAST(p.sign || translate(p.number, {literal(_SEPARATORS)}, '') AS DOUBLE)"
        return _with(parts, "p", _scaled(number, f"coalesce({factor}, {scale})"))

    # (1,640) is an accountant's minus, − a typesetter's.
    minus = rf"regexp_replace(lower({text}), '^\((.+)\)$', '-\1')"
    slow = written(f"translate({minus}, '−', '-')")
    whole = rf"^{_CURRENCY}\s*(?:([^万亿]+)亿)?(?:([^万亿]+)万)?([\d千百十.]*)\s*({named})?[整正]?$"
    parts = f"regexp_extract(h, {literal(whole)}, ['y', 'w', 'rest', 'unit'])"
    grouped = _with(parts, "p", _scaled(f"({_HAN_VALUE})", f"coalesce({factor}, 1)"))
    digits = f"translate({text}, {literal(_HAN)}, {literal(_HAN_DIGITS)})"
    digits = rf"regexp_replace({digits}, '^百分之(.+)$', '\1%')"
    either = f"coalesce({written('h')}, {grouped})"
    han = (
        f"CASE WHEN regexp_matches({text}, '[{_HAN}十百千万亿]')"
        f" THEN {_with(digits, 'h', either)} END"
    )
    return _thorough(fast, text, f"coalesce({slow}, {han})")


def _scaled(number: str, factor: str) -> str:
    """Rounded, because 31.9 * 0.01 is not quite 0.319, nor 24.9017 * 10 000 quite 249 017."""
    whole = "CASE WHEN f = 1 THEN n WHEN f < 1 THEN round(n * f, 10) ELSE round(n * f, 4) END"
    return _with(number, "n", _with(factor, "f", whole))


_CURRENCY = "(?:¥|￥|cny|rmb|人民币)?"
_SEPARATORS = ", '"


def _han_group(text: str) -> str:
    """Below ten thousand: 3千5百, 2千05, 十5, 1千2 (1200), 12; 0 of nothing, NULL of nonsense."""
    shape = literal(r"^0?(?:(\d)千)?(0?)(?:(\d)百)?(0?)(?:(\d?)(十))?(0?)(\d?)$")
    names = "['q', 'z1', 'b', 'z2', 's', 't', 'z3', 'one']"
    lower = (
        "CASE WHEN g.t || g.z1 || g.z2 || g.z3 <> '' THEN 1 WHEN g.b <> '' THEN 10"
        " WHEN g.q <> '' THEN 100 ELSE 1 END"
    )
    value = (
        "CASE WHEN g.q || g.b || g.t || g.one <> ''"
        " THEN coalesce(TRY_CAST(g.q AS INTEGER), 0) * 1000"
        " + coalesce(TRY_CAST(g.b AS INTEGER), 0) * 100"
        " + CASE WHEN g.t = '' THEN 0 ELSE coalesce(TRY_CAST(g.s AS INTEGER), 1) * 10 END"
        f" + coalesce(TRY_CAST(g.one AS INTEGER), 0) * {lower} END"
    )
    parts = f"regexp_extract({text}, {shape}, {names})"
    return (
        f"CASE WHEN {text} = '' THEN 0"
        rf" WHEN regexp_full_match({text}, '\d+(\.\d+)?') THEN TRY_CAST({text} AS DOUBLE)"
        f" ELSE {_with(parts, 'g', value)} END"
    )


# Of struct ``p`` of what stands before 亿, before 万 and after: 三万五 is 35 000, because a lone
# digit after a unit stands for the next lower one.
_HAN_VALUE = (
    "CASE WHEN p.y || p.w || p.rest <> '' THEN 1 END *"
    f" (({_han_group('p.y')}) * 100000000 + ({_han_group('p.w')}) * 10000 + ({_han_group('p.rest')})"
    " * CASE WHEN strlen(p.rest) <> 1 OR p.rest = '十' THEN 1 WHEN p.w <> '' THEN 1000"
    " WHEN p.y <> '' THEN 10000000 ELSE 1 END)"
)

# times
_DATE = (
    r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?[t,\s]*"
    r"(上午|中午|下午|傍晚|晚上|晚间|凌晨|清晨|早上|早晨|am|pm)?\s*"
    r"(?:(\d{1,2})\s*[:时点]\s*(?:(\d{1,2})\s*[:分]?\s*(?:(\d{1,2}(?:\.\d{1,9})?)\s*秒?)?)?)?\s*"
    r"(am|pm)?\s*(z|utc|gmt|(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2})?)?$"
)
_PARTS = ("y", "mo", "d", "half", "h", "mi", "s", "ap", "zone")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HALF = ("下午", "傍晚", "晚上", "晚间", "pm")  # of a day, the second


def time_sql(text: str, order: str = "ymd") -> str:
    """UTC TIMESTAMP, or NULL. A time without a zone is Shanghai's; numbers are Excel's days, Unix
    seconds, milliseconds or microseconds, or digits run together (20261020002000). ``order`` is
    that of dates whose year stands last: 'dmy' or 'mdy', else they are not read."""
    spelled = f"lower({text})"
    han = _han_date(spelled)
    english = _english_date(spelled)
    spelled = (
        f"CASE WHEN regexp_matches({text}, '[{_HAN}十半周星礼]') THEN {han}"
        f" WHEN regexp_matches({text}, '(?i)({'|'.join(_MONTHS)})') THEN {english}"
        f" ELSE {spelled} END"
    )
    if order in ("dmy", "mdy"):
        swapped = r"\3-\2-\1" if order == "dmy" else r"\3-\1-\2"
        day_last = r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})"
        spelled = f"regexp_replace({spelled}, {literal(day_last)}, {literal(swapped)})"
    together = r"^((?:19|20|21)\d{2})(\d{2})(\d{2})$", r"\1-\2-\3"
    with_time = (
        r"^((?:19|20|21)\d{2})(\d{2})(\d{2})[t ]?(\d{2})(\d{2})(\d{2})(z|[+-]\d{4})?$",
        r"\1-\2-\3 \4:\5:\6\7",
    )
    for pattern, spread in (together, with_time):
        spelled = f"regexp_replace({spelled}, {literal(pattern)}, {literal(spread)})"
    parts = f"regexp_extract({spelled}, {literal(_DATE)}, [{_list(_PARTS)}])"
    night = "p.half IN ('晚上', '晚间') AND p.h = '12'"  # the end of the day that is named
    hour = (
        f"CASE WHEN {night} THEN 0 WHEN p.half IN ({_list(_HALF)}) OR p.ap = 'pm'"
        " OR (p.half = '中午' AND p.h < '10')"
        " THEN CASE WHEN TRY_CAST(p.h AS INTEGER) < 12 THEN TRY_CAST(p.h AS INTEGER) + 12"
        " ELSE TRY_CAST(p.h AS INTEGER) END"
        " WHEN (p.half IN ('上午', '凌晨', '清晨', '早上', '早晨', 'am') OR p.ap = 'am')"
        " AND p.h = '12' THEN 0"
        " ELSE coalesce(TRY_CAST(p.h AS INTEGER), 0) END"
    )
    sign = "CASE WHEN contains(p.zone, '-') THEN -1 ELSE 1 END"
    zone_digits = r"regexp_extract(p.zone, '(\d{1,2}):?(\d{2})?$', ['h', 'm'])"
    offset = (
        f"CASE WHEN p.zone = '' THEN {UTC_OFFSET_MINUTES}"
        f" WHEN p.zone IN ('z', 'utc', 'gmt') THEN 0 ELSE {sign} * ("
        f"TRY_CAST({zone_digits}.h AS INTEGER) * 60"
        f" + coalesce(TRY_CAST({zone_digits}.m AS INTEGER), 0)) END"
    )
    moment = (
        f"TRY_CAST(p.y || '-' || p.mo || '-' || p.d || ' ' || ({hour})::VARCHAR || ':'"
        " || coalesce(nullif(p.mi, ''), '0') || ':' || coalesce(nullif(p.s, ''), '0') AS TIMESTAMP)"
    )
    next_day = f"to_days(CASE WHEN {night} THEN 1 ELSE 0 END)"
    written = _with(parts, "p", f"{moment} + {next_day} - to_minutes({offset})")
    count = f"TRY_CAST({text} AS DOUBLE)"
    counted = (
        rf"CASE WHEN regexp_full_match({text}, '\d{{5}}(\.\d+)?') THEN"
        f" TIMESTAMP '1899-12-30' + to_seconds(round({count} * 86400)::BIGINT)"
        f" - to_minutes({UTC_OFFSET_MINUTES})"
        rf" WHEN regexp_full_match({text}, '\d{{10}}(\.\d+)?') THEN"
        f" make_timestamp(({count} * 1000000)::BIGINT)"
        rf" WHEN regexp_full_match({text}, '\d{{13}}') THEN"
        f" make_timestamp(({count} * 1000)::BIGINT)"
        rf" WHEN regexp_full_match({text}, '\d{{16}}') THEN make_timestamp({count}::BIGINT)"
        " END"
    )
    # DuckDB's own cast drops a zone silently, so only the exact plain form may take it.
    plain = f"strlen({text}) = 19 AND substr({text}, 14, 1) = ':' AND substr({text}, 17, 1) = ':'"
    fast = (
        f"CASE WHEN {plain} THEN TRY_CAST({text} AS TIMESTAMP)"
        f" - to_minutes({UTC_OFFSET_MINUTES}) END"
    )
    return _thorough(fast, text, f"coalesce({written}, {counted})")


def _han_date(text: str) -> str:
    """二〇二六年十月二十三日(周五) 下午三点半 as 2026年10月23日 下午3点30分."""
    steps = (
        (r"[(\[]?(?:星期|周|礼拜)[一二三四五六日天][)\]]?", ""),
        None,  # here the digits are put in
        (r"(\d)十(\d)", r"\1\2"),
        (r"(\d)十", r"\10"),  # the group and a zero
        (r"十(\d)", r"1\1"),
        ("十", "10"),
        ("([点时])半", r"\130分"),
        ("([点时])1刻", r"\115分"),
        ("([点时])3刻", r"\145分"),
        ("([点时])[整钟]", r"\1"),
    )
    digits = _HAN_DIGITS.replace(".", "点")
    for step in steps:
        if step is None:
            text = f"translate({text}, {literal(_HAN)}, {literal(digits)})"
        else:
            text = f"regexp_replace({text}, {literal(step[0])}, {literal(step[1])}, 'g')"
    return text


def _english_date(text: str) -> str:
    """Oct 3, 2026 and 3-Oct-2026 as 2026-10-3; what stands behind stays."""
    month = "(" + "|".join(_MONTHS) + r")[a-z]*\.?"
    forms = (
        (rf"^(\d{{1,2}})[-\s]{month}[-\s,]+(\d{{4}})(.*)$", "['d', 'm', 'y', 'rest']"),
        (rf"^{month}\s+(\d{{1,2}}),?\s+(\d{{4}})(.*)$", "['m', 'd', 'y', 'rest']"),
    )
    for pattern, names in forms:
        date = (
            "CASE WHEN p.y = '' THEN e ELSE p.y || '-' ||"
            f" list_position([{_list(_MONTHS)}], p.m)::VARCHAR || '-' || p.d || p.rest END"
        )
        parts = f"regexp_extract(e, {literal(pattern)}, {names})"
        text = _with(text, "e", _with(parts, "p", date))
    return text
