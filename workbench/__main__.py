"""Command line in, window out: alone it opens the window, a word after it is a command."""

import sys


def main() -> int:
    """Exit code of the process. Only the chosen half is imported, so each starts fast."""
    options = window_options(sys.argv[1:])
    if options is None:
        from workbench.cli.main import run

        return run()
    from pathlib import Path

    from workbench.bootstrap import run_window

    profile, secret = options.get("--profile"), options.get("--passphrase-file")
    return run_window(
        Path(profile) if profile else None, options.get("--lang"), Path(secret) if secret else None
    )


def window_options(arguments: list[str]) -> dict[str, str] | None:
    """The window's own options, or None where the arguments ask for a command."""
    found: dict[str, str] = {}
    rest = iter(arguments)
    for word in rest:
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
