"""Incidents: find them in the attempts, keep and share them, judge them, name the one behind a failure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from workbench.domain.audit import AuditEntry
from workbench.domain.driver import SEARCHED_FIELDS, Comparison, Driver, Period
from workbench.domain.errors import BadInput
from workbench.domain.incident import (
    Burst,
    FoundIncident,
    IncidentState,
    identity,
    together,
    usual_count,
)
from workbench.domain.people import Act
from workbench.domain.spike import Band, Direction, Series
from workbench.domain.sync import OpKind
from workbench.domain.times import iso_local, utc_now
from workbench.domain.trend import TrendFilter
from workbench.services.auditing import Tables
from workbench.services.change import ChangeService
from workbench.services.complaint_writing import as_json
from workbench.services.ports import AttemptStore, Clock, Records
from workbench.services.session import Session

_HOUR, _DAY, _WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
_SHOWN = timedelta(days=4)  # of the band before an incident, and a day after it
_MOST = 50.0  # percent of the change: less is no suspect
_FACTS = ("cause", "causes", "start", "peak", "end", "failures", "usual", "customers",
          "suspect", "event", "over")  # fmt: skip
_COLUMNS = ("incident_id", "direction", "causes", "start", "peak", "end", "failures", "usual",
            "customers", "suspect", "event", "state", "why")  # fmt: skip


class IncidentService:
    """Blocks: never on the GUI thread."""

    def __init__(
        self,
        change: ChangeService,
        attempts: AttemptStore,
        records: Records,
        session: Session,
        tables: Tables,
        clock: Clock = utc_now,
    ) -> None:
        self._change, self._attempts = change, attempts
        self._records, self._session = records, session
        self._tables, self._clock = tables, clock

    # finding
    def find(self) -> list[FoundIncident]:
        """Look through all attempts; those that are new or have changed, the oldest first."""
        self._session.require(Act.JUDGE_INCIDENTS)
        series = self._change.series()
        if not series:
            return []
        newest = next(iter(series.values())).times[-1]
        known = self._all()
        told = []
        for burst in together(self._change.among(series), _HOUR):
            before = next((i for i in known if _same(i, burst)), None)
            failures = round(_sum(series, burst.causes, burst.start, burst.end))
            usual = _usual(series, burst)
            if (failures > usual) is not (burst.direction is Direction.UP):
                continue  # back to what was usual before a burst is no dip
            over = burst.end < newest
            if before is not None and (before.end, before.failures, before.over) == (
                burst.end,
                failures,
                over,
            ):
                continue
            found = self._made(burst, before, failures, usual, over)
            if before is None or self._may_tell(before):
                self._keep(before, found)
                told.append(found)
        return told

    def _made(
        self,
        burst: Burst,
        before: FoundIncident | None,
        failures: int,
        usual: int,
        over: bool,
    ) -> FoundIncident:
        causes, start = burst.causes, burst.start
        values: dict[str, Any] = {
            "cause": causes[0],
            "causes": causes,
            "start": start,
            "peak": burst.peak,
            "end": burst.end,
            "failures": failures,
            "usual": usual,
            "customers": self._attempts.count_customers(_where(start, burst.end, causes)),
            "suspect": self._suspect(start, burst.end, causes),
            "event": self._event(start, burst.end),
            "over": over,
        }
        if before is not None:
            return replace(before, **values)
        return FoundIncident(
            identity(burst.direction, start),
            burst.direction,
            found_at=self._clock(),
            found_by=self._session.person.person_id,
            **values,
        )

    def _suspect(self, start: datetime, end: datetime, causes: tuple[str, ...]) -> str:
        """The slice with most of the change against the week before, as a scope."""
        wanted = Comparison(
            Period(start, end),
            Period(start - _WEEK, start),
            by=tuple(field for field in SEARCHED_FIELDS if field != "cause"),
            limit=1,
            only=(("cause", causes),),
        )
        try:
            found: list[Driver] = self._attempts.compare(wanted)
        except BadInput:  # nothing was attempted in the week before
            return ""
        if not found or found[0].small or (found[0].contribution or 0) < _MOST:
            return ""
        return ";".join(f"{field}={value}" for field, value in found[0].slice if value)

    def _event(self, start: datetime, end: datetime) -> str:
        """The name of what began nearest to the start, within a day before it or in its time."""
        begun = [e for e in self._attempts.events() if start - _DAY <= e.starts_at < end]
        nearest = min(begun, key=lambda e: abs(e.starts_at - start), default=None)
        return nearest.name if nearest is not None else ""

    def _may_tell(self, before: FoundIncident) -> bool:
        """Of one row two desks with the same attempts say the same, but not at the same moment:
        whoever found it says how it goes on, or anybody once that is long silent."""
        own = before.found_by == self._session.person.person_id
        return own or self._clock() - before.found_at > _DAY

    def _keep(self, before: FoundIncident | None, found: FoundIncident) -> None:
        with self._records.unit_of_work() as uow:
            uow.incidents.put(found)
            detail: dict[str, object] = {"cause": found.cause, "failures": found.failures}
            uow.record(
                AuditEntry(
                    self._clock(),
                    self._session.person.person_id,
                    "incident_found" if before is None else "incident_grew",
                    "incident",
                    found.incident_id,
                    detail,
                )
            )
            if before is None:
                values = {name: as_json(value) for name, value in vars(found).items()}
                uow.enqueue("incident", OpKind.CREATE, found.incident_id, values)
            else:
                changed = [n for n in _FACTS if getattr(before, n) != getattr(found, n)]
                values = {name: as_json(getattr(found, name)) for name in changed}
                uow.enqueue("incident", OpKind.UPDATE, found.incident_id, values)
            uow.commit()

    # reading
    def all(self) -> list[FoundIncident]:
        """The newest first."""
        self._session.require(Act.SEE_TRENDS)
        return self._all()

    def _all(self) -> list[FoundIncident]:
        with self._records.unit_of_work() as uow:
            return uow.incidents.all()

    def behind(self, cause: str | None, at: datetime | None) -> FoundIncident | None:
        """The youngest burst that a failure of this cause at this time (UTC) is part of."""
        self._session.require(Act.EXPLAIN)
        if cause is None or at is None:
            return None
        with self._records.unit_of_work() as uow:
            return next((i for i in uow.incidents.at(at) if i.covers(cause, at)), None)

    def band(self, incident: FoundIncident) -> Band | None:
        """Failures of its causes by the hour, from days before it to a day after, beside what was
        to be expected; None where there are none any more."""
        self._session.require(Act.SEE_TRENDS)
        series = self._change.series(where=TrendFilter(end=incident.end + _DAY))
        named = [one for cause, one in series.items() if cause in incident.causes]
        if not named:
            return None
        whole = Series(
            named[0].times, [sum(v) for v in zip(*(o.values for o in named), strict=True)]
        )
        band = self._change.band(whole)
        shown = [n for n, at in enumerate(band.times) if at >= incident.start - _SHOWN]
        return Band(*([part[n] for n in shown] for part in vars(band).values()))

    @staticmethod
    def where(incident: FoundIncident) -> TrendFilter:
        """Its failures."""
        return _where(incident.start, incident.end, incident.causes)

    # judging
    def judge(self, incident_id: str, state: IncidentState, why: str = "") -> FoundIncident:
        """Raises BadInput('no_such_incident')."""
        self._session.require(Act.JUDGE_INCIDENTS)
        now, person = self._clock(), self._session.person.person_id
        with self._records.unit_of_work() as uow:
            before = uow.incidents.get(incident_id)
            if before is None:
                raise BadInput("no_such_incident", incident=incident_id)
            values: dict[str, Any] = {
                "state": state,
                "judged_by": person,
                "judged_at": now,
                "why": why.strip() or None,
            }
            judged = replace(before, **values)
            uow.incidents.put(judged)
            uow.record(
                AuditEntry(
                    now, person, "incident_judged", "incident", incident_id, {"state": state.value}
                )
            )
            body = {name: as_json(value) for name, value in values.items()}
            uow.enqueue("incident", OpKind.UPDATE, incident_id, body)
            uow.commit()
        return judged

    # out
    def export(self, path: Path) -> int:
        """All of them to a table; returns how many."""
        self._session.require(Act.EXPORT)
        rows = [[_cell(getattr(i, name)) for name in _COLUMNS] for i in self.all()]
        return self._tables.write("incidents", path, _COLUMNS, rows)


def _same(incident: FoundIncident, burst: Burst) -> bool:
    """Attempts that came late move where a burst begins; it is the same while the two overlap."""
    return (
        incident.direction is burst.direction
        and incident.start < burst.end
        and burst.start < incident.end
        and bool(set(incident.causes) & set(burst.causes))
    )


def _where(start: datetime, end: datetime, causes: tuple[str, ...]) -> TrendFilter:
    return TrendFilter(start, end, (("cause", causes),))


def _sum(
    series: Mapping[str, Series], causes: tuple[str, ...], start: datetime, end: datetime
) -> float:
    return sum(
        value
        for cause in causes
        for at, value in zip(series[cause].times, series[cause].values, strict=True)
        if start <= at < end
    )


def _usual(series: Mapping[str, Series], burst: Burst) -> int:
    counts = {
        at: sum(series[cause].values[n] for cause in burst.causes)
        for n, at in enumerate(next(iter(series.values())).times)
        if burst.start - _WEEK <= at < burst.start + _DAY
    }
    return usual_count(lambda at: counts.get(at, 0.0), burst.start, burst.end)


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return iso_local(value)
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value
