"""The ``bench`` command: how fast the product is against named yardsticks, on this machine."""

import sys

import click

from workbench import texts
from workbench.cli.common import (
    EXIT_DONE,
    EXIT_FAILED,
    common_options,
    language,
    print_json,
    print_table,
    say,
)

NAMES = (
    "import",
    "diagnose",
    "explain",
    "lookup",
    "sync",
    "trend",
    "start",
    "frame",
    "pop",
    "memory",
)


@click.command(help=say("help.bench"))
@click.argument("name", type=click.Choice(NAMES), nargs=-1)
@click.option(
    "--rows",
    type=click.IntRange(1000),
    default=10_000_000,
    show_default=True,
    help=say("help.bench_rows"),
)
@common_options
def bench(name, rows, as_json) -> int:
    from workbench.bench.run import run

    lang = language()

    def tell(step: str) -> None:
        if not as_json and sys.stderr.isatty():
            click.echo(texts.text(lang, f"bench.step.{step}"), err=True)

    results = list(run(name, rows, tell))
    reached = all(result.reached for result in results)
    if as_json:
        print_json({"reached": reached, "results": [_as_json(r, lang) for r in results]})
    else:
        columns = ("bench", "work", "ours", "yardstick", "theirs", "ratio", "bound", "reached")
        headers = [texts.text(lang, f"bench.column.{column}") for column in columns]
        print_table(headers, [_as_cells(r, lang) for r in results])
    return EXIT_DONE if reached else EXIT_FAILED


def _as_json(result, lang: str) -> dict[str, object]:
    return {
        "bench": result.bench,
        "key": result.key,
        "rows": result.rows,
        "work": _work(result, lang),
        "unit": result.unit,
        "ours": result.ours,
        "yardstick": texts.text(lang, f"bench.{result.key}.yardstick"),
        "theirs": result.theirs,
        "ratio": result.ratio,
        "must_reach": {("at_least" if result.bound.at_least else "at_most"): result.bound.limit},
        "reached": result.reached,
        "note": _note(result, lang),
    }


def _as_cells(result, lang: str) -> list[str]:
    sign = "≥" if result.bound.at_least else "≤"
    limit = f"{sign} {result.bound.limit:g} {result.bound.unit}"
    verdict = texts.text(lang, "bench.reached" if result.reached else "bench.missed")
    note = _note(result, lang)
    return [
        result.bench,
        _work(result, lang),
        _number(result.ours, result.unit),
        texts.text(lang, f"bench.{result.key}.yardstick"),
        _number(result.theirs, result.unit),
        "" if result.ratio is None else f"{result.ratio:,.3g} ×",
        limit,
        f"{verdict} ({note})" if note else verdict,
    ]


def _work(result, lang: str) -> str:
    return texts.text(lang, f"bench.{result.key}.work", rows=f"{result.rows:,}")


def _note(result, lang: str) -> str | None:
    return texts.text(lang, f"bench.note.{result.note}", **result.params) if result.note else None


def _number(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:,.4g} {unit}"
