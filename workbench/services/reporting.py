"""Reports of a period: the dashboard's own numbers with their definitions, as a file."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from workbench import texts
from workbench.domain.board import Affected, Board, BoardQuery, Panel
from workbench.domain.complaint_figures import ComplaintFigures
from workbench.domain.complaint_policy import LostRevenue, yuan_round
from workbench.domain.people import Act
from workbench.domain.report import Chart, ChartKind, Figure, Report, Section
from workbench.domain.times import local_text, utc_now
from workbench.services import board_words as words
from workbench.services.auditing import audited_export
from workbench.services.board import BoardService
from workbench.services.ports import Clock, Records
from workbench.services.session import Session

_DEFINED = (
    "failures", "attempts", "failure_rate", "customers", "open", "breaching", "breached",
    "received", "satisfaction", "lost_revenue", "lost_complaints", "public",
)  # fmt: skip


class Writers(Protocol):
    """What makes files of reports and charts."""

    def write_report(self, path: Path, report: Report) -> None:
        """Raises Usage('bad_suffix', 'no_report_font'), and what refuses a file."""

    def write_chart(self, path: Path, chart: Chart) -> None: ...


class ReportService:
    """Blocks: never on the GUI thread."""

    def __init__(
        self,
        boards: BoardService,
        records: Records,
        session: Session,
        writers: Writers,
        rules: Callable[[], str],
        clock: Clock = utc_now,
    ) -> None:
        """``rules`` says the version of the rule pack that diagnosed."""
        self._boards = boards
        self._records = records
        self._session = session
        self._writers = writers
        self._rules = rules
        self._clock = clock

    def report(self, query: BoardQuery, lang: str, kind: ChartKind = ChartKind.BARS) -> Report:
        self._session.require(Act.SEE_TRENDS)
        board = self._boards.board(query)
        complaints = self._boards.complaints(query.where.start, query.where.end)
        affected = self._boards.affected(query)
        made = local_text(self._clock())
        compared = f"against.{query.against}" if query.compared else "report.nothing_compared"
        asked = {
            "period": words.period_words(query.where.start, query.where.end),
            "compared": texts.text(lang, compared),
            "filters": words.filter_words(query.narrowed().equals, lang),
            "rules": self._rules(),
            "made": f"{made} · {self._session.person.name}",
        }
        return Report(
            lang=lang,
            title=texts.text(lang, "report.title"),
            asked=tuple((texts.text(lang, f"report.{n}"), value) for n, value in asked.items()),
            asked_title=texts.text(lang, "report.asked"),
            figures=(
                *attempt_figures(board, affected, self._boards.lost_revenue, lang),
                *complaint_figures(complaints, lang),
            ),
            sections=_sections(board, complaints, lang, kind),
            definitions=tuple(
                (texts.text(lang, name), words.definition(lang, about, self._boards.lost_revenue))
                for name, about in [
                    *((f"figure.{n}", n) for n in _DEFINED),
                    ("board.growing", "growing"),
                    ("field.weekday", "weekend"),
                ]
            ),
            definitions_title=texts.text(lang, "report.definitions"),
            mark=f"{self._session.person.person_id} {made}",
        )

    def write(
        self, path: Path, query: BoardQuery, lang: str, kind: ChartKind = ChartKind.BARS
    ) -> None:
        """Noted before it is written, and by its hash after."""
        self._session.require(Act.EXPORT)
        report = self.report(query, lang, kind)

        def write() -> int:
            self._writers.write_report(path, report)
            return sum(len(s.table.rows) for s in report.sections if s.table is not None)

        self._audited(path, query, write)

    def write_chart(self, path: Path, query: BoardQuery, chart: Chart) -> None:
        """One chart of the dashboard as a picture; noted as a report is."""
        self._session.require(Act.EXPORT)

        def write() -> int:
            self._writers.write_chart(path, chart)
            return len(chart.labels)

        self._audited(path, query, write)

    def chart(self, name: str, query: BoardQuery, lang: str, kind: ChartKind) -> Chart:
        """``name`` is a Panel's."""
        self._session.require(Act.SEE_TRENDS)
        board = self._boards.board(query)
        if Panel(name) is Panel.TREND:
            return words.main_chart(board, lang, kind)
        made = {
            Panel.CAUSES: words.causes_chart,
            Panel.HOURS: words.hours_chart,
            Panel.STEPS: words.steps_chart,
        }
        return made[Panel(name)](board, lang)

    def _audited(self, path: Path, query: BoardQuery, write: Callable[[], int]) -> None:
        detail: dict[str, object] = {
            "period": words.period_words(query.where.start, query.where.end),
            "filters": words.filter_words(query.narrowed().equals, "en"),
        }
        audited_export(self._records, self._session, self._clock, "report", path, detail, write)


def attempt_figures(
    board: Board, affected: Affected | None, lost: LostRevenue, lang: str
) -> list[Figure]:
    """Failures, attempts, rate, customers and lost revenue: what tiles show, too. ``affected``
    None: not known yet."""
    now, before, against = board.totals, board.before, board.query.against

    def figure(name: str, value: str, note: str = "") -> Figure:
        return Figure(texts.text(lang, f"figure.{name}"), value, note)

    def change(name: str) -> str:
        if before is None:
            return ""
        return words.change_word(getattr(now, name), getattr(before, name), lang, against)

    rate = ""
    if now.rate is not None and before is not None and before.rate is not None:
        rate = texts.text(
            lang, "board.change", change=f"{(now.rate - before.rate) * 100:+.1f} pp",
            against=texts.text(lang, f"against.{against}"),
        )  # fmt: skip
    return [
        figure("failures", f"{now.failures:,}", change("failures")),
        figure("attempts", f"{now.attempts:,}", change("attempts")),
        figure("failure_rate", "—" if now.rate is None else f"{now.rate:.1%}", rate),
        figure("customers", "…" if affected is None else f"{affected.customers:,}"),
        _lost(affected, lost, lang),
    ]


def _lost(affected: Affected | None, lost: LostRevenue, lang: str) -> Figure:
    name = texts.text(lang, "figure.lost_revenue")
    if affected is None:
        return Figure(name, "…")
    fen = lost.of_customers(affected.amount_fen, affected.without_amount)
    note = texts.text(lang, "figure.lost_customers", count=f"{affected.lost:,}")
    return Figure(name, f"¥{yuan_round(fen)}", note)


def complaint_figures(found: ComplaintFigures, lang: str) -> list[Figure]:
    told = [
        Figure(texts.text(lang, f"figure.{name}"), f"{found.counts.get(name, 0):,}")
        for name in ("open", "breaching", "breached", "received")
    ]
    rated = texts.text(lang, "figure.rated", count=f"{found.rated:,}") if found.rated else ""
    mean = "—" if found.satisfaction is None else f"{found.satisfaction:.1f} / 5"
    return [
        *told,
        Figure(texts.text(lang, "figure.satisfaction"), mean, rated),
        Figure(
            texts.text(lang, "figure.lost_complaints"), f"¥{yuan_round(found.lost_revenue_fen)}"
        ),
        Figure(texts.text(lang, "figure.public"), f"{found.public:,}"),
    ]


def _sections(
    board: Board, complaints: ComplaintFigures, lang: str, kind: ChartKind
) -> tuple[Section, ...]:
    charts = (
        (words.main_chart(board, lang, kind), words.main_table(board, lang)),
        (words.causes_chart(board, lang), words.causes_table(board, lang)),
        (words.hours_chart(board, lang), words.hours_table(board, lang)),
        (words.steps_chart(board, lang), words.steps_table(board, lang)),
        (words.ages_chart(complaints, lang), words.ages_table(complaints, lang)),
    )
    sections = [Section(chart.title, chart, table, chart.summary) for chart, table in charts]
    if board.events:
        title = texts.text(lang, "report.events")
        sections.insert(1, Section(title, table=words.events_table(board, lang)))
    return tuple(sections)
