"""Commands about column mappings: guess one for a file, save, list, show and remove them."""

import json
from dataclasses import replace
from pathlib import Path

import click

from workbench import texts
from workbench.cli.common import (
    common_options,
    language,
    load_mapping,
    opened,
    print_json,
    print_table,
    profile_options,
    say,
)
from workbench.domain.errors import BadInput, NotPermitted
from workbench.domain.importing import ImportPreview, Mapping

_FILE = click.Path(path_type=Path)


@click.group(help=say("help.mapping_group"))
def mapping() -> None: ...


@mapping.command(help=say("help.mapping_guess"))
@click.argument("file", type=_FILE)
@click.option("--mapping", help=say("help.mapping"))
@click.option("--out", type=_FILE, help=say("help.mapping_out"))
@profile_options
@common_options
def guess(file, mapping, out, profile, passphrase_file, as_json) -> None:
    from workbench.services.attempts import guessed_mapping

    with opened(profile, passphrase_file) as bench:
        preview = bench.attempts.preview(file, load_mapping(mapping, bench.attempts.mapping))
        fitting = bench.attempts.fitting_mapping([c.header for c in preview.columns])
    if out is not None:
        _write(out, guessed_mapping(preview))
    if as_json:
        print_json(
            {
                "format": preview.format,
                "encoding": preview.encoding,
                "delimiter": preview.delimiter,
                "sheets": preview.sheets,
                "saved_mapping": fitting,
                "columns": [
                    {
                        "header": c.header,
                        "field": c.field,
                        "extra_name": c.extra_name,
                        "sure": round(c.sure, 2),
                        "why": c.why,
                        "scale": c.scale,
                        "date_order": c.date_order,
                    }
                    for c in preview.columns
                ],
            }
        )
        return
    _show(preview)
    if fitting:
        click.echo(say("mapping_fits", name=fitting))


def _show(preview: ImportPreview) -> None:
    lang = language()
    rows = []
    for column in preview.columns:
        field = texts.word(lang, "field", column.field) if column.field else "—"
        why = say(f"why.{column.why}")
        sure = f"{column.sure:.0%} {why}" if column.field else why
        notes = [f"×{column.scale:g}"] if column.scale != 1 else []
        notes += [column.date_order] if column.date_order else []
        rows.append((column.header, field, sure, " ".join(notes), " · ".join(column.samples[:3])))
    print_table(
        [say(f"column.{name}") for name in ("header", "field", "why", "read", "like")], rows
    )


@mapping.command("list", help=say("help.mapping_list"))
@profile_options
@common_options
def list_(profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        names = bench.attempts.mapping_names()
    if as_json:
        print_json(names)
    else:
        click.echo("\n".join(names))


@mapping.command(help=say("help.mapping_export"))
@click.argument("name")
@click.argument("file", type=_FILE)
@profile_options
@common_options
def export(name, file, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file) as bench:
        found = load_mapping(name, bench.attempts.mapping)
    _write(file, found)
    if as_json:
        print_json({"mapping": name, "file": str(file)})
    else:
        click.echo(say("mapping_written", file=file))


@mapping.command("import", help=say("help.mapping_import"))
@click.argument("file", type=_FILE)
@click.option("--name", help=say("help.mapping_name"))
@profile_options
@common_options
def import_(file, name, profile, passphrase_file, as_json) -> None:
    found = load_mapping(str(file), None)
    name = name or found.name
    with opened(profile, passphrase_file) as bench:
        bench.attempts.save_mapping(replace(found, name=name))
    if as_json:
        print_json({"mapping": name})
    else:
        click.echo(say("mapping_saved", name=name))


def _write(file: Path, body: Mapping) -> None:
    from workbench.services.attempts import mapping_to_json

    text = json.dumps(mapping_to_json(body), ensure_ascii=False, indent=2) + "\n"
    try:
        file.write_text(text, "utf-8")
    except FileNotFoundError:
        raise BadInput("no_such_folder", folder=str(file.parent)) from None
    except OSError:
        raise NotPermitted("cannot_write", file=str(file)) from None
