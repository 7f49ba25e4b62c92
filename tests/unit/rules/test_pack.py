"""Packs: what YAML becomes, and every mistake named with its line and column."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from workbench import texts
from workbench.domain.attempt import FieldType
from workbench.domain.errors import BadInput
from workbench.rules import yamltree
from workbench.rules.pack import load_pack, parse_pack, read_pack, shipped_pack

GOOD = """\
name: mine
version: "1.2"
rules:
  - code: X1
    cause: high_debt
    when:
      - decision = 'declined' AND debt_ratio > 0.5
      - dti > 20
    unless: age < 18
    cooldown: 30d
    attempts_cap: {24h: 3, 30d: 6}
    texts:
      en: {agent: "Debt {debt_ratio} over {debt_ratio.limit}.", customer: Too much debt., never_say: [score]}
    next_steps: [Pay some of it back]
  - code: X2
    cause: poor_repayment
    priority: 5
    when: overdue_count_24m >= 2
    rivals: [X1]
    suppressed: true
"""
EXTRA = {"dti": FieldType.REAL}


def refusal(text: str, extra: dict[str, FieldType] | None = None) -> BadInput:
    with pytest.raises(BadInput) as refused:
        parse_pack(text, "mine.yaml").check(extra)
    for lang in texts.LANGUAGES:
        assert "mine.yaml" in texts.error_text(lang, refused.value)
    return refused.value


def test_a_pack_is_read_whole_and_ranked_by_priority() -> None:
    pack = parse_pack(GOOD).check(EXTRA)
    assert (pack.name, pack.version) == ("mine", "1.2")
    assert [rule.code for rule in pack.rules] == ["X2", "X1"]
    rule = pack.rule("X1")
    assert rule is not None
    assert [c.sql for c in rule.when] == ["decision = 'declined'", "debt_ratio > 0.5", "dti > 20"]
    assert [c.negated for c in rule.conditions] == [False, False, False, True]
    assert rule.cooldown == timedelta(days=30)
    assert rule.attempts_cap == (("24h", 3), ("30d", 6))
    assert rule.symptom == "review_declined"
    assert rule.texts["en"].never_say == ("score",)
    assert rule.texts["en"].next_steps == ("Pay some of it back",)
    assert pack.rules[0].suppressed and pack.rules[0].rivals == ("X1",)


def test_a_files_own_columns_are_known_only_when_they_are_given() -> None:
    assert refusal(GOOD).key in ("rule_unknown_field", "rule_unknown_field_near")
    assert "dti" in parse_pack(GOOD).check(EXTRA).reads()


def test_a_misspelt_field_is_shown_with_file_line_column_and_the_nearest() -> None:
    error = refusal(GOOD.replace("overdue_count_24m", "overdue_count_24n"), EXTRA)
    assert error.key == "rule_unknown_field_near"
    assert (error.params["file"], error.params["line"], error.params["column"]) == (
        "mine.yaml",
        18,
        11,
    )
    assert error.params["near"] == "overdue_count_24m"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("cause: high_debt", "cause: high_dept", "pack_bad_value"),
        ("code: X2", "code: X1", "pack_duplicate_code"),
        ("priority: 5", "priority: five", "pack_not_integer"),
        ("priority: 5", "prioritiy: 5", "pack_unknown_key"),
        ("priority: 5", "cause: high_debt", "pack_duplicate_key"),
        ("cooldown: 30d", "cooldown: soon", "pack_bad_duration"),
        ("rivals: [X1]", "rivals: [X9]", "pack_bad_value"),
        ("when: overdue_count_24m >= 2", "note: none", "pack_missing_key"),
        ("when: overdue_count_24m >= 2", "when: []", "pack_not_list"),
        ("when: overdue_count_24m >= 2", "when: overdue_count_24m >=", "rule_syntax"),
        ('version: "1.2"', "version: !!python/object:os.system x", "pack_yaml_forbidden"),
        ('version: "1.2"', "version: &anchor x", "pack_yaml_forbidden"),
        ('version: "1.2"', "version: *anchor", "pack_yaml_forbidden"),
        ('version: "1.2"', "version: [[[[[[[[[[[[x]]]]]]]]]]]]", "pack_too_deep"),
        ('version: "1.2"', "version: 'x", "pack_yaml_syntax"),
        ("Debt {debt_ratio}", "Debt {phone}", "pack_placeholder"),
        ("Debt {debt_ratio}", "Debt {debt_ratio.__class__}", "pack_placeholder"),
        ("Too much debt.", '"Score {risk_score}"', "pack_placeholder_told"),
    ],
)
def test_each_mistake_has_its_own_message_and_place(old: str, new: str, key: str) -> None:
    assert old in GOOD
    error = refusal(GOOD.replace(old, new), EXTRA)
    assert error.key == key
    assert int(str(error.params["line"])) >= 1


def test_a_list_instead_of_a_pack_and_an_empty_file_are_refused() -> None:
    assert refusal("- 1\n").key == "pack_not_mapping"
    assert refusal("").key == "pack_empty"
    assert refusal("name: x\nversion: y\nrules: []\n").key == "pack_not_list"
    assert refusal("name: x\n---\nname: y\n").key == "pack_yaml_forbidden"


def test_an_alias_bomb_is_refused_at_its_first_anchor() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20)
    )
    error = refusal(bomb)
    assert (error.key, error.params["line"]) == ("pack_yaml_forbidden", 1)


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    big = tmp_path / "big.yaml"
    with big.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(BadInput) as refused:
        read_pack(big)
    assert refused.value.key == "pack_too_big"


@pytest.mark.parametrize(
    "text",
    ["[" * 400_000, "- " * 400_000, "a: " * 1000, "{" * 1000, "? " * 1000, "- x\n" * 200_000],
    ids=["brackets", "dashes", "colons", "braces", "questions", "items"],
)
def test_endless_yaml_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        yamltree.loads(text, "x.yaml")
    assert refused.value.key.startswith("pack_")


def test_a_line_separator_of_a_word_processor_is_a_space_and_no_new_line() -> None:
    root = yamltree.loads("name: 一\u2028二\x85三\nversion: '1\u2029'\nrules: []\n", "x.yaml")
    assert isinstance(root.value, dict)
    named = root.value["name"]
    assert (named.value, named.plain, root.value["rules"].line) == ("一 二 三", True, 3)


def test_reading_a_pack_leaves_the_slow_parser_alone() -> None:
    code = "import sys; from workbench.rules.pack import shipped_pack as p; p(); print('ruamel' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"


def test_a_missing_file_a_folder_and_another_encoding_are_refused(tmp_path: Path) -> None:
    wide = tmp_path / "wide.yaml"
    wide.write_bytes("name: 包".encode("utf-16"))
    for path, key in (
        (tmp_path / "none.yaml", "pack_unreadable"),
        (tmp_path, "pack_unreadable"),
        (wide, "pack_not_utf8"),
    ):
        with pytest.raises(BadInput) as refused:
            load_pack(path)
        assert refused.value.key == key


def test_the_shipped_pack_speaks_both_languages_in_two_registers_about_every_cause() -> None:
    pack = shipped_pack()
    causes = {rule.cause for rule in pack.rules}
    assert causes == {
        "thin_credit_history",
        "unstable_income",
        "poor_repayment",
        "high_debt",
        "identity_unverified",
        "ineligible",
        "high_concurrency",
        "risk_model_failure",
        "network_interruption",
        "service_defect",
        "regulatory_tightening",
        "market_competition",
    }
    assert not pack.reads() & {"attempt_id", "error_message", "occurred_at"}
    for rule in pack.rules:
        assert set(rule.texts) == {"zh", "en"}
        for text in rule.texts.values():
            assert text.agent and text.customer and text.never_say and text.next_steps
            assert "{" not in text.customer
            for word in ("评分", "模型", "风控", "score", "model"):
                assert word not in text.customer.lower()


def test_the_worked_example_of_the_manual_is_a_pack() -> None:
    page = Path(__file__).parents[3] / "docs" / "rules.md"
    example = page.read_text("utf-8").split("```yaml\n")[1].split("```")[0]
    pack = parse_pack(example).check()
    assert [rule.code for rule in pack.rules] == ["S01", "S02"]
