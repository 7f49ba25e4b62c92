"""What happened to a complaint, in words: who, when, what, why."""

from collections.abc import Mapping
from datetime import datetime

from workbench.domain.complaint_parts import Event
from workbench.domain.complaint_policy import yuan
from workbench.ui.coded import FAMILIES
from workbench.ui.desk import Desk
from workbench.ui.i18n import local_time, time_tooltip
from workbench.ui.pages.complaints.dossier import Dossier
from workbench.ui.widgets.timeline import Entry

_QUIET = {"state", "lost_revenue_fen"}  # said otherwise, or follows from another
_LONG = 60


def entries(desk: Desk, dossier: Dossier) -> list[Entry]:
    """Oldest first."""
    return [_entry(desk, dossier, event) for event in dossier.history]


def _entry(desk: Desk, dossier: Dossier, event: Event) -> Entry:
    word = desk.language.word
    what = word("event_kind", event.kind)
    if event.from_state and event.to_state:
        what = f"{what}  {word('state', event.from_state)} → {word('state', event.to_state)}"
    if stage := event.detail.get("stage"):
        what = f"{what}  {word('deadline_stage', str(stage))}"
    if name := event.detail.get("name"):
        what = f"{what}  {name}"
    if item := event.detail.get("item"):
        what = f"{what}  {desk.language.word('checklist', str(item))}"
    lines = [event.why] if event.why else []
    changes = event.detail.get("changes")
    for field, both in (changes if isinstance(changes, Mapping) else {}).items():
        if field not in _QUIET:
            was, became = (said(desk, dossier, field, value) for value in both)
            lines.append(f"{word('complaint_field', field)}: {was} → {became}")
    head = f"{dossier.name(event.actor)} · {local_time(event.at)}"
    return Entry(f"{head} · {what}", "\n".join(lines), hover=time_tooltip(event.at))


def said(desk: Desk, dossier: Dossier, field: str, value: object, *, whole: bool = False) -> str:
    """A field's value in words; long ones cut short unless ``whole``."""
    if value in (None, "", []):
        return "–"
    if field in FAMILIES:
        return desk.language.word(FAMILIES[field], str(value))
    if field == "owner":
        return dossier.name(str(value))
    if field.endswith("_at"):
        return local_time(datetime.fromisoformat(str(value)))
    if field.endswith("_fen"):
        return f"¥ {yuan(int(str(value)))}"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if whole or len(text) <= _LONG else f"{text[:_LONG]}…"
