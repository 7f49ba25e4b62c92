"""Why attempts were left, in the customers' words; attempts in and beyond a policy's scope."""

from workbench.domain.attempt import ALL_FIELDS, FieldType
from workbench.domain.driver import Period
from workbench.domain.event import DatedEvent
from workbench.domain.rates import Rate
from workbench.warehouse.context import VERDICT
from workbench.warehouse.engines import Session, quoted
from workbench.warehouse.policies import SCOPED
from workbench.warehouse.trends import FAILURE, SETTLED

_MOST = 100_000  # different reasons
Counts = tuple[Rate, Rate]


def exits(session: Session, period: Period) -> list[tuple[str, int]]:
    """Each reason that attempts were left for, with how often."""
    return session.rows(
        "SELECT exit_reason, count(*) AS times FROM attempts WHERE COALESCE(exit_reason, '') <> ''"
        " AND occurred_at >= ? AND occurred_at < ?"
        f" GROUP BY 1 ORDER BY times DESC, 1 LIMIT {_MOST}",
        [period.start, period.end],
    )


def effect(
    session: Session, event: DatedEvent, before: Period, after: Period
) -> tuple[Counts, Counts, Counts]:
    """(failed, declined) of the attempts in the event's scope and failed of all others, each
    before and after. A scope by another field than attempts have covers none."""
    scope, params = _covers(event)
    rows = session.rows(
        f"SELECT COALESCE({scope}, FALSE) AS covered, occurred_at >= ? AS late,"
        f" count(*) FILTER ({SETTLED}), count(*) FILTER ({FAILURE}),"
        f" count(*) FILTER ({VERDICT} IN ('approved', 'declined', 'manual')),"
        f" count(*) FILTER ({VERDICT} = 'declined') FROM attempts"
        " WHERE (occurred_at >= ? AND occurred_at < ?) OR (occurred_at >= ? AND occurred_at < ?)"
        " GROUP BY 1, 2",
        [*params, after.start, before.start, before.end, after.start, after.end],
    )
    found = {(bool(covered), bool(late)): rest for covered, late, *rest in rows}

    def both(covered: bool, hits: int, of: int) -> Counts:
        was, now = (found.get((covered, late), [0, 0, 0, 0]) for late in (False, True))
        return Rate(was[hits], was[of]), Rate(now[hits], now[of])

    return both(True, 1, 0), both(True, 3, 2), both(False, 1, 0)


def _covers(event: DatedEvent) -> tuple[str, list[object]]:
    parts, params = ["TRUE"], []
    for field, value in event.equals:
        if field not in SCOPED:
            return "FALSE", []
        kind = ALL_FIELDS[field].type
        told: object = value
        if kind is FieldType.BOOLEAN:
            told = value.lower() == "true"
        elif kind in (FieldType.INTEGER, FieldType.DECIMAL):
            try:
                told = float(value)
            except ValueError:
                return "FALSE", []
        parts.append(f"{quoted(field)} = ?")
        params.append(told)
    return f"({' AND '.join(parts)})", params
