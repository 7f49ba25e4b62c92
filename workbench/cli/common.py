"""What every command shares: options, language, opening the profile, printing, exit codes."""

import functools
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from workbench import texts
from workbench.domain.errors import BadInput, Cancelled, KnownError
from workbench.domain.progress import CancelToken, Progress, ProgressListener, silent

_WAREHOUSE = "--warehouse"
EXIT_DONE, EXIT_FAILED, EXIT_SET_ASIDE = 0, 1, 3


def language() -> str:
    """``--lang`` wherever it stands, else the system's; help texts need it before parsing."""
    words = sys.argv[1:]
    for at, word in enumerate(words):
        value = word.partition("=")[2] if word.startswith("--lang=") else None
        if word == "--lang" and at + 1 < len(words):
            value = words[at + 1]
        if value in texts.LANGUAGES:
            return value
    return texts.system_language()


def say(key: str, **params: object) -> str:
    """A sentence of the command line in the person's language."""
    return texts.text(language(), f"cli.{key}", **params)


def warn(key: str, **params: object) -> None:
    """What the person should know once, beside what a command prints."""
    click.echo(texts.text(language(), key, **params), err=True)


def final(act: str) -> str:
    """What the help of a command ends with, whose act cannot be undone."""
    return texts.final_words(language(), act)


def profile_options(command: Callable) -> Callable:
    """``--profile``, ``--passphrase-file`` and ``--warehouse``: whose data, and where it is."""
    command = click.option(
        _WAREHOUSE,
        metavar="URL",
        expose_value=False,  # ``opened`` asks for it
        callback=lambda context, _, url: context.meta.update({_WAREHOUSE: url}),
        help=say("help.warehouse"),
    )(command)
    command = click.option(
        "--passphrase-file",
        type=click.Path(path_type=Path),
        help=say("help.passphrase_file"),
    )(command)
    return click.option(
        "--profile", type=click.Path(path_type=Path, file_okay=False), help=say("help.profile")
    )(command)


def common_options(command: Callable) -> Callable:
    """``--lang`` and ``--json``; turns known errors into a sentence and an exit code."""

    @click.option("--lang", type=click.Choice(texts.LANGUAGES), help=say("help.lang"))
    @click.option("--json", "as_json", is_flag=True, help=say("help.json"))
    @functools.wraps(command)
    def wrapped(*args: object, lang: str | None, as_json: bool, **kwargs: object) -> None:
        context = click.get_current_context()
        try:
            code = command(*args, as_json=as_json, **kwargs)
        except KnownError as error:
            report_error(error, as_json)
            code = error.exit_code
        except (Cancelled, KeyboardInterrupt):
            click.echo(say("cancelled"), err=True)
            code = EXIT_FAILED
        context.exit(code or EXIT_DONE)

    return wrapped


def run_command(command: click.Command, name: str) -> int:
    """Run it on the words of this process; an exception that nobody expected leaves a redacted
    report."""
    try:
        command.main(prog_name=name, standalone_mode=True)
    except BrokenPipeError:
        # the reader of a pipe went away: not our failure, and nothing more can be said to it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        from workbench import log

        report = log.write_crash(log.crash_text(type(error), error, error.__traceback__))
        click.echo(say("crashed", error=type(error).__name__, report=report), err=True)
        return 1
    return 0


def report_error(error: KnownError, as_json: bool) -> None:
    sentence = texts.error_text(language(), error)
    if as_json:
        click.echo(
            json.dumps({"error": {"key": error.key, "message": sentence}}, ensure_ascii=False)
        )
    click.echo(sentence, err=True)


@contextmanager
def opened(
    profile: Path | None, passphrase_file: Path | None, *, warehouse: str | None = None
) -> Iterator:
    """The workbench on a profile, closed whatever happens. ``warehouse`` goes before what
    ``--warehouse`` says; '': nothing of the centre is needed."""
    from workbench import bootstrap

    if warehouse is None:
        warehouse = click.get_current_context().meta.get(_WAREHOUSE)
    workbench = bootstrap.open_workbench(
        profile,
        passphrase_file=passphrase_file,
        ask=ask_passphrase if sys.stdin.isatty() else None,
        warn=warn,
        lang=language(),
        warehouse=warehouse,
    )
    try:
        if workbench.sign_in.needed:
            _sign_in(workbench.sign_in)
        yield workbench
    finally:
        workbench.close()


def _sign_in(service) -> None:
    """By ``WORKBENCH_LOGIN`` and ``WORKBENCH_PASSWORD``, or asked on a terminal. Without either
    nobody signs in: what needs nobody, a round of sync, goes on, and the rest is refused."""
    people = service.people()
    asks = sys.stdin.isatty()
    login = os.environ.get("WORKBENCH_LOGIN") or (
        people[0].person_id
        if len(people) == 1
        else asks and click.prompt(say("ask_login"), err=True)
    )
    password = os.environ.get("WORKBENCH_PASSWORD") or (
        login and asks and click.prompt(say("ask_password"), hide_input=True, err=True)
    )
    if login and password:
        service.sign_in(login, password)


def ask_passphrase() -> str:
    return click.prompt(say("ask_passphrase"), hide_input=True, err=True)


def print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table as wide as the terminal; whole lines when the output is a file or a pipe."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for header in headers:
        table.add_column(header, overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console = Console(highlight=False, markup=False, width=240)
    console.print(table)


@contextmanager
def progress_bar(as_json: bool) -> Iterator[tuple[ProgressListener, CancelToken]]:
    """A bar with rows and rate on a terminal, silence otherwise; Ctrl+C cancels cleanly."""
    import signal
    import threading

    token = CancelToken()
    on_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, lambda *_: token.cancel()) if on_main else None
    try:
        if as_json or not sys.stderr.isatty():
            yield silent, token
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
        )
        with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=None, rate="")

            def listen(progress: Progress) -> None:
                speed = bar.tasks[0].speed
                bar.update(
                    task,
                    description=texts.word(language(), "stage", progress.stage),
                    completed=progress.done,
                    total=progress.total,
                    rate=say("rate", rate=f"{speed:,.0f}") if speed else "",
                )

            yield listen, token
    finally:
        if on_main:
            signal.signal(signal.SIGINT, before)


def load_mapping(named: str | None, find: Callable[[str], object] | None):
    """``--mapping``: a saved name (``find`` looks it up) or a JSON file."""
    if named is None:
        return None
    path = Path(named)
    if path.suffix == ".json" or path.is_file():
        from workbench.services.attempts import mapping_from_json

        try:
            return mapping_from_json(path.stem, json.loads(path.read_text("utf-8")))
        except FileNotFoundError:
            raise BadInput("no_such_mapping", mapping=named) from None
        except (OSError, ValueError, AttributeError, TypeError):
            raise BadInput("bad_mapping_file", file=str(path)) from None
    mapping = find(named) if find else None
    if mapping is None:
        raise BadInput("no_such_mapping", mapping=named)
    return mapping
