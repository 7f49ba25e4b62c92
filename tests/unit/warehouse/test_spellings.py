"""A number, a time, a phone in any spelling that people use comes back as what it was."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.warehouse.clean import phone_sql
from workbench.warehouse.engines import literal
from workbench.warehouse.engines.duckdb import DuckSession
from workbench.warehouse.spellings import number_sql, time_sql

FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
DIGITS, BANKERS = "零一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖"


def read(session: DuckSession, sql: str, spellings: list[str]) -> list[object]:
    """The values of the expression over ``t``, in the order of the spellings."""
    listed = ", ".join(f"({i}, {literal(text)})" for i, text in enumerate(spellings))
    rows = session.rows(f"SELECT {sql} FROM (VALUES {listed}) v(i, t) ORDER BY i")
    return [value for (value,) in rows]


# numbers
def han(number: int, digits: str = DIGITS, tens: str = "十百千", big: str = "万亿") -> str:
    """A number from 0 to 10^12 as it is said in Chinese (三千零五, 十万零五百)."""
    if number == 0:
        return digits[0]
    groups = [number % 10**4, number // 10**4 % 10**4, number // 10**8]
    said = ""
    for place in (2, 1, 0):
        group = groups[place]
        if not group:
            continue
        zero = digits[0] if said and group < 1000 else ""
        said += zero + _group(group, digits, tens) + ("", *big)[place]
    first = digits[1] + tens[0]
    return said.removeprefix(digits[1]) if said.startswith(first) and digits is DIGITS else said


def _group(number: int, digits: str, tens: str) -> str:
    said, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            said += (digits[0] if gap else "") + digits[digit] + ("", *tens)[place]
        gap = bool(said) and not digit
    return said


def test_numbers_are_said_as_people_say_them() -> None:
    assert [han(n) for n in (0, 7, 10, 15, 20, 105, 3500, 20_000, 100_005, 120_000_000)] == [
        "零", "七", "十", "十五", "二十", "一百零五", "三千五百", "二万", "十万零五", "一亿二千万",
    ]  # fmt: skip


@pytest.mark.slow
@FEW
@given(st.integers(0, 10**12 - 1))
def test_a_whole_number_in_any_spelling_is_itself(session, number) -> None:
    spellings = [
        str(number),
        f"{number:,}",
        f"{number:,}.00",
        f"{number:,}".replace(",", " "),
        f"¥{number:,}元",
        f"CNY {number}",
        f"{number / 10**4:.4f}万",
        f"{number / 10**3:.3f}k",
        f"{number / 10**8:.8f}亿元",
        han(number),
        han(number) + "元",
        han(number).replace("二千", "两千").replace("二万", "两万"),
        han(number, BANKERS, "拾佰仟", "萬億") + "元整",
        "".join(DIGITS[int(d)] for d in str(number)),
        "".join(DIGITS[int(d)] for d in str(number)).replace("零", "〇"),
    ]
    # 15 digits, as a double keeps: a unit multiplies
    found = read(session, number_sql("t", "cny"), spellings)
    assert found == [pytest.approx(number, rel=1e-14)] * len(spellings)


@pytest.mark.slow
@FEW
@given(st.integers(-(10**9), 10**9), st.sampled_from([1.0, 10_000.0]))
def test_a_decimal_keeps_its_sign_and_the_scale_of_its_header(session, cents, scale) -> None:
    text = f"{abs(cents) // 100:,}.{abs(cents) % 100:02}"
    sign = "-" if cents < 0 else ""
    spellings = [sign + text, f"{sign}¥{text}", sign + text.replace(",", "")]
    spellings += [f"({text})", f"−{text}"] if cents < 0 else [f"+{text}"]
    expected = round(cents / 100 * scale, 2)
    for found in read(session, number_sql("t", "cny", scale), spellings):
        assert found == pytest.approx(expected, abs=1e-3)


@pytest.mark.slow
@FEW
@given(st.integers(0, 10_000))
def test_a_share_is_the_same_as_percent_and_as_fraction(session, parts) -> None:
    spellings = [f"{parts / 10_000:.4f}", f"{parts / 100:.2f}%", f"{parts / 10:.1f}‰"]
    spellings += [f"百分之{han(parts // 100)}", f"{parts // 100} %"] if parts % 100 == 0 else []
    for found in read(session, number_sql("t", "ratio"), spellings):
        assert found == pytest.approx(parts / 10_000, abs=1e-9)


@pytest.mark.slow
@FEW
@given(st.text(alphabet="零一二两十百千万亿点元%,.-+ 1e", min_size=1, max_size=12))
def test_no_mixture_of_numerals_stops_the_import(session, text) -> None:
    [value] = read(session, number_sql("t", "cny"), [text])
    assert value is None or isinstance(value, float)


# times
MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2099, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0)
)


def clock(moment: datetime) -> tuple[str, int]:
    return ("上午" if moment.hour < 12 else "下午"), moment.hour % 12 or 12


@pytest.mark.slow
@FEW
@given(MOMENTS)
def test_a_moment_in_any_spelling_is_itself(session, moment) -> None:
    """``moment`` is Shanghai's; what is read is UTC."""
    utc = moment - timedelta(hours=8)
    half, hour = clock(moment)
    year = "".join(DIGITS[int(d)] for d in str(moment.year))
    han_date = f"{year}年{han(moment.month)}月{han(moment.day)}日"
    han_time = f"{han(moment.hour)}点{han(moment.minute)}分{han(moment.second)}秒"
    weekday = "星期" + "一二三四五六日"[moment.weekday()]
    ampm = moment.strftime("%I:%M:%S %p")
    seconds = round((utc - datetime(1970, 1, 1)).total_seconds())
    spellings = [
        f"{moment:%Y-%m-%d %H:%M:%S}",
        f"{moment:%Y/%m/%d %H:%M:%S}",
        f"{moment.year}/{moment.month}/{moment.day} {moment.hour}:{moment:%M:%S}",
        f"{moment:%Y.%m.%d %H:%M:%S}",
        f"{moment:%Y%m%d%H%M%S}",
        f"{moment:%Y-%m-%dT%H:%M:%S+08:00}",
        f"{utc:%Y-%m-%dT%H:%M:%SZ}",
        f"{utc:%Y-%m-%d %H:%M:%S}.000 UTC",
        f"{utc:%Y%m%dT%H%M%SZ}",
        f"{moment - timedelta(hours=12):%Y-%m-%d %H:%M:%S}-0400",
        f"{moment:%Y年%m月%d日 %H时%M分%S秒}",
        f"{moment:%Y年%m月%d日} {weekday} {half}{hour}点{moment:%M分%S秒}",
        f"{moment:%Y-%m-%d} {half} {hour}:{moment:%M:%S}",
        f"{moment:%Y-%m-%d} {ampm}",
        f"{han_date} {han_time}",
        f"{han_date}({weekday[2:] and '周' + weekday[2:]}) {han_time}",
        f"{moment:%b} {moment.day}, {moment.year} {ampm}",
        f"{moment:%d-%b-%Y %H:%M:%S}",
        str(seconds),
        str(seconds * 1000),
        str(seconds * 1_000_000),
    ]
    spellings = [s for s in spellings if not (s.isdigit() and len(s) in (9, 12, 15))]
    found = read(session, time_sql("t"), spellings)
    wrong = [(s, f) for s, f in zip(spellings, found, strict=True) if f != utc]
    assert not wrong


@pytest.mark.slow
@FEW
@given(MOMENTS)
def test_a_day_of_excel_is_the_moment_to_the_second(session, moment) -> None:
    days = (moment - datetime(1899, 12, 30)) / timedelta(days=1)
    [found] = read(session, time_sql("t"), [repr(days)])
    assert abs(found - (moment - timedelta(hours=8))) <= timedelta(seconds=1)


@pytest.mark.slow
@FEW
@given(MOMENTS)
def test_the_order_of_day_and_month_decides(session, moment) -> None:
    utc = moment - timedelta(hours=8)
    for order, spelled in (("dmy", "%d/%m/%Y %H:%M:%S"), ("mdy", "%m/%d/%Y %H:%M:%S")):
        assert read(session, time_sql("t", order), [moment.strftime(spelled)]) == [utc]


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("二〇二六年十月三日 下午3点20分", "2026-10-03 15:20:00"),
        ("二零二六年十月二十三日", "2026-10-23 00:00:00"),
        ("2026年十月三日上午九点一刻", "2026-10-03 09:15:00"),
        ("2026年10月3日 下午三点半", "2026-10-03 15:30:00"),
        ("2026年10月3日 中午12点", "2026-10-03 12:00:00"),
        ("2026年10月3日 晚上12点", "2026-10-04 00:00:00"),
        ("2026年10月3日 凌晨12:30", "2026-10-03 00:30:00"),
    ],
)
def test_hours_are_understood_as_they_are_said(session, text, local) -> None:
    moment = datetime.fromisoformat(local) - timedelta(hours=8)
    assert read(session, time_sql("t"), [text]) == [moment]


# phones
@FEW
@given(st.integers(13_000_000_000, 19_999_999_999))
def test_a_phone_in_any_spelling_is_its_eleven_digits(session, number) -> None:
    phone = str(number)
    a, b, c = phone[:3], phone[3:7], phone[7:]
    shown = repr(float(number)).rstrip("0").rstrip(".")
    mantissa = f"{phone[0]}.{phone[1:]}"
    spellings = [
        phone,
        f"{a} {b} {c}",
        f"{a}-{b}-{c}",
        f"+86{phone}",
        f"+86 {a} {b} {c}",
        f"0086-{phone}",
        f"(+86){phone}",
        f"（+86）{a}　{b}　{c}",
        f"{a}\u00a0{b}\u2013{c}",
        f"{phone}.0",
        f"{shown}",
        f"{mantissa}E+10",
        f"{mantissa}e10",
    ]
    assert read(session, phone_sql("t"), spellings) == [phone] * len(spellings)


@FEW
@given(st.integers(13_000_000_000, 19_999_999_999), st.integers(1, 8))
def test_a_phone_that_lost_digits_is_missing_not_invented(session, number, kept) -> None:
    mantissa = f"{str(number)[0]}.{str(number)[1 : 1 + kept]}"
    assert read(session, phone_sql("t"), [f"{mantissa}E+10"]) == [None]
