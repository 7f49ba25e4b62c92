"""Why an invented attempt ends as it does, and what the systems wrote down about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.domain.taxonomy import Cause

CAUSES = tuple(Cause)
NO_CAUSE = -1


@dataclass(frozen=True)
class Trace:
    """One way for an attempt to end; ``cause`` is None where nothing failed (yet).

    ``latency`` is the median in ms; ``weight`` the share among the traces of its cause.
    """

    cause: Cause | None
    step: str
    outcome: str
    weight: float = 1.0
    source: str | None = None
    code: str | None = None
    message: str | None = None
    http: int = 200
    decision: str = "none"
    decline: str | None = None
    exit: str | None = None
    latency: int = 800


_DECLINED = (
    # what a review that refuses says is the same whatever its reason: the facts have to tell
    ("CREDIT_REJECT", "综合评估未通过", 4.0),
    ("CREDIT_REJECT", "很抱歉，您暂未达到开通要求", 3.0),
    ("CREDIT_REJECT", None, 0.6),
    (None, "审核未通过", 1.4),
)


def _declines(cause: Cause) -> list[Trace]:
    return [
        Trace(
            cause,
            "credit_review",
            "failed",
            weight * share,
            source="risk",
            code=code,
            message=message,
            decision="declined",
            decline=told,
            latency=900,
        )
        for code, message, weight in _DECLINED
        for told, share in (("CREDIT_REJECT", 0.3), (None, 0.7))
    ]


_C = Cause
TRACES: tuple[Trace, ...] = (
    Trace(None, "activation", "success", decision="approved", latency=740),
    # pending: not failures until somebody has asked how they ended
    Trace(
        None, "activation", "pending", 3, "gateway", "PROCESSING", "受理中，请稍后查询", 202,
        "approved", latency=5200,
    ),
    Trace(
        None, "credit_review", "pending", 1, "risk", "MANUAL_REVIEW", "已转人工审核", 200,
        "manual", latency=1900,
    ),
    *_declines(_C.THIN_CREDIT_HISTORY),
    *_declines(_C.UNSTABLE_INCOME),
    *_declines(_C.POOR_REPAYMENT),
    *_declines(_C.HIGH_DEBT),
    *_declines(_C.RISK_MODEL_FAILURE),
    Trace(_C.IDENTITY_UNVERIFIED, "identity", "failed", 4, "app", "REALNAME_REQUIRED",
          "您尚未完成实名认证"),
    Trace(_C.IDENTITY_UNVERIFIED, "identity", "failed", 3, "app", "ID_MISMATCH",
          "姓名与证件号码不一致", latency=1500),
    Trace(_C.IDENTITY_UNVERIFIED, "face", "failed", 2, "app", "FACE_MISMATCH",
          "人脸与证件照片比对未通过", latency=2600),
    Trace(_C.INELIGIBLE, "entry", "failed", 2, "risk", "AGE_LIMIT",
          "您的年龄不在服务范围内", decision="declined"),
    Trace(_C.INELIGIBLE, "identity", "failed", 2, "risk", "ACCOUNT_EXISTS",
          "该证件已开通其他账户", decision="declined"),
    Trace(_C.INELIGIBLE, "identity", "failed", 2, "risk", "NON_RESIDENT",
          "暂仅支持中国大陆居民身份证", decision="declined"),
    Trace(_C.HIGH_CONCURRENCY, "entry", "failed", 3, "gateway", "SYS_BUSY",
          "系统忙请稍后再试", 429, latency=160),
    Trace(_C.HIGH_CONCURRENCY, "credit_review", "failed", 3, "gateway", "SVC_UNAVAILABLE",
          "服务不可用", 503, latency=3100),
    Trace(_C.HIGH_CONCURRENCY, "activation", "failed", 2, "gateway", "GW_TIMEOUT",
          "排队人数过多，请稍后再来", 504, latency=10_000),
    Trace(_C.HIGH_CONCURRENCY, "entry", "failed", 0.6, "gateway", None,
          "系统忙请稍后再试", 503, latency=2800),
    Trace(_C.NETWORK_INTERRUPTION, "face", "failed", 3, "app", "NET_TIMEOUT",
          "网络超时，请检查网络", 0, latency=15_000),
    Trace(_C.NETWORK_INTERRUPTION, "entry", "failed", 2, "app", "DNS_FAIL",
          "网络连接失败", 0, latency=6000),
    Trace(_C.NETWORK_INTERRUPTION, "bank_card", "failed", 2, "app", "CONN_RESET",
          "网络连接中断", 0, latency=4100),
    Trace(_C.SERVICE_DEFECT, "face", "failed", 3, "app", "SDK_INIT_FAIL",
          "页面出错了，请重新进入", 0, latency=420),
    Trace(_C.SERVICE_DEFECT, "face", "failed", 2, "app", "CLIENT_CRASH", None, 0,
          latency=300),
    Trace(_C.SERVICE_DEFECT, "bank_card", "failed", 4, "gateway", "INTERNAL_ERROR",
          "系统异常", 500, latency=650),
    Trace(_C.REGULATORY_TIGHTENING, "credit_review", "failed", 3, "risk", "POLICY_REJECT",
          "因政策调整，暂无法为您开通", decision="declined", decline="P01"),
    Trace(_C.REGULATORY_TIGHTENING, "entry", "failed", 1, "risk", "POLICY_REJECT",
          "综合评估未通过", decision="declined", decline="P01"),
    Trace(_C.MARKET_COMPETITION, "agreement", "abandoned", 3, exit="其他平台利率更低",
          decision="approved"),
    Trace(_C.MARKET_COMPETITION, "agreement", "abandoned", 2, exit="其他平台额度更高",
          decision="approved"),
    Trace(_C.MARKET_COMPETITION, "bank_card", "abandoned", 2, exit="改用其他分期产品"),
    Trace(_C.UNDETERMINED, "agreement", "abandoned", 3, decision="approved"),
    Trace(_C.UNDETERMINED, "bank_card", "abandoned", 2, exit="暂时不需要"),
    Trace(_C.UNDETERMINED, "activation", "failed", 3, "app", "E7001", "未知错误"),
    Trace(_C.UNDETERMINED, "credit_review", "failed", 2, "risk", "X-0", "综合评估未通过",
          decision="declined"),
)  # fmt: skip
SUCCESS = 0
APP_DEFECT = tuple(
    i for i, t in enumerate(TRACES) if t.cause is _C.SERVICE_DEFECT and t.source == "app"
)
NODE_DEFECT = tuple(
    i for i, t in enumerate(TRACES) if t.cause is _C.SERVICE_DEFECT and t.source == "gateway"
)
PENDING = tuple(i for i, t in enumerate(TRACES) if t.outcome == "pending")


def of_cause(cause: Cause) -> tuple[int, ...]:
    """Indexes of the traces of a cause."""
    return tuple(i for i, trace in enumerate(TRACES) if trace.cause is cause)


def choose(traces: tuple[int, ...], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """``count`` of these traces, by their weights."""
    weights = np.array([TRACES[i].weight for i in traces])
    return np.asarray(traces)[
        np.searchsorted(np.cumsum(weights / weights.sum())[:-1], rng.random(count), "right")
    ]


def by_trace(ask: Callable[[Trace], object]) -> NDArray[Any]:
    """The answer for every trace: indexed by an attempt's trace, the answer for it."""
    return np.array([ask(trace) for trace in TRACES])
