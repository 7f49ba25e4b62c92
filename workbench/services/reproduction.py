"""Former answers, made again by the version of the rules that gave them, on the inputs of then."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from workbench.domain.diagnosis import Explanation
from workbench.domain.errors import BadInput, KnownError
from workbench.domain.issue import IssueEvent, IssueEventKind
from workbench.domain.people import Act
from workbench.domain.reproduction import (
    Kept,
    Proof,
    Reproduced,
    Said,
    Span,
    differences,
    inputs_digest,
    text_digest,
)
from workbench.services.issue_evidence import evidence_of
from workbench.services.packs import parse_pack
from workbench.services.ports import AttemptStore, Records
from workbench.services.session import Session

TextOf = Callable[[str], str]  # a version of the rules; raises BadInput where it is not here
_SAYS = ("symptom", "cause_group", "cause", "status", "reasons", "possible")  # of an evidence


def rules_digest(text_of: TextOf, version: str) -> str | None:
    """None: that version is not here."""
    try:
        return text_digest(text_of(version))
    except BadInput:
        return None


class Reproduction:
    """Whoever may see an answer may see a former one. Blocks: never on the GUI thread."""

    def __init__(
        self, store: AttemptStore, records: Records, session: Session, text_of: TextOf
    ) -> None:
        self._store, self._records, self._session = store, records, session
        self._text_of = text_of

    def proof(self, explanation: Explanation) -> Proof:
        """What an answer stands on: kept beside it, it can be compared with the one made again."""
        self._session.require(Act.EXPLAIN)
        version = explanation.rules_version
        return Proof(
            version, rules_digest(self._text_of, version), inputs_digest(explanation.fields or {})
        )

    def spans(self, attempt_id: str) -> list[Span]:
        """Every answer of an attempt and when it held, the newest first. Raises
        BadInput('no_such_attempt')."""
        self._session.require(Act.EXPLAIN)
        return self._store.spans(attempt_id)

    def as_of(self, attempt_id: str, at: datetime) -> Reproduced:
        """What the desk said at a time (UTC). Raises BadInput where the attempt, or an answer of
        that time, is not there."""
        self._session.require(Act.EXPLAIN)
        kept = self._store.kept_answer(attempt_id, at)
        spans = self._store.spans(attempt_id)
        span = next((s for s in reversed(spans) if s.until is None or at < s.until), None)
        again = self._again(kept)
        if isinstance(again, KnownError):
            proof = Proof(kept.rules_version, rules_digest(self._text_of, kept.rules_version), None)
            trouble = again.key, again.params
            return Reproduced(proof, None, (), trouble, kept.said, span, at)
        explanation, said = again
        found = differences(asdict(kept.said), asdict(said))
        return Reproduced(self.proof(explanation), explanation, found, None, kept.said, span, at)

    def evidence(self, issue_id: str) -> list[tuple[IssueEvent, Reproduced]]:
        """What an issue keeps of failures as they were explained, each made again, oldest first."""
        self._session.require(Act.SEE_ISSUES)
        with self._records.unit_of_work() as uow:
            issue = uow.issues.get(issue_id)
            if issue is None:
                raise BadInput("no_such_issue", issue=issue_id)
            events = uow.parts.of(IssueEvent, issue_id=issue.issue_id)
        kept = [e for e in events if e.kind is IssueEventKind.EVIDENCE]
        return [(event, self._frozen(event.detail["evidence"])) for event in kept]

    def _frozen(self, frozen: Any) -> Reproduced:
        """Masked as it is: what a rule reads of texts and of a file's own columns may be lacking,
        and then the answer differs and says so."""
        fields = frozen.get("fields")
        inputs = dict(fields) if isinstance(fields, Mapping) else {}
        version = str(frozen.get("rules_version"))
        digests = rules_digest(self._text_of, version), inputs_digest(inputs)
        proof = Proof(version, *digests)
        nothing = Said(None, None, None, None, None, None)
        again = self._again(Kept(str(frozen.get("attempt_id")), nothing, version, inputs, {}))
        if isinstance(again, KnownError):
            return Reproduced(proof, None, (), (again.key, again.params))
        explanation, _ = again
        made = evidence_of(explanation, "", datetime.min)
        found = differences({n: frozen.get(n) for n in _SAYS}, {n: made[n] for n in _SAYS})
        sealed = frozen.get("proof")
        if isinstance(sealed, Mapping):
            known = {name: digest for name, digest in sealed.items() if digest is not None}
            found += differences(known, {name: getattr(proof, name) for name in known})
        return Reproduced(proof, explanation, found)

    def _again(self, kept: Kept) -> tuple[Explanation, Said] | KnownError:
        """The error where that version is not here, or does not fit what is kept."""
        try:
            pack = parse_pack(self._text_of(kept.rules_version), kept.rules_version)
            return self._store.explain_kept(kept, pack)
        except BadInput as error:
            return error
