"""The demo: a profile filled with generated sample data through the ordinary services."""

from dataclasses import dataclass
from pathlib import Path

from workbench.domain.complaint import Demand, Severity
from workbench.domain.importing import ImportReport
from workbench.domain.progress import CancelToken, ProgressListener
from workbench.domain.trend import TrendFilter
from workbench.services.attempts import AttemptService
from workbench.services.complaints import ComplaintService

_SEEDED = (
    (Demand.EXPLAIN, Severity.NORMAL, "客户说页面只显示“暂不符合开通条件”，要求说明具体原因。"),
    (
        Demand.HUMAN_REVIEW,
        Severity.HIGH,
        "客户认为系统判断有误，要求人工复核，否则向监管反映。",
    ),
    (
        Demand.ACTIVATE,
        Severity.NORMAL,
        "大促当晚多次提示“系统忙请稍后再试”，要求尽快开通。",
    ),
    (
        Demand.APOLOGY,
        Severity.LOW,
        "人脸识别连续退出三次，客户对体验不满，要求道歉并告知何时修复。",
    ),
)  # what callers of a demo said; the language of the calls, whatever the window's


@dataclass(frozen=True)
class SampleFiles:
    """What the generator wrote: a call-centre export, its events, and bureau scores."""

    attempts: Path
    events: Path
    caller_phone: str  # of the caller in the demo's story
    scores: Path


def fill(
    samples: SampleFiles,
    attempts: AttemptService,
    complaints: ComplaintService,
    progress: ProgressListener,
    cancel: CancelToken,
) -> ImportReport:
    """Import the sample files and log a few complaints about what is in them."""
    report = attempts.import_files(
        [samples.attempts],
        events=samples.events,
        scores=[samples.scores],
        progress=progress,
        cancel=cancel,
    )
    log_sample_complaints(attempts, complaints, samples.caller_phone)
    return report


def log_sample_complaints(
    attempts: AttemptService, complaints: ComplaintService, spare_phone: str
) -> None:
    """A few complaints about recent failures, none of the caller whom the story is about."""
    spared = {c.ref for c in attempts.lookup(spare_phone).customers}
    failures = attempts.rows(TrendFilter(), failures_only=True, limit=400)
    candidates = (row for row in failures[::37] if row.customer_ref not in spared)
    for row, (demand, severity, said) in zip(candidates, _SEEDED, strict=False):
        complaints.save(
            complaints.draft_from(row).with_changes(
                description=said, demand=demand, severity=severity
            )
        )
