"""What is dated on the charts: the store's events, other rules in use, and incidents not dismissed."""

from datetime import datetime

from workbench.domain.event import DatedEvent
from workbench.domain.incident import IncidentState
from workbench.domain.rule_release import changes
from workbench.services.packs import shipped_pack
from workbench.services.ports import AttemptStore, Records


def dated(
    store: AttemptStore, records: Records, start: datetime | None, end: datetime | None
) -> list[DatedEvent]:
    """Those that began or were in force between two times (UTC), in order of their start. The name
    of a found incident is its cause."""
    with records.unit_of_work() as uow:
        releases, incidents = uow.releases.all(), uow.incidents.all()
    found = store.events(start, end)
    if any(release.published_at for release in releases):
        found += [
            DatedEvent("rules_release", version, at, record=release_id)
            for at, version, release_id in changes(releases, shipped_pack().version)
            if (start is None or start <= at) and (end is None or at < end)
        ]
    found += [
        DatedEvent("incident", one.cause, one.start, one.end, one.suspect, one.incident_id)
        for one in incidents
        if one.state is not IncidentState.DISMISSED
        and (start is None or start < one.end)
        and (end is None or one.start < end)
    ]
    return sorted(found, key=lambda event: event.starts_at)
