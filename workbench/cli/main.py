"""The command tree of ``workbench``; no command opens the window."""

import click

from workbench import __version__
from workbench.cli import (  # noqa: F401 — they add to ``complaint``
    complaint_acts,
    complaint_deadlines,
    complaint_lists,
    ledgers,
)
from workbench.cli.attempts import diagnose, explain, export, import_, lookup, trends
from workbench.cli.audit import audit
from workbench.cli.backup import backup, restore
from workbench.cli.bench import bench
from workbench.cli.central import central
from workbench.cli.codes import codes
from workbench.cli.common import language, run_command, say
from workbench.cli.complaints import complaint
from workbench.cli.custody import compact, erase, retention, reveal
from workbench.cli.demo import demo
from workbench.cli.doctor import doctor
from workbench.cli.drivers import drivers
from workbench.cli.follow import follow
from workbench.cli.forecast import forecast
from workbench.cli.guides import guide
from workbench.cli.incidents import incidents
from workbench.cli.issues import issue
from workbench.cli.mappings import mapping
from workbench.cli.market import market
from workbench.cli.models import models
from workbench.cli.open import open_
from workbench.cli.people import people
from workbench.cli.report import report
from workbench.cli.reviews import review
from workbench.cli.rules import rules
from workbench.cli.spikes import spikes
from workbench.cli.sync import sync
from workbench.cli.trackers import tracker
from workbench.cli.update import update


@click.group(help=say("help.workbench"))
@click.version_option(__version__, prog_name="workbench")
def workbench() -> None:
    pass


for command in (
    import_,
    export,
    diagnose,
    lookup,
    explain,
    trends,
    complaint,
    demo,
    spikes,
    drivers,
    report,
):
    workbench.add_command(command)
for command in (reveal, erase, retention, compact, backup, restore):
    workbench.add_command(command)
workbench.add_command(audit)
workbench.add_command(bench)
workbench.add_command(guide)
workbench.add_command(codes)
workbench.add_command(central)
workbench.add_command(sync)
workbench.add_command(mapping)
workbench.add_command(people)
workbench.add_command(follow)
workbench.add_command(rules)
workbench.add_command(tracker)
workbench.add_command(issue)
workbench.add_command(incidents)
workbench.add_command(market)
workbench.add_command(forecast)
workbench.add_command(models)
workbench.add_command(open_)
workbench.add_command(doctor)
workbench.add_command(update)
workbench.add_command(review)


def run() -> int:
    return run_command(workbench, "workbench")


__all__ = ["language", "run", "workbench"]
