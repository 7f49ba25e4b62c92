"""The window (PySide6); the only package besides app.py that imports Qt."""

import sys


def _make_singletons_immortal() -> None:
    """Give None, True, False and NotImplemented so many references that they cannot run out.

    PySide 6.12.0 is built as if they were immortal, which they are since Python 3.12 only: it
    returns None from every void call (``setText``) and True from every ``Signal.emit`` without
    taking a reference. On Python 3.11 the process dies after some thousands of them ("none_dealloc:
    deallocating None", "bool_dealloc"). tests/ui/test_emit.py shows it.
    """
    import ctypes

    for singleton in (None, True, False, NotImplemented):
        ctypes.c_ssize_t.from_address(id(singleton)).value += 1 << 40


if sys.version_info < (3, 12):
    _make_singletons_immortal()
