"""The shipped rules against the attempts written beside them: match, no match, unknown."""

import duckdb
import pytest
from ruamel.yaml import YAML

from tests.attempt_rows import COLUMNS, relation
from workbench import paths
from workbench.rules.compiler import rule_sql
from workbench.rules.pack import shipped_pack

CASES = YAML(typ="safe", pure=True).load(paths.resources() / "rules" / "activation.cases.yaml")
OUTCOME = {"match": True, "no_match": False, "unknown": None}


def test_every_rule_has_cases_that_match_and_that_do_not() -> None:
    assert list(CASES) == [rule.code for rule in sorted(shipped_pack().rules, key=lambda r: r.line)]
    assert all(cases["match"] and cases["no_match"] for cases in CASES.values())


@pytest.mark.parametrize("code", list(CASES))
def test_a_rule_decides_its_cases(code: str) -> None:
    rule = shipped_pack().rule(code)
    assert rule is not None
    test = rule_sql(rule, shipped_pack(), COLUMNS)
    for kind, cases in CASES[code].items():
        for case in cases:
            (found,) = duckdb.sql(f"SELECT {test} FROM {relation([case])}").fetchone() or (None,)
            assert found is OUTCOME[kind], f"{code} should be {kind}: {case}"
