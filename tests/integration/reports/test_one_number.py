"""Every number of tile, chart, table, export and report is one number, and its rows are there."""

import re
from collections.abc import Iterator
from datetime import datetime

import openpyxl
import pytest

from workbench import bootstrap, texts
from workbench.domain.board import BoardQuery, Chosen, Panel
from workbench.domain.complaint import Demand
from workbench.domain.errors import BadInput, NotPermitted
from workbench.domain.event import DatedEvent
from workbench.domain.incident import IncidentState
from workbench.domain.people import Person, Role
from workbench.domain.rule_release import Release, ReleaseState
from workbench.domain.times import from_local
from workbench.domain.trend import Against, Every, Measure, TrendFilter
from workbench.services import board_words as words

pytestmark = pytest.mark.slow

MONTH = TrendFilter(from_local(datetime(2026, 11, 1)), from_local(datetime(2026, 11, 29)))
QUERY = BoardQuery(MONTH, against=Against.SAME_WEEKDAYS)


@pytest.fixture(scope="module")
def bench(tmp_path_factory) -> Iterator[bootstrap.Workbench]:
    folder = tmp_path_factory.mktemp("desk") / "profile"
    with bootstrap.open_workbench(folder, demo=True, lang="zh") as opened:
        bootstrap.fill_with_samples(opened, 3_000)
        yield opened


def rows_of(bench: bootstrap.Workbench, behind) -> int:
    """Counted, and listed."""
    count = bench.attempts.count(behind.where, failures_only=behind.failures_only)
    listed = bench.attempts.rows(behind.where, failures_only=behind.failures_only, limit=9_999)
    assert count == len(listed)
    return count


CHOICES = {
    "nothing": QUERY,
    "channel": BoardQuery(TrendFilter(MONTH.start, MONTH.end, (("channel", ("h5", "app_ios")),))),
    "province": BoardQuery(TrendFilter(MONTH.start, MONTH.end, (("province", ("江苏", None)),))),
    "by province and week": BoardQuery(MONTH, "province", Every.WEEK, Measure.ATTEMPTS),
    "crossfilter": QUERY.choose(
        Chosen(Panel.CAUSES, (("cause", ("thin_credit_history",)),))
    ).choose(Chosen(Panel.HOURS, (("weekday", ("6",)), ("hour_of_day", ("20",))))),
}


@pytest.mark.parametrize("name", CHOICES)
def test_tile_chart_table_and_rows_are_one_number(bench, name) -> None:
    query = CHOICES[name]
    board = bench.board.board(query)
    assert board.totals.failures == rows_of(bench, board.everything()) > 0
    if not query.chosen:
        counted = (
            board.totals.attempts if query.measure is Measure.ATTEMPTS else board.totals.failures
        )
        assert sum(map(board.chart.total, board.chart.series)) == counted
        assert sum(mark.failures for mark in board.causes) == board.totals.failures
        assert sum(mark.failures for mark in board.hours) == board.totals.failures
        assert sum(step.failures for step in board.steps) == board.totals.failures
        assert board.steps[0].reached == board.totals.attempts
    for place, series in enumerate(board.chart.series):  # 'other' among them
        behind = board.chart.behind(place, None)
        assert rows_of(bench, behind) == behind.expected == board.chart.total(series)
    for mark in board.causes:
        behind = board.behind(Panel.CAUSES, mark.keys)
        assert rows_of(bench, behind) == behind.expected == mark.failures
    for mark in board.hours[::9]:
        behind = board.behind(Panel.HOURS, mark.keys)
        assert rows_of(bench, behind) == behind.expected
    for step in board.steps:
        behind = board.behind(Panel.STEPS, (step.step,))
        assert rows_of(bench, behind) == behind.expected == step.failures
    table = words.main_table(board, "zh")
    assert [sum(row[n] for row in table.rows) for n in range(1, len(board.chart.series) + 1)] == [
        board.chart.total(series) for series in board.chart.series
    ]


def test_a_mark_narrows_every_chart_but_its_own(bench) -> None:
    chosen = Chosen(Panel.CAUSES, (("cause", ("thin_credit_history",)),))
    before, after = bench.board.board(QUERY), bench.board.board(QUERY.choose(chosen))
    assert after.causes == before.causes
    mark = next(m for m in before.causes if m.keys == ("thin_credit_history",))
    assert after.totals.failures == mark.failures == sum(h.failures for h in after.hours)
    assert sum(map(after.chart.total, after.chart.series)) == mark.failures
    assert QUERY.choose(chosen).choose(chosen) == QUERY, "the same mark again lets go"


def test_the_export_has_the_rows_that_the_tile_counts(bench, tmp_path) -> None:
    query = CHOICES["crossfilter"]
    board = bench.board.board(query)
    rows = bench.attempts.export(tmp_path / "a.csv", query.narrowed())
    lines = (tmp_path / "a.csv").read_text("utf-8-sig").splitlines()
    assert rows == len(lines) - 1 == board.totals.attempts


def test_customers_are_those_of_the_rows(bench) -> None:
    behind = bench.board.board(QUERY).everything()
    rows = bench.attempts.rows(behind.where, failures_only=True, limit=9_999)
    found = bench.board.affected(QUERY)
    assert found.customers == len({row.customer_ref for row in rows})
    assert 0 < found.lost < found.customers, "some came back and succeeded"


def test_what_failures_cost_is_said_with_what_is_assumed(bench, tmp_path) -> None:
    affected, formula = bench.board.affected(QUERY), bench.board.lost_revenue
    fen = formula.of_customers(affected.amount_fen, affected.without_amount)
    assert fen == formula.of(affected.amount_fen) + formula.of(affected.without_amount * 300_000)
    report = bench.reports.report(QUERY, "en")
    told = {figure.name: figure for figure in report.figures}["Loss (estimate)"]
    assert told.value == f"¥{fen / 100:,.0f}" and told.note == f"{affected.lost:,} customers"
    assert (
        "¥3,000 where none is known) × 40% used × 12.0% a year"
        in dict(report.definitions)["Loss (estimate)"]
    )
    by_cause = QUERY.choose(Chosen(Panel.CAUSES, (("cause", ("high_debt",)),)))
    assert 0 < bench.board.affected(by_cause).lost < affected.lost


def test_a_complaint_tile_counts_its_list(bench) -> None:
    found = bench.board.complaints(None, None)
    assert found.counts["open"] == sum(found.ages) > 0
    for name, query in found.lists.items():
        assert bench.handling.lists.count(query) == found.counts[name]
        assert len(bench.handling.lists.page(query).rows) == min(found.counts[name], query.limit)


def test_the_workbook_says_the_tiles_and_holds_the_chart(bench, tmp_path) -> None:
    board = bench.board.board(QUERY)
    out = tmp_path / "周报.xlsx"
    bench.reports.write(out, QUERY, "zh")
    book = openpyxl.load_workbook(out)
    front = {}
    for name, value, *_ in book.worksheets[0].iter_rows(values_only=True):
        front.setdefault(name, value)  # the figures stand before the definitions
    assert front["失败"] == f"{board.totals.failures:,}"
    assert front["时间"] == "2026-11-01 – 2026-11-28"
    main = book.worksheets[1]
    cells = list(main.iter_rows(min_row=5, values_only=True))
    told = [sum(row[n] for row in cells) for n in range(1, len(board.chart.series) + 1)]
    assert told == [board.chart.total(series) for series in board.chart.series]
    assert [len(sheet._charts) for sheet in book.worksheets].count(1) >= 4, "native charts"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_says_the_tiles_the_filters_and_the_definitions(bench, tmp_path, lang) -> None:
    query = CHOICES["channel"]
    board = bench.board.board(query)
    out = tmp_path / "report.html"
    bench.reports.write(out, query, lang)
    text = out.read_text("utf-8")
    shown = re.findall(r"<b>(.*?)</b>", text)
    assert shown[:2] == [f"{board.totals.failures:,}", f"{board.totals.attempts:,}"]
    assert {"zh": "渠道: ", "en": "Channel: "}[lang] in text
    assert {"zh": "处理中的两边都不算", "en": "pending ones are left out of both"}[lang] in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")


def test_a_report_is_noted_before_it_is_written_and_by_its_hash(
    bench, tmp_path, monkeypatch
) -> None:
    out = tmp_path / "r.html"
    bench.reports.write(out, QUERY, "en")
    done, begun, *_ = bench.audit.show(5)
    assert (begun.action, begun.subject, done.action) == ("export", "r.html", "exported")
    assert begun.detail["period"] == "2026-11-01 – 2026-11-28" and len(done.detail["sha256"]) == 64
    person = bench.session.person
    monkeypatch.setattr(bench.session, "person", Person("w", "W", Role.AGENT))
    with pytest.raises(NotPermitted):
        bench.reports.write(tmp_path / "s.html", QUERY, "en")
    assert not (tmp_path / "s.html").exists() and person.role is Role.ADMIN


def test_an_event_is_added_shown_and_taken_away(bench) -> None:
    at = from_local(datetime(2026, 11, 12, 9))
    event = DatedEvent("rules_release", "2026.11.2 规则", at)
    bench.board.add_event(event)
    assert event in bench.board.board(QUERY).events
    assert [m.name for m in words.marks(bench.board.board(QUERY), "zh")].count(
        "规则包 2026.11.2 规则"
    ) == 1
    bench.board.drop_event(event)
    assert event not in bench.board.board(QUERY).events
    for bad in (
        DatedEvent("party", "x", at),
        DatedEvent("campaign", "", at),
        DatedEvent("campaign", "x", at, at),
        DatedEvent("campaign", "x", at, None, "phone=1"),
    ):
        with pytest.raises(BadInput, match="bad_event"):
            bench.board.add_event(bad)


def test_other_rules_and_incidents_not_dismissed_are_dated_by_themselves(bench) -> None:
    def dated(kind: str) -> list[tuple[str, str]]:
        events = bench.board.board(QUERY).events
        return [(e.name, e.record) for e in events if e.kind == kind and e.record]

    at = from_local(datetime(2026, 11, 12, 9))
    release = Release("r1", "p", "2026.11.2", ReleaseState.PUBLISHED, "", "", "a", at,
                      published_at=at, serial=1)  # fmt: skip
    with bench.board._records.unit_of_work() as uow:
        uow.releases.put(release)
        uow.commit()
    try:
        assert dated("rules_release") == [("2026.11.2", "r1")]
    finally:
        with bench.board._records.unit_of_work() as uow:
            uow.releases.put(release.changed(state=ReleaseState.WITHDRAWN, published_at=None))
            uow.commit()
    bench.insight.incidents.find()
    first, *others = bench.insight.incidents.all()
    names = dated("incident")
    assert {record for _, record in names} == {i.incident_id for i in (first, *others)}
    assert words.event_word("zh", DatedEvent("incident", names[0][0], at, record="i")).startswith(
        f"故障 {texts.word('zh', 'cause', names[0][0])}"
    )
    bench.insight.incidents.judge(first.incident_id, IncidentState.DISMISSED)
    assert first.incident_id not in {record for _, record in dated("incident")}


def test_an_event_reaches_the_attempts_that_it_covers_until_it_is_taken_away(bench) -> None:
    day = from_local(datetime(2026, 11, 5)), from_local(datetime(2026, 11, 6))

    def covered() -> list[str | None]:
        rows = bench.attempts.rows(TrendFilter(*day), failures_only=True, limit=3)
        return [bench.attempts.explain(r.attempt_id).fields["campaign"] for r in rows]

    before = covered()
    event = DatedEvent("campaign", "加场", *day)
    bench.board.add_event(event)
    assert covered() == ["加场"] * 3 != before
    bench.board.drop_event(event)
    assert covered() == before


def test_a_layout_is_kept_for_the_team(bench) -> None:
    bench.board.save_layout(" 每周 ", {"by": "province"})
    assert bench.board.layouts() == ["每周"]
    assert bench.board.layout("每周") == {"by": "province"}
    bench.board.drop_layout("每周")
    with pytest.raises(BadInput, match="no_such_layout"):
        bench.board.layout("每周")
    with pytest.raises(BadInput, match="view_needs_name"):
        bench.board.save_layout("  ", {})


def test_complaints_received_are_those_of_the_period(bench) -> None:
    bench.complaints.save(
        bench.complaints.draft_from(None).with_changes(description="x", demand=Demand.EXPLAIN)
    )
    later = bench.board.complaints(from_local(datetime(2199, 1, 1)), None)
    assert later.counts["received"] == 0 < later.counts["open"]
