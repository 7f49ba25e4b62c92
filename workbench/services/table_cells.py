"""How values stand in the cells of an exported table."""

import json
from datetime import datetime

from workbench.domain.times import iso_local


def cell(value: object) -> object:
    match value:
        case datetime():
            return iso_local(value)
        case tuple():
            return ", ".join(map(str, value)) or None
        case dict():
            return json.dumps(value, ensure_ascii=False) if value else None
    return value
