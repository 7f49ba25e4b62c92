"""Random but valid rules and attempts (hypothesis), over a few fields of every type."""

from hypothesis import strategies as st

NUMBERS = ("age", "credit_history_months", "debt_ratio", "monthly_income", "load_ratio")
TEXTS = ("decision", "error_code", "policy", "step")
WORDS = ("a", "b", "declined", "")
OUTCOMES = ("success", "failed", "pending", "abandoned", "odd")

_whole = st.integers(-2, 5)
_number = st.one_of(
    st.sampled_from(NUMBERS),
    _whole.map(str),
    st.sampled_from(("0.5", "1.25", "-0.5")),
)
_numbers = st.recursive(
    _number,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/%"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        inner.map(lambda x: f"ABS({x})"),
        st.tuples(inner, inner).map(lambda t: f"COALESCE({t[0]}, {t[1]})"),
        st.tuples(inner, inner).map(lambda t: f"NULLIF({t[0]}, {t[1]})"),
    ),
    max_leaves=4,
)
_texts = st.one_of(
    st.sampled_from(TEXTS),
    st.sampled_from(TEXTS).map(lambda f: f"COALESCE({f}, 'a')"),
    st.sampled_from(TEXTS).map(lambda f: f"UPPER({f})"),
)
_word = st.sampled_from(WORDS).map(lambda w: f"'{w}'")
_atoms = st.one_of(
    st.tuples(_numbers, st.sampled_from(("<", "<=", ">", ">=", "=", "<>")), _numbers).map(" ".join),
    st.tuples(_texts, st.sampled_from(("=", "<>", "IS DISTINCT FROM")), _word).map(" ".join),
    st.tuples(_texts, st.lists(_word, min_size=1, max_size=7)).map(
        lambda t: f"{t[0]} IN ({', '.join(t[1])})"
    ),
    st.tuples(_texts, st.sampled_from(("'%a%'", "'decl%'", "'_'"))).map(" LIKE ".join),
    st.sampled_from((*NUMBERS, *TEXTS)).map(lambda f: f"{f} IS NULL"),
    st.tuples(_numbers, _whole, _whole).map(lambda t: f"{t[0]} BETWEEN {t[1]} AND {t[2]}"),
    st.sampled_from(("identity_verified", "NOT identity_verified", "TRUE", "FALSE")),
)
conditions = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(("AND", "OR")), inner).map(lambda t: f"({' '.join(t)})"),
        inner.map(lambda x: f"NOT ({x})"),
        st.tuples(inner, inner).map(lambda t: f"CASE WHEN {t[0]} THEN {t[1]} END"),
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

attempts = st.lists(
    st.fixed_dictionaries(
        {
            "outcome": st.one_of(st.none(), st.sampled_from(OUTCOMES)),
            **{f: st.one_of(st.none(), _whole) for f in NUMBERS},
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
