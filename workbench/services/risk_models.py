"""The watch on risk models: their rates, shifts and signs, and the declines that QA should look at."""

from dataclasses import dataclass
from pathlib import Path

from workbench.domain.attempt import AttemptRow
from workbench.domain.people import Act
from workbench.domain.rates import Rate
from workbench.domain.risk_model import GroupWatch, ModelWatch, Reviewed, groups, watch
from workbench.domain.times import iso_local
from workbench.services.auditing import Tables
from workbench.services.ports import AttemptStore, Records
from workbench.services.session import Session

GROUPS = ("employment_type", "province", "channel")
LISTED = 100_000  # declines in an export
_ROW = ("attempt_id", "occurred_at", "channel", "province", "step", "cause", "reason_code",
        "customer_name", "phone")  # fmt: skip


@dataclass(frozen=True)
class Watched:
    """``models`` in the order in which they came; ``reviewed`` by the group that was asked for."""

    models: tuple[ModelWatch, ...]
    reviewed: tuple[Reviewed, ...]

    def groups(self, model: str) -> list[GroupWatch]:
        own = next((m for m in self.models if m.model == model), None)
        return groups(self.reviewed, model, own.against if own is not None else None)


class RiskModelService:
    """Blocks: never on the GUI thread."""

    def __init__(
        self, attempts: AttemptStore, records: Records, session: Session, tables: Tables
    ) -> None:
        self._attempts, self._records = attempts, records
        self._session, self._tables = session, tables

    def watch(self, by: str = "employment_type") -> Watched:
        """Raises Usage for a field that attempts are not grouped by."""
        self._session.require(Act.SEE_TRENDS)
        reviewed = self._attempts.reviewed(by)
        found = watch(
            reviewed, self._attempts.score_bins(), self._attempts.passed_before(), self._appeals()
        )
        return Watched(tuple(found), tuple(reviewed))

    def _appeals(self) -> dict[str, Rate]:
        """By model: appeals that were answered, and how many of them in the customer's favour."""
        with self._records.unit_of_work() as uow:
            appeals = [told for told in uow.complaints.told() if told.appeal]
        models = self._attempts.models_of([t.attempt_id for t in appeals if t.attempt_id])
        counts: dict[str, list[int]] = {}
        for told in appeals:
            model = models.get(told.attempt_id or "")
            if model is not None:
                own = counts.setdefault(model, [0, 0])
                own[0] += told.overturned
                own[1] += 1
        return {model: Rate(*own) for model, own in counts.items()}

    def wrong(
        self, model: str, *, passed: bool = False, limit: int = 1000, offset: int = 0
    ) -> list[AttemptRow]:
        """Declines of customers whose figures are sound, newest first; ``passed``: of those alone
        whom a model had approved before."""
        self._session.require(Act.SEE_TRENDS)
        return self._attempts.wrong_declines(model, passed=passed, limit=limit, offset=offset)

    def count_wrong(self, model: str, *, passed: bool = False) -> int:
        self._session.require(Act.SEE_TRENDS)
        return self._attempts.count_wrong(model, passed=passed)

    def export(self, path: Path, model: str, *, passed: bool = False) -> int:
        """The declines that look wrong, for QA; masked. Returns how many."""
        self._session.require(Act.EXPORT)
        rows = self.wrong(model, passed=passed, limit=LISTED)
        cells = [
            [iso_local(r.occurred_at) if n == "occurred_at" else getattr(r, n) for n in _ROW]
            for r in rows
        ]
        return self._tables.write("wrong_declines", path, _ROW, cells)
