"""The dashboard in words and as drawable charts, in either language: for reports, for pictures, for
screen readers."""

from collections.abc import Sequence
from datetime import timedelta
from statistics import median

from workbench import texts
from workbench.domain.board import Board, Mark, Panel
from workbench.domain.colours import CAUSES, colours_of
from workbench.domain.complaint_figures import AGES, ComplaintFigures
from workbench.domain.complaint_policy import LostRevenue, yuan_round
from workbench.domain.event import DatedEvent
from workbench.domain.report import Chart, ChartKind, Line, Table
from workbench.domain.report import Mark as Dated
from workbench.domain.series import ChartData, Series, bucket_label
from workbench.domain.times import to_local
from workbench.domain.trend import STEP, Every, Measure

_MUTED, _FRAME, _INK = "#5c6672", "#d9dde3", "#1c2025"
_LEAST = 5  # a change of fewer failures is not worth a sentence
WEEKDAYS = tuple("1234567")
HOURS = tuple(f"{hour:02}" for hour in range(24))


def key_word(lang: str, field: str, key: str | None) -> str:
    if key is not None:
        return texts.word(lang, field, key)
    of_cause = field in ("cause", "cause_group", "symptom")
    return texts.text(lang, "board.not_failed" if of_cause else "board.not_recorded")


def series_word(lang: str, data: ChartData, series: Series) -> str:
    if series.other:
        return texts.text(lang, "board.other", count=len(series.keys))
    return key_word(lang, data.query.by[0], series.keys[0])


def series_colour(data: ChartData, place: int, *, dark: bool = False) -> str:
    """#rrggbb; grey for 'other', paler for what has no value."""
    series, by = data.series[place], data.query.by[0]
    if series.other:
        return "#a0a8b3" if dark else _MUTED
    if series.keys[0] is None and by in ("cause", "cause_group", "symptom"):
        return "#3a3f47" if dark else _FRAME
    return colours_of(by, series.keys[0], place)[dark]


def amount(value: float, measure: Measure) -> str:
    return f"{value:.1%}" if measure is Measure.FAILURE_RATE else f"{value:,.0f}"


# charts
def main_chart(board: Board, lang: str, kind: ChartKind = ChartKind.BARS) -> Chart:
    data, query = board.chart, board.query
    if not data.stacked:
        kind = ChartKind.LINES
    lines = [
        Line(
            series_word(lang, data, series),
            data.known(series),
            series_colour(data, place),
            dotted=series.other,
        )
        for place, series in enumerate(data.series)
    ]
    if board.before_line and query.against is not None:
        name = texts.text(lang, f"against.{query.against}")
        lines.append(Line(name, board.before_line, _INK, dashed=True))
    return Chart(
        kind,
        main_title(board, lang),
        tuple(bucket_label(b, query.every, lang) for b in data.buckets),
        tuple(lines),
        summary=main_summary(board, lang),
        percent=query.measure is Measure.FAILURE_RATE,
        growing=board.growing,
        growing_name=texts.text(lang, "board.growing"),
        weekend=weekend(data),
        marks=tuple(marks(board, lang)),
    )


def weekend(data: ChartData) -> frozenset[int]:
    """Places of buckets on a Saturday or Sunday; weeks have none."""
    if data.query.every is Every.WEEK:
        return frozenset()
    return frozenset(n for n, b in enumerate(data.buckets) if to_local(b).isoweekday() > 5)


def marks(board: Board, lang: str) -> list[Dated]:
    """Where on the axis of the main chart each event begins."""
    data, found = board.chart, []
    if not data.buckets:
        return []
    step = STEP[board.query.every]
    for event in board.events:
        at = (event.starts_at - data.buckets[0]) / step - 0.5
        if -0.5 <= at <= len(data.buckets) - 0.5:
            found.append(Dated(at, event_word(lang, event)))
    return found


def event_word(lang: str, event: DatedEvent) -> str:
    return f"{texts.word(lang, 'event', event.kind)} {event_name(lang, event)}"


def event_name(lang: str, event: DatedEvent) -> str:
    """An incident that was found is called by its cause."""
    of_cause = event.kind == "incident" and event.record
    return texts.word(lang, "cause", event.name) if of_cause else event.name


def causes_chart(board: Board, lang: str) -> Chart:
    title = texts.text(lang, "board.causes")
    labels = tuple(key_word(lang, "cause", mark.keys[0]) for mark in board.causes)
    line = Line(title, tuple(m.value for m in board.causes), CAUSES["thin_credit_history"][0])
    return Chart(ChartKind.PARETO, title, labels, (line,), causes_summary(board, lang))


def hours_chart(board: Board, lang: str) -> Chart:
    cells = {mark.keys: mark.value for mark in board.hours}
    lines = tuple(
        Line(texts.word(lang, "weekday", day), tuple(cells.get((day, h), 0.0) for h in HOURS), _INK)
        for day in WEEKDAYS
    )
    measure = _of_hours(board)
    return Chart(
        ChartKind.HEAT,
        texts.text(lang, "board.hours", measure=texts.word(lang, "measure", measure)),
        HOURS,
        lines,
        hours_summary(board, lang),
        percent=measure is Measure.FAILURE_RATE,
    )


def steps_chart(board: Board, lang: str) -> Chart:
    reached = Line(
        texts.text(lang, "board.reached"),
        tuple(float(s.reached) for s in board.steps),
        CAUSES["unstable_income"][0],
    )
    failed = Line(
        texts.text(lang, "board.failed_there"),
        tuple(float(s.failures) for s in board.steps),
        CAUSES["network_interruption"][0],
    )
    labels = tuple(texts.word(lang, "step", s.step) for s in board.steps)
    title = texts.text(lang, "board.steps")
    return Chart(ChartKind.FUNNEL, title, labels, (reached, failed), steps_summary(board, lang))


def ages_chart(found: ComplaintFigures, lang: str) -> Chart:
    title = texts.text(lang, "board.ages")
    line = Line(title, tuple(map(float, found.ages)), CAUSES["regulatory_tightening"][0])
    return Chart(ChartKind.PARETO, title, age_labels(lang), (line,), ages_summary(found, lang))


def age_labels(lang: str) -> tuple[str, ...]:
    ends = [0, *AGES]
    told = [
        texts.text(lang, "board.age", since=a, until=b) for a, b in zip(ends, AGES, strict=False)
    ]
    return (*told, texts.text(lang, "board.age_over", since=AGES[-1]))


# tables: the same numbers
def main_table(board: Board, lang: str) -> Table:
    data, query = board.chart, board.query
    columns = [texts.word(lang, "every", query.every)]
    columns += [series_word(lang, data, series) for series in data.series]
    known = [data.known(series) for series in data.series]
    rows: list[tuple[str | float | int | None, ...]] = [
        (_bucket(board, n), *(_cell(row[n], query.measure) for row in known))
        for n in range(len(data.buckets))
    ]
    if board.before_line and query.against is not None:
        columns.append(texts.text(lang, f"against.{query.against}"))
        before = [_cell(v, query.measure) for v in board.before_line]
        rows = [(*row, value) for row, value in zip(rows, before, strict=True)]
    percent = query.measure is Measure.FAILURE_RATE
    shares = frozenset(range(1, len(columns))) if percent else frozenset()
    return Table(tuple(columns), tuple(rows), shares)


def _bucket(board: Board, place: int) -> str:
    local = to_local(board.chart.buckets[place])
    return f"{local:%Y-%m-%d %H:%M}" if board.query.every is Every.HOUR else f"{local:%Y-%m-%d}"


def _cell(value: float | None, measure: Measure) -> float | int | None:
    return value if value is None or measure is Measure.FAILURE_RATE else int(value)


def causes_table(board: Board, lang: str) -> Table:
    whole = sum(mark.failures for mark in board.causes) or 1
    columns = (
        texts.word(lang, "field", "cause"),
        texts.word(lang, "measure", "failures"),
        texts.text(lang, "board.share"),
    )
    rows = tuple(
        (key_word(lang, "cause", m.keys[0]), m.failures, m.failures / whole) for m in board.causes
    )
    return Table(columns, rows, frozenset({2}))


def steps_table(board: Board, lang: str) -> Table:
    columns = (
        texts.word(lang, "field", "step"),
        texts.text(lang, "board.reached"),
        texts.text(lang, "board.failed_there"),
    )
    rows = tuple((texts.word(lang, "step", s.step), s.reached, s.failures) for s in board.steps)
    return Table(columns, rows)


def hours_table(board: Board, lang: str) -> Table:
    chart = hours_chart(board, lang)
    rows = tuple(
        (line.name, *(_cell(v or 0.0, _of_hours(board)) for v in line.values))
        for line in chart.lines
    )
    shares = frozenset(range(1, 25)) if chart.percent else frozenset()
    return Table((texts.word(lang, "field", "weekday"), *HOURS), rows, shares)


def ages_table(found: ComplaintFigures, lang: str) -> Table:
    columns = tuple(
        texts.text(lang, name) for name in ("board.age_column", "board.open", "figure.breached")
    )
    return Table(columns, tuple(zip(age_labels(lang), found.ages, found.late, strict=True)))


def definition(lang: str, name: str, lost: LostRevenue) -> str:
    """What a number counts, with what the site assumes."""
    return texts.text(
        lang,
        f"definition.{name}",
        utilisation=f"{lost.utilisation:.0%}",
        rate=f"{lost.yearly_rate:.1%}",
        months=lost.months,
        usual=f"¥{yuan_round(lost.usual_fen)}",
    )


def events_table(board: Board, lang: str) -> Table:
    columns = tuple(
        texts.text(lang, f"board.event_{name}") for name in ("starts", "ends", "kind", "name")
    )
    rows = tuple(
        (
            f"{to_local(e.starts_at):%Y-%m-%d %H:%M}",
            f"{to_local(e.ends_at):%Y-%m-%d %H:%M}" if e.ends_at else "",
            texts.word(lang, "event", e.kind),
            event_name(lang, e),
        )
        for e in board.events
    )
    return Table(columns, rows)


# words
def main_title(board: Board, lang: str) -> str:
    return texts.text(
        lang,
        "board.main",
        measure=texts.word(lang, "measure", board.query.measure),
        by=texts.word(lang, "field", board.query.by),
        every=texts.word(lang, "every", board.query.every),
    )


def main_summary(board: Board, lang: str) -> str:
    """“1 Nov to 30 Nov: failures 4,120. Most: … Overload rose 340 % on 11 Nov …”"""
    data, query = board.chart, board.query
    if not data.series:
        return texts.text(lang, "board.nothing")
    whole = [data.whole(n) for n in range(len(data.buckets))]
    top = max(range(len(whole)), key=whole.__getitem__)
    largest = max(data.series, key=lambda s: (not s.other, data.total(s)))
    total = sum(map(data.total, data.series))
    counted = texts.word(lang, "measure", data.counted)
    said = texts.text(
        lang,
        "board.summary",
        first=bucket_label(data.buckets[0], Every.DAY, lang),
        last=bucket_label(data.buckets[-1], Every.DAY, lang),
        counted=counted,
        total=f"{total:,}",
        largest=series_word(lang, data, largest),
        most=f"{data.total(largest):,}",
        share=f"{data.total(largest) / total if total else 0:.0%}",
        peak=bucket_label(data.buckets[top], query.every, lang, full=True),
        height=amount(whole[top], query.measure),
    )
    parts = [said, *_change(board, lang), *_growing(board, lang)]
    return texts.text(lang, "board.between").join(parts)


def _growing(board: Board, lang: str) -> list[str]:
    return [texts.text(lang, "board.growing_said")] if board.growing else []


def _change(board: Board, lang: str) -> list[str]:
    """The greatest change of one series in one bucket, against the same weekday (and hour)."""
    found = notable(board)
    if found is None:
        return []
    series, bucket, usual = found
    data = board.chart
    value = data.series[series].values[bucket]
    return [
        texts.text(
            lang,
            "board.rose" if usual else "board.new",
            what=series_word(lang, data, data.series[series]),
            share=f"{(value - usual) / usual:.0%}" if usual else "",
            when=bucket_label(data.buckets[bucket], board.query.every, lang, full=True),
            value=amount(value, board.query.measure),
            usual=amount(usual, board.query.measure),
        )
    ]


def notable(board: Board) -> tuple[int, int, float] | None:
    """(series, bucket, what was usual) of the largest rise beyond the usual, which is the median
    of the same weekday and hour, else of all other buckets; None where nothing stands out."""
    data, every = board.chart, board.query.every
    week = {Every.HOUR: 168, Every.DAY: 7, Every.WEEK: 1}[every]
    best: tuple[float, int, int, float] | None = None
    for s, series in enumerate(data.series):
        counts = series.attempts if data.query.measure is Measure.ATTEMPTS else series.failures
        if series.other or len(series.values) < 4:
            continue
        kept = [n for n in range(len(series.values)) if n not in board.growing]
        for n in kept:
            alike = [series.values[m] for m in kept if m != n and (m - n) % week == 0]
            usual = median(alike if len(alike) >= 2 else [series.values[m] for m in kept if m != n])
            excess = series.values[n] - usual
            if counts[n] >= _LEAST and excess > 0.5 * usual and (best is None or excess > best[0]):
                best = (excess, s, n, usual)
    return best[1:] if best else None


def causes_summary(board: Board, lang: str) -> str:
    whole = sum(mark.failures for mark in board.causes)
    if not whole:
        return texts.text(lang, "board.nothing")
    running, count = 0, 0
    for mark in board.causes:
        running, count = running + mark.failures, count + 1
        if running >= 0.8 * whole:
            break
    return texts.text(
        lang,
        "board.causes_summary",
        count=count,
        share=f"{running / whole:.0%}",
        first=key_word(lang, "cause", board.causes[0].keys[0]),
        most=f"{board.causes[0].failures:,}",
    )


def hours_summary(board: Board, lang: str) -> str:
    if not board.hours:
        return texts.text(lang, "board.nothing")
    top = max(board.hours, key=lambda m: m.value)
    return texts.text(
        lang,
        "board.hours_summary",
        when=hour_word(lang, top),
        value=amount(top.value, _of_hours(board)),
    )


def hour_word(lang: str, mark: Mark) -> str:
    return texts.word(lang, "hour_of_week", "-".join(key or "" for key in mark.keys))


def steps_summary(board: Board, lang: str) -> str:
    if not board.steps:
        return texts.text(lang, "board.nothing")
    worst = max(board.steps, key=lambda s: s.failures)
    return texts.text(
        lang,
        "board.steps_summary",
        first=f"{board.steps[0].reached:,}",
        last=f"{board.steps[-1].reached:,}",
        step=texts.word(lang, "step", worst.step),
        failures=f"{worst.failures:,}",
        share=f"{worst.failures / worst.reached if worst.reached else 0:.1%}",
    )


def ages_summary(found: ComplaintFigures, lang: str) -> str:
    return texts.text(
        lang,
        "board.ages_summary",
        open=f"{found.counts.get('open', 0):,}",
        old=f"{sum(found.ages[3:]):,}",
        days=AGES[2],
        breached=f"{found.counts.get('breached', 0):,}",
    )


def change_word(now: float, before: float | None, lang: str, against: str | None) -> str:
    """“+12 % against the period before”; empty where there is nothing to compare."""
    if not before or against is None:
        return ""
    return texts.text(
        lang, "board.change", change=f"{(now - before) / before:+.0%}",
        against=texts.text(lang, f"against.{against}"),
    )  # fmt: skip


def _of_hours(board: Board) -> Measure:
    asked = board.query.questions()[Panel.HOURS.value]
    return asked.measure


def period_words(start, end) -> str:  # type: ignore[no-untyped-def]
    """2026-11-01 – 2026-11-30: both days included."""
    told = [f"{to_local(at):%Y-%m-%d %H:%M}" if at else "…" for at in (start, end)]
    if start and end:
        last = to_local(end - timedelta(microseconds=1))
        if f"{to_local(start):%H:%M}" == f"{to_local(end):%H:%M}" == "00:00":
            told = [f"{to_local(start):%Y-%m-%d}", f"{last:%Y-%m-%d}"]
    return " – ".join(told)


def filter_words(equals: Sequence[tuple[str, tuple[str | None, ...]]], lang: str) -> str:
    """“Channel: H5 page, iOS app; Cause: Overload”."""
    comma, between = texts.text(lang, "condition.comma"), texts.text(lang, "board.semicolon")
    told = [
        f"{texts.word(lang, 'field', field)}: {comma.join(key_word(lang, field, v) for v in values)}"
        for field, values in equals
    ]
    return between.join(told) or texts.text(lang, "board.no_filter")
