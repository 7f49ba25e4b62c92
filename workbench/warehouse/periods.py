"""Two periods of attempts compared: counted in SQL, searched for slices, split into effects."""

import re
from collections.abc import Sequence
from datetime import datetime
from math import log, sqrt

import numpy as np

from workbench.domain.driver import Comparison, Driver, Effect, Period, RateChange, split_rate
from workbench.domain.errors import BadInput
from workbench.domain.rates import Rate, Z
from workbench.domain.trend import SLICE_FIELDS, TrendFilter
from workbench.rules.pack import RulePack
from workbench.warehouse import schema
from workbench.warehouse.diagnosis import diagnosis_select
from workbench.warehouse.drivers import Floats, Ints, Slice, coded, search, share
from workbench.warehouse.engines import Session, columns, quoted
from workbench.warehouse.trends import FAILURE, OF_FAILURES, SETTLED, checked, condition

_FEW_FAILURES, _FEW_ATTEMPTS = 10, 30  # in both periods together: less is a small sample
_VERSIONS, _STAYED = ("app_version", "risk_model"), 0.1
_SURE = 3.0  # of log-likelihood, beyond what the number of slices tried may bring by chance


def compare(session: Session, wanted: Comparison, old_pack: RulePack | None = None) -> list[Driver]:
    """The slices that explain how failures changed from ``before`` to ``now``, the best first.

    With ``old_pack``, ``before`` is what that pack said of it, and how the pack itself moves
    failures between causes is told apart: the same attempts now, under the old and the new one.
    Counts of ``before`` are scaled to the length of ``now``. Raises Usage, and BadInput where one
    of the periods has no attempts.
    """
    keys = [checked(field) for field in wanted.by]
    for period in (wanted.now, wanted.before):
        if not _attempts(session, period, (), wanted):
            raise BadInput("empty_period")
    table = session.fetch(*_counting(session, wanted, keys, old_pack))
    scale = wanted.now.seconds / wanted.before.seconds
    now = table["now"].to_numpy().astype(float)
    now_old = table["now_old"].to_numpy().astype(float)
    before = table["before"].to_numpy().astype(float) * scale
    codes, names = coded([table[f"k{i}"].to_pylist() for i in range(len(keys))])
    kept = [
        i
        for i, field in enumerate(wanted.by)
        if not (
            wanted.past_versions and field in _VERSIONS and _moved(*_sums(codes[i], now, before))
        )
    ]
    codes, names, by = ([parts[i] for i in kept] for parts in (codes, names, wanted.by))
    tried = max(2, sum(len(values) for values in names) ** min(wanted.depth, 2))
    totals = [_attempts(session, period, (), wanted) for period in (wanted.now, wanted.before)]
    whole = float(now.sum() - before.sum())
    events = _events(session, wanted)
    sure = log(tried) + _SURE

    found = []
    for part in search(codes, now, before, depth=wanted.depth, limit=wanted.limit, least=sure):
        where = tuple((by[i], names[i][code]) for i, code in part.where)
        found.append(
            _driver(
                where,
                part,
                float(now_old[part.rows].sum()),
                float(before[part.rows].sum()),
                [_attempts(session, p, where, wanted) for p in (wanted.now, wanted.before)],
                totals,
                scale,
                whole,
                sure,
                tuple(name for name, scope in events if _may_meet(scope, dict(where))),
            )
        )
    return found


def rate_change(session: Session, wanted: Comparison) -> RateChange:
    """The failure rate of both periods, and for each field of ``wanted.by`` that successes have as
    well how far its mix and its rates moved it. Raises Usage, BadInput."""
    around = [f for f in wanted.by if f not in OF_FAILURES and f != "step"]  # where it ended
    failing, params = condition(TrendFilter(equals=wanted.only))
    fields = [field for field in SLICE_FIELDS if field not in OF_FAILURES]
    among, among_params = condition(TrendFilter(equals=wanted.only), fields=fields)
    now, before = _within(wanted.now), _within(wanted.before)
    totals: tuple[Rate, Rate] | None = None
    splits = []
    for field in around or ["channel"]:
        rows = session.rows(
            f"SELECT {checked(field)} AS value,"
            f" count(*) FILTER ({before} AND {FAILURE} AND {failing}) AS failed_before,"
            f" count(*) FILTER ({before}) AS before,"
            f" count(*) FILTER ({now} AND {FAILURE} AND {failing}) AS failed_now,"
            f" count(*) FILTER ({now}) AS now FROM attempts"
            f" WHERE {SETTLED} AND ({now} OR {before}) AND {among} GROUP BY 1 ORDER BY 1",
            [*params, *params, *among_params],
        )
        cells = [(Rate(k0, n0), Rate(k1, n1)) for _, k0, n0, k1, n1 in rows]
        if totals is None:
            whole = [
                Rate(sum(c[i].hits for c in cells), sum(c[i].of for c in cells)) for i in (0, 1)
            ]
            totals = whole[0], whole[1]
        sides = ([float(cell[i].of) for cell in cells] for i in (1, 0))
        if around and not (wanted.past_versions and field in _VERSIONS and _moved(*sides)):
            splits.append(split_rate(field, cells))
    assert totals is not None
    if not totals[0].of or not totals[1].of:
        raise BadInput("empty_period")
    return RateChange(*totals, tuple(splits))


def _sums(codes: Ints, *of: Floats) -> list[list[float]]:
    """Of each value of a field."""
    return [np.bincount(codes, weights=numbers).tolist() for numbers in of]


def _moved(now: Sequence[float], before: Sequence[float]) -> bool:
    """Whether the values of now are hardly those of before."""
    shares = [[n / (sum(side) or 1) for n in side] for side in (now, before)]
    return sum(map(min, *shares)) < _STAYED


def _driver(
    where: tuple[tuple[str, str | None], ...],
    part: Slice,
    observed_old: float,
    expected: float,
    tried: Sequence[int],
    totals: Sequence[int],
    scale: float,
    whole: float,
    sure: float,
    events: tuple[str, ...],
) -> Driver:
    """The change of one slice, split: had every slice grown like the whole (volume), had only its
    attempts grown (mix), had only its failures by attempt (rate), by the pack (rule version)."""
    now, before = tried[0], tried[1] * scale
    likely = expected / before * now if before else observed_old
    volume = expected * (totals[0] / (totals[1] * scale) - 1)
    parts = {
        Effect.VOLUME: volume,
        Effect.MIX: likely - expected - volume,
        Effect.RATE: observed_old - likely,
        Effect.RULE_VERSION: part.observed - observed_old,
    }
    # two counts of chance, the earlier one scaled
    reach = Z * sqrt(part.observed + scale * expected)
    rises = 1 if part.observed >= expected else -1
    return Driver(
        slice=where,
        observed=part.observed,
        expected=expected,
        contribution=share(part, whole),
        effect=max(parts, key=lambda effect: rises * parts[effect]),
        volume=parts[Effect.VOLUME],
        mix=parts[Effect.MIX],
        rate=parts[Effect.RATE],
        rule_version=parts[Effect.RULE_VERSION],
        low=part.observed - expected - reach,
        high=part.observed - expected + reach,
        small=part.gain < sure
        or part.observed + expected < _FEW_FAILURES
        or sum(tried) < _FEW_ATTEMPTS,
        events=events,
    )


def _counting(
    session: Session, wanted: Comparison, keys: Sequence[str], old_pack: RulePack | None
) -> tuple[str, list[object]]:
    """SQL of one row for each combination of values: failures now, now as the old pack names
    them, and before; and its parameters."""
    only, params = condition(TrendFilter(equals=wanted.only))
    named = ", ".join(f"nullif({key}, '') AS k{i}" for i, key in enumerate(keys))
    now, before = _within(wanted.now), _within(wanted.before)
    listed = ", ".join(f"k{i}" for i in range(len(keys)))
    order = f"ORDER BY {listed}"
    if old_pack is None:
        return (
            f"SELECT {named}, count(*) FILTER ({now}) AS now,"
            f" count(*) FILTER ({now}) AS now_old, count(*) FILTER ({before}) AS before"
            f" FROM attempts WHERE {FAILURE} AND ({now} OR {before}) AND {only}"
            f" GROUP BY ALL {order}",
            params,
        )
    types = columns(session, "attempts")
    known = [name for name in types if name not in schema.DIAGNOSIS]
    bare = (
        f"(SELECT {', '.join(map(quoted, known))} FROM attempts"
        f" WHERE {FAILURE} AND ({now} OR {before}))"
    )
    extras = schema.extra_fields({e.name: e.type for e in schema.extras(session)})
    old = diagnosis_select(old_pack.check(extras), bare, known)
    sql = (
        f"SELECT {listed}, sum(now)::BIGINT AS now, sum(now_old)::BIGINT AS now_old,"
        f" sum(before)::BIGINT AS before FROM ("
        f" SELECT {named}, count(*) AS now, 0 AS now_old, 0 AS before"
        f" FROM attempts WHERE {FAILURE} AND {now} AND {only} GROUP BY ALL"
        f" UNION ALL SELECT {named}, 0, count(*) FILTER ({now}), count(*) FILTER ({before})"
        f" FROM ({old}) AS old WHERE {only} GROUP BY ALL) AS counted GROUP BY ALL {order}"
    )
    return sql, params * 2


def _within(period: Period) -> str:
    return f"(occurred_at >= {_moment(period.start)} AND occurred_at < {_moment(period.end)})"


def _moment(at: datetime) -> str:
    return f"TIMESTAMP '{at.isoformat(sep=' ')}'"


def _attempts(
    session: Session, period: Period, where: Sequence[tuple[str, str | None]], wanted: Comparison
) -> int:
    """Settled attempts that could have failed in this slice: what only a failure has, a cause,
    does not narrow them."""
    around = [field for field in SLICE_FIELDS if field not in OF_FAILURES]
    equals = (*wanted.only, *((field, (value,)) for field, value in where))
    sql, params = condition(TrendFilter(period.start, period.end, equals), fields=around)
    return int(
        session.rows(f"SELECT count(*) FROM attempts WHERE {SETTLED} AND {sql}", params)[0][0]
    )


def _events(session: Session, wanted: Comparison) -> list[tuple[str, dict[str, str]]]:
    """(name, scope) of events that began after ``before`` did and were in force in ``now``."""
    rows = session.rows(
        "SELECT name, scope FROM events WHERE starts_at >= ? AND starts_at < ?"
        " AND (ends_at IS NULL OR ends_at > ?) ORDER BY starts_at, name",
        [wanted.before.start, wanted.now.end, wanted.now.start],
    )
    found = []
    for name, scope in rows:
        pairs = (pair.partition("=") for pair in re.split("[;；]", scope or "") if "=" in pair)
        found.append((name, {field.strip(): value.strip() for field, _, value in pairs}))
    return found


def _may_meet(scope: dict[str, str], where: dict[str, str | None]) -> bool:
    """Whether attempts of the slice can be in the event's scope."""
    return all(where.get(field, value) == value for field, value in scope.items())
