"""The board's small charts as marks to paint, in the person's language and colours."""

from workbench import texts
from workbench.domain.board import Board, Panel
from workbench.domain.colours import CAUSES, colours_of
from workbench.domain.complaint_figures import ComplaintFigures
from workbench.domain.trend import Measure
from workbench.services import board_words as words
from workbench.ui.pages.trends.panels import Spot


def causes(board: Board, lang: str, *, dark: bool) -> list[Spot]:
    top = max((mark.value for mark in board.causes), default=0) or 1
    whole = sum(mark.failures for mark in board.causes) or 1
    running, spots = 0, []
    for place, mark in enumerate(board.causes):
        running += mark.failures
        name = words.key_word(lang, "cause", mark.keys[0])
        value = f"{mark.failures:,}"
        spots.append(
            Spot(
                mark.keys,
                name,
                mark.value / top,
                value,
                f"{name}: {value} ({mark.failures / whole:.1%})",
                after=f"Σ {running / whole:.0%}",
                colour=colours_of("cause", mark.keys[0], place)[dark],
            )
        )
    return spots


def hours(board: Board, lang: str) -> list[Spot]:
    measure = board.query.questions()[Panel.HOURS.value].measure
    of_all = measure is not Measure.FAILURE_RATE
    cells = {mark.keys: mark for mark in board.hours}
    top = max((mark.value for mark in board.hours), default=0) or 1
    spots = []
    for row, day in enumerate(words.WEEKDAYS):
        for column, hour in enumerate(words.HOURS):
            mark = cells.get((day, hour))
            value = mark.value if mark else 0.0
            told = words.amount(value, measure)
            short = f"{value:,.0f}" if of_all else f"{value:.0%}"
            name = words.key_word(lang, "hour_of_week", f"{day}-{hour}")
            spots.append(
                Spot(
                    (day, hour), name, value / top, short, f"{name}: {told}", row=row, column=column
                )
            )
    return spots


def steps(board: Board, lang: str, *, dark: bool) -> list[Spot]:
    top = max((step.reached for step in board.steps), default=0) or 1
    failed = words.steps_chart(board, lang).lines[1].name
    spots = []
    for step in board.steps:
        name = words.key_word(lang, "step", step.step)
        share = step.failures / step.reached if step.reached else 0.0
        spots.append(
            Spot(
                (step.step,),
                name,
                step.reached / top,
                f"{step.reached:,}",
                f"{name}: {step.reached:,} · {failed} {step.failures:,} ({share:.1%})",
                part=step.failures / top,
                after=f"−{step.failures:,} ({share:.0%})",
                colour=CAUSES["unstable_income"][dark],
            )
        )
    return spots


def ages(found: ComplaintFigures, lang: str, *, dark: bool) -> list[Spot]:
    """A bar for each age, those past their deadline darker within; then all of these by themselves."""
    top = max(found.ages, default=0) or 1
    colour, late = CAUSES["regulatory_tightening"][dark], texts.text(lang, "figure.breached")
    told = zip(words.age_labels(lang), found.ages, found.late, strict=True)
    spots = [
        Spot((f"age_{n}",), name, count / top, f"{count:,}",
             f"{name}: {count:,} · {late} {beyond:,}", part=beyond / top, colour=colour)
        for n, (name, count, beyond) in enumerate(told)
    ]  # fmt: skip
    beyond = found.counts.get("breached", 0)
    past = Spot(("breached",), late, beyond / top, f"{beyond:,}", f"{late}: {beyond:,}",
                part=beyond / top, colour=colour)  # fmt: skip
    return [*spots, past]
