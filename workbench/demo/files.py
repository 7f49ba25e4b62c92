"""The month as files: plain, and as a call centre exports it, with all that makes that hard."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.demo.generator import EXTRA_FIELDS, Month, generate
from workbench.demo.plan import Plan
from workbench.demo.story import CALLER_PHONE
from workbench.domain.attempt import ATTEMPT_FIELDS
from workbench.domain.times import to_local, utc_now

FIELDS = (*(f.name for f in ATTEMPT_FIELDS), *EXTRA_FIELDS)
Row = dict[str, object]  # field -> Python value, None where missing; occurred_at UTC, naive


@dataclass(frozen=True)
class Samples:
    """What ``write_samples`` wrote: a call-centre export, the events of its month, and what two
    bureaus knew of customers whose credit history the export does not say.

    The export holds ``rows`` attempts, ``repeated`` of them twice, and ``bad`` lines more that
    an importer cannot take.
    """

    attempts: Path
    events: Path
    caller_phone: str
    rows: int
    repeated: int
    bad: int
    scores: Path


def write_samples(
    folder: Path, rows: int = 20_000, *, seed: int = 1, ends_on: date | None = None
) -> Samples:
    """Invent a month that ends with ``ends_on`` (yesterday in Shanghai) and write it."""
    if ends_on is None:
        ends_on = to_local(utc_now()).date() - timedelta(days=1)
    month = generate(Plan(rows=rows, seed=seed, ends_on=ends_on))
    folder.mkdir(parents=True, exist_ok=True)
    attempts, events = folder / "attempts.csv", folder / "events.csv"
    repeated, bad = write_call_centre(month, attempts)
    write_events(month.plan, events)
    scores = folder / "bureau_scores.csv"
    write_scores(month, scores)
    return Samples(attempts, events, CALLER_PHONE, len(month), repeated, bad, scores)


def write_canonical(month: Month, path: Path) -> None:
    """Field names and standard values, UTF-8; times are Shanghai's."""
    _write(path, "utf-8", FIELDS, ([_plain(row[name]) for name in FIELDS] for row in _rows(month)))


def write_events(plan: Plan, path: Path) -> None:
    """The events file of design.md section 4."""
    listed = (
        (
            event.kind,
            event.name,
            _plain_time(event.starts_at),
            _plain_time(event.ends_at),
            event.scope,
        )
        for event in plan.events()
    )
    _write(path, "utf-8", ("kind", "name", "starts_at", "ends_at", "scope"), listed)


def write_scores(month: Month, path: Path) -> None:
    """A bureau's file of scores; times are Shanghai's."""
    headers = ("手机号", "征信机构", "信用分", "评分时间", "信用历史（月）", "近24个月逾期次数")
    _write(path, "utf-8", headers, ([_plain_time(v) if isinstance(v, datetime) else v for v in row]
                                    for row in month.bureau_scores()))  # fmt: skip


def write_truth(month: Month, path: Path) -> None:
    """Why each failed or abandoned attempt really failed: for tests, never for the product."""
    codes, words = month.causes()
    ids = month.columns()["attempt_id"].values
    failed = np.flatnonzero(codes >= 0)
    _write(path, "utf-8", ("attempt_id", "cause"), ((ids[n], words[codes[n]]) for n in failed))


def write_call_centre(month: Month, path: Path) -> tuple[int, int]:
    """Chinese headers and words, GB18030, two ways of writing a date, amounts as ``1,640.00元``,
    full-width digits, repeated rows and a few unreadable ones. Returns how many of these two."""
    rng = np.random.default_rng([month.plan.seed, 99])
    draws = rng.random((len(month), 6))
    lines = [_told(row, draw) for row, draw in zip(_rows(month), draws, strict=True)]
    again = np.flatnonzero(rng.random(len(lines)) < 0.012)
    spoilt = _spoilt(lines, rng)
    # a repeated row comes a little later than the first time, a bad one anywhere
    places = [*range(len(lines)), *(again + rng.integers(1, 40, len(again)))]
    places += rng.integers(0, len(lines), len(spoilt)).tolist()
    everything = [*lines, *(lines[n] for n in again), *spoilt]
    order = np.argsort(np.array(places), kind="stable")
    _write(path, "gb18030", [header for header, _ in _EXPORT], (everything[n] for n in order))
    return len(again), len(spoilt)


def _write(
    path: Path, encoding: str, header: Iterable[str], rows: Iterable[Iterable[object]]
) -> None:
    with path.open("w", encoding=encoding, newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)


def _rows(month: Month) -> Iterator[Row]:
    for batch in month.batches(100_000):
        columns = [batch[name].to_list() for name in FIELDS]
        for values in zip(*columns, strict=True):
            yield dict(zip(FIELDS, values, strict=True))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return _plain_time(to_local(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return value  # csv writes None as an empty cell


def _plain_time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else ""


# the call centre's way of telling
_WORDS: dict[str, dict[str, str]] = {
    "channel": {
        "app_ios": "苹果客户端",
        "app_android": "安卓客户端",
        "mini_program": "微信小程序",
        "h5": "H5页面",
        "pc_web": "PC网页",
    },
    "network_type": {"wifi": "WiFi", "5g": "5G", "4g": "4G", "3g": "3G"},
    "step": {
        "entry": "进入页面",
        "identity": "实名认证",
        "face": "人脸识别",
        "bank_card": "绑定银行卡",
        "credit_review": "授信审核",
        "agreement": "签署协议",
        "activation": "开通",
    },
    "outcome": {
        "success": "开通成功",
        "failed": "开通失败",
        "pending": "处理中",
        "abandoned": "用户放弃",
    },
    "decision": {"approved": "审核通过", "declined": "审核拒绝", "manual": "转人工", "none": ""},
    "employment_type": {
        "employed": "全职",
        "self_employed": "个体经营",
        "freelance": "自由职业",
        "temporary": "临时工",
        "student": "学生",
        "unemployed": "待业",
    },
}
_WIDE = {ord(c): ord(c) + 0xFEE0 for c in "0123456789.,"}  # full width

Tell = Callable[[Any, NDArray[Any]], str]  # value (not None), six draws of the row -> cell


def _as_word(field: str) -> Tell:
    return lambda value, _: _WORDS[field][str(value)]


def _as_text(value: Any, _: NDArray[Any]) -> str:
    return str(value)


def _as_whole(value: Any, _: NDArray[Any]) -> str:
    return f"{value:.0f}"


def _as_time(value: Any, draw: NDArray[Any]) -> str:
    local = to_local(value)
    return f"{local:%Y/%m/%d %H:%M:%S}" if draw[0] < 0.6 else f"{local:%Y年%m月%d日 %H:%M:%S}"


def _as_phone(value: Any, draw: NDArray[Any]) -> str:
    phone = str(value)
    if draw[1] < 0.03:
        return phone.translate(_WIDE)
    return f"{phone[:3]} {phone[3:7]} {phone[7:]}" if draw[1] < 0.06 else phone


def _as_amount(value: Any, draw: NDArray[Any]) -> str:
    amount = f"{value:,.2f}元"
    return amount.translate(_WIDE) if draw[2] < 0.04 else amount


def _as_income(value: Any, draw: NDArray[Any]) -> str:
    return f"{value:,.0f}" if draw[3] < 0.7 else f"{value:.0f}元"


def _as_share(value: Any, _: NDArray[Any]) -> str:
    return f"{value * 100:.1f}%"


def _as_name(value: Any, draw: NDArray[Any]) -> str:
    return f" {value}" if draw[4] < 0.01 else str(value)


_EXPORT: tuple[tuple[str, tuple[str, Tell]], ...] = (
    ("申请单号", ("attempt_id", _as_text)),
    ("申请时间", ("occurred_at", _as_time)),
    ("客户号", ("customer_id", _as_text)),
    ("客户姓名", ("customer_name", _as_name)),
    ("联系电话", ("phone", _as_phone)),
    ("证件号码", ("id_card", _as_text)),
    ("申请渠道", ("channel", _as_word("channel"))),
    ("客户端版本", ("app_version", _as_text)),
    ("网络", ("network_type", _as_word("network_type"))),
    ("所在省份", ("province", _as_text)),
    ("处理节点", ("node", _as_text)),
    ("当前环节", ("step", _as_word("step"))),
    ("申请结果", ("outcome", _as_word("outcome"))),
    ("审核结论", ("decision", _as_word("decision"))),
    ("拒绝码", ("decline_code", _as_text)),
    ("报错来源", ("error_source", _as_text)),
    ("返回码", ("error_code", _as_text)),
    ("提示信息", ("error_message", _as_text)),
    ("HTTP状态码", ("http_status", _as_text)),
    ("响应时间（毫秒）", ("latency_ms", _as_text)),
    ("退出原因", ("exit_reason", _as_text)),
    ("风险评分", ("risk_score", _as_whole)),
    ("模型版本", ("risk_model", _as_text)),
    ("信用历史（月）", ("credit_history_months", _as_text)),
    ("近12个月有收入月数", ("paid_months_12", _as_text)),
    ("近24个月逾期次数", ("overdue_count_24m", _as_text)),
    ("近3个月查询次数", ("inquiries_3m", _as_text)),
    ("年龄", ("age", _as_text)),
    ("职业", ("employment_type", _as_word("employment_type"))),
    ("月均收入", ("monthly_income", _as_income)),
    ("申请额度", ("requested_amount", _as_amount)),
    ("负债率", ("debt_ratio", _as_share)),
    ("实名状态", ("identity_verified", lambda value, _: "已实名" if value else "未实名")),
    ("外部评分", ("external_score", _as_whole)),
    ("评分来源", ("external_source", _as_text)),
    ("设备品牌", ("device_brand", _as_text)),
    ("获客来源", ("traffic_source", _as_text)),
    ("人脸尝试次数", ("face_tries", _as_text)),
)
_NO_VALUE = ("", "", "-", "无")  # how an empty cell is written, by the row


def _told(row: Row, draw: NDArray[Any]) -> list[str]:
    nothing = _NO_VALUE[int(draw[5] * len(_NO_VALUE))]
    return [
        nothing if row[field] is None else tell(row[field], draw) for _, (field, tell) in _EXPORT
    ]


_SPOILT = (  # one cell each, that no importer should guess at
    ("申请时间", "2026年13月40日 25:61:00"),
    ("申请时间", "昨天晚上"),
    ("申请结果", "？？"),
    ("信用历史（月）", "三个月左右"),
    ("申请单号", ""),
    ("申请额度", "面议"),
)


def _spoilt(lines: list[list[str]], rng: np.random.Generator) -> list[list[str]]:
    """Lines like others, under numbers of their own, each with one cell that cannot be read."""
    headers = [header for header, _ in _EXPORT]
    made = []
    for number, (header, cell) in enumerate(_SPOILT, start=1):
        line = list(lines[rng.integers(0, len(lines))])
        line[0] = f"{line[0][:5]}9{number:07}"
        line[headers.index(header)] = cell
        made.append(line)
    return made
