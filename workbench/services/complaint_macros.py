"""Reply templates with variables, filled in the customer's register."""

import string
from collections.abc import Callable

from workbench import texts
from workbench.domain.audit import AuditEntry
from workbench.domain.complaint import Complaint
from workbench.domain.diagnosis import Explanation
from workbench.domain.errors import BadInput
from workbench.domain.people import Act
from workbench.domain.times import local_text
from workbench.services.complaint_writing import Writing, share_saved
from workbench.services.customer_text import CustomerWords, customer_text, fit_for_customer

VARIABLES = (
    "customer_name_masked",
    "number",
    "reason",
    "next_steps",
    "next_attempt_at",
    "received_at",
    "agent",
    "resolution",
)
SHIPPED = ("received", "explained", "waiting", "resolved")  # texts macro.<name>
_KIND = "macro"


class MacroService:
    """Templates of the site, beside those that are shipped; a site's own goes before."""

    def __init__(
        self, writing: Writing, explanation: Callable[[Complaint], Explanation | None]
    ) -> None:
        self._w = writing
        self._explanation = explanation

    def names(self) -> list[str]:
        self._w.session.require(Act.READ_COMPLAINTS)
        with self._w.records.unit_of_work() as uow:
            return sorted({*SHIPPED, *uow.saved.names(_KIND)})

    def template(self, name: str, lang: str) -> str:
        """Raises BadInput('no_such_macro')."""
        self._w.session.require(Act.READ_COMPLAINTS)
        with self._w.records.unit_of_work() as uow:
            own = uow.saved.get(_KIND, name)
        if own is not None:
            return str(own["words"])
        if name not in SHIPPED:
            raise BadInput("no_such_macro", macro=name)
        return texts.catalogue(lang)[f"macro.{name}"]

    def save(self, name: str, words: str) -> None:
        """Raises BadInput('macro_variable', 'macro_braces', 'macro_empty')."""
        self._w.session.require(Act.EDIT_MACROS)
        if not name.strip() or not words.strip():
            raise BadInput("macro_empty")
        _parsed(words)
        self._put(name.strip(), {"words": words})

    def delete(self, name: str) -> None:
        """A shipped one of the same name is then in force again."""
        self._w.session.require(Act.EDIT_MACROS)
        self._put(name, None)

    def fill(self, name: str, complaint_id: str, lang: str) -> CustomerWords:
        """The words for the customer of a complaint: what is copied or commented.
        Raises BadInput('no_such_macro', 'no_such_complaint', 'not_for_customers')."""
        return self.preview(self.template(name, lang), complaint_id, lang)

    def preview(self, words: str, complaint_id: str, lang: str) -> CustomerWords:
        """As ``fill``, of a template that is still being typed."""
        self._w.session.require(Act.READ_COMPLAINTS)
        with self._w.records.unit_of_work() as uow:
            found = uow.complaints.get(complaint_id)
        if found is None:
            raise BadInput("no_such_complaint", complaint=complaint_id)
        explanation = self._explanation(found)
        parts = _parsed(words)
        values = self._values(found, explanation, lang)
        filled = "".join(before + (values[name] if name else "") for before, name in parts)
        return fit_for_customer(filled, explanation)

    def _values(
        self, complaint: Complaint, explanation: Explanation | None, lang: str
    ) -> dict[str, str]:
        told = customer_text(explanation, lang) if explanation else None
        if told is not None and told.say:
            reason = str(told.say)
        else:  # what decided is not known here, and might be one that may not be told
            reason = texts.text(lang, "explain.suppressed.customer")
        again = explanation.next_attempt_at if explanation and told and not told.withheld else None
        return {
            "customer_name_masked": complaint.customer_name or texts.text(lang, "macro.customer"),
            "number": complaint.number,
            "reason": reason,
            "next_steps": "\n".join(told.steps) if told else "",
            "next_attempt_at": (
                local_text(again)[:16] if again else texts.text(lang, "macro.no_time")
            ),
            "received_at": local_text(complaint.received_at or complaint.created_at)[:16],
            "agent": self._w.session.person.name,
            "resolution": complaint.resolution or "",
        }

    def _put(self, name: str, body: dict[str, object] | None) -> None:
        with self._w.records.unit_of_work() as uow:
            share_saved(uow, _KIND, name, body)
            act = "save" if body else "delete"
            uow.record(AuditEntry(self._w.clock(), self._w.person_id, act, _KIND, name, {}))
            uow.commit()


def _parsed(words: str) -> list[tuple[str, str | None]]:
    """(text before, name of a variable or None). Nothing but plain names stands in braces."""
    try:
        parts = [
            (text, name, spec, how) for text, name, spec, how in string.Formatter().parse(words)
        ]
    except ValueError:
        raise BadInput("macro_braces") from None
    for _, name, spec, how in parts:
        if name is not None and (name not in VARIABLES or spec or how):
            raise BadInput("macro_variable", variable=name, known=" ".join(VARIABLES))
    return [(text, name) for text, name, _, _ in parts]
