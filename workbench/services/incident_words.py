"""An incident in a line, in both languages: for the card, the lists and the command line."""

from workbench import texts
from workbench.domain.incident import FoundIncident
from workbench.domain.times import to_local


def incident_line(lang: str, incident: FoundIncident) -> str:
    """What an agent is told of the burst that a failure is part of."""
    parts = [
        texts.text(
            lang,
            "incident.line" if incident.over else "incident.line_now",
            cause=texts.word(lang, "cause", incident.cause),
            start=f"{to_local(incident.start):%m-%d %H:%M}",
            end=f"{to_local(incident.end):%m-%d %H:%M}",
            failures=f"{incident.failures:,}",
            usual=f"{incident.usual:,}",
            customers=f"{incident.customers:,}",
        ),
        because(lang, incident),
        texts.word(lang, "incident_state", incident.state.value),
    ]
    return texts.text(lang, "incident.joint").join(part for part in parts if part)


def because(lang: str, incident: FoundIncident) -> str:
    """What is suspected; '' where nothing stands out."""
    parts = []
    if incident.suspect:
        slices = (pair.partition("=") for pair in incident.suspect.split(";"))
        named = ", ".join(
            f"{texts.word(lang, 'field', field)} = {texts.word(lang, field, value)}"
            for field, _, value in slices
        )
        parts.append(texts.text(lang, "incident.suspect", slice=named))
    if incident.event:
        parts.append(texts.text(lang, "incident.event", event=incident.event))
    return texts.text(lang, "incident.joint").join(parts)
