"""Charts as SVG: what HTML shows, what a PDF embeds, what is saved as a picture.

Readable without colour: neighbours in a stack are parted by a white line, lines have dashes and
markers, 'other' is dotted, what is not final is hatched.
"""

from collections.abc import Iterable, Sequence
from html import escape
from math import floor, log10

from workbench.domain.report import Chart, ChartKind, Line, label_rows

WIDTH, HEIGHT = 720, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 12, 26, 24
_WIDEST = 150  # of an event's name
_TEXT, _MUTED, _GRID = "#1c2025", "#5c6672", "#d9dde3"
_DASHES = ("", "7 3", "2 3", "8 3 2 3")
_MARKERS = ("circle", "square", "triangle", "diamond")
_MOST_LABELS = 11


def svg(chart: Chart, font: str = "sans-serif", *, titled: bool = False) -> str:
    """A whole SVG document; ``titled`` writes the chart's name into the picture."""
    draw = {
        ChartKind.HEAT: _heat,
        ChartKind.FUNNEL: _funnel,
        ChartKind.PARETO: _pareto,
    }.get(chart.kind, _over_time)
    body, height = draw(chart)
    above = 26 if titled else 0
    head = (
        f'<text x="0" y="18" font-size="15" font-weight="bold">{escape(chart.title)}</text>'
        if titled
        else ""
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height + above}"'
        f' width="{WIDTH}" height="{height + above}" role="img"'
        f' font-family="{escape(font)}" font-size="11" fill="{_TEXT}">'
        f"<title>{escape(chart.title)}</title><desc>{escape(chart.summary)}</desc>"
        '<defs><pattern id="grows" width="6" height="6" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><rect width="3" height="6" fill="#ffffff"'
        ' fill-opacity="0.75"/></pattern><pattern id="other" width="4" height="4"'
        ' patternUnits="userSpaceOnUse"><circle cx="2" cy="2" r="1.1" fill="#ffffff"/></pattern>'
        f'</defs>{head}<g transform="translate(0 {above})">{body}</g></svg>'
    )


def _number(value: float, percent: bool) -> str:
    if percent:
        return f"{value * 100:.{0 if value >= 0.1 or not value else 1}f}%"
    return f"{value:,.0f}"


def _text(x: float, y: float, words: str, anchor: str = "start", **more: object) -> str:
    extra = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in more.items())
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{extra}>{escape(words)}</text>'


def _rect(
    x: float, y: float, w: float, h: float, fill: str, words: str = "", **more: object
) -> str:
    extra = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in more.items())
    tip = f"<title>{escape(words)}</title>" if words else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(w, 0):.1f}" height="{max(h, 0):.1f}"'
        f' fill="{fill}"{extra}>{tip}</rect>'
    )


def _ticks(top: float, percent: bool) -> list[float]:
    if top <= 0:
        return [0.0]
    step = 10 ** floor(log10(top / 4))
    step = next(step * n for n in (1, 2, 2.5, 5, 10) if top / (step * n) <= 5)
    if not percent:
        step = max(1.0, step)
    return [step * n for n in range(int(top / step) + 1)]


def _legend(lines: Sequence[Line], y: float, *, as_lines: bool) -> tuple[str, float]:
    """Rows of names below the picture, and how high they are."""
    x, out, row = float(_LEFT), [], 0
    for place, line in enumerate(lines):
        width = 26 + sum(11 if ord(c) > 0x2E7F else 6.2 for c in line.name)
        if x + width > WIDTH - _RIGHT and x > _LEFT:
            x, row = float(_LEFT), row + 1
        at = y + row * 17
        if as_lines or line.dashed:
            out.append(_stroke([(x, at - 4), (x + 16, at - 4)], line, place))
            out.append(_marker(x + 8, at - 4, line, place))
        else:
            out.append(_rect(x, at - 9, 10, 10, line.colour))
            out.append(_rect(x, at - 9, 10, 10, "url(#other)") if line.dotted else "")
        out.append(_text(x + 20, at, line.name, fill=_MUTED))
        x += width + 10
    return "".join(out), (row + 1) * 17


def _stroke(points: Iterable[tuple[float, float]], line: Line, place: int) -> str:
    listed = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dash = "5 4" if line.dashed else _DASHES[place % len(_DASHES)]
    return (
        f'<polyline points="{listed}" fill="none" stroke="{line.colour}" stroke-width="2"'
        f' stroke-dasharray="{dash or "none"}"/>'
    )


def _marker(x: float, y: float, line: Line, place: int) -> str:
    if line.dashed:
        return ""
    shape = _MARKERS[place % len(_MARKERS)]
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{line.colour}"/>'
    corners = {
        "square": [(-3, -3), (3, -3), (3, 3), (-3, 3)],
        "triangle": [(0, -4), (4, 3), (-4, 3)],
        "diamond": [(0, -4), (4, 0), (0, 4), (-4, 0)],
    }[shape]
    listed = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners)
    return f'<polygon points="{listed}" fill="{line.colour}"/>'


def _over_time(chart: Chart) -> tuple[str, int]:
    """Bars, areas or lines over the labels, with what is dated above them."""
    count = len(chart.labels)
    shown = [line for line in chart.lines if not line.dashed]
    stacked = chart.kind is not ChartKind.LINES
    base = [0.0] * count
    tops: list[list[float]] = []
    for line in shown:
        values = [value or 0.0 for value in line.values]
        tops.append([b + v for b, v in zip(base, values, strict=True)] if stacked else values)
        base = tops[-1] if stacked else base
    whole = [v for top in tops for v in top]
    whole += [v for line in chart.lines if line.dashed for v in line.values if v is not None]
    top = max(whole, default=0.0) * 1.06 or 1.0
    right, bottom = WIDTH - _RIGHT, HEIGHT - _BOTTOM
    width = (right - _LEFT) / max(1, count)

    def x(place: float) -> float:
        return _LEFT + (place + 0.5) * width

    def y(value: float) -> float:
        return bottom - value / top * (bottom - _TOP)

    out = [_rect(_LEFT + n * width, _TOP, width, bottom - _TOP, "#f0f2f5") for n in chart.weekend]
    for tick in _ticks(top, chart.percent):
        out.append(f'<line x1="{_LEFT}" x2="{right}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"'
                   f' stroke="{_GRID}"/>')  # fmt: skip
        out.append(_text(_LEFT - 6, y(tick) + 4, _number(tick, chart.percent), "end", fill=_MUTED))
    for place, line in enumerate(shown):
        lower = tops[place - 1] if stacked and place else [0.0] * count
        if chart.kind is ChartKind.AREA:
            edge = [(x(n), y(v)) for n, v in enumerate(tops[place])]
            edge += [(x(n), y(v)) for n, v in reversed(list(enumerate(lower)))]
            listed = " ".join(f"{a:.1f},{b:.1f}" for a, b in edge)
            for fill in (line.colour, *(["url(#other)"] if line.dotted else [])):
                out.append(f'<polygon points="{listed}" fill="{fill}" stroke="#ffffff"'
                           ' stroke-width="0.7"/>')  # fmt: skip
        elif stacked:
            for n, value in enumerate(line.values):
                if value:
                    at, high = y(tops[place][n]), y(lower[n]) - y(tops[place][n])
                    words = f"{chart.labels[n]} · {line.name}: {_number(value, chart.percent)}"
                    wide = width * 0.84
                    part = (_LEFT + n * width + width * 0.08, at, wide, high)
                    out.append(_rect(*part, line.colour, words, stroke="#ffffff", stroke_width=0.5))
                    if line.dotted:
                        out.append(_rect(*part, "url(#other)"))
        else:
            known = [(x(n), y(v)) for n, v in enumerate(line.values) if v is not None]
            out.append(_stroke(known, line, place))
            step = max(1, len(known) // 16)
            out += [_marker(*known[n], line, place) for n in range(0, len(known), step)]
    for n in chart.growing:
        out.append(_rect(_LEFT + n * width, _TOP, width, bottom - _TOP, "url(#grows)",
                         chart.growing_name))  # fmt: skip
    for line in chart.lines:
        if line.dashed:
            told = [(x(n), y(v)) for n, v in enumerate(line.values) if v is not None]
            out.append(_stroke(told, line, 0))
    out += _events(chart, x, bottom)
    step = max(1, -(-count // _MOST_LABELS))
    out += [_text(x(n), bottom + 15, chart.labels[n], "middle", fill=_MUTED)
            for n in range(0, len(chart.labels), step)]  # fmt: skip
    names = [*chart.lines]
    if chart.growing:
        names.append(Line(chart.growing_name, (), "#b8bec7", dotted=False))
    legend, more = _legend(names, HEIGHT + 12, as_lines=chart.kind is ChartKind.LINES)
    return "".join(out) + legend, int(HEIGHT + more + 2)


def _wide(name: str) -> float:
    """About how many units a name takes in letters of size 10."""
    return sum(10.5 if ord(letter) > 0x2E80 else 6.2 for letter in name)


def _events(chart: Chart, x: "object", bottom: float) -> list[str]:
    """A line from top to bottom for each, with its name where there is room for it; all names
    stand in the report's table of events."""
    out, names, spans = [], [], []
    for mark in chart.marks:
        at = x(mark.at)  # type: ignore[operator]
        out.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{_TOP - 2}" y2="{bottom}"'
                   ' stroke="#5c6672" stroke-dasharray="3 3"/>')  # fmt: skip
        name, wide = f"▾{mark.name}", _wide(f"▾{mark.name}")
        while wide > _WIDEST:
            name = name[:-2] + "…"
            wide = _wide(name)
        left = at + 3 if at + 3 + wide < WIDTH else at - 3 - wide
        names.append((name, left))
        spans.append((left - 3, left + wide + 3))
    for (name, left), row in zip(names, label_rows(spans, 2), strict=True):
        if row is not None:
            out.append(_text(left, 9 + row * 12, name, fill=_MUTED, font_size=10))
    return out


def _pareto(chart: Chart) -> tuple[str, int]:
    """Bars across, largest first, with the running share at the right."""
    (line, *_) = chart.lines
    values = [value or 0.0 for value in line.values]
    whole, top, running = sum(values) or 1.0, max(values, default=0) or 1.0, 0.0
    out, row = [], 22
    left, right = 180, WIDTH - 150
    for n, (label, value) in enumerate(zip(chart.labels, values, strict=True)):
        running += value
        y = 4 + n * row
        out.append(_text(left - 8, y + 13, label, "end"))
        width = (right - left) * value / top
        out.append(_rect(left, y, width, row - 6, line.colour, f"{label}: {value:,.0f}"))
        out.append(_text(left + width + 6, y + 13, f"{value:,.0f}", fill=_MUTED))
        out.append(_text(WIDTH - _RIGHT, y + 13, f"Σ {running / whole:.0%}", "end", fill=_MUTED))
    return "".join(out), 8 + row * len(values)


def _heat(chart: Chart) -> tuple[str, int]:
    """Rows (``lines``) by labels; the darker the more, with the number in the darkest."""
    cells = [value or 0.0 for line in chart.lines for value in line.values]
    top = max(cells, default=0.0) or 1.0
    left, row = 60, 24
    width = (WIDTH - left - _RIGHT) / max(1, len(chart.labels))
    out = [_text(left + (n + 0.5) * width, 12, label[:2], "middle", fill=_MUTED)
           for n, label in enumerate(chart.labels)]  # fmt: skip
    for r, line in enumerate(chart.lines):
        y = 18 + r * row
        out.append(_text(left - 8, y + 16, line.name, "end"))
        for n, value in enumerate(line.values):
            share = (value or 0.0) / top
            words = f"{line.name} {chart.labels[n]}: {_number(value or 0, chart.percent)}"
            out.append(_rect(left + n * width, y, width - 1, row - 1, shade(share), words))
            if share >= 0.6:
                told = _number(value or 0, chart.percent)
                out.append(_text(left + (n + 0.5) * width, y + 16, told, "middle",
                                 fill="#ffffff" if share > 0.45 else _TEXT, font_size=9))  # fmt: skip
    return "".join(out), 22 + row * len(chart.lines)


def shade(share: float) -> str:
    """From almost white to dark blue, evenly in lightness: it is the same in grey."""
    low, high = (238, 243, 249), (12, 58, 112)
    mixed = (round(a + (b - a) * min(1.0, max(0.0, share))) for a, b in zip(low, high, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _funnel(chart: Chart) -> tuple[str, int]:
    """How many came to each step, the failures there darker within."""
    reached, failed = chart.lines[:2]
    top = max((value or 0.0 for value in reached.values), default=0.0) or 1.0
    left, right, row = 130, WIDTH - 220, 28
    out = []
    for n, label in enumerate(chart.labels):
        here, lost = reached.values[n] or 0.0, failed.values[n] or 0.0
        y = 4 + n * row
        out.append(_text(left - 8, y + 15, label, "end"))
        width = (right - left) * here / top
        out.append(_rect(left, y, width, row - 8, reached.colour, f"{label}: {here:,.0f}"))
        out.append(_rect(left, y, (right - left) * lost / top, row - 8, failed.colour,
                         f"{label} · {failed.name}: {lost:,.0f}"))  # fmt: skip
        share = f" ({lost / here:.1%})" if here else ""
        told = f"{here:,.0f} · {failed.name} {lost:,.0f}{share}"
        out.append(_text(left + width + 6, y + 15, told, fill=_MUTED))
    legend, more = _legend([reached, failed], 4 + row * len(chart.labels) + 12, as_lines=False)
    return "".join(out) + legend, int(row * len(chart.labels) + more + 8)
