"""Agents' disagreements as labelled cases: judged by a pack, settled by QA, written beside a pack."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from workbench.domain.audit import AuditEntry
from workbench.domain.complaint_parts import Case
from workbench.domain.errors import BadInput
from workbench.domain.masking import redact
from workbench.domain.people import Act
from workbench.domain.rule_desk import Labelled
from workbench.domain.times import to_local, utc_now
from workbench.services.complaint_writing import send_changed
from workbench.services.packs import with_case
from workbench.services.ports import AttemptStore, Clock, Records
from workbench.services.session import Session

if TYPE_CHECKING:
    from workbench.rules.pack import RulePack

NEW, ACCEPTED, REFUSED = "new", "accepted", "refused"


class LabelledCases:
    """``in_use`` reads the pack in use."""

    def __init__(
        self,
        records: Records,
        session: Session,
        store: AttemptStore,
        in_use: "Callable[[], RulePack]",
        clock: Clock = utc_now,
    ) -> None:
        self._records, self._session, self._store = records, session, store
        self._in_use, self._clock = in_use, clock

    def all(self, pack: "RulePack | None" = None, since: datetime | None = None) -> list[Labelled]:
        """Newest first, each with what ``pack`` (None: the one in use) says of its attempt now."""
        self._session.require(Act.SEE_CASES)
        with self._records.unit_of_work() as uow:
            cases = [c for c in uow.parts.of(Case) if since is None or c.at >= since]
            about = {c.complaint_id for c in cases}
            numbers = {i: found.number for i in about if (found := uow.complaints.get(i))}
        named = {case.attempt_id for case in cases if case.attempt_id}
        now = self._store.answers_of(pack or self._in_use(), named)
        return [
            Labelled(
                number=numbers.get(case.complaint_id),
                now=now.get(case.attempt_id or ""),
                **{n: v for n, v in vars(case).items() if n != "complaint_id"},
            )
            for case in sorted(cases, key=lambda c: (c.at, c.case_id), reverse=True)
        ]

    def settle(self, case_id: str, accept: bool) -> None:
        """QA says whether the agent is right: accepted, it is a test that every release must pass.
        Either may be taken back by the other. Raises BadInput('no_such_case')."""
        self._session.require(Act.EDIT_RULES)
        with self._records.unit_of_work() as uow:
            found = uow.parts.of(Case, case_id=case_id)
            if not found:
                raise BadInput("no_such_case", case=case_id[:40])
            settled = replace(found[0], status=ACCEPTED if accept else REFUSED)
            uow.parts.put(settled)
            uow.record(
                AuditEntry(
                    self._clock(),
                    self._session.person.person_id,
                    f"{settled.status}_case",
                    "case",
                    case_id,
                    {"status": settled.status},
                )
            )
            send_changed(uow, settled, "status")
            uow.commit()

    def written_into(self, cases: str, pack: "RulePack") -> tuple[str, int]:
        """The file ``cases`` with every accepted case that it does not have yet, and how many came:
        from then on they hold without the attempts, too. No identity is written, and free text is
        masked; facts are those that ``pack`` reads."""
        self._session.require(Act.EDIT_RULES)
        added = 0
        codes = {rule.code for rule in pack.rules}
        for case in self.all(pack):
            if case.status != ACCEPTED or case.now is None or f"case {case.case_id}" in cases:
                continue
            assert case.attempt_id is not None
            known = self._store.explain(case.attempt_id).fields or {}
            facts = {
                name: redact(value) if isinstance(value, str) else value
                for name in sorted(pack.reads() | {"outcome"})
                if (value := known.get(name)) is not None
            }
            chosen = case.chosen_code if case.chosen_code in codes else case.chosen_cause
            note = f"case {case.case_id}, {to_local(case.at):%Y-%m-%d}"
            cases, added = with_case(cases, chosen, facts, note), added + 1
        return cases, added
