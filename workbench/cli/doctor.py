"""``workbench doctor``: what is wrong with this installation and how to mend it."""

import click

from workbench import texts
from workbench.cli.common import (
    EXIT_FAILED,
    ask_passphrase,
    common_options,
    language,
    print_json,
    profile_options,
    say,
)
from workbench.domain.health import Finding, Health, worst

_MARKS = {Health.WELL: "✔", Health.WARNING: "!", Health.ILL: "✘"}


@click.command(help=say("help.doctor"))
@profile_options
@common_options
def doctor(profile, passphrase_file, as_json) -> int:
    import sys

    from workbench import bootstrap

    findings = bootstrap.examine(
        profile,
        passphrase_file=passphrase_file,
        ask=ask_passphrase if sys.stdin.isatty() else None,
    )
    found = worst(findings)
    if as_json:
        print_json(
            {
                "health": found,
                "findings": [
                    {"check": f.check, "health": f.health, "key": f.key, "message": _sentence(f)}
                    for f in findings
                ],
            }
        )
    else:
        for finding in findings:
            name = texts.word(language(), "doctor_check", finding.check)
            click.echo(f"{_MARKS[finding.health]} {name}: {_sentence(finding)}")
        click.echo(say(f"doctor_{found}"))
    return EXIT_FAILED if found is Health.ILL else 0


def _sentence(finding: Finding) -> str:
    return texts.text(language(), finding.key, **finding.params)
