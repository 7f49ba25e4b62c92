"""``workbench complaint import|export|totals|reveal``: a site's ledger in, complaints out and counted."""

from pathlib import Path

import click

from workbench import texts
from workbench.cli.attempts import tell_report
from workbench.cli.common import (
    common_options,
    language,
    load_mapping,
    opened,
    print_json,
    print_table,
    profile_options,
    progress_bar,
    say,
)
from workbench.cli.complaints import complaint

_FILE = click.Path(path_type=Path)


@complaint.command("import", help=say("help.complaint_import"))
@click.argument("file", type=_FILE)
@click.option("--mapping", help=say("help.ledger_mapping"))
@click.option("--preview", is_flag=True, help=say("help.ledger_preview"))
@profile_options
@common_options
def import_(file, mapping, preview, profile, passphrase_file, as_json) -> int | None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        chosen = load_mapping(mapping, bench.attempts.mapping)
        if preview:
            return _show_plan(bench.ledger.preview(file, chosen), as_json)
        if not as_json:
            _show_plan(bench.ledger.preview(file, chosen), as_json)
        with progress_bar(as_json) as (listen, cancel):
            report = bench.ledger.take(file, chosen, progress=listen, cancel=cancel)
    return tell_report(report, "ledger_imported", as_json)


def _show_plan(plan, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "columns": [vars(column) for column in plan.columns],
                "date_order": plan.order,
            }
        )
        return
    print_table(
        [say("ledger_column.header"), say("ledger_column.field"), say("ledger_column.why")],
        [
            (c.header, texts.word(language(), "ledger_field", c.field) or say("ledger_kept"),
             texts.word(language(), "ledger_why", c.why))
            for c in plan.columns
        ],
    )  # fmt: skip


@complaint.command("export", help=say("help.complaint_export"))
@click.argument("file", type=_FILE)
@click.option("--history", is_flag=True, help=say("help.export_history"))
@profile_options
@common_options
def export(file, history, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        rows = bench.ledger.export(file, history=history)
    if as_json:
        print_json({"rows": rows, "file": str(file)})
    else:
        click.echo(say("exported", rows=rows, file=file))


@complaint.command("totals", help=say("help.complaint_totals"))
@click.option("--by", default="month,product,state", show_default=True, help=say("help.totals_by"))
@profile_options
@common_options
def totals(by, profile, passphrase_file, as_json) -> None:
    names = [name.strip() for name in by.split(",") if name.strip()]
    with opened(profile, passphrase_file, warehouse="") as bench:
        found = bench.ledger.totals(names)
    if as_json:
        rows = [dict(zip(found.by, row, strict=True)) | {"count": n} for row, n in found.rows]
        print_json({"total": found.total, "by": found.by, "totals": rows})
        return
    labels = [texts.word(language(), "complaint_field", name) for name in found.by]
    print_table([*labels, say("totals_count")], [(*row, f"{n:,}") for row, n in found.rows])
    click.echo(say("totals_sum", total=f"{found.total:,}"))


@complaint.command("reveal", help=say("help.complaint_reveal"))
@click.argument("number")
@click.option("--purpose", required=True, help=say("help.purpose"))
@profile_options
@common_options
def reveal(number, purpose, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        who = bench.ledger.identity(number, purpose)
    if as_json:
        print_json(who)
        return
    names = ("customer_name", "phone", "id_card")
    print_table([say(f"column.{name}") for name in names], [[who.get(name) for name in names]])
