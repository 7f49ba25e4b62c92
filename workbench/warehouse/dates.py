"""Whether the day or the month stands first in dates such as 03/10/2026: told by all of a column.

The first rows seldom tell: a day's export holds one date. Where nobody tells, nothing is guessed.
"""

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from workbench.domain.errors import BadInput
from workbench.domain.progress import CancelToken
from workbench.warehouse.readers import Source
from workbench.warehouse.recognise import UNTOLD, ColumnPlan

_YEAR_LAST = r"^\s*(?P<first>\d{1,2})[/.\-](?P<second>\d{1,2})[/.\-]\d{4}\b"


def settled_dates(
    source: Source, plans: Sequence[ColumnPlan], cancel: CancelToken
) -> list[ColumnPlan]:
    """The plans with every date order known; reads the file once more where its head did not tell.

    Raises BadInput('ambiguous_dates') where no date of the file tells.
    """
    open_ones = [plan.index for plan in plans if plan.date_order == UNTOLD]
    orders: dict[int, str] = {}
    if open_ones:
        for batch in source.batches():
            cancel.check()
            for index in open_ones:
                if order := _told(batch.column(index)):
                    orders.setdefault(index, order)
            if len(orders) == len(open_ones):
                break
        source.rejected = []
    settled = []
    for plan in plans:
        if plan.date_order == UNTOLD:
            if plan.index not in orders:
                raise BadInput("ambiguous_dates", file=source.path.name, column=plan.header)
            plan = replace(plan, date_order=orders[plan.index])
        settled.append(plan)
    return settled


def _told(column: pa.Array) -> str | None:
    """'dmy' or 'mdy' as soon as one date has a number beyond 12."""
    parts = pc.extract_regex(column, _YEAR_LAST)
    for name, order in (("first", "dmy"), ("second", "mdy")):
        numbers = pc.cast(pc.drop_null(pc.struct_field(parts, name)), pa.int32())
        if len(numbers) and pc.max(numbers).as_py() > 12:
            return order
    return None
