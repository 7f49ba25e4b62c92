"""The proof in words: evidence, what is missing, the runner-up, unmapped codes.

For the agent only: what may reach a customer is made in ``customer_text``.
"""

from collections.abc import Mapping

from workbench import texts
from workbench.domain.codes import CodeSeen
from workbench.domain.diagnosis import Evidence, Lost, Reason, RunnerUp, Truth
from workbench.services.conditions import asked, condition_words, fields_in
from workbench.services.wording import MARK, value

Fields = Mapping[str, object]  # an attempt's values: ``Explanation.fields``


def seen(lang: str, evidence: Evidence, fields: Fields) -> str:
    """``信用记录 3 个月``; for a condition over several fields, each one's value."""
    if evidence.field is not None:
        observed = value(lang, evidence.field, evidence.observed, evidence.unit)
        return f"{texts.word(lang, 'field', evidence.field)}  {observed}"
    said = [
        f"{texts.word(lang, 'field', name)} {value(lang, name, _raw(fields[name]))}"
        for name in fields_in(evidence.condition)
        if name in fields
    ]
    return " · ".join(said)


def wanted(lang: str, evidence: Evidence) -> str:
    """What the rule asks for, and of an exception whether it applies; '' where ``seen`` says it."""
    if evidence.field is None or evidence.operator is None:
        asks = condition_words(lang, evidence.condition)
    else:
        asks = asked(lang, evidence.field, evidence.operator, evidence.limit)
    if evidence.negated:
        return texts.text(lang, f"card.exception.{evidence.outcome}", condition=asks)
    # 'failed = failed' says it twice
    return "" if evidence.operator == "=" and evidence.outcome is Truth.TRUE else asks


def told(lang: str, evidence: Evidence, fields: Fields) -> str:
    """``负债率 31%（规则：> 62%）``: what was seen, and what the rule asks for."""
    has, asks = seen(lang, evidence, fields), wanted(lang, evidence)
    if not (has and asks):
        return has or asks
    return texts.text(lang, "card.seen_and_rule", seen=has, wanted=asks)


def marked(lang: str, evidence: Evidence, fields: Fields) -> str:
    """``told`` after its mark: ✔, ✘ or ?."""
    return f"{MARK[evidence.outcome]} {told(lang, evidence, fields)}"


def condition_sql(evidence: Evidence) -> str:
    """The condition as it counts for the rule: an exception must not hold."""
    return f"NOT ({evidence.condition})" if evidence.negated else evidence.condition


def missing(lang: str, reason: Reason, fields: Fields) -> str:
    """The facts that would settle a possible reason, by name; '' where none is missing."""
    names: dict[str, None] = {}
    for evidence in reason.evidence:
        if evidence.outcome is not Truth.UNKNOWN:
            continue
        of = (evidence.field,) if evidence.field else fields_in(evidence.condition)
        names |= dict.fromkeys(name for name in of if fields.get(name) is None)
    return texts.text(lang, "condition.comma").join(texts.word(lang, "field", n) for n in names)


def runner_up_line(lang: str, runner_up: RunnerUp, fields: Fields) -> str:
    """``收入不稳定：优先级较低``, the missing fact, or what ruled it out."""
    name = texts.word(lang, "cause", runner_up.reason.cause)
    why = runner_up.why
    proof = ""
    if why is Lost.UNKNOWN:
        proof = missing(lang, runner_up.reason, fields)
    elif why is Lost.FALSE and runner_up.evidence is not None:
        proof = told(lang, runner_up.evidence, fields)
    key = f"card.runner_up.{why}" if proof or why is Lost.PRIORITY else "card.runner_up.open"
    return texts.text(lang, key, cause=name, proof=proof)


def unmapped_line(lang: str, code: CodeSeen) -> str:
    """That no catalogue knows this code, with whose it is, and that it waits to be classified."""
    key = "card.unmapped" if code.scheme else "card.unmapped_no_source"
    return texts.text(lang, key, code=code.code, scheme=code.scheme)


def _raw(observed: object) -> str | None:
    """A value as evidence carries it: text, lower-case booleans, None for missing."""
    if observed is None:
        return None
    return str(observed).lower() if isinstance(observed, bool) else str(observed)
