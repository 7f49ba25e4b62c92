"""``workbench sync``: a round with the centre, and what waits for a person."""

import click

from workbench import texts
from workbench.cli.common import (
    EXIT_SET_ASIDE,
    common_options,
    language,
    opened,
    print_json,
    print_table,
    profile_options,
    say,
)
from workbench.domain.errors import BadInput, StoreFault, Usage
from workbench.domain.times import iso_local


@click.group(help=say("help.sync"))
def sync() -> None:
    pass


@sync.command("now", help=say("help.sync_now"))
@profile_options
@common_options
def now(profile, passphrase_file, as_json) -> int | None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        done = bench.sync.sync()
        if done.rules_changed:
            bench.rules.adopt()
        waiting = bench.sync.state()
    told = {
        "sent": done.sent,
        "changed": len(done.changed),
        "waiting": waiting.waiting,
        "unsettled": waiting.unsettled,
        "renewed": done.renewed,
        "renumbered": done.renumbered,
        "audit_rewritten": done.audit_rewritten,
    }
    if as_json:
        print_json(told)
    else:
        click.echo(say("sync_done", sent=done.sent, changed=len(done.changed)))
        if waiting.unsettled:
            click.echo(say("sync_unsettled", count=waiting.unsettled))
    if done.audit_rewritten:
        raise StoreFault("centre_audit_rewritten", place=waiting.place)
    if done.held_back is not None:
        raise done.held_back
    return EXIT_SET_ASIDE if waiting.unsettled else None


@sync.command("list", help=say("help.sync_list"))
@profile_options
@common_options
def list_(profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        waiting = bench.settling.waiting()
    if as_json:
        print_json([_as_json(unsettled) for unsettled in waiting])
        return
    rows = []
    for unsettled in waiting:
        op = unsettled.op
        number = (unsettled.row or op.body).get("number") or op.entity_id
        why = texts.word(language(), "sync_why", op.why or "")
        for name, mine in op.body.items():
            both = op.contested.get(name)
            if op.contested and both is None:
                continue
            theirs, by = (both.theirs, both.by) if both else (None, None)
            rows.append((op.op_id, number, why, name, _short(mine), _short(theirs), by))
    columns = ("op", "number", "why", "field", "mine", "theirs", "by")
    print_table([say(f"sync_field.{n}") for n in columns], rows)


@sync.command("settle", help=say("help.sync_settle"))
@click.argument("op_id", metavar="OP")
@click.option("--mine", "whose", flag_value="mine", help=say("help.sync_mine"))
@click.option("--theirs", "whose", flag_value="theirs", help=say("help.sync_theirs"))
@click.option("--field", "names", multiple=True, help=say("help.sync_names"))
@profile_options
@common_options
def settle(op_id, whose, names, profile, passphrase_file, as_json) -> None:
    if whose is None:
        raise Usage("sync_whose")
    with opened(profile, passphrase_file, warehouse="") as bench:
        found = [u.op for u in bench.settling.waiting() if u.op.op_id == op_id]
        if not found:
            raise BadInput("no_such_op", op=op_id)
        asked = found[0].contested or found[0].body
        unknown = [name for name in names if name not in asked]
        if unknown:
            raise BadInput("sync_no_field", field=unknown[0], fields=list(asked))
        keep = {
            name: found[0].body.get(name)
            for name in asked
            if whose == "mine" and (not names or name in names)
        }
        bench.settling.settle(op_id, keep)
    if as_json:
        print_json({"op": op_id, "kept": sorted(keep)})
    else:
        click.echo(say("sync_settled", kept=", ".join(sorted(keep)) or "-"))


def _as_json(unsettled) -> dict[str, object]:
    op = unsettled.op
    return {
        "op": op.op_id,
        "entity": op.entity,
        "id": op.entity_id,
        "kind": op.kind,
        "state": op.state,
        "why": op.why,
        "saved_at": iso_local(op.device_time),
        "values": dict(op.body),
        "contested": {name: vars(both) for name, both in op.contested.items()},
        "row": unsettled.row,
    }


def _short(value: object, most: int = 60) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= most else f"{text[:most]}…"
