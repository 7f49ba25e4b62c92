"""Customers who wait for a fix: noted at the reason card, called back once it is there."""

from dataclasses import replace

from workbench.domain.issue import Issue, Waiter, whole_of
from workbench.domain.people import Act
from workbench.domain.sync import OpKind
from workbench.services.complaint_writing import as_json
from workbench.services.issue_writing import IssueWriting, waiter_id
from workbench.services.ports import UnitOfWork

_CHANGED = ("at", "attempt_id", "called_at", "called_by")


class IssueWaiting:
    """Blocks: never on the GUI thread."""

    def __init__(self, writing: IssueWriting) -> None:
        self._w = writing

    def wait(
        self,
        issue_id: str,
        customer_ref: str,
        *,
        attempt_id: str | None = None,
        customer_name: str | None = None,
        phone: str | None = None,
    ) -> Waiter:
        """This customer is to be called by the person at the desk once it is fixed; name and
        phone come masked. Noted twice, he waits once."""
        self._w.session.require(Act.WAIT_FOR_FIX)
        with self._w.records.unit_of_work() as uow:
            issue = self._w.need(uow, issue_id)
            me = self._w.person_id
            known = uow.parts.of(
                Waiter, issue_id=issue.issue_id, customer_ref=customer_ref, agent=me
            )
            if known and known[0].called_at is None:
                return known[0]
            now = self._w.clock()
            waiter = Waiter(issue.issue_id, customer_ref, me, now, attempt_id, customer_name, phone)
            self._put(uow, waiter, "wait_for_fix", born=not known)
            uow.commit()
        return waiter

    def withdraw(self, issue_id: str, customer_ref: str) -> None:
        """What the person at the desk noted goes again."""
        self._w.session.require(Act.WAIT_FOR_FIX)
        with self._w.records.unit_of_work() as uow:
            for waiter in self._of(uow, issue_id, customer_ref):
                if waiter.agent == self._w.person_id:
                    own = {n: getattr(waiter, n) for n in ("issue_id", "customer_ref", "agent")}
                    uow.parts.remove(Waiter, **own)
                    detail: dict[str, object] = {"customer": customer_ref}
                    self._w.audit(uow, "wait_no_more", "waiter", waiter.issue_id, detail)
                    uow.enqueue("waiter", OpKind.DELETE, waiter_id(waiter), {})
            uow.commit()

    def called(self, issue_id: str, customer_ref: str) -> int:
        """The customer has been told that it is fixed; returns of how many notes."""
        self._w.session.require(Act.WAIT_FOR_FIX)
        with self._w.records.unit_of_work() as uow:
            open_ = [w for w in self._of(uow, issue_id, customer_ref) if w.called_at is None]
            for waiter in open_:
                told = replace(waiter, called_at=self._w.clock(), called_by=self._w.person_id)
                self._put(uow, told, "called_back", born=False)
            uow.commit()
        return len(open_)

    def not_called(self, issue_id: str, customer_ref: str) -> int:
        """Take back that he was called, where the person noted it; returns of how many notes."""
        self._w.session.require(Act.WAIT_FOR_FIX)
        with self._w.records.unit_of_work() as uow:
            own = [
                w
                for w in self._of(uow, issue_id, customer_ref)
                if w.called_at is not None and w.called_by == self._w.person_id
            ]
            for waiter in own:
                waits = replace(waiter, called_at=None, called_by=None)
                self._put(uow, waits, "not_called", born=False)
            uow.commit()
        return len(own)

    def _of(self, uow: UnitOfWork, issue_id: str, customer_ref: str) -> list[Waiter]:
        """The customer's notes, also those at issues that were merged into this one."""
        issue = self._w.need(uow, issue_id)
        issues: dict[str, Issue] = {each.issue_id: each for each in uow.issues.all()}
        whole = whole_of(issue.issue_id, issues)
        found = uow.parts.of(Waiter, customer_ref=customer_ref)
        return [w for w in found if whole_of(w.issue_id, issues) == whole]

    def _put(self, uow: UnitOfWork, waiter: Waiter, action: str, *, born: bool) -> None:
        uow.parts.put(waiter)
        detail: dict[str, object] = {"customer": waiter.customer_ref}
        self._w.audit(uow, action, "waiter", waiter.issue_id, detail)
        values = {name: as_json(value) for name, value in vars(waiter).items()}
        if not born:
            values = {name: values[name] for name in _CHANGED}
        kind = OpKind.CREATE if born else OpKind.UPDATE
        uow.enqueue("waiter", kind, waiter_id(waiter), values)
