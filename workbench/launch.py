"""The start of the window: shown at once, while everything behind it is imported in the pool."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from workbench import paths, texts

if TYPE_CHECKING:
    from workbench.app import WindowApp
    from workbench.bootstrap import Workbench


def run_window(profile: Path | None, lang: str | None, passphrase_file: Path | None) -> int:
    """Open the window on a profile and serve it; returns the exit code."""
    folder = profile or paths.default_profile()
    return _serve(window(folder, lang=lang, passphrase_file=passphrase_file, listens=True))


def run_demo(profile: Path | None, rows: int, lang: str | None) -> int:
    """Open the window on the demo profile, filled with sample data the first time."""
    folder = profile or paths.default_profile().with_name("demo")
    return _serve(window(folder, lang=lang, demo=True, rows=rows, fills_itself=True, listens=True))


def window(
    folder: Path,
    *,
    lang: str | None = None,
    passphrase_file: Path | None = None,
    demo: bool = False,
    rows: int = 20_000,
    fills_itself: bool = False,
    listens: bool = False,
) -> "WindowApp":
    """The window of a profile, not yet shown. ``listens``: ``workbench open`` reaches it."""
    from workbench.app import WindowApp
    from workbench.policy import or_none
    from workbench.settings import Settings

    settings = Settings(folder / "settings.json", or_none())
    chosen = lang or settings.get("language")

    def opener(ask: Callable[[], str], warn: Callable[..., None]) -> "Workbench":
        from workbench import bootstrap

        bench = bootstrap.open_workbench(
            folder,
            passphrase_file=passphrase_file,
            ask=ask,
            warn=warn,
            demo=demo,
            lang=chosen if chosen in texts.LANGUAGES else None,
        )
        if fills_itself and bench.attempts.span()[0] == 0:
            bootstrap.fill_with_samples(bench, rows)
        return bench

    def samples(bench, progress, cancel) -> None:  # type: ignore[no-untyped-def]
        from workbench.bootstrap import fill_with_samples

        fill_with_samples(bench, rows, progress, cancel)

    return WindowApp(
        opener, profile=folder, settings=settings, lang=lang, samples=samples, listens=listens
    )


def _serve(opened: "WindowApp") -> int:
    opened.start()
    return opened.run()
