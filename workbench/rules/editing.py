"""One rule of a pack's text changed, everything else left as it was written, comments and all.

Only for a text that ``parse_pack`` has read: it holds no tags, anchors or aliases then.
"""

from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

LISTS = ("when", "unless")
_WIDTH = 100_000  # a line is never broken


def rule_fields(text: str, line: int, lines: Sequence[int]) -> dict[str, Any]:
    """What stands under the keys of the rule that begins at ``line``; ``lines`` are where all rules
    begin. ``when`` and ``unless`` are lists of conditions in one line each."""
    start, end = _place(text, line, lines)
    found = dict(_load(_block(text, start, end)))
    for name in LISTS:
        value = found.get(name) or []
        found[name] = [
            " ".join(str(c).split()) for c in ([value] if isinstance(value, str) else value)
        ]
    return found


def with_rule(text: str, line: int, lines: Sequence[int], changes: Mapping[str, Any]) -> str:
    """The text with these keys of the rule changed; keys with a dot go into ``texts``
    (``zh.agent``). An empty value takes its key away."""
    start, end = _place(text, line, lines)
    block = _block(text, start, end)
    rule, before = _load(block), rule_fields(text, line, lines)
    changed = False
    for name, value in changes.items():
        language, _, part = name.partition(".")
        if part:
            texts = rule.setdefault("texts", {})
            inner = texts.setdefault(language, {})
            changed |= _set(inner, part, value, inner.get(part))
        else:
            changed |= _set(rule, name, value, before.get(name))
    if not changed:
        return text
    made = StringIO()
    _yaml().dump([rule], made)
    indent = len(block) - len(block.lstrip(" "))
    written = [f"{' ' * indent}{row[2:]}" if row.strip() else "\n" for row in
               made.getvalue().splitlines(keepends=True)]  # fmt: skip
    rows = text.splitlines(keepends=True)
    return "".join((*rows[:start], *written, *rows[end:]))


def _set(where: Any, name: str, value: Any, before: Any) -> bool:
    if value == before or (not value and not before and value != 0):
        return False
    if value in ("", None, []):
        where.pop(name, None)
    else:
        where[name] = value
    return True


def _place(text: str, line: int, lines: Sequence[int]) -> tuple[int, int]:
    """From the rule's first row to the one after its last; comments before the next rule are that
    one's."""
    rows = text.splitlines()
    start = line - 1
    end = min((n for n in lines if n > line), default=len(rows) + 1) - 1
    indent = len(rows[start]) - len(rows[start].lstrip(" "))
    for place in range(start + 1, end):  # another key of the pack ends the last rule
        row = rows[place].lstrip(" ")
        if row and row[0] not in "#-" and len(rows[place]) - len(row) <= indent:
            end = place
            break
    while end > start + 1 and (not rows[end - 1].strip() or rows[end - 1].lstrip().startswith("#")):
        end -= 1
    return start, end


def _block(text: str, start: int, end: int) -> str:
    return "".join(text.splitlines(keepends=True)[start:end])


def _load(block: str) -> Any:
    return _yaml().load(block)[0]


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
