"""Conditions read out: what a card says for the SQL of a rule."""

import pytest

from workbench.services.conditions import asked, condition_words, fields_in


@pytest.mark.parametrize(
    ("sql", "zh", "en"),
    [
        ("credit_history_months < 6", "信用记录 < 6 个月", "Credit history < 6 months"),
        ("COALESCE(decision, 'none') = 'declined'", "审批结论 = 拒绝", "Decision = Declined"),
        ("3000 <= latency_ms", "3,000 毫秒 ≤ 耗时", "3,000 ms ≤ Latency"),
        ("NOT (channel IN ('h5', 'pc_web'))", "渠道 不属于 H5 网页、电脑网页",
         "Channel is none of H5 page, PC web"),
        ("policy IS NOT NULL AND load_ratio >= 1.5", "政策 有记录 且 负载倍数 ≥ 1.5 倍",
         "Policy on record and Load against usual ≥ 1.5 ×"),
        ("http_status BETWEEN 200 AND 428", "HTTP 状态 在 200 与 428 之间",
         "HTTP status between 200 and 428"),
        ("identity_verified = FALSE", "实名认证 = 否", "Identity verified = no"),
        ("exit_reason LIKE '%花呗%'", "放弃原因 含“花呗”", "Exit reason contains “花呗”"),
    ],
)  # fmt: skip
def test_a_condition_is_read_out_in_both_languages(sql, zh, en):
    assert condition_words("zh", sql) == zh
    assert condition_words("en", sql) == en


def test_a_long_list_names_the_first_few_and_how_many_there_are():
    sql = "error_code IN ('A', 'B', 'C', 'D', 'E')"
    assert condition_words("en", sql) == "Error code is one of A, B, C and others (5 in all)"


def test_what_has_no_words_names_its_fields():
    sql = "CASE WHEN exit_reason = 'x' THEN TRUE ELSE age > 3 END"
    assert condition_words("en", sql) == "Exit reason, Age is one that the rule names"
    assert fields_in(sql) == ("exit_reason", "age")


def test_what_is_no_sql_comes_back_as_it_is():
    assert condition_words("en", "broken ((") == "broken (("
    assert fields_in("broken ((") == ()


def test_a_limit_is_said_without_its_field():
    assert asked("zh", "credit_history_months", "<", "6") == "< 6 个月"
    assert asked("en", "channel", "in", "h5, pc_web") == "is one of H5 page, PC web"
    assert asked("en", "policy", "is not null", None) == "on record"
    assert asked("en", "policy", None, None) == ""


def test_every_condition_of_the_shipped_pack_can_be_read_out():
    from workbench.rules.pack import shipped_pack

    for rule in shipped_pack().rules:
        for condition in rule.conditions:
            for lang in ("zh", "en"):
                words = condition_words(lang, condition.sql)
                assert words != condition.sql
                assert "COALESCE" not in words and "CASE" not in words
