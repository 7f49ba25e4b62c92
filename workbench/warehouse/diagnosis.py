"""The diagnosis of every attempt in one statement: a pack compiled to SQL.

Each rule is worked out once per failed attempt, as one bit of a number, in order of priority: the
reason of the best rank is the lowest bit. Only where no rule is true are rules asked whether they
are unknown, and only where several are true is the list of the others written. The bit itself is
the key into a small table of what to say, so that no row walks a list of rules or texts.
"""

from collections.abc import Collection, Sequence

from workbench.domain.diagnosis import Status
from workbench.domain.taxonomy import Cause, CauseGroup, Symptom
from workbench.rules.compiler import conjuncts_sql, mask_sql, rule_sql, text_literal
from workbench.rules.pack import RulePack
from workbench.warehouse.engines import quoted

DIAGNOSIS_COLUMNS = (
    "symptom",
    "cause_group",
    "cause",
    "reason_code",
    "status",
    "contributing",
    "rules_version",
)
_BITS = 50  # rules in one number: sums of powers of two stay exact in every engine
_POSSIBLE, _WORD = 1 << _BITS, 1 << (_BITS + 1)  # added to the bit: unsettled; of a later number
_SUCCESS, _PENDING, _UNEXPLAINED = -1, -2, -3  # in the place of the numbers; and below


def outcome_sql(columns: Collection[str]) -> tuple[str, str]:
    """(nothing to explain, not known yet) as conditions that are never NULL. An attempt without
    a known outcome is diagnosed, unless it was approved."""
    names = set(columns)
    succeeded = []
    if "outcome" in names:
        succeeded.append("outcome IS NOT NULL AND outcome = 'success'")
    if "decision" in names:
        unknown = "outcome IS NULL AND " if "outcome" in names else ""
        succeeded.append(f"({unknown}decision IS NOT NULL AND decision = 'approved')")
    pending = "(outcome IS NOT NULL AND outcome = 'pending')" if "outcome" in names else "FALSE"
    return f"({' OR '.join(succeeded) or 'FALSE'})", pending


def _unexplained(columns: Collection[str]) -> list[tuple[str, Symptom]]:
    """What the customer met where no rule says it: (test, symptom) in order, the last for all."""
    tests = (
        ("outcome", "outcome = 'abandoned'", Symptom.ABANDONED),
        ("decision", "decision = 'declined'", Symptom.REVIEW_DECLINED),
        ("http_status", "http_status = 0", Symptom.NETWORK_FAILURE),
    )
    known = [(test, symptom) for field, test, symptom in tests if field in set(columns)]
    return [*known, ("TRUE", Symptom.UI_ERROR)]


def unexplained_symptom_sql(columns: Collection[str]) -> str:
    listed = " ".join(f"WHEN {test} THEN {text_literal(s)}" for test, s in _unexplained(columns))
    return f"CASE {listed} END"


def diagnosis_select(pack: RulePack, source: str, columns: Collection[str]) -> str:
    """SELECT of every column of ``source`` and the seven of DIAGNOSIS_COLUMNS.

    ``columns`` names those of ``source`` (a mapping to their types will do); what a rule reads
    and ``source`` lacks is unknown. ``pack`` must have been checked against those columns. A
    success or pending attempt has no cause; ``contributing`` joins the codes of the other true
    rules with ';', NULL where there are none.
    """
    rules = pack.rules
    place = {rule.code: i for i, rule in enumerate(rules)}
    conjuncts = [conjuncts_sql(rule, pack, columns) for rule in rules]
    succeeded, pending = outcome_sql(columns)
    words = _words(pack)
    masks = ",\n        ".join(
        f"CASE WHEN {succeeded} THEN {_SUCCESS} WHEN {pending} THEN {_PENDING} ELSE "
        + mask_sql([(1 << (i - w[0]), conjuncts[i]) for i in w])
        + f" END AS _true{n}"
        for n, w in enumerate(words)
    )

    def is_true(i: int) -> str:
        n, bit = divmod(i, _BITS)
        return f"_true{n} & {1 << bit} <> 0"

    def open_question(i: int) -> str:
        """Whether a rival of rule i is true, or unknown in what rule i did not settle."""
        asked = [is_true(place[code]) for code in rules[i].rivals]
        for code in rules[i].rivals:
            rest = [c for c in conjuncts[place[code]] if c not in conjuncts[i]]
            if rest:
                asked.append(f"({' AND '.join(rest)}) IS NULL")
        return " OR ".join(asked)

    def ranked(n: int) -> str:
        """The key of the lowest bit of number n; of the next number where n is 0."""
        lowest = f"_true{n} & -_true{n}"
        branches = " ".join(
            f"WHEN {1 << (i - words[n][0])} THEN"
            f" CASE WHEN {open_question(i)} THEN {_POSSIBLE} ELSE 0 END"
            for i in words[n]
            if rules[i].rivals
        )
        found = f"({lowest}) + {n * _WORD}" if n else f"({lowest})"
        if branches:
            found += f" + CASE {lowest} {branches} ELSE 0 END"
        if n + 1 == len(words):
            return found
        return f"CASE WHEN _true{n} <> 0 THEN {found} ELSE {ranked(n + 1)} END"

    unknown = " ".join(
        f"WHEN ({rule_sql(rule, pack, columns)}) IS NULL THEN {_POSSIBLE + _key(i)}"
        for i, rule in enumerate(rules)
    )
    unexplained = _unexplained(columns)
    met = " ".join(
        f"WHEN {test} THEN {_UNEXPLAINED - i}" for i, (test, _) in enumerate(unexplained)
    )
    none_true = " AND ".join(f"_true{n} = 0" for n in range(len(words)))
    several = " OR ".join(
        [f"(_true{n} > 0 AND _true{n} & (_true{n} - 1) <> 0)" for n in range(len(words))]
        + [f"(_true{n} > 0 AND _true{m} > 0)" for m in range(len(words)) for n in range(m)]
    )
    others = ", ".join(
        f"CASE WHEN {is_true(i)} AND _key NOT IN ({_key(i)}, {_POSSIBLE + _key(i)})"
        f" THEN {text_literal(rule.code)} END"
        for i, rule in enumerate(rules)
    )
    others = f"CONCAT_WS(';', {others})"
    if len(words) == 1:  # most often one other, whose bit says which
        one = " ".join(
            f"WHEN {1 << i} THEN {text_literal(rule.code)}" for i, rule in enumerate(rules)
        )
        others = f"CASE _true0 & (_true0 - 1) {one} ELSE {others} END"
    # Named one by one: not every engine can leave columns out of a star.
    named = ", ".join(map(quoted, columns))
    shown = ", ".join(f"ranked.{quoted(name)}" for name in columns)
    marks = ", ".join(f"_true{n}" for n in range(len(words)))
    return f"""
SELECT {shown},
  said.symptom, said.cause_group, said.cause, said.reason_code, said.status,
  CASE WHEN {several} THEN {others} END AS contributing,
  {text_literal(pack.version)} AS rules_version
FROM (
  SELECT {named}, {marks},
    CASE WHEN _true0 < 0 THEN _true0
      WHEN {none_true} THEN CASE {unknown} ELSE CASE {met} END END
      ELSE {ranked(0)} END AS _key
  FROM (
    SELECT {named},
        {masks}
    FROM {source} AS undiagnosed
  ) AS marked
) AS ranked
LEFT JOIN (VALUES {_sayings(pack, [s for _, s in unexplained])})
  AS said(key, symptom, cause_group, cause, reason_code, status) ON said.key = ranked._key
""".strip()


def _words(pack: RulePack) -> list[range]:
    """Places of rules, as many as one number has bits for."""
    count = len(pack.rules)
    return [range(i, min(i + _BITS, count)) for i in range(0, count, _BITS)]


def together_select(pack: RulePack, source: str, columns: Collection[str]) -> str:
    """SELECT of which rules held together, and for how many of ``source``'s unexplained attempts:
    numbers with a bit for each rule (``held_together`` reads them), then the count."""
    conjuncts = [conjuncts_sql(rule, pack, columns) for rule in pack.rules]
    succeeded, pending = outcome_sql(columns)
    masks = ", ".join(
        mask_sql([(1 << (i - w[0]), conjuncts[i]) for i in w]) + f" AS _true{n}"
        for n, w in enumerate(_words(pack))
    )
    marks = ", ".join(f"_true{n}" for n in range(len(_words(pack))))
    return (
        f"SELECT {marks}, count(*) FROM (SELECT {masks} FROM {source} AS undiagnosed"
        f" WHERE NOT ({succeeded}) AND NOT {pending}) AS marked GROUP BY {marks}"
    )


def held_together(numbers: Sequence[int]) -> list[int]:
    """The places of the rules that held, the first first."""
    return [
        word * _BITS + bit
        for word, number in enumerate(numbers)
        for bit in range(_BITS)
        if number >> bit & 1
    ]


def _key(i: int) -> int:
    """Of rule i, where it is settled."""
    word, bit = divmod(i, _BITS)
    return word * _WORD + (1 << bit)


def _sayings(pack: RulePack, unexplained: list[Symptom]) -> str:
    """The rows of the small table: what each key says."""
    rows: list[tuple[int, str | None, str | None, str | None, str | None, str]] = [
        (_SUCCESS, Symptom.NONE.value, None, None, None, Status.NONE.value),
        (_PENDING, Symptom.NONE.value, None, None, None, Status.PENDING.value),
    ]
    open_end = (
        CauseGroup.UNDETERMINED.value,
        Cause.UNDETERMINED.value,
        None,
        Status.UNDETERMINED.value,
    )
    rows += [(_UNEXPLAINED - i, s.value, *open_end) for i, s in enumerate(unexplained)]
    for more, status in ((0, Status.DETERMINED), (_POSSIBLE, Status.POSSIBLE)):
        rows += [
            (more + _key(i), rule.symptom, rule.cause_group, rule.cause, rule.code, status.value)
            for i, rule in enumerate(pack.rules)
        ]
    return ", ".join(f"({at}, {', '.join(map(text_literal, texts))})" for at, *texts in rows)
