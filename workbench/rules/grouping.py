"""How failures are grouped: the product's fingerprint, and a site's own refinements of it.

A refinement is YAML in the rules' own language: failures for which all of ``when`` holds (the first
refinement that fits counts) are also grouped ``by`` further fields, or ``without`` some part.
"""

import difflib
import re
from dataclasses import dataclass

from workbench.domain.errors import BadInput
from workbench.domain.trend import CODE_FIELDS, SLICE_FIELDS
from workbench.rules import language, yamltree
from workbench.rules.pack import Condition
from workbench.rules.yamltree import Node

VERSION = "v1"  # of the fingerprint: another one where its parts are made otherwise
PARTS = ("scheme", "code", "reason", "step", "version")
# Coded fields alone: free text would make a group of each failure, and may name people.
BY = tuple(
    sorted(
        {*SLICE_FIELDS, *CODE_FIELDS, "campaign", "policy", "external_source"}
        - {"outcome", "status", "reason_code", "step"}
    )
)
MAX_REFINEMENTS = 50
_LABEL = re.compile(r"[\w.-]{1,40}")
_KEYS = ("name", "version", "refine")
_REFINEMENT_KEYS = ("name", "when", "by", "without")


@dataclass(frozen=True)
class Refinement:
    """``when`` as written; where it stands is in the conditions."""

    name: str
    when: tuple[Condition, ...]
    by: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grouping:
    """``schemes`` maps a folded error source (and ``decline_code``) to the scheme of its codes,
    where that is another."""

    refinements: tuple[Refinement, ...] = ()
    version: str = ""
    file: str = ""
    schemes: tuple[tuple[str, str], ...] = ()

    @property
    def stamp(self) -> str:
        """What an issue keeps: by which fingerprint it was made."""
        return f"{VERSION}+{self.version}" if self.version else VERSION

    def check(self, extra: language.Fields | None = None) -> "Grouping":
        """Typed against the attempt's fields and a store's own columns. Raises BadInput with
        file, line, column."""
        fields = language.readable_fields(extra)
        for refinement in self.refinements:
            for condition in refinement.when:
                try:
                    language.check(language.parse(condition.sql), fields)
                except language.Refused as refused:
                    raise _refusal(refused, condition, self.file) from refused
        return self


def parse_grouping(text: str, name: str = "grouping.yaml") -> Grouping:
    """Raises BadInput saying file, line, column and what was expected. Fields that only a store
    knows are looked up by ``check``."""
    return _Reader(name).grouping(yamltree.loads(text, name))


def _refusal(refused: language.Refused, condition: Condition, file: str) -> BadInput:
    return BadInput(
        refused.key,
        file=file,
        line=condition.line,
        column=condition.column + refused.offset,
        **refused.params,
    )


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file

    def fail(self, key: str, node: Node, **params: object) -> BadInput:
        return BadInput(key, file=self.file, line=node.line, column=node.column, **params)

    def grouping(self, root: Node) -> Grouping:
        found = self.mapping(root, "grouping", _KEYS, ("version", "refine"))
        nodes = self.items(found["refine"], "refine")
        if len(nodes) > MAX_REFINEMENTS:
            raise self.fail("pack_too_long", found["refine"], limit=MAX_REFINEMENTS)
        refinements: dict[str, tuple[Refinement, Node]] = {}
        for node in nodes:
            made = self.refinement(node)
            if made.name in refinements:
                first = refinements[made.name][1].line
                raise self.fail("pack_duplicate_code", node, code=made.name, first=first)
            refinements[made.name] = made, node
        version = self.label(found["version"], "version")
        return Grouping(tuple(r for r, _ in refinements.values()), version, self.file)

    def refinement(self, node: Node) -> Refinement:
        found = self.mapping(node, "refine", _REFINEMENT_KEYS, ("name", "when"))
        if "by" not in found and "without" not in found:
            raise self.fail("pack_missing_key", node, entry="by")
        listed = found["when"].value
        nodes = listed if isinstance(listed, list) and listed else [found["when"]]
        return Refinement(
            self.label(found["name"], "name"),
            tuple(map(self.condition, nodes)),
            self.some(found.get("by"), "by", BY),
            self.some(found.get("without"), "without", PARTS),
        )

    def condition(self, node: Node) -> Condition:
        made = Condition(
            self.text(node, "when"), node.line, node.column + (1 if node.quoted else 0)
        )
        try:
            language.parse(made.sql)
        except language.Refused as refused:
            raise _refusal(refused, made, self.file) from refused
        return made

    def mapping(
        self, node: Node, what: str, keys: tuple[str, ...], needed: tuple[str, ...]
    ) -> dict[str, Node]:
        if not isinstance(node.value, dict):
            raise self.fail("pack_not_mapping", node, entry=what)
        for key in node.value:
            if key not in keys:
                line, column = (node.keys or {})[key]
                near = difflib.get_close_matches(key, keys, 1, 0.5)
                raise BadInput(
                    "pack_unknown_key",
                    file=self.file,
                    line=line,
                    column=column,
                    entry=key[:60],
                    near=near[0] if near else " / ".join(keys),
                )
        for key in needed:
            if key not in node.value:
                raise self.fail("pack_missing_key", node, entry=key)
        return node.value

    def items(self, node: Node, what: str) -> list[Node]:
        if not isinstance(node.value, list) or not node.value:
            raise self.fail("pack_not_list", node, entry=what)
        return node.value

    def text(self, node: Node, what: str) -> str:
        if not isinstance(node.value, str) or not node.value.strip():
            raise self.fail("pack_not_text", node, entry=what)
        return node.value.strip()

    def label(self, node: Node, what: str) -> str:
        value = self.text(node, what)
        if not _LABEL.fullmatch(value):
            raise self.fail("pack_bad_label", node, entry=what)
        return value

    def some(self, node: Node | None, what: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        if node is None:
            return ()
        values = []
        for item in self.items(node, what):
            value = self.text(item, what)
            if value not in allowed:
                near = difflib.get_close_matches(value, allowed, 1, 0.5)
                raise self.fail(
                    "pack_bad_value",
                    item,
                    entry=what,
                    value=value[:60],
                    allowed=near[0] if near else " / ".join(allowed),
                )
            values.append(value)
        return tuple(dict.fromkeys(values))
