"""What may leave towards a customer: the one place where words in the customer's register are made.

Copying, printing, files and replies take ``CustomerWords``, which nothing else makes, and name
the ``Outlet`` that they leave by; tests/integration/test_two_registers.py tries every one.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from workbench import texts
from workbench.domain.diagnosis import Explanation, Reason, Status
from workbench.domain.errors import BadInput
from workbench.domain.guidance import Guidance
from workbench.domain.times import to_local

CustomerWords = NewType("CustomerWords", str)


class Outlet(StrEnum):
    """Every way by which words reach a customer."""

    COPY_SAY = "copy_say"  # the card's Copy and Ctrl+C
    COPY_REPLY = "copy_reply"  # the card's Copy reply
    COPY_GUIDE = "copy_guide"
    PRINT_GUIDE = "print_guide"
    PDF_GUIDE = "pdf_guide"
    FILE_GUIDE = "file_guide"  # workbench guide show --out FILE.html|.txt
    SHOW_GUIDE = "show_guide"  # workbench guide list|show
    EXPLAIN = "explain"  # workbench explain: say_to_customer, next_steps
    REPLY = "reply"  # workbench explain --reply
    COMMENT = "comment"  # a comment to the customer
    MACRO = "macro"  # a filled reply template


@dataclass(frozen=True)
class CustomerText:
    """Words for the customer of one attempt in one language; '' where there is nothing to say.

    ``steps`` are what the agent does next, fit to be heard. ``withheld``: only the general
    refusal may be told, and no guide of a cause fits.
    """

    say: CustomerWords
    reply: CustomerWords
    steps: tuple[str, ...]
    withheld: bool


def customer_text(explanation: Explanation, lang: str) -> CustomerText:
    """What the customer of ``explanation`` may hear, in ``lang`` ('zh', 'en')."""
    kept_back = withheld(explanation)
    own = explanation.texts.get(lang)
    if kept_back:
        said = texts.text(lang, "explain.suppressed.customer")
        steps = tuple(texts.text(lang, "customer.withheld_steps").split("|"))
    else:
        said = own.customer if own else ""
        steps = own.next_steps if own else ()
    reply = _reply(explanation, lang, said, kept_back=kept_back) if said else ""
    return CustomerText(CustomerWords(said), CustomerWords(reply), steps, kept_back)


def fit_for_customer(typed: str, explanation: Explanation | None) -> CustomerWords:
    """Words that an agent typed for the customer, if nothing in them may not be told.

    Nobody may hear a phrase of a reason's ``never_say``, nor the code, the cause or the agent's
    words of a suppressed reason, in any language; where reasons are withheld, of none of them.
    Raises BadInput('not_for_customers') that names the words.
    """
    banned: set[str] = set()
    if explanation is not None:
        kept_back = withheld(explanation)
        reasons = [*explanation.reasons, *explanation.possible]
        if explanation.runner_up is not None:
            reasons.append(explanation.runner_up.reason)
        for reason in reasons:
            for words in reason.texts.values():
                banned.update(words.never_say)
            if reason.suppressed or kept_back:
                banned |= {reason.code, reason.cause}
                banned.update(texts.word(lang, "cause", reason.cause) for lang in texts.LANGUAGES)
                for words in reason.texts.values():
                    banned |= {words.agent, words.customer}
        if kept_back:  # the general refusal may be what a reason's own words say
            banned -= {texts.text(lang, "explain.suppressed.customer") for lang in texts.LANGUAGES}
    plain = _plain(typed)
    found = sorted(words for words in banned if words.strip() and _plain(words) in plain)
    if found:
        raise BadInput("not_for_customers", words=" / ".join(found))
    return CustomerWords(typed)


def _plain(words: str) -> str:
    """Width, case and spaces hide nothing."""
    return "".join(unicodedata.normalize("NFKC", words).casefold().split())


def withheld(explanation: Explanation) -> bool:
    """Whether a suppressed reason (risk, fraud) decided, or may have.

    That is the principal reason, and, where one that holds is contested, any other too: to name
    the first would tell the customer a cause that may not be the true one.
    """
    first = principal(explanation)
    if first is None:
        return False
    contested = explanation.status is Status.POSSIBLE and explanation.reasons
    others = explanation.reasons + explanation.possible if contested else ()
    return first.suppressed or any(reason.suppressed for reason in others)


def principal(explanation: Explanation) -> Reason | None:
    """The reason that it is about: the first that holds, else the likeliest possible one."""
    if explanation.reasons:
        return explanation.reasons[0]
    if explanation.status is Status.POSSIBLE and explanation.possible:
        return explanation.possible[0]
    return None


def explanation_json(explanation: Explanation, lang: str) -> dict[str, object]:
    """``workbench explain --json``: all for the agent, and what may be told made here.

    ``agent_steps`` are the rule's own next steps, which may say more than a customer may hear.
    """
    whole = explanation.as_json(lang)
    told = customer_text(explanation, lang)
    return whole | {
        "say_to_customer": told.say,
        "reply": told.reply,
        "next_steps": list(told.steps),
        "agent_steps": whole["next_steps"],
        "withheld": told.withheld,
    }


def guide_text(guide: Guidance, lang: str) -> CustomerWords:
    """A guide as plain text, for copying and for a file."""
    from workbench.rules.guidance import as_text

    return CustomerWords(as_text(guide, lang))


def guide_html(guide: Guidance, lang: str) -> CustomerWords:
    """A guide as a fragment of HTML with its pictures inside, for the screen and for printing."""
    from workbench.rules.guidance import as_html

    return CustomerWords(as_html(guide, lang))


def guide_page(guide: Guidance, lang: str) -> CustomerWords:
    """A guide as a whole HTML page that needs no other file."""
    return CustomerWords(
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        "<style>body{font:16px/1.6 sans-serif;max-width:40em;margin:2em auto;padding:0 1em}"
        f"li{{margin-bottom:.6em}}</style></head><body>{guide_html(guide, lang)}</body></html>\n"
    )


def guide_json(guide: Guidance, lang: str) -> dict[str, object]:
    """A guide's id and its words in ``lang``."""
    return {
        "id": guide.id,
        "title": guide.title[lang],
        "for_whom": guide.for_whom[lang],
        "steps": [step.text[lang] for step in guide.steps],
        "pictures": [step.picture.name if step.picture else None for step in guide.steps],
    }


def _reply(explanation: Explanation, lang: str, said: str, *, kept_back: bool) -> str:
    """A whole reply: greeting, what it is about, what happened, what to do, when, whom to ask."""
    about = _about(explanation.fields or {}, lang)
    lines = [texts.text(lang, "reply.greeting"), "", f"{about}{said}"]
    first = principal(explanation)
    if not kept_back and explanation.status is Status.DETERMINED and first is not None:
        lines.append(texts.text(lang, f"reply.action.{first.action}"))
        if explanation.next_attempt_at is not None:
            at = _day_or_minute(explanation.next_attempt_at)
            lines.append(texts.text(lang, "reply.next_attempt", at=at))
    lines += ["", texts.text(lang, "guidance.closing"), texts.text(lang, "reply.thanks")]
    return "\n".join(lines)


def _about(fields: Mapping[str, object], lang: str) -> str:
    at = fields.get("occurred_at")
    if not isinstance(at, datetime):
        return ""
    return texts.text(lang, "reply.about", at=to_local(at).strftime("%Y-%m-%d %H:%M"))


def _day_or_minute(moment: datetime) -> str:
    """A UTC moment as local text; the day alone where it is the day's beginning."""
    local = to_local(moment)
    return local.strftime("%Y-%m-%d" if (local.hour, local.minute) == (0, 0) else "%Y-%m-%d %H:%M")
