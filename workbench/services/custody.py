"""Personal data in the warehouse: shown for a purpose, erased, and kept no longer than agreed."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from workbench.domain.erasure import Erased, KeysFile, Rows
from workbench.domain.errors import NotPermitted, StoreFault, Usage
from workbench.domain.ids import uuid7
from workbench.domain.issue import IssueEvent
from workbench.domain.people import Act
from workbench.domain.progress import CancelToken, ProgressListener, silent
from workbench.domain.retention import LEAST_MONTHS, Compacted, Removed, kept_from
from workbench.domain.sync import OpKind
from workbench.domain.times import utc_now
from workbench.domain.trend import TrendFilter
from workbench.services.auditing import audited_export, note, note_reveal
from workbench.services.ports import AttemptStore, Clock, Records, UnitOfWork
from workbench.services.session import Session

_KIND, _NAME = "policy", "retention"  # where the policy is kept
_SHORTEST_PURPOSE = 4  # characters
_ALL = 1_000_000  # attempts of one customer


class CustodyService:
    """Every act here leaves an audit row; what shows or destroys leaves it before it begins, so
    that an act without its row cannot happen. Blocks: never on the GUI thread."""

    def __init__(
        self,
        store: AttemptStore,
        records: Records,
        session: Session,
        drop_drafts: Callable[[Collection[str], Collection[str]], object] = lambda *_: None,
        sweep: Callable[[Collection[str]], object] = lambda _: None,
        rewrite_keys: Callable[[], Sequence[KeysFile]] = lambda: (),
        clock: Clock = utc_now,
    ) -> None:
        """``drop_drafts`` of a customer, and of comments on these complaints; ``sweep``: files that
        no row names any more; ``rewrite_keys``: the keys files of backups, without whoever was
        erased."""
        self._store = store
        self._records = records
        self._session = session
        self._drop_drafts = drop_drafts
        self._sweep = sweep
        self._rewrite_keys = rewrite_keys
        self._clock = clock

    def reveal(self, customer_ref: str, purpose: str) -> list[dict[str, str | None]]:
        """A customer's details in clear, one dict for each form that attempts gave them in.

        Raises NotPermitted (also 'reveals_used_up'), Usage('purpose_needed'), and whatever kept the audit row from being
        written: then nothing is shown.
        """
        self._session.require(Act.REVEAL)
        detail: dict[str, object] = {"purpose": stated(purpose)}
        note_reveal(self._records, self._session, self._clock, "attempts", customer_ref, detail)
        return self._store.reveal(customer_ref)

    def export_identities(self, path: Path, purpose: str, where: TrendFilter | None = None) -> int:
        """Attempts with identities in clear to a file; returns rows. Raises as ``reveal``."""
        self._session.require(Act.REVEAL)
        self._session.require(Act.EXPORT)
        return audited_export(
            self._records,
            self._session,
            self._clock,
            "attempts",
            path,
            {"purpose": stated(purpose), "identities": True},
            lambda: self._store.export(path, where, identities=True),
        )

    def export_lake(
        self,
        out: Path,
        *,
        overwrite: bool = False,
        progress: ProgressListener = silent,
        cancel: CancelToken | None = None,
    ) -> int:
        """The whole warehouse as a lake, for an administrator; returns attempts. Nobody is in it
        in clear, but whoever has its key finds and reveals everybody."""
        self._session.require(Act.EXPORT)
        self._session.require(Act.MANAGE_PEOPLE)
        self._note("export_lake", out.name, {})
        rows = self._store.export_lake(
            out, overwrite=overwrite, progress=progress, cancel=cancel or CancelToken()
        )
        self._note("export_lake_done", out.name, {"rows": rows})
        return rows

    def erase(
        self,
        customer_ref: str,
        purpose: str,
        progress: ProgressListener = silent,
        cancel: CancelToken | None = None,
    ) -> Erased:
        """Take one customer out of everything: complaints and what hangs on them, notes of who
        waits for a fix, evidence of issues, what waits for the centre and what it holds, drafts,
        attached files, attempts, and what their bytes left in the files. Every other desk does the
        same at its next contact. The audit's second row is the proof: what was removed, and that
        nothing of them is found any more.

        Records first, in one transaction: where it breaks off after that, the customer is still
        found, and it can be done again.
        """
        self._session.require(Act.ERASE)
        self._note("erase", customer_ref, {"purpose": stated(purpose)})
        # of nobody: where attempts are only read, this already says so
        self._store.erase("", progress=silent, cancel=CancelToken())
        identities = self._identities(customer_ref)
        attempts = {row.attempt_id for row in self._store.timeline(customer_ref, _ALL)}
        with self._records.unit_of_work() as uow:
            rows = uow.erasures.about(customer_ref, attempts, identities)
            tickets = sorted(_tickets(uow, rows))
            files = self._order(uow, customer_ref, attempts, rows)
            uow.commit()
        self._sweep(files)
        removed = self._store.erase(customer_ref, progress=progress, cancel=cancel or CancelToken())
        self._store.compact()
        self._clear(customer_ref, ())
        with self._records.unit_of_work() as uow:
            still = uow.erasures.about(customer_ref, attempts, identities)
        left = len(self._store.timeline(customer_ref)) + len(self._store.reveal(customer_ref))
        left += sum(map(len, still.values()))
        counts = {entity: len(ids) for entity, ids in sorted(rows.items())}
        done = Erased(removed, counts, tuple(tickets), tuple(self._rewrite_keys()))
        self._note("erased", customer_ref, done.as_json() | {"left": left})
        return done

    def _identities(self, customer_ref: str) -> list[dict[str, str | None]]:
        """Numbers to compare with those of ledgers; shown to nobody."""
        try:
            return self._store.reveal(customer_ref)
        except NotPermitted:  # who loads a shared warehouse may erase, not read
            return []
        except StoreFault as fault:
            if fault.key not in ("subject_key_gone", "subjects_damaged"):
                raise
            return []

    def carry_out(self, customer_ref: str, attempt_keys: Collection[int]) -> None:
        """The rest of what an administrator did at another desk: records are done already. Asks
        nobody's leave: the centre took the order from who may give it. Raises Busy, StoreFault."""
        removed = 0
        refs = self._store.customers_of(attempt_keys)
        if self._store.timeline(customer_ref, 1):
            refs.add(customer_ref)
        try:
            for ref in refs:
                done = self._store.erase(ref, progress=silent, cancel=CancelToken())
                removed += done.attempts
            if refs:
                self._store.compact()
        except NotPermitted:
            pass  # a warehouse that is shared: done there, by who may
        self._clear(customer_ref, refs)
        keys = [asdict(file) for file in self._rewrite_keys()]
        detail: dict[str, object] = {"attempts": removed, "keys_files": keys}
        self._note("erased_elsewhere", customer_ref, detail)

    def _order(
        self, uow: UnitOfWork, customer_ref: str, attempts: Collection[str], rows: Rows
    ) -> set[str]:
        """In the caller's transaction: the rows here, and the op by which all others follow; the
        files to go."""
        erasure_id = str(uuid7())
        files = uow.erasures.carry_out(erasure_id, customer_ref, rows)
        body: dict[str, object] = {
            "customer_ref": customer_ref,
            "by": self._session.person.person_id,
            "at": self._clock().isoformat(),
            "attempts": self._store.attempt_keys(attempts),
            "rows": {entity: dict(ids) for entity, ids in rows.items()},
        }
        uow.enqueue("erasure", OpKind.CREATE, erasure_id, body)
        return files

    def _clear(self, customer_ref: str, refs: Collection[str]) -> None:
        with self._records.unit_of_work() as uow:
            self._drop_drafts({customer_ref, *refs}, uow.erasures.finished(customer_ref))
            uow.commit()
        self._records.scrub()

    # how long attempts are kept
    def months(self) -> int | None:
        """The policy; None: for ever."""
        self._session.require(Act.ERASE)
        with self._records.unit_of_work() as uow:
            kept = (uow.saved.get(_KIND, _NAME) or {}).get("months")
        return kept if isinstance(kept, int) else None

    def keep_for(self, months: int | None) -> None:
        self._session.require(Act.ERASE)
        if months is not None and months < LEAST_MONTHS:
            raise Usage("retention_too_short", least=LEAST_MONTHS)
        with self._records.unit_of_work() as uow:
            uow.saved.put(_KIND, _NAME, {"months": months})
            uow.commit()
        self._note("retention_policy", _NAME, {"months": months})

    def overdue(self) -> tuple[datetime | None, Removed]:
        """What is older than the policy allows: (kept from, UTC; counts)."""
        self._session.require(Act.ERASE)
        months = self.months()
        if months is None:
            return None, Removed(0, 0, 0)
        before = kept_from(self._clock(), months)
        return before, self._store.older(before)

    def drop_overdue(
        self, progress: ProgressListener = silent, cancel: CancelToken | None = None
    ) -> Removed:
        self._session.require(Act.ERASE)
        months = self.months()
        if months is None:
            raise Usage("no_retention_policy")
        before = kept_from(self._clock(), months)
        self._note("retention", _NAME, {"months": months, "before": before.isoformat()})
        removed = self._store.drop_older(before, progress=progress, cancel=cancel or CancelToken())
        self._store.compact()
        self._rewrite_keys()
        self._note("retention_done", _NAME, removed.as_json())
        return removed

    def compact(self) -> Compacted:
        self._session.require(Act.ERASE)
        done = self._store.compact()
        self._note("compact", "warehouse", done.as_json())
        return done

    def _note(self, action: str, subject: str, detail: dict[str, object]) -> None:
        note(self._records, self._session, self._clock, action, "attempts", subject, detail)


def _tickets(uow: UnitOfWork, rows: Rows) -> set[str]:
    """Addresses of tickets, in trackers outside, of issues that this customer was evidence of."""
    issues = {named.partition("/")[0] for named in rows.get("waiter", ())}
    for event_id in rows.get("issueevent", ()):
        issues |= {event.issue_id for event in uow.parts.of(IssueEvent, event_id=event_id)}
    return {ticket.url for issue in issues for ticket in uow.tickets.of(issue) if ticket.url}


def stated(purpose: str) -> str:
    """What a person gives as the purpose. Raises Usage('purpose_needed')."""
    purpose = purpose.strip()
    if len(purpose) < _SHORTEST_PURPOSE:
        raise Usage("purpose_needed")
    return purpose
