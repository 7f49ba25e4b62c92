"""The cases of a pack: attempts written in it (under ``cases``) or beside it (``pack.cases.yaml`` for
``pack.yaml``), and what must come of each.

By rule code, or by cause for the principal one: lists of attempts under ``match``, ``no_match`` and,
for a rule, ``unknown``. A fact that an attempt does not name is missing.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from workbench.domain.attempt import FieldType
from workbench.domain.errors import BadInput
from workbench.domain.rule_desk import Case
from workbench.domain.taxonomy import Cause
from workbench.rules import yamltree
from workbench.rules.language import readable_fields
from workbench.rules.pack import RulePack
from workbench.rules.yamltree import Node

SUFFIX = ".cases.yaml"
_OF_RULE = ("match", "no_match", "unknown")
_OF_CAUSE = ("match", "no_match")


def cases_file(pack: Path) -> Path:
    """Where the cases of a pack file are."""
    return pack.with_name(pack.name.removesuffix(".yaml").removesuffix(".yml") + SUFFIX)


def all_cases(text: str, beside: str, pack: RulePack) -> list[Case]:
    """Those in the pack ``text`` and those beside it."""
    name = pack.file or "pack.yaml"
    inside = _mapping(yamltree.loads(text, name), name).get("cases")
    found = _cases(inside, pack, name) if inside is not None else []
    return found + read_cases(beside, pack, cases_file(Path(name)).name)


def read_cases(text: str, pack: RulePack, name: str = "pack.cases.yaml") -> list[Case]:
    """In order of the file; an empty one has none. Raises BadInput with file, line and column."""
    return _cases(yamltree.loads(text, name), pack, name) if text.strip() else []


def _cases(root: Node, pack: RulePack, name: str) -> list[Case]:
    fields = dict(pack.fields) or readable_fields()
    codes = {rule.code for rule in pack.rules}
    found: list[Case] = []
    for target, kinds in _mapping(root, name).items():
        if target not in codes and target not in set(Cause):
            raise _fail("case_of_nothing", kinds, name, target=target[:40])
        allowed = _OF_RULE if target in codes else _OF_CAUSE
        for expected, listed in _mapping(kinds, name).items():
            if expected not in allowed:
                raise _fail(
                    "case_kind", listed, name, kind=expected[:40], kinds=" / ".join(allowed)
                )
            if not isinstance(listed.value, list):
                raise _fail("pack_not_list", listed, name, entry=expected)
            found += [_case(target, expected, node, fields, name) for node in listed.value]
    return found


def with_case(text: str, target: str, attempt: Mapping[str, object], note: str) -> str:
    """The file of cases ``text`` with one more attempt that must match ``target``; everything else
    stays as it was written. ``note`` becomes a comment."""
    facts = ", ".join(f"{name}: {_written(value)}" for name, value in attempt.items())
    item = f"- {{{facts}}}  # {note}\n"
    root = yamltree.loads(text, "cases") if text.strip() else None
    known = root.value if root is not None and isinstance(root.value, dict) else {}
    kinds = known.get(target)
    lines = text.splitlines(keepends=True)
    if root is None or kinds is None or not isinstance(kinds.value, dict):
        end = "" if not text or text.endswith("\n") else "\n"
        return f"{text}{end}{target}:\n  match:\n    {item}"
    listed = kinds.value.get("match")
    if listed is None:
        indent = " " * (kinds.column - 1)
        lines.insert(kinds.line - 1, f"{indent}match:\n{indent}  {item}")
        return "".join(lines)
    place = lines[listed.line - 1]
    at = listed.column - 1
    if place[at : at + 1] == "[":  # a list in one line; a comment cannot stand in it
        lines[listed.line - 1] = f"{place[: at + 1]}{{{facts}}}, {place[at + 1 :]}"
    else:
        lines.insert(listed.line - 1, " " * at + item)
    return "".join(lines)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | Decimal):
        return f"{value}"
    return "'" + str(value).replace("'", "''").replace("\n", " ") + "'"


def _case(target: str, expected: str, node: Node, fields: dict[str, FieldType], name: str) -> Case:
    attempt: dict[str, str | None] = {}
    for fact, value in _mapping(node, name).items():
        if fact not in fields:
            raise _fail("case_field", value, name, field=fact[:40])
        if not isinstance(value.value, str):
            raise _fail("pack_not_text", value, name, entry=fact)
        missing = not value.quoted and value.value in ("", "~", "null")
        if not missing and not _fits(value.value, fields[fact]):
            raise _fail("case_value", value, name, field=fact, value=value.value[:40])
        attempt[fact] = None if missing else value.value
    return Case(target, expected, attempt, node.line, node.column, name)


def _fits(text: str, kind: FieldType) -> bool:
    try:
        match kind:
            case FieldType.INTEGER:
                int(text)
            case FieldType.REAL | FieldType.DECIMAL:
                return Decimal(text).is_finite()
            case FieldType.BOOLEAN:
                return text.lower() in ("true", "false")
            case FieldType.TIMESTAMP:
                datetime.fromisoformat(text)
    except (ValueError, ArithmeticError):
        return False
    return True


def _mapping(node: Node, name: str) -> dict[str, Node]:
    if not isinstance(node.value, dict):
        raise _fail("pack_not_mapping", node, name, entry="cases")
    return node.value


def _fail(key: str, node: Node, name: str, **params: object) -> BadInput:
    return BadInput(key, file=name, line=node.line, column=node.column, **params)
