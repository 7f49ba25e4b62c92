"""``workbench follow``: bring in new attempts as they come, from a folder or a table."""

import json
import threading
from dataclasses import replace
from pathlib import Path

import click

from workbench import texts
from workbench.cli.attempts import tell_report
from workbench.cli.common import (
    EXIT_FAILED,
    EXIT_SET_ASIDE,
    common_options,
    language,
    load_mapping,
    opened,
    print_json,
    print_table,
    profile_options,
    progress_bar,
    report_error,
    say,
)
from workbench.domain.errors import KnownError, Usage
from workbench.domain.following import Batch, Followed, FollowNews, FollowState
from workbench.domain.importing import Mapping
from workbench.domain.progress import CancelToken
from workbench.domain.times import iso_local, local_text


@click.command(help=say("help.follow"))
@click.argument("place", required=False, metavar="[FOLDER|URL]")
@click.option("--table", default="", help=say("help.follow_table"))
@click.option("--key", default="", help=say("help.follow_key"))
@click.option("--mapping", help=say("help.mapping"))
@click.option("--once", is_flag=True, help=say("help.follow_once"))
@click.option("--keep", is_flag=True, help=say("help.follow_keep"))
@click.option("--forget", is_flag=True, help=say("help.follow_forget"))
@click.option("--list", "listed", is_flag=True, help=say("help.follow_list"))
@profile_options
@common_options
def follow(
    place, table, key, mapping, once, keep, forget, listed, profile, passphrase_file, as_json
) -> int:
    with opened(profile, passphrase_file) as bench:
        if listed:
            _list(bench.following.sources(), as_json)
            return 0
        if place is None:
            sources = bench.following.sources()
            if not sources or forget or keep:
                raise Usage("follow_nothing")
            return _follow_all(bench, sources, None, once, as_json)
        source = _named(place, table, key)
        if forget:
            _forget(bench, source)
            return 0
        given = load_mapping(mapping, bench.attempts.mapping)
        if keep:
            if given is not None:
                source = replace(source, mapping=given.name)
                bench.attempts.save_mapping(given)
            bench.following.keep(source)
            click.echo(say("follow_kept", source=source.title), err=as_json)
            return 0
        bench.following.check(source)
        return _follow_all(bench, [source], given, once, as_json)


def _named(place: str, table: str, key: str) -> Followed:
    source = Followed(place, table, key)
    return source if source.of_table else replace(source, place=str(Path(place).absolute()))


def _list(sources: list[Followed], as_json: bool) -> None:
    if as_json:
        print_json([source.as_json() for source in sources])
        return
    headers = ("follow_source", "follow_key_column", "follow_mapping", "follow_on")
    print_table(
        [say(header) for header in headers],
        [(s.title, s.key, s.mapping, say("follow_yes" if s.on else "follow_no")) for s in sources],
    )


def _forget(bench, source: Followed) -> None:
    """By its place alone where that says enough."""
    kept = [s for s in bench.following.sources() if s.bare == source.bare]
    fitting = [s for s in kept if not source.table or s.table == source.table]
    if not fitting:
        raise Usage("follow_not_kept", source=source.title)
    for each in fitting:
        bench.following.forget(each)
        click.echo(say("follow_forgotten", source=each.title), err=True)


def _follow_all(
    bench, sources: list[Followed], mapping: Mapping | None, once: bool, as_json: bool
) -> int:
    """Each in a thread of its own; Ctrl+C ends them between two transactions."""
    printer = _Printer(as_json)

    def run(source: Followed) -> None:
        try:
            bench.following.follow(source, printer.tell, cancel, mapping=mapping, once=once)
        except KnownError as error:
            printer.failed(source, error)

    with progress_bar(True) as (_, cancel):
        threads = [threading.Thread(target=run, args=(source,)) for source in sources]
        for thread in threads:
            thread.start()
        _join(threads, cancel)
    return printer.code


def _join(threads: list[threading.Thread], cancel: CancelToken) -> None:
    """A join without a limit would keep Windows from hearing Ctrl+C."""
    while any(thread.is_alive() for thread in threads):
        for thread in threads:
            thread.join(0.2)


class _Printer:
    """What comes, as ``import`` prints it: in words, or each as one line of JSON."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._lock = threading.Lock()
        self.code = 0

    def tell(self, news: FollowNews) -> None:
        with self._lock:
            if news.batch is not None:
                self._batch(news.source, news.batch)
            elif news.error is not None:
                self._error(news.source, news.error)
            elif news.state is FollowState.FOLLOWING:
                click.echo(say("follow_started", source=news.source.title), err=True)
            elif news.state is FollowState.STOPPED:
                click.echo(
                    say("follow_stopped", source=news.source.title, new=f"{news.new:,}"), err=True
                )

    def failed(self, source: Followed, error: KnownError) -> None:
        with self._lock:
            self._ends_with(error.exit_code)
            self._error(source, error)

    def _ends_with(self, code: int) -> None:
        """What failed goes before rows set aside."""
        if self.code in (0, EXIT_SET_ASIDE):
            self.code = code or self.code

    def _error(self, source: Followed, error: KnownError) -> None:
        if self._as_json:
            self._line({"source": source.title, "error": _error_json(error)})
        else:
            report_error(error, False)

    def _batch(self, source: Followed, batch: Batch) -> None:
        code = 0
        if batch.error is not None:
            code = EXIT_FAILED
        elif batch.report is not None and batch.report.quarantined:
            code = EXIT_SET_ASIDE
        self._ends_with(code)
        if self._as_json:
            told = batch.report.as_json() if batch.report else {"error": _error_json(batch.error)}
            self._line(
                {"source": source.title, "name": batch.name, "at": iso_local(batch.at)} | told
            )
            return
        click.echo(say("follow_batch", at=local_text(batch.at), name=batch.name))
        if batch.report is not None:
            tell_report(batch.report, "imported", False)
        elif batch.error is not None:
            report_error(batch.error, False)

    def _line(self, body: dict[str, object]) -> None:
        click.echo(json.dumps(body, ensure_ascii=False, default=str))


def _error_json(error: KnownError | None) -> dict[str, object]:
    assert error is not None
    return {"key": error.key, "message": texts.error_text(language(), error)}
