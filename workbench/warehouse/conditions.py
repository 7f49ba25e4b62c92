"""Whether conditions of the rule language hold for one attempt: the rules' own semantics."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from workbench.domain.errors import BadInput
from workbench.rules.compiler import condition_sql
from workbench.rules.pack import Condition, RulePack

Rows = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]  # ``Session.rows``


def outcomes(
    rows: Rows,
    pack: RulePack,
    conditions: Sequence[str],
    columns: Collection[str],
    attempt_id: str,
    *,
    where: str,
    params: Sequence[object],
) -> dict[str, bool | None]:
    """Each of ``conditions`` with its outcome for the attempt that ``where`` finds; None is
    unknown. ``pack`` has its fields checked. Raises BadInput('no_such_attempt')."""
    asked = list(dict.fromkeys(conditions))
    selected = [condition_sql(Condition(sql, 1, 1), pack, columns) for sql in asked]
    found = rows(
        f"SELECT {', '.join([*selected, 'TRUE'])} FROM attempts WHERE {where} LIMIT 1", params
    )
    if not found:
        raise BadInput("no_such_attempt", attempt=attempt_id)
    values = found[0][: len(asked)]
    return {
        sql: None if value is None else bool(value)
        for sql, value in zip(asked, values, strict=True)
    }
