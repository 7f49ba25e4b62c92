"""Former answers in words and as JSON, for the command line and the window alike."""

from datetime import datetime

from workbench import texts
from workbench.domain.reproduction import Proof, Reproduced, Said, Span
from workbench.domain.times import iso_local, local_text

_SHOWN = 12  # characters of a digest that a person compares


def said_words(lang: str, said: Said) -> str:
    """'Credit history too short (Q01) · certain'."""
    status = texts.word(lang, "status", said.status)
    if said.reason_code is None:
        return status
    cause = texts.word(lang, "cause", said.cause)
    return texts.text(lang, "former.said", cause=cause, code=said.reason_code, status=status)


def span_words(lang: str, span: Span) -> str:
    """From when to when."""
    since = local_text(span.since) if span.since else texts.text(lang, "former.from_before")
    until = local_text(span.until) if span.until else texts.text(lang, "former.until_now")
    return texts.text(lang, "former.held", since=since, until=until)


def why_words(lang: str, span: Span) -> str:
    """Why it came, and with which inputs; '' for an attempt's first answer."""
    if not span.why:
        return ""
    joined = "、" if lang == "zh" else ", "
    why = joined.join(texts.text(lang, f"former.why.{each}") for each in span.why)
    inputs = joined.join(
        f"{texts.word(lang, 'field', name)} {_value(lang, before)} → {_value(lang, now)}"
        for name, before, now in span.changed
    )
    return texts.text(lang, "former.because", why=why, inputs=inputs) if inputs else why


def _value(lang: str, value: object) -> str:
    if value is None:
        return texts.text(lang, "value.missing")
    if isinstance(value, bool):
        return texts.word(lang, "value", str(value).lower())
    if isinstance(value, datetime):
        return local_text(value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def proof_words(lang: str, proof: Proof) -> str:
    missing = texts.text(lang, "former.no_digest")
    return texts.text(
        lang,
        "former.proof",
        version=proof.rules_version,
        rules=(proof.rules_digest or missing)[:_SHOWN],
        inputs=(proof.inputs_digest or missing)[:_SHOWN],
    )


def verdict_words(lang: str, made: Reproduced) -> str:
    """Whether it came out the same, and what did not."""
    if made.trouble is not None:
        key, params = made.trouble
        why = texts.text(lang, f"error.{key}", **params)
        return texts.text(lang, "former.not_made", version=made.proof.rules_version, why=why)
    if made.same:
        return texts.text(lang, "former.same")
    joined = "；" if lang == "zh" else "; "
    listed = joined.join(
        texts.text(
            lang, "former.part", part=_part(lang, part), kept=_brief(kept), again=_brief(now)
        )
        for part, kept, now in made.differs
    )
    return texts.text(lang, "former.differs", parts=listed)


def _part(lang: str, part: str) -> str:
    return texts.text(lang, f"former.part.{part}")


def _brief(value: object) -> str:
    """A reason's whole trace is its code."""
    if isinstance(value, list):
        return ", ".join(str(each.get("code")) for each in value if isinstance(each, dict)) or "–"
    return "–" if value is None else str(value)[:40]


def span_json(span: Span) -> dict[str, object]:
    return vars(span.said) | {
        "rules_version": span.rules_version,
        "since": iso_local(span.since),
        "until": iso_local(span.until),
        "why": [each.value for each in span.why],
        "changed": [
            {"field": name, "before": _plain(before), "now": _plain(now)}
            for name, before, now in span.changed
        ],
    }


def reproduced_json(made: Reproduced) -> dict[str, object]:
    return {
        "same": made.same,
        "kept": vars(made.said) if made.said else None,
        "differs": [
            {"part": part, "kept": kept, "again": again} for part, kept, again in made.differs
        ],
        "trouble": made.trouble[0] if made.trouble else None,
        "proof": made.proof.as_json(),
        "asked": iso_local(made.asked),
        "since": iso_local(made.span.since) if made.span else None,
        "until": iso_local(made.span.until) if made.span else None,
    }


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return iso_local(value)
    return value if isinstance(value, bool | int | float | str | None) else float(str(value))
