"""Where the person was: kept when the window begins anew, gone back to once, and forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from workbench.ui.desk import Acts, Settings


def keep(settings: Settings, name: str, page: QWidget | None) -> None:
    """The page in front, and the attempt or complaint that is open on it: by their ids, which name
    nobody."""
    current: Any = getattr(page, "current_attempt", lambda: None)()
    complaint: Any = getattr(page, "current_complaint", lambda: None)()
    place = {"page": name}
    if current is not None:
        place["attempt"] = current.attempt_id
    elif complaint is not None:
        place["complaint"] = complaint.complaint_id
    settings.set("place", place)


def take(settings: Settings) -> Mapping[str, str]:
    """The place, once."""
    found = settings.get("place")
    if found:
        settings.set("place", {})
    return {name: value for name, value in found.items() if isinstance(value, str)}


def go(place: Mapping[str, str], acts: Acts) -> bool:
    """Whether there was something to open; its page comes with it."""
    if "attempt" in place:
        acts.open_attempt.emit(place["attempt"])
    elif "complaint" in place:
        acts.open_complaint.emit(place["complaint"])
    else:
        return False
    return True
