"""Random but valid rules over the whole rule language, and random attempts (hypothesis)."""

from hypothesis import strategies as st

WHOLE = ("age", "credit_history_months")
NUMBERS = (*WHOLE, "debt_ratio", "monthly_income", "load_ratio")
TEXTS = ("decision", "error_code", "policy", "step")
WORDS = ("a", "b", "declined", "")
OUTCOMES = ("success", "failed", "pending", "abandoned", "odd")
_MOMENTS = ("2026-11-22", "2026-11-22T08:00:00.25", "1969-12-31 23:59:59", "9999-12-31")
_LITERALS = ("''", "'a'", "'A'", "'declined'", "'%'", "'é'", "'王'", "' a '", "'it''s'", "'1'")
_PATTERNS = ("'%a%'", "'decl%'", "'_'", "'__'", "'%'", "''", "'a_b'", "'%王_'", "'%''%'")
_OPERATORS = ("<", "<=", ">", ">=", "=", "<>", "IS DISTINCT FROM", "IS NOT DISTINCT FROM")

_whole_constants = st.integers(-2, 5).map(str)
_constants = st.one_of(
    _whole_constants,
    st.sampled_from(("0.5", "1.25", "-0.5", "0.1", "1e3", "2147483648", "999999999999999", "NULL")),
)


def _joined(*parts: st.SearchStrategy[str], by: str = " ") -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(by.join)


def _call(name: str, *arguments: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return _joined(*arguments, by=", ").map(lambda inside: f"{name}({inside})")


_choices = st.sampled_from(("COALESCE", "GREATEST", "LEAST", "NULLIF"))


def _chosen(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """What chooses between two values of a kind."""
    calls = st.tuples(_choices, inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})")
    case = st.tuples(inner, inner).map(
        lambda t: f"CASE WHEN identity_verified THEN {t[0]} ELSE {t[1]} END"
    )
    return calls | case


_whole = st.recursive(
    st.sampled_from(WHOLE) | _whole_constants | _call("LENGTH", st.sampled_from(TEXTS)),
    lambda inner: st.one_of(
        _joined(inner, st.sampled_from("+-*%"), inner).map(lambda x: f"({x})"), _chosen(inner)
    ),
    max_leaves=3,
)
_texts = st.recursive(
    st.sampled_from(TEXTS) | st.sampled_from(_LITERALS),
    lambda inner: st.one_of(
        st.sampled_from(("UPPER", "LOWER", "TRIM")).flatmap(lambda name: _call(name, inner)),
        st.tuples(st.sampled_from(("COALESCE", "NULLIF")), inner, inner).map(
            lambda t: f"{t[0]}({t[1]}, {t[2]})"
        ),
    ),
    max_leaves=3,
)
_numbers = st.recursive(
    st.one_of(
        st.sampled_from(NUMBERS),
        _constants,
        _whole,
        st.tuples(_texts, st.sampled_from(("INTEGER", "BIGINT", "DOUBLE"))).map(
            lambda t: f"TRY_CAST({t[0]} AS {t[1]})"
        ),
    ),
    lambda inner: st.one_of(
        _joined(inner, st.sampled_from("+-*/"), inner).map(lambda x: f"({x})"),
        st.sampled_from(("ABS", "CEIL", "FLOOR", "ROUND", "-")).flatmap(
            lambda name: _call(name, inner)
        ),
        st.tuples(inner, st.integers(0, 6)).map(lambda t: f"ROUND({t[0]}, {t[1]})"),
        _chosen(inner),
    ),
    max_leaves=4,
)
_times = st.recursive(
    st.just("occurred_at") | st.sampled_from(_MOMENTS).map(lambda m: f"TIMESTAMP '{m}'"),
    _chosen,
    max_leaves=2,
)
_comparisons = st.sampled_from(_OPERATORS)
_equalities = st.sampled_from(_OPERATORS[4:])
_atoms = st.one_of(
    _joined(_numbers, _comparisons, _numbers),
    _joined(st.sampled_from(NUMBERS), _comparisons, _constants),
    _joined(_times, _comparisons, _times),
    _joined(_texts, _equalities, _texts),
    st.tuples(
        _texts, st.sampled_from(("IN", "NOT IN")), st.lists(st.sampled_from(_LITERALS), min_size=1)
    ).map(lambda t: f"{t[0]} {t[1]} ({', '.join(t[2])})"),
    st.tuples(_numbers, st.lists(_constants.filter(lambda c: c != "NULL"), min_size=1)).map(
        lambda t: f"{t[0]} IN ({', '.join(t[1])})"
    ),
    _joined(_texts, st.sampled_from(("LIKE", "NOT LIKE")), st.sampled_from(_PATTERNS)),
    st.sampled_from(("CONTAINS", "STARTS_WITH", "ENDS_WITH")).flatmap(
        lambda name: _call(name, _texts, _texts)
    ),
    st.tuples(_texts | _numbers | _times, st.sampled_from(("IS NULL", "IS NOT NULL"))).map(
        lambda t: f"({t[0]}) {t[1]}"
    ),
    st.tuples(_numbers, _numbers, _numbers).map(lambda t: f"{t[0]} BETWEEN {t[1]} AND {t[2]}"),
    _texts.map(lambda t: f"TRY_CAST({t} AS BOOLEAN)"),
    st.sampled_from(("identity_verified", "NOT identity_verified", "TRUE", "FALSE", "NULL")),
)
conditions = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(("AND", "OR", "=", "<>")), inner).map(
            lambda t: f"(({t[0]}) {t[1]} ({t[2]}))"
        ),
        inner.map(lambda x: f"NOT ({x})"),
        st.tuples(inner, st.sampled_from(("IS TRUE", "IS NOT FALSE", "IS NULL"))).map(
            lambda t: f"({t[0]}) {t[1]}"
        ),
        st.tuples(inner, inner).map(lambda t: f"CASE WHEN {t[0]} THEN {t[1]} END"),
        st.tuples(inner, inner).map(lambda t: f"COALESCE({t[0]}, {t[1]})"),
    ),
    max_leaves=3,
)

_rule = st.fixed_dictionaries(
    {
        "cause": st.sampled_from(("high_debt", "service_defect", "ineligible")),
        "priority": st.integers(1, 3),
        "when": st.lists(conditions, min_size=1, max_size=3),
        "unless": st.lists(conditions, max_size=2),
        "rival": st.booleans(),
    }
)
rules = st.lists(_rule, min_size=1, max_size=6)

_small = st.integers(-2, 5)
attempts = st.lists(
    st.fixed_dictionaries(
        {
            "outcome": st.one_of(st.none(), st.sampled_from(OUTCOMES)),
            **{f: st.one_of(st.none(), _small) for f in NUMBERS},
            **{f: st.one_of(st.none(), st.sampled_from(WORDS)) for f in TEXTS},
            "identity_verified": st.one_of(st.none(), st.booleans()),
        }
    ),
    min_size=1,
    max_size=6,
)


def pack_text(drawn: list[dict[str, object]]) -> str:
    """The rules as YAML; JSON strings are YAML too."""
    import json

    lines = ["name: random", "version: r1", "rules:"]
    for number, rule in enumerate(drawn):
        lines.append(f"  - code: R{number}")
        lines += [f"    {key}: {rule[key]}" for key in ("cause", "priority")]
        lines += [f"    {key}: {json.dumps(rule[key])}" for key in ("when", "unless") if rule[key]]
        if rule["rival"] and number:
            lines.append(f"    rivals: [R{number - 1}]")
    return "\n".join(lines) + "\n"
