"""Command line in, window out: alone it opens the window, a word after it is a command."""

import sys

_ANOTHER = "--new-window"  # beside one that is open on the same profile


def main() -> int:
    """Exit code of the process. Only the chosen half is imported, so each starts fast."""
    if sys.argv[1:2] == ["open"]:  # a caller waits: nothing of the other commands is imported
        if _quickly(sys.argv[2:]):
            return 0
        from workbench.cli.common import run_command
        from workbench.cli.open import open_

        del sys.argv[1]
        return run_command(open_, "workbench open")
    options = window_options(sys.argv[1:])
    if options is None:
        from workbench.cli.main import run

        return run()
    from pathlib import Path

    from workbench import door, paths
    from workbench.domain.pop import Pop, PopKind

    profile, secret = options.get("--profile"), options.get("--passphrase-file")
    folder = Path(profile) if profile else paths.default_profile()
    if _ANOTHER not in options and door.knock(folder, Pop(PopKind.FRONT).line()):
        return 0  # it is open already, and in front now
    from workbench.launch import run_window

    return run_window(
        Path(profile) if profile else None, options.get("--lang"), Path(secret) if secret else None
    )


def _quickly(words: list[str]) -> bool:
    """``open`` of a number, an id or a link where the window is open: with nothing of the command
    line. Whatever is not just that is the command's to say."""
    from pathlib import Path

    from workbench import door, paths
    from workbench.domain.errors import KnownError
    from workbench.domain.pop import PopKind, pop, pop_of_link

    names, profile, given = iter(words), None, []
    for name in names:
        if name == "--profile":
            profile = next(names, "")
        elif name in ("--phone", "--attempt", "--complaint"):
            given.append((name[2:], next(names, "")))
        else:
            given.append(("", name))
    if len(given) != 1 or profile == "":
        return False
    ((kind, value),) = given
    if value == "-":  # the command finds it there again
        from io import StringIO

        value = sys.stdin.readline()
        sys.stdin = StringIO(value)
    try:
        line = (pop(PopKind(kind), value) if kind else pop_of_link(value)).line()
    except KnownError:
        return False
    return door.knock(Path(profile) if profile else paths.default_profile(), line)


def window_options(arguments: list[str]) -> dict[str, str] | None:
    """The window's own options, or None where the arguments ask for a command."""
    found: dict[str, str] = {}
    rest = iter(arguments)
    for word in rest:
        if word == _ANOTHER:
            found[word] = "1"
            continue
        name, sign, value = word.partition("=")
        if name not in ("--profile", "--lang", "--passphrase-file"):
            return None
        value = value if sign else next(rest, "")
        if not value:
            return None
        found[name] = value
    return found


if __name__ == "__main__":
    sys.exit(main())
