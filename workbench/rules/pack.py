"""Rule packs: what a pack says, and reading one from YAML with every mistake in its place."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from workbench import paths
from workbench.domain.attempt import ALL_FIELDS, FieldType
from workbench.domain.diagnosis import ReasonText
from workbench.domain.errors import BadInput
from workbench.domain.retry import PERIODS
from workbench.domain.taxonomy import GROUP_OF, Action, Cause, CauseGroup, Owner, Symptom
from workbench.rules import language, yamltree
from workbench.rules.language import Comparison, Fields, Refused
from workbench.rules.yamltree import Node

LANGUAGES = ("zh", "en")
MAX_RULES = 500
MAX_CODE = 40
# What may be put into a sentence for the customer: their own particulars, never our judgement.
_TELLABLE_SOURCES = frozenset({"application", "credit", "system", "customer"})
_UNTOLD = frozenset(
    {"error_code", "error_source", "error_message", "node", "http_status", "latency_ms"}
)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Condition:
    """One SQL condition as written, and where. After ``RulePack.check``: the fields that it
    reads, and its simple form if it has one. ``negated`` marks an 'unless'."""

    sql: str
    line: int
    column: int
    negated: bool = False
    fields: tuple[str, ...] = ()
    simple: Comparison | None = None


@dataclass(frozen=True)
class Rule:
    """One reason and when it holds: every ``when`` true and every ``unless`` false.

    A lower ``priority`` ranks first. ``cooldown`` is how long to wait after the attempt;
    ``attempts_cap`` holds (period of ``retry.PERIODS``, most attempts in it).
    ``texts`` may lack a language. ``suppressed`` keeps the reason from every customer.
    ``rivals`` are codes of rules that could have decided instead: where this rule ranks first
    but a rival is true or unknown, the diagnosis says 'possible' and not 'determined'.
    """

    code: str
    symptom: str
    cause: str
    priority: int
    when: tuple[Condition, ...]
    unless: tuple[Condition, ...] = ()
    texts: dict[str, ReasonText] = field(default_factory=dict)
    owner: str = Owner.AGENT.value
    action: str = Action.MANUAL_REVIEW.value
    cooldown: timedelta | None = None
    attempts_cap: tuple[tuple[str, int], ...] = ()
    suppressed: bool = False
    rivals: tuple[str, ...] = ()
    line: int = 1

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return self.when + self.unless

    @property
    def cause_group(self) -> str:
        return GROUP_OF[Cause(self.cause)].value


@dataclass(frozen=True)
class RulePack:
    """``rules`` stand in order of priority. ``fields`` are those that conditions may read, by
    type; empty until ``check``."""

    name: str
    version: str
    rules: tuple[Rule, ...]
    file: str = ""
    fields: dict[str, FieldType] = field(default_factory=dict)

    def check(self, extra_fields: Fields | None = None) -> "RulePack":
        """The pack with every condition typed against the attempt's fields and ``extra_fields``
        (a file's own columns). Raises BadInput with file, line, column."""
        fields = language.readable_fields(extra_fields)
        rules = tuple(
            replace(
                rule,
                when=_checked(rule.when, fields, self.file),
                unless=_checked(rule.unless, fields, self.file),
            )
            for rule in self.rules
        )
        return replace(self, rules=rules, fields=fields)

    def rule(self, code: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.code == code), None)

    def reads(self) -> frozenset[str]:
        """Every field that some condition reads; before ``check``, as the pack spells it."""
        conditions = [c for rule in self.rules for c in rule.conditions]
        return frozenset(name for c in conditions for name in c.fields or language.names(c.sql))


def load_pack(path: Path | str, extra_fields: Mapping[str, FieldType] = {}) -> RulePack:
    """A pack ready for use. Raises BadInput saying file, line, column and what was expected."""
    return read_pack(path).check(extra_fields)


def read_pack(path: Path | str) -> RulePack:
    """A pack whose fields are not looked up yet: ``check`` it once the file's columns are known."""
    path = Path(path)
    return _Reader(path.name).pack(yamltree.load(path))


def parse_pack(text: str, name: str = "pack.yaml") -> RulePack:
    """As ``read_pack``, from a text."""
    return _Reader(name).pack(yamltree.loads(text, name))


@lru_cache(maxsize=1)
def shipped_pack() -> RulePack:
    """The pack that comes with the product."""
    return load_pack(paths.resources() / "rules" / "activation.yaml")


def _checked(conditions: tuple[Condition, ...], fields: Fields, file: str) -> tuple[Condition, ...]:
    checked = []
    for condition in conditions:
        try:
            tree = language.parse(condition.sql)
            used = language.check(tree, fields)
        except Refused as refused:
            raise _refusal(refused, condition, file) from refused
        simple = language.comparison(tree, fields)
        checked.append(replace(condition, fields=used, simple=simple))
    return tuple(checked)


def _refusal(refused: Refused, condition: Condition, file: str) -> BadInput:
    """A place within a multi-line text is that of its line only."""
    lines = condition.sql[: refused.offset].count("\n")
    column = condition.column + (refused.offset if not lines else 0)
    return BadInput(
        refused.key, file=file, line=condition.line + lines, column=column, **refused.params
    )


class _Reader:
    """Turns the tree of one file into a pack, or says where it is wrong."""

    _PACK_KEYS = ("name", "version", "description", "rules", "cases")  # those: rules/cases.py
    _RULE_KEYS = (
        "code",
        "symptom",
        "cause",
        "priority",
        "when",
        "unless",
        "texts",
        "next_steps",
        "owner",
        "action",
        "cooldown",
        "attempts_cap",
        "suppressed",
        "rivals",
        "note",
    )
    _TEXT_KEYS = ("agent", "customer", "never_say", "next_steps")

    def __init__(self, file: str) -> None:
        self.file = file

    def fail(self, key: str, node: Node, **params: object) -> BadInput:
        return BadInput(key, file=self.file, line=node.line, column=node.column, **params)

    # shapes
    def mapping(
        self, node: Node, what: str, keys: tuple[str, ...] | None = None
    ) -> dict[str, Node]:
        if not isinstance(node.value, dict):
            raise self.fail("pack_not_mapping", node, entry=what)
        for key in node.value:
            if keys is not None and key not in keys:
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
        return {k: v for k, v in node.value.items() if not _is_null(v)}

    def text(self, node: Node, what: str) -> str:
        if not isinstance(node.value, str) or not node.value.strip():
            raise self.fail("pack_not_text", node, entry=what)
        return node.value.strip()

    def texts(self, node: Node, what: str) -> tuple[str, ...]:
        """A list of texts, or one text as a list of one."""
        if isinstance(node.value, str):
            return (self.text(node, what),)
        if not isinstance(node.value, list):
            raise self.fail("pack_not_list", node, entry=what)
        return tuple(self.text(item, what) for item in node.value)

    def required(self, found: dict[str, Node], key: str, node: Node) -> Node:
        if key not in found:
            raise self.fail("pack_missing_key", node, entry=key)
        return found[key]

    def one_of(self, node: Node, what: str, allowed: tuple[str, ...]) -> str:
        value = self.text(node, what)
        if value not in allowed:
            near = difflib.get_close_matches(value, allowed, 1, 0.5)
            raise self.fail(
                "pack_bad_value",
                node,
                entry=what,
                value=value[:60],
                allowed=near[0] if near else " / ".join(allowed),
            )
        return value

    def number(self, node: Node, what: str) -> int:
        value = self.text(node, what)
        if not re.fullmatch(r"-?\d{1,6}", value):
            raise self.fail("pack_not_integer", node, entry=what, value=value[:60])
        return int(value)

    def flag(self, node: Node, what: str) -> bool:
        return self.one_of(node, what, ("true", "false")) == "true"

    # the pack
    def pack(self, root: Node) -> RulePack:
        found = self.mapping(root, "pack", self._PACK_KEYS)
        name = self._label(self.required(found, "name", root), "name")
        version = self._label(self.required(found, "version", root), "version")
        listed = self.required(found, "rules", root)
        if not isinstance(listed.value, list) or not listed.value:
            raise self.fail("pack_not_list", listed, entry="rules")
        if len(listed.value) > MAX_RULES:
            raise self.fail("pack_too_long", listed, limit=MAX_RULES)
        rules = [self._rule(node, (i + 1) * 10) for i, node in enumerate(listed.value)]
        seen: dict[str, Rule] = {}
        for rule, node in zip(rules, listed.value, strict=True):
            if rule.code in seen:
                raise self.fail(
                    "pack_duplicate_code",
                    self.mapping(node, "rules")["code"],
                    code=rule.code,
                    first=seen[rule.code].line,
                )
            seen[rule.code] = rule
        for rule, node in zip(rules, listed.value, strict=True):
            for rival in rule.rivals:
                if rival not in seen or rival == rule.code:
                    others = [code for code in seen if code != rule.code]
                    near = difflib.get_close_matches(rival, others, 1, 0.3)
                    raise self.fail(
                        "pack_bad_value",
                        self.mapping(node, "rules")["rivals"],
                        entry="rivals",
                        value=rival[:60],
                        allowed=near[0] if near else " / ".join(others[:20]),
                    )
        ordered = sorted(rules, key=lambda rule: rule.priority)  # stable: then as they stand
        return RulePack(name, version, tuple(ordered), self.file)

    def _label(self, node: Node, what: str) -> str:
        value = self.text(node, what)
        if not re.fullmatch(r"[\w.+ -]{1,60}", value):
            raise self.fail("pack_bad_label", node, entry=what)
        return value

    def _rule(self, node: Node, default_priority: int) -> Rule:
        found = self.mapping(node, "rules", self._RULE_KEYS)
        code = self.text(self.required(found, "code", node), "code")
        if not re.fullmatch(rf"[\w.-]{{1,{MAX_CODE}}}", code):
            raise self.fail("pack_bad_label", found["code"], entry="code")
        cause = self.one_of(self.required(found, "cause", node), "cause", tuple(Cause))
        when = self._conditions(self.required(found, "when", node), "when")
        if not when:
            raise self.fail("pack_not_list", found["when"], entry="when")
        unless = self._conditions(found["unless"], "unless") if "unless" in found else ()
        rule = Rule(
            code=code,
            symptom=(
                self.one_of(found["symptom"], "symptom", tuple(Symptom))
                if "symptom" in found
                else _usual_symptom(Cause(cause))
            ),
            cause=cause,
            priority=(
                self.number(found["priority"], "priority")
                if "priority" in found
                else default_priority
            ),
            when=when,
            unless=unless,
            line=node.line,
        )
        if "owner" in found:
            rule = replace(rule, owner=self.one_of(found["owner"], "owner", tuple(Owner)))
        if "action" in found:
            rule = replace(rule, action=self.one_of(found["action"], "action", tuple(Action)))
        if "cooldown" in found:
            rule = replace(rule, cooldown=self._duration(found["cooldown"], "cooldown"))
        if "attempts_cap" in found:
            rule = replace(rule, attempts_cap=self._caps(found["attempts_cap"]))
        if "suppressed" in found:
            rule = replace(rule, suppressed=self.flag(found["suppressed"], "suppressed"))
        if "rivals" in found:
            rule = replace(rule, rivals=self.texts(found["rivals"], "rivals"))
        return replace(rule, texts=self._texts(found))

    def _conditions(self, node: Node, what: str) -> tuple[Condition, ...]:
        """Parsed here already, so that what can never be a rule is refused with the file."""
        items = node.value if isinstance(node.value, list) else [node]
        conditions: list[Condition] = []
        for item in items:
            sql = self.text(item, what)
            column = item.column + (1 if item.quoted else 0)
            whole = Condition(sql, item.line, column, negated=what == "unless")
            try:
                tree = language.parse(sql)
            except Refused as refused:
                raise _refusal(refused, whole, self.file) from refused
            parts = language.conjuncts(tree) if what == "when" else [tree]
            if len(parts) == 1:
                conditions.append(whole)
                continue
            for part in parts:  # each its own line of evidence; the same meaning under AND
                sql_part = part.sql(dialect="duckdb")
                start = language.offset(part) if item.plain or item.quoted else 0
                conditions.append(Condition(sql_part, item.line, column + start))
        return tuple(conditions)

    def _texts(self, found: dict[str, Node]) -> dict[str, ReasonText]:
        steps = self._steps(found["next_steps"]) if "next_steps" in found else {}
        texts: dict[str, ReasonText] = {}
        by_language = self.mapping(found["texts"], "texts", LANGUAGES) if "texts" in found else {}
        for lang, node in by_language.items():
            parts = self.mapping(node, lang, self._TEXT_KEYS)
            agent = self.text(self.required(parts, "agent", node), "agent")
            customer = self.text(self.required(parts, "customer", node), "customer")
            self._placeholders(agent, parts["agent"], told=False)
            self._placeholders(customer, parts["customer"], told=True)
            own = self.texts(parts["next_steps"], "next_steps") if "next_steps" in parts else ()
            texts[lang] = ReasonText(
                agent,
                customer,
                self.texts(parts["never_say"], "never_say") if "never_say" in parts else (),
                own or steps.get(lang, ()),
            )
        return texts

    def _steps(self, node: Node) -> dict[str, tuple[str, ...]]:
        """By language, or one list for all."""
        if isinstance(node.value, dict):
            by_language = self.mapping(node, "next_steps", LANGUAGES)
            return {lang: self.texts(item, lang) for lang, item in by_language.items()}
        return dict.fromkeys(LANGUAGES, self.texts(node, "next_steps"))

    def _placeholders(self, sentence: str, node: Node, *, told: bool) -> None:
        for name in _PLACEHOLDER.findall(sentence):
            base = name.removesuffix(".limit")
            known = ALL_FIELDS.get(base)
            if not re.fullmatch(r"\w{1,60}", base) or (known is not None and known.identity):
                raise self.fail("pack_placeholder", node, name=name[:60])
            ours = known is not None and (known.source not in _TELLABLE_SOURCES or base in _UNTOLD)
            if told and ours:
                raise self.fail("pack_placeholder_told", node, name=name[:60])

    def _duration(self, node: Node, what: str) -> timedelta:
        """``30d``, ``2h``, ``15m``, ISO 8601 ``P30D`` or ``PT2H``; a bare number is days."""
        value = self.text(node, what)
        found = re.fullmatch(r"(?:P(?=\d+D$)|PT(?=\d+[HM]$))?(\d{1,4})\s*([dhmDHM]?)", value)
        if not found:
            raise self.fail("pack_bad_duration", node, entry=what, value=value[:60])
        unit = {"d": "days", "h": "hours", "m": "minutes"}[found[2].lower() or "d"]
        return timedelta(**{unit: int(found[1])})

    def _caps(self, node: Node) -> tuple[tuple[str, int], ...]:
        """``{24h: 3, month: 6}``; a bare number counts within 24 hours."""
        if isinstance(node.value, str):
            return (("24h", self._cap(node)),)
        found = self.mapping(node, "attempts_cap", PERIODS)
        return tuple((period, self._cap(value)) for period, value in found.items())

    def _cap(self, node: Node) -> int:
        most = self.number(node, "attempts_cap")
        if most < 1:
            raise self.fail("pack_bad_cap", node, value=str(most))
        return most


def _is_null(node: Node) -> bool:
    return isinstance(node.value, str) and not node.quoted and node.value in ("", "~", "null")


def _usual_symptom(cause: Cause) -> str:
    """What a customer mostly meets, for a rule that does not say."""
    special = {
        Cause.NETWORK_INTERRUPTION: Symptom.NETWORK_FAILURE,
        Cause.MARKET_COMPETITION: Symptom.ABANDONED,
        Cause.RISK_MODEL_FAILURE: Symptom.REVIEW_DECLINED,
        Cause.IDENTITY_UNVERIFIED: Symptom.UI_ERROR,
    }
    technical = GROUP_OF[cause] in (CauseGroup.TECHNICAL, CauseGroup.UNDETERMINED)
    return special.get(cause, Symptom.UI_ERROR if technical else Symptom.REVIEW_DECLINED).value
