"""``workbench models``: risk models beside one another, and the declines that look wrong."""

from pathlib import Path

import click

from workbench import texts
from workbench.cli.common import (
    common_options,
    language,
    opened,
    print_json,
    print_table,
    profile_options,
    say,
)
from workbench.domain.errors import Usage
from workbench.domain.times import iso_local, local_text


@click.command(help=say("help.models"))
@click.option("--by", default="employment_type", show_default=True, help=say("help.models_by"))
@click.option("--list", "model", metavar="MODEL", help=say("help.models_list"))
@click.option("--passed", is_flag=True, help=say("help.models_passed"))
@click.option("--out", type=click.Path(path_type=Path), help=say("help.models_out"))
@profile_options
@common_options
def models(by, model, passed, out, profile, passphrase_file, as_json) -> None:
    if out is not None and model is None:
        raise Usage("models_list_needed")
    with opened(profile, passphrase_file) as bench:
        service = bench.insight.models
        if out is not None:
            rows = service.export(out, model, passed=passed)
            print_json({"rows": rows, "file": str(out)}) if as_json else click.echo(
                say("models_written", rows=rows, file=out)
            )
            return
        if model is not None:
            found = service.wrong(model, passed=passed)
            _declines(found, as_json)
            return
        watched = service.watch(by)
    if as_json:
        print_json([_json(m, watched.groups(m.model)) for m in watched.models])
        return
    from workbench.services.model_words import model_cells

    lang = language()
    names = ("model", "first", "reviewed", "declined", "sound_declined", "against", "change")
    names += ("psi", "passed_before", "appeals", "signs")
    print_table(
        [texts.word(lang, "model_field", name) for name in names],
        [model_cells(lang, m) for m in watched.models],
    )


def _declines(found, as_json: bool) -> None:
    if as_json:
        print_json([vars(row) | {"occurred_at": iso_local(row.occurred_at)} for row in found])
        return
    lang = language()
    print_table(
        [texts.word(lang, "field", n) for n in ("attempt_id", "occurred_at", "channel", "cause")],
        [
            (
                row.attempt_id,
                local_text(row.occurred_at),
                texts.word(lang, "channel", row.channel),
                texts.word(lang, "cause", row.cause),
            )
            for row in found
        ],
    )


def _rate(rate) -> dict[str, object]:
    low, high = rate.interval
    return {"hits": rate.hits, "of": rate.of, "low": round(low, 4), "high": round(high, 4)}


def _json(model, groups) -> dict[str, object]:
    return {
        "model": model.model,
        "first": iso_local(model.first),
        "last": iso_local(model.last),
        "declined": _rate(model.declined),
        "sound_declined": _rate(model.sound_declined),
        "against": model.against,
        "change": None if model.change is None else [round(c, 4) for c in model.change],
        "psi": model.psi,
        "psi_sound": model.psi_sound,
        "passed_before": model.passed_before,
        "appeals_overturned": _rate(model.appeals),
        "suspected": model.suspected,
        "signs": [sign.value for sign in model.signs],
        "groups": [
            {
                "group": g.group,
                "declined": _rate(g.declined),
                "before": None if g.before is None else _rate(g.before),
                "change": None if g.change is None else [round(c, 4) for c in g.change],
            }
            for g in groups
        ],
    }
