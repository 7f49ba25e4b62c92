"""Rule packs, read when first asked for: the readers of YAML and SQL are not needed to start."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.domain.rule_desk import Case, Finding
    from workbench.rules.pack import RulePack

PACK = "pack.yaml"  # what messages call a pack that has no name of its own


def parse_pack(text: str, name: str = PACK) -> "RulePack":
    from workbench.rules import pack

    return pack.parse_pack(text, name)


def read_pack(path: Path) -> "RulePack":
    from workbench.rules import pack

    return pack.read_pack(path)


def shipped_pack() -> "RulePack":
    from workbench.rules import pack

    return pack.shipped_pack()


def lint(pack: "RulePack", codes: Collection[str]) -> "list[Finding]":
    from workbench.rules.lint import lint

    return lint(pack, codes)


def all_cases(text: str, beside: str, pack: "RulePack") -> "list[Case]":
    from workbench.rules.cases import all_cases

    return all_cases(text, beside, pack)


def with_case(text: str, target: str, attempt: dict[str, object], note: str) -> str:
    from workbench.rules.cases import with_case

    return with_case(text, target, attempt, note)


def rule_fields(text: str, line: int, lines: list[int]) -> dict[str, Any]:
    from workbench.rules.editing import rule_fields

    return rule_fields(text, line, lines)


def with_rule(text: str, line: int, lines: list[int], changes: dict[str, Any]) -> str:
    from workbench.rules.editing import with_rule

    return with_rule(text, line, lines, changes)
