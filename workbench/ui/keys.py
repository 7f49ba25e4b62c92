"""Which keys do what: one table, changed by the person, followed by every shortcut at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

PAGES = 8  # places in the rail that have a key


@dataclass(frozen=True)
class Binding:
    """``scope``: where the keys hold. Those of the window hold in every other scope too."""

    name: str
    scope: str
    keys: tuple[str, ...]
    fixed: bool = False  # what every program does so, or a widget of Qt's itself


BINDINGS: dict[str, Binding] = {
    binding.name: binding
    for binding in (
        Binding("search", "window", ("Ctrl+K",)),
        Binding("log", "window", ("Ctrl+L",)),
        Binding("drafts", "window", ("Ctrl+Shift+L",)),
        *(Binding(f"page.{n}", "window", (f"Ctrl+{n}", f"Alt+{n}")) for n in range(1, PAGES + 1)),
        Binding("callbacks", "window", ("Ctrl+Shift+B",)),
        Binding("undo", "window", ("Ctrl+Z",)),
        Binding("bar", "window", ("Ctrl+J",)),
        Binding("back", "window", ("Alt+Left",)),
        Binding("zoom_in", "window", ("Ctrl++", "Ctrl+=")),
        Binding("zoom_out", "window", ("Ctrl+-",)),
        Binding("zoom_reset", "window", ("Ctrl+0",)),
        Binding("import", "window", ("Ctrl+O",)),
        Binding("export", "window", ("Ctrl+E",)),
        Binding("sign_out", "window", ("Ctrl+Shift+Q",)),
        Binding("quit", "window", ("Ctrl+Q",)),
        Binding("manual", "window", ("F1",)),
        Binding("shortcuts", "window", ("Ctrl+/",)),
        Binding("tour_next", "window", ("F6",)),
        Binding("tour_back", "window", ("Shift+F6",)),
        Binding("tour_leave", "window", ("Ctrl+F6",)),
        Binding("copy", "card", ("Ctrl+C",)),
        Binding("copy_reply", "card", ("Ctrl+Shift+C",)),
        Binding("wait", "card", ("Ctrl+I",)),
        Binding("find", "list", ("Ctrl+F",)),
        Binding("open", "list", ("Return",), fixed=True),
        Binding("write", "complaint", ("Ctrl+M",)),
        Binding("all_acts", "complaint", ("Ctrl+.",)),
        Binding("next_acts", "complaint", ("Ctrl+Shift+Return",)),
        Binding("send", "form", ("Ctrl+Return", "Ctrl+Enter"), fixed=True),
        Binding("leave", "form", ("Esc",), fixed=True),
        Binding("print", "guide", ("Ctrl+P",)),
    )
}
SCOPES = tuple(dict.fromkeys(binding.scope for binding in BINDINGS.values()))


class Kept(Protocol):
    """Where the person's own keys are kept (workbench/settings.py)."""

    def get(self, name: str) -> Any: ...

    def set(self, name: str, value: Any) -> None: ...


class Keys(QObject):
    """The keys that hold now. ``changed`` when a person chose others."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._own: dict[str, str] = {}
        self._kept: Kept | None = None

    def keep_in(self, kept: Kept) -> None:
        """The profile is open: take what the person chose. What makes no sense counts as unset."""
        self._kept = kept
        self._own = {}
        found = kept.get("keys")
        for name, keys in found.items() if isinstance(found, Mapping) else ():
            if name not in BINDINGS or not isinstance(keys, str):
                continue
            sequence = QKeySequence(keys)
            if self.refusal(name, sequence) is None:
                self._own[name] = sequence.toString(QKeySequence.SequenceFormat.PortableText)
        self.changed.emit()

    # asking
    def sequences(self, name: str) -> list[QKeySequence]:
        """KeyError for a name that the table does not have."""
        own = self._own.get(name)
        given = BINDINGS[name].keys if own is None else (own,) if own else ()
        return [QKeySequence(keys) for keys in given]

    def text(self, name: str) -> str:
        """The first of them as the system writes it: Ctrl+K; '' for none."""
        sequences = self.sequences(name)
        return _written(sequences[0]) if sequences else ""

    def texts(self, name: str) -> str:
        """All of them."""
        return ", ".join(dict.fromkeys(map(_written, self.sequences(name))))

    def said(self, text: str, name: str) -> str:
        """A sentence in which the usual keys stand, in brackets of half or full width, with those that
        hold now."""
        usual, now = BINDINGS[name].keys[0], self.text(name)
        for left, right in ("()", "（）"):
            text = text.replace(f"{left}{usual}{right}", f"{left}{now}{right}" if now else "")
        return text.rstrip()

    def own(self, name: str) -> bool:
        return name in self._own

    def refusal(self, name: str, sequence: QKeySequence) -> str | None:
        """Why these keys cannot be had: 'plain' (they type something), 'fixed', or the name of the
        binding that has them. None: they can."""
        if BINDINGS[name].fixed:
            return "fixed"
        if sequence.isEmpty():
            return None
        for place in range(sequence.count()):
            if not _is_command(sequence[place]):
                return "plain"
        return next(
            (other for other in BINDINGS if other != name and self._clash(name, sequence, other)),
            None,
        )

    # changing
    def rebind(self, name: str, sequence: QKeySequence) -> None:
        """Kept at once; an empty sequence takes the keys away. ValueError for what ``refusal``
        names."""
        why = self.refusal(name, sequence)
        if why is not None:
            raise ValueError(f"{name}: {why}")
        self._own[name] = sequence.toString(QKeySequence.SequenceFormat.PortableText)
        self._keep()

    def reset(self, name: str | None = None) -> None:
        """One binding, or all, as they were shipped. A key that another has by now is not taken
        from it: the binding then goes without."""
        names = [name] if name is not None else list(self._own)
        for one in names:
            self._own.pop(one, None)
        if name is not None and any(
            self._clash(name, sequence, other)
            for sequence in self.sequences(name)
            for other in BINDINGS
            if other != name
        ):
            self._own[name] = ""
        self._keep()

    # following
    def shortcut(
        self,
        name: str,
        parent: QWidget,
        act: Callable[[], object],
        context: Qt.ShortcutContext = Qt.ShortcutContext.WidgetWithChildrenShortcut,
    ) -> QShortcut:
        """A shortcut that turns with the table."""
        made = _Bound(self, name, parent)
        made.setContext(context)
        made.activated.connect(lambda: act())
        return made

    def _clash(self, name: str, sequence: QKeySequence, other: str) -> bool:
        scopes = {BINDINGS[name].scope, BINDINGS[other].scope}
        if len(scopes) > 1 and "window" not in scopes:
            return False
        return any(_overlap(sequence, theirs) for theirs in self.sequences(other))

    def _keep(self) -> None:
        if self._kept is not None:
            self._kept.set("keys", dict(self._own))
        self.changed.emit()


class _Bound(QShortcut):
    def __init__(self, keys: Keys, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._keys, self._name = keys, name
        keys.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.setKeys(self._keys.sequences(self._name))


def _written(sequence: QKeySequence) -> str:
    return sequence.toString(QKeySequence.SequenceFormat.NativeText)


def _overlap(one: QKeySequence, two: QKeySequence) -> bool:
    """The same, or one is how the other begins."""
    exact = QKeySequence.SequenceMatch.NoMatch
    return one.matches(two) != exact or two.matches(one) != exact


def _is_command(keys: Any) -> bool:
    """Keys that type nothing: with Ctrl, Alt or Meta, or a function key."""
    modifiers = keys.keyboardModifiers()
    plain = Qt.KeyboardModifier
    if modifiers & (plain.ControlModifier | plain.AltModifier | plain.MetaModifier):
        return True
    return bool(Qt.Key.Key_F1 <= keys.key() <= Qt.Key.Key_F35)
