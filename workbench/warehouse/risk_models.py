"""Risk models counted: decisions by version and group, scores in fine bins, declines that look wrong."""

from collections.abc import Sequence

from workbench.domain.attempt import AttemptRow
from workbench.domain.risk_model import Bin, Reviewed
from workbench.warehouse.context import SOUND, VERDICT
from workbench.warehouse.engines import Session
from workbench.warehouse.lookup import attempts_where
from workbench.warehouse.trends import checked

_BINS = 200
_AT_ONCE = 500
_OF_MODEL = "occurred_at IS NOT NULL AND COALESCE(risk_model, '') <> ''"
_REVIEWED = f"{VERDICT} IN ('approved', 'declined', 'manual')"
_DECLINED = f"COALESCE({VERDICT} = 'declined', FALSE)"
_FIT = f"({SOUND}) AND policy IS NULL"
_WRONG = f"risk_model = ? AND occurred_at IS NOT NULL AND {_DECLINED} AND {_FIT}"
_PASSED = f"""EXISTS (SELECT 1 FROM (
  SELECT customer_key AS customer, MIN(occurred_at) AS first FROM attempts
  WHERE {VERDICT} = 'approved' AND occurred_at IS NOT NULL GROUP BY customer_key) AS passed
  WHERE passed.customer = a.customer_key AND passed.first < a.occurred_at)"""


def reviewed(session: Session, field: str) -> list[Reviewed]:
    """Decisions of every model in every group by a slice field."""
    rows = session.rows(
        f"SELECT risk_model, nullif({checked(field)}, '') AS part, count(*),"
        f" count(*) FILTER ({_DECLINED}), count(*) FILTER ({_FIT}),"
        f" count(*) FILTER ({_FIT} AND {_DECLINED}), min(occurred_at), max(occurred_at)"
        f" FROM attempts WHERE {_OF_MODEL} AND {_REVIEWED} GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return [Reviewed(*row) for row in rows]


def scores(session: Session) -> dict[str, list[Bin]]:
    """By model: how many scores lie in each of many bins of equal width."""
    found = session.rows(
        f"SELECT min(risk_score), max(risk_score) FROM attempts WHERE {_OF_MODEL}"
    )[0]
    if found[0] is None or found[0] == found[1]:
        return {}
    low, width = float(found[0]), (float(found[1]) - float(found[0])) / _BINS
    rows = session.rows(
        "SELECT risk_model, CAST(FLOOR((risk_score - ?) / ?) AS INTEGER) AS place, count(*),"
        f" count(*) FILTER ({_FIT}) FROM attempts WHERE {_OF_MODEL} AND risk_score IS NOT NULL"
        " GROUP BY 1, 2 ORDER BY 1, 2",
        [low, width],
    )
    by_model: dict[str, list[Bin]] = {}
    for model, *bin_ in rows:
        place, all_, sound = bin_
        by_model.setdefault(model, []).append((place, all_, sound))
    return by_model


def passed_before(session: Session) -> dict[str, int]:
    """By model: declined sound customers' attempts after one that a model approved."""
    rows = session.rows(
        f"SELECT risk_model, count(*) FROM attempts AS a WHERE {_OF_MODEL} AND {_DECLINED}"
        f" AND {_FIT} AND {_PASSED} GROUP BY 1 ORDER BY 1"
    )
    return dict(rows)


def wrong(
    session: Session, model: str, *, passed: bool, limit: int, offset: int
) -> list[AttemptRow]:
    """Declines of sound customers, newest first; ``passed``: of those approved before alone."""
    return attempts_where(session, _wrong(passed), [model], limit, offset)


def count_wrong(session: Session, model: str, *, passed: bool) -> int:
    sql = f"SELECT count(*) FROM attempts AS a WHERE {_wrong(passed)}"
    return int(session.rows(sql, [model])[0][0])


def models_of(session: Session, attempt_ids: Sequence[str]) -> dict[str, str]:
    """The model that reviewed each of these attempts."""
    found: dict[str, str] = {}
    for start in range(0, len(attempt_ids), _AT_ONCE):
        some = list(attempt_ids[start : start + _AT_ONCE])
        marks = ", ".join("?" * len(some))
        rows = session.rows(
            "SELECT attempt_id, risk_model FROM attempts"
            f" WHERE COALESCE(risk_model, '') <> '' AND attempt_id IN ({marks})",
            some,
        )
        found |= dict(rows)
    return found


def _wrong(passed: bool) -> str:
    return f"{_WRONG} AND {_PASSED}" if passed else _WRONG
