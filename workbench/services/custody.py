"""Personal data in the warehouse: shown for a purpose, erased, and kept no longer than agreed."""

from datetime import datetime
from pathlib import Path

from workbench.domain.errors import Usage
from workbench.domain.people import Act
from workbench.domain.progress import CancelToken, ProgressListener, silent
from workbench.domain.retention import LEAST_MONTHS, Compacted, Removed, kept_from
from workbench.domain.times import utc_now
from workbench.domain.trend import TrendFilter
from workbench.services.auditing import audited_export, note, note_reveal
from workbench.services.ports import AttemptStore, Clock, Records
from workbench.services.session import Session

_KIND, _NAME = "policy", "retention"  # where the policy is kept
_SHORTEST_PURPOSE = 4  # characters


class CustodyService:
    """Every act here leaves an audit row; what shows or destroys leaves it before it begins, so
    that an act without its row cannot happen. Blocks: never on the GUI thread."""

    def __init__(
        self, store: AttemptStore, records: Records, session: Session, clock: Clock = utc_now
    ) -> None:
        self._store = store
        self._records = records
        self._session = session
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
    ) -> Removed:
        """Remove every row of one customer, then what their bytes left in the file. The audit's
        second row is the proof: what was removed, and that nothing of them is found any more."""
        self._session.require(Act.ERASE)
        self._note("erase", customer_ref, {"purpose": stated(purpose)})
        removed = self._store.erase(customer_ref, progress=progress, cancel=cancel or CancelToken())
        self._store.compact()
        left = len(self._store.timeline(customer_ref)) + len(self._store.reveal(customer_ref))
        self._note("erased", customer_ref, removed.as_json() | {"left": left})
        return removed

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
        self._note("retention_done", _NAME, removed.as_json())
        return removed

    def compact(self) -> Compacted:
        self._session.require(Act.ERASE)
        done = self._store.compact()
        self._note("compact", "warehouse", done.as_json())
        return done

    def _note(self, action: str, subject: str, detail: dict[str, object]) -> None:
        note(self._records, self._session, self._clock, action, "attempts", subject, detail)


def stated(purpose: str) -> str:
    """What a person gives as the purpose. Raises Usage('purpose_needed')."""
    purpose = purpose.strip()
    if len(purpose) < _SHORTEST_PURPOSE:
        raise Usage("purpose_needed")
    return purpose
