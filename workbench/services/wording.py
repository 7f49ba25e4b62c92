"""Evidence in words: one line that card, command line, report and print all show."""

import re

from workbench import texts
from workbench.domain.attempt import ALL_FIELDS, FieldType
from workbench.domain.diagnosis import Evidence, Truth

MARK = {Truth.TRUE: "✔", Truth.FALSE: "✘", Truth.UNKNOWN: "?"}
SIGNS = {"<=": "≤", ">=": "≥", "<>": "≠", "!=": "≠", "=": "="}


def evidence_line(lang: str, evidence: Evidence) -> str:
    """``✔ 信用记录 3 个月  < 6 个月    征信``; a condition that is no comparison as written."""
    parts = [MARK[evidence.outcome], observation(lang, evidence)]
    if origin := origin_words(lang, evidence):
        parts.append(f"[{origin}]")
    return "  ".join(part for part in parts if part)


def origin_words(lang: str, evidence: Evidence) -> str:
    """Where the value is from: an outside bureau by its name and day, else whose word it is."""
    if evidence.source_name is None:
        return texts.word(lang, "source", evidence.source)
    day = evidence.source_date
    if day is None:
        return evidence.source_name
    return texts.text(lang, "origin.dated", name=evidence.source_name, day=day.isoformat())


def observation(lang: str, evidence: Evidence) -> str:
    """What was seen and what the rule asks for, without mark and source."""
    if evidence.field is None:
        from workbench.services.conditions import condition_words  # which says values by this file

        return condition_words(lang, evidence.condition)
    label = texts.word(lang, "field", evidence.field)
    seen = value(lang, evidence.field, evidence.observed, evidence.unit)
    asked = value(lang, evidence.field, evidence.limit, evidence.unit) if evidence.limit else ""
    sign = SIGNS.get(evidence.operator or "", evidence.operator or "")
    line = f"{label} {seen}"
    if sign and asked:
        line += f"  {sign} {asked}"
    return f"{texts.text(lang, 'card.not')} ({line})" if evidence.negated else line


def value(lang: str, field: str, raw: str | None, unit: str | None = None) -> str:
    """A field's value as people read it: coded words, units, yes and no, thousands."""
    if raw is None:
        return texts.text(lang, "value.missing")
    known = ALL_FIELDS.get(field)
    if known is None:
        return raw
    if known.type is FieldType.BOOLEAN:
        return texts.word(lang, "value", raw.lower())
    if known.type is FieldType.TEXT:
        return ", ".join(
            texts.word(lang, field, part.strip().strip("'")) for part in raw.split(",")
        )
    unit = unit or known.unit
    number = _number(raw, as_share=unit == "ratio")
    word = texts.word(lang, "unit", unit) if unit else ""
    return f"{number} {word}".rstrip()


def _number(raw: str, *, as_share: bool) -> str:
    if not re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", raw.strip(), re.IGNORECASE):
        return raw
    number = float(raw)
    if as_share:
        return f"{number:.1%}".replace(".0%", "%")
    return f"{number:,.0f}" if number == int(number) else f"{number:,.2f}".rstrip("0")
