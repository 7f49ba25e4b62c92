"""What takes longer than a frame, cut in pieces that the window goes on between."""

import ast
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from workbench.ui.i18n import Retranslates

if TYPE_CHECKING:
    from workbench.ui.desk import Desk


class Piecemeal(Retranslates, QWidget):
    """Made by ``_made``, which yields after each part: so that what nobody looks at yet can be made in
    several pauses (``whole=False``, then ``parts`` to their end)."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None, *, whole: bool = True) -> None:
        super().__init__(parent)
        self._desk = desk
        self.parts = self._made(desk)
        if whole:
            self.finish()

    def finish(self) -> None:
        for _ in self.parts:
            pass

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.finish()  # it is about to be told its words
        super().changeEvent(event)

    def _made(self, desk: "Desk") -> Iterator[None]:
        raise NotImplementedError


def modules(package: str) -> Iterator[None]:
    """Import each module of a package and of those inside it, a piece each."""
    found: Any = import_module(package)
    for module in iter_modules(found.__path__, f"{package}."):
        if module.ispkg:
            yield from modules(module.name)
        else:
            import_module(module.name)
            yield


def statements(package: str) -> Iterator[None]:
    """Import a package whose first module imports all the others, a statement a piece. Nobody else may
    ask for it before the end."""
    spec = find_spec(package)
    source = getattr(spec and spec.loader, "get_source", lambda _: None)(package)
    if package in sys.modules or spec is None or source is None:  # a packed program has no source
        import_module(package)
        return
    module = sys.modules[package] = module_from_spec(spec)
    try:
        for statement in ast.parse(source).body:
            piece = ast.Module([statement], [])
            exec(compile(piece, spec.origin or package, "exec"), vars(module))  # noqa: S102
            yield
    except BaseException:
        del sys.modules[package]
        raise
