"""How good the answers are: right on labelled cases, sure or not, disputed by agents, codes unknown."""

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from workbench.domain.complaint_parts import Case
from workbench.domain.people import Act
from workbench.domain.rule_desk import Accuracy, Agreement, Quality
from workbench.domain.rule_release import Release
from workbench.domain.times import to_local, utc_now
from workbench.domain.trend import TrendFilter
from workbench.services.codes import CodeService
from workbench.services.labelled import ACCEPTED, NEW, LabelledCases
from workbench.services.packs import parse_pack, shipped_pack
from workbench.services.ports import AttemptStore, Clock, Records
from workbench.services.rule_desk import read_in_use
from workbench.services.session import Session

if TYPE_CHECKING:
    from workbench.rules.pack import RulePack

_YEAR = timedelta(days=365)


class RuleQuality:
    def __init__(
        self,
        records: Records,
        session: Session,
        store: AttemptStore,
        labelled: LabelledCases,
        codes: CodeService,
        clock: Clock = utc_now,
    ) -> None:
        self._records, self._session, self._store = records, session, store
        self._labelled, self._codes, self._clock = labelled, codes, clock

    def measure(self, since: datetime | None = None) -> Quality:
        """Of the last year, unless told."""
        self._session.require(Act.SEE_CASES)
        since = since or self._clock() - _YEAR
        with self._records.unit_of_work() as uow:
            reasons = uow.complaints.with_reason(since)
            cases = [case for case in uow.parts.of(Case) if case.at >= since]
            releases = uow.releases.all()
        months, rules = Counter[str](), Counter[str]()
        for month, code, count in reasons:
            months[month] += count
            rules[code] += count
        by_month = _agreements(months, {c: f"{to_local(c.at):%Y-%m}" for c in cases})
        by_rule = _agreements(rules, {c: c.found_code for c in cases if c.found_code})
        accuracy, by_label = self._accuracy(releases, since)
        return Quality(
            accuracy,
            by_label,
            tuple(self._store.coverage(TrendFilter(start=since))),
            tuple(sorted(by_month, key=lambda a: a.name)),
            tuple(sorted(by_rule, key=lambda a: (-a.rate, -a.disagreed, a.name))),
            len(self._codes.unmapped().rows),
            sum(case.status == NEW for case in cases),
        )

    def _accuracy(
        self, releases: list[Release], since: datetime
    ) -> tuple[tuple[Accuracy, ...], tuple[Accuracy, ...]]:
        """The shipped pack, then every version that was ever in use, on the same cases: those that
        QA accepted and that have their attempt here; then the one in use, by month of labelling."""
        used = sorted((r for r in releases if r.published_at), key=lambda r: r.serial)
        begun: list[datetime | None] = [None, *(r.published_at for r in used)]
        packs = [shipped_pack(), *(parse_pack(r.text, f"{r.version}.yaml") for r in used)]
        found = []
        for pack, since_when in zip(packs, begun, strict=True):
            found.append(Accuracy(pack.version, since_when, *self._right(pack, since)))
        in_use = read_in_use(self._records)
        months: dict[str, list[bool]] = {}
        for at, right in self._rights(in_use, since):
            months.setdefault(f"{to_local(at):%Y-%m}", []).append(right)
        by_label = (Accuracy(m, None, sum(own), len(own)) for m, own in sorted(months.items()))
        return tuple(found), tuple(by_label)

    def _right(self, pack: "RulePack", since: datetime) -> tuple[int, int]:
        rights = [right for _, right in self._rights(pack, since)]
        return sum(rights), len(rights)

    def _rights(self, pack: "RulePack", since: datetime) -> list[tuple[datetime, bool]]:
        return [
            (case.at, case.right)
            for case in self._labelled.all(pack, since)
            if case.status == ACCEPTED and case.right is not None
        ]


def _agreements(complaints: Counter[str], cases: dict[Case, str]) -> list[Agreement]:
    """A case that QA refused was a disagreement all the same."""
    disagreed = Counter(cases.values())
    accepted = Counter(name for case, name in cases.items() if case.status == ACCEPTED)
    return [
        Agreement(name, max(complaints[name], disagreed[name]), disagreed[name], accepted[name])
        for name in complaints.keys() | disagreed.keys()
    ]
