"""The SQL of cleaning, value by value, and its agreement with the domain's own functions."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain import masking
from workbench.domain.attempt import ATTEMPT_FIELDS
from workbench.warehouse import clean, identity
from workbench.warehouse.engines import literal
from workbench.warehouse.engines.duckdb import DuckSession
from workbench.warehouse.readers import text_batch
from workbench.warehouse.recognise import fold_word, plan_columns, unit_kind, words


def cleaned(session: DuckSession, header: str, *values: str, others: str = "") -> list:
    """What a column of that header becomes; the rest of the row is sound. A refused row is its
    code."""
    headers = [header, *(h for h in ("attempt_id", "occurred_at", "outcome") if h != others)]
    given = {"attempt_id": "A", "occurred_at": "2026-10-20 08:00:00", "outcome": "failed"}
    rows = [(v, *(f"{given[h]}{i}" if h == "attempt_id" else given[h] for h in headers[1:]))
            for i, v in enumerate(values)]  # fmt: skip
    plans = plan_columns(headers, rows, None)
    cleaning = clean.cleaning_select(plans)
    batch = text_batch(list(zip(*rows, strict=True)), range(len(rows)))
    session.load("incoming", pa.Table.from_batches([batch]))
    column = plans[0].field or f"x{plans[0].index}"
    try:
        return [
            bad[0]["code"] if bad else value
            for value, bad in session.rows(
                f"SELECT {column}, _bad FROM ({cleaning.select}) ORDER BY _line",
                {"blind": "00"} if "$blind" in cleaning.select else (),
            )
        ]
    finally:
        session.unload("incoming")


def times(session: DuckSession, *texts: str, order: str = "ymd") -> list[str | None]:
    listed = ", ".join(f"({i}, {literal(t)})" for i, t in enumerate(texts))
    sql = (
        f"SELECT ({clean.time_sql('t', order)})::VARCHAR FROM (VALUES {listed}) v(i, t) ORDER BY i"
    )
    return [moment for (moment,) in session.rows(sql)]


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-20 08:05:00",
        "2026/10/20 08:05:00",
        "2026-10-20T08:05:00",
        "2026-10-20 08:05",
        "2026/10/20 8:05",
        "2026.10.20 08:05:00",
        "2026年10月20日 08:05:00",
        "2026年10月20日08时05分00秒",
        "2026年10月20日 8点5分",
        "2026年10月20日 上午8:05",
        "2026-10-20 08:05:00 AM",
        "2026-10-20T08:05:00+08:00",
        "2026-10-20T08:05:00.000+0800",
        "2026-10-20T00:05:00Z",
        "2026-10-20 00:05:00 UTC",
        "2026-10-19T20:05:00-04:00",
        "20261020080500",
        "20261020 080500",
        "46315.336805555555",
        "1792454700",
        "1792454700000",
    ],
)
def test_a_time_in_any_style_is_the_same_moment(session, text) -> None:
    assert times(session, text) == ["2026-10-20 00:05:00"]


def test_afternoon_and_noon_are_told_from_morning(session) -> None:
    assert times(
        session, "2026-10-20 下午3:00", "2026-10-20 3:00 PM", "2026-10-20 12:00 AM",
        "2026年10月20日 中午12:30", "2026-10-20",
    ) == [
        "2026-10-20 07:00:00", "2026-10-20 07:00:00", "2026-10-19 16:00:00",
        "2026-10-20 04:30:00", "2026-10-19 16:00:00",
    ]  # fmt: skip


def test_days_before_months_are_read_only_when_the_file_tells(session) -> None:
    assert times(session, "20/10/2026 08:05:00", order="dmy") == ["2026-10-20 00:05:00"]
    assert times(session, "10/20/2026 08:05:00", order="mdy") == ["2026-10-20 00:05:00"]
    assert times(session, "10/09/2026 08:05:00") == [None]


@pytest.mark.parametrize(
    "text",
    ["昨天", "2026-13-01", "2026-02-30 08:00:00", "25:00", "2026-10-20 25:00:00", "12345", "1",
     "infinity", "epoch", "2026-10", "123456789012", "2026-10-20 08:00:00 Mars", ""],
)  # fmt: skip
def test_what_is_no_time_is_none(session, text) -> None:
    value = times(session, text)[0]
    assert value is None or (text == "12345" and value.startswith("1933")), value


@pytest.mark.slow
@pytest.mark.parametrize(
    ("header", "text", "value"),
    [
        ("申请金额", "1,640.00元", 1640),
        ("申请金额", "¥1,640", 1640),
        ("申请金额", "￥ 1640", 1640),
        ("申请金额", "CNY 1640.50", 1640.5),
        ("申请金额", "1.5万", 15000),
        ("申请金额", "１，６４０元", 1640),
        ("申请金额(万元)", "1.5", 15000),
        ("申请金额(万元)", "1.5元", 1.5),
        ("申请金额", "1,64", "not_a_number"),
        ("申请金额", "元", "not_a_number"),
        ("申请金额", "12abc", "not_a_number"),
        ("负债率", "31.9%", 0.319),
        ("负债率(%)", "31.9", 0.319),
        ("负债率", "0.319", 0.319),
        ("耗时ms", "786", 786),
        ("耗时", "1.5秒", 1500),
        ("耗时(秒)", "1.5", 1500),
        ("latency_ms", "786.4", 786),
        ("信用记录月数", "２４", 24),
        ("信用记录月数", "24个月", 24),
        ("信用记录月数", "2年", 24),
        ("信用记录月数", "24.0", 24),
        ("信用记录月数", "24.5", "not_a_whole_number"),
        ("信用记录月数", "1e400", "not_a_whole_number"),
        ("信用记录月数", "--", None),
        ("信用记录月数", "NaN", None),
        ("信用记录月数", " ", None),
        ("信用记录月数", "-1", None),
        ("年龄", "32岁", 32),
        ("年龄", "0x20", "not_a_whole_number"),
        ("逾期次数", "2次", 2),
        ("HTTP状态", "0", 0),
        ("风控评分", "inf", "not_a_number"),
        ("实名认证", "是", True),
        ("实名认证", "未实名", False),
        ("实名认证", "True", True),
        ("实名认证", "maybe", "not_yes_or_no"),
        ("渠道", "安卓APP", "app_android"),
        ("渠道", "app ios", "app_ios"),
        ("渠道", "ＡＰＰ－ＩＯＳ", "app_ios"),
        ("渠道", "鸿蒙", "鸿蒙"),
        ("审批结论", "无", "none"),
        ("审批结论", "-", None),
        ("职业类型", "none", "unemployed"),
        ("错误提示", "请求超时，请稍后", "请求超时，请稍后"),
        ("错误提示", "号码13812345678已注册", "号码138****5678已注册"),
        ("省份", "　浙江\t", "浙江"),
        ("手机号", "1.3812345678E+10", "13812345678"),
        ("手机号", "1.38E+10", None),
        ("手机号", "13812345678.0", "13812345678"),
        ("手机号", "\t138-1234 5678", "13812345678"),
        ("手机号", "+86 138 1234 5678", "13812345678"),
        ("手机号", "（０２１）５５５５６６６６", "02155556666"),
        ("身份证号", "11010119900307283x", "11010119900307283X"),
        ("身份证号", "1.10101199003073E+17", None),
        ("用户ID", "10086.0", "10086"),
        ("备注", "ＶＩＰ", "ＶＩＰ"),
    ],
)
def test_a_value_becomes_what_it_says(session, header, text, value) -> None:
    [found] = cleaned(session, header, text)
    assert found == value if not isinstance(value, float) else float(found) == value


@pytest.mark.parametrize("field", [f.name for f in ATTEMPT_FIELDS if f.values])
def test_every_word_of_the_tables_means_its_value(session, field) -> None:
    table = words("values")[field]
    pairs = [(word, value) for value, names in table.items() for word in (value, *names)]
    assert len({w for w, _ in pairs if w not in table}) == len(
        [w for w, _ in pairs if w not in table]
    )
    assert all(fold_word(word) == word for names in table.values() for word in names)
    if field == "outcome":
        found = cleaned(session, "outcome", *(w for w, _ in pairs), others="outcome")
    else:
        found = cleaned(session, field, *(w for w, _ in pairs))
    assert found == [v for _, v in pairs]


def test_every_unit_of_a_field_is_in_the_tables() -> None:
    assert {unit_kind(f) for f in ATTEMPT_FIELDS} <= set(words("units"))


def sql_of(session: DuckSession, expression: str, text: str) -> object:
    return session.rows(f"SELECT {expression} FROM (SELECT {literal(text)} AS x)")[0][0]


SOME_TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=("Cs",)),
    min_size=1,
    max_size=24,
)


@given(text=SOME_TEXT)
def test_masks_in_sql_are_the_domains_own(session, text) -> None:
    for sql, function in (
        (identity.mask_phone_sql, masking.mask_phone),
        (identity.mask_text_sql, masking.mask_name),
        (identity.mask_id_card_sql, masking.mask_id_card),
        (identity.mask_customer_id_sql, masking.mask_customer_id),
    ):
        assert sql_of(session, sql("x"), text) == function(text)


@pytest.mark.slow
@given(text=st.from_regex(r"[0-9]{17}[0-9Xx]|[0-9X]{1,19}", fullmatch=True))
def test_the_check_digit_in_sql_is_the_domains_own(session, text) -> None:
    sound = identity.id_card_sound_sql("x", "TRY_CAST(left(x, 17) AS BIGINT)")
    assert sql_of(session, sound, text) == masking.id_card_is_sound(text)


def test_a_sound_id_card_is_sound_in_sql(session) -> None:
    sound = identity.id_card_sound_sql("x", "TRY_CAST(left(x, 17) AS BIGINT)")
    for text in ("110101199003072834", "110101199003072877"):
        assert masking.id_card_is_sound(text)
        assert sql_of(session, sound, text) is True


@given(
    text=st.lists(
        st.sampled_from(["13812345678", "110101199003072834", "1234", "a", "电话", ",", " ", "-"]),
        max_size=6,
    ).map("".join)
)
def test_redaction_in_sql_is_the_domains_own(session, text) -> None:
    assert sql_of(session, identity.redact_sql("x"), text) == masking.redact(text)


@given(text=SOME_TEXT, kind=st.sampled_from(["phone", "name", "id_card"]))
def test_blind_indexes_in_sql_and_python_are_the_same(session, text, kind) -> None:
    key = b"k" * 32
    sql = identity.key_sql(kind, literal(text))
    assert session.rows(f"SELECT {sql}", {"blind": identity.blind_text(key)}) == [
        (identity.key_of(key, kind, text),)
    ]
    assert session.rows(f"SELECT md5_number_lower({literal(text)})") == [
        (identity.attempt_key(text),)
    ]


def test_blind_indexes_differ_by_key_and_kind() -> None:
    keys = {
        identity.key_of(key, kind, "13812345678")
        for key in (b"a" * 32, b"b" * 32)
        for kind in ("phone", "customer_id")
    }
    assert len(keys) == 4


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("王小明", {"wangxiaoming"}, {"wxm"}),
        ("曾乐", {"zengle", "cengle"}, {"zl", "cl"}),
        ("Ann", set(), set()),
        ("", set(), set()),
    ],
)
def test_names_are_spelled_with_the_surnames_reading(name, pinyin, initials) -> None:
    assert identity.spellings(name) == (pinyin, initials)


@given(st.text("0123456789a王一乙\u3007\u4dff\u9fa0", max_size=6))
def test_no_name_is_spelled_by_digits_alone(name: str) -> None:
    """So a number is not looked for among pinyin and initials."""
    assert not any(spelling.isdecimal() for some in identity.spellings(name) for spelling in some)
