"""Texts of complaints as they may leave in a file: without numbers of people and the customer's name."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from workbench.domain.complaint import Complaint
from workbench.domain.masking import mask_name, redact

Known = Callable[[Collection[str]], set[str]]  # which of these (lower case) name a customer


def masked(value: object, names: Collection[str]) -> object:
    if not isinstance(value, str):
        return value
    text = redact(value)
    for name in names:
        text = text.replace(name, mask_name(name) or "")
    return text


def own_names(
    texts: Mapping[str, Sequence[object]],
    page: Sequence[Complaint],
    ledger: Mapping[str, str],
    known: Known,
) -> dict[str, set[str]]:
    """By complaint: the customer's name where the texts have it. It is known in its masked form
    alone, so whatever begins as it does and is as long is asked for by the keyed index, once for
    a page; of a complaint from a ledger by what stood there."""
    candidates: dict[str, set[str]] = {}
    for complaint in page:
        form = complaint.customer_name
        if not form or "*" not in form:
            continue
        begins = re.compile(re.escape(form[0]))
        candidates[complaint.complaint_id] = {
            word
            for text in texts[complaint.complaint_id]
            if isinstance(text, str)
            for at in begins.finditer(text)
            if len(word := text[at.start() : at.start() + len(form)]) == len(form)
        }
    asked = {word.lower() for words in candidates.values() for word in words}
    found = known(asked) if asked else set()
    return {
        own: {word for word in words if word.lower() in found or word == ledger.get(own)}
        for own, words in candidates.items()
    }
