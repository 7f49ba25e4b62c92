"""Findings, answers and reasons of the rule desk in words, for window and command line."""

from workbench import texts
from workbench.domain.rule_desk import Answer, Finding, Flip, Why


def finding_words(lang: str, finding: Finding) -> str:
    params = dict(finding.params)
    causes = params.get("causes")
    if isinstance(causes, tuple):
        params["causes"] = texts.text(lang, "list.comma").join(
            texts.word(lang, "cause", cause) for cause in causes
        )
    if "unit" in params:
        params["unit"] = texts.word(lang, "unit", str(params["unit"]))
    return texts.text(lang, f"lint.{finding.key}", **params)


def answer_words(lang: str, answer: Answer) -> str:
    cause = texts.word(lang, "cause", answer.cause or "undetermined")
    if answer.reason_code is None:
        return cause
    if answer.status == "determined":
        return f"{answer.reason_code} {cause}"
    status = texts.word(lang, "status", answer.status)  # before the cause: lists cut what is long
    return texts.text(lang, "answer.unsure", code=answer.reason_code, status=status, cause=cause)


def why_words(lang: str, flip: Flip) -> str:
    """One sentence for each rule that decides."""
    if not flip.why:
        return texts.text(lang, "flip.order")
    return texts.text(lang, "list.semicolon").join(_why(lang, why) for why in flip.why)


def _why(lang: str, why: Why) -> str:
    if why.change:
        key = f"flip.{why.change}"
    elif why.now is True:
        key = "flip.comes_in"
    elif why.now is None:
        key = "flip.unsettled"
    elif why.was is None:
        key = "flip.settled"
    else:
        key = "flip.falls_out"
    joined = texts.text(lang, "list.and").join(why.conditions)
    return texts.text(lang, key, code=why.code, conditions=joined)
