"""Risk models beside one another: what each declines, whom, and whether it looks wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from workbench.domain.rates import Rate, deciles, difference, psi

LARGE_SHIFT = 0.25  # of a PSI
_FEWEST = 200  # scores, or sound customers reviewed: fewer say nothing
_MORE = 0.02  # of sound customers declined, beyond what chance explains
_TIMES = 1.5
_APPEALS = 0.3  # of the appeals overturned, beyond what chance explains

Bin = tuple[int, int, int]  # place of a fine bin, scores, scores of sound customers


class Sign(StrEnum):
    """Why a model may be wrong."""

    DECLINES = "declines"  # of customers whose figures passed before
    SCORES = "scores"  # they lie elsewhere
    APPEALS = "appeals"  # that were overturned


@dataclass(frozen=True)
class Reviewed:
    """What one model decided in one group of customers. ``sound``: those with no weak figure and
    under no policy."""

    model: str
    group: str | None
    reviewed: int
    declined: int
    sound: int
    sound_declined: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class ModelWatch:
    """One model; ``against`` is the one it is compared with, None for the first. ``psi`` is of all
    scores, ``psi_sound`` of those of comparable customers; None where they are too few.
    ``passed_before`` counts declined sound customers whom a model had approved earlier."""

    model: str
    first: datetime
    last: datetime
    declined: Rate
    sound_declined: Rate
    appeals: Rate
    passed_before: int
    against: str | None = None
    change: tuple[float, float] | None = None  # of ``sound_declined``, with 95 %
    psi: float | None = None
    psi_sound: float | None = None
    signs: tuple[Sign, ...] = ()

    @property
    def suspected(self) -> bool:
        """More sound customers declined than chance explains, or two weaker signs together."""
        return Sign.DECLINES in self.signs or len(self.signs) > 1


@dataclass(frozen=True)
class GroupWatch:
    """One group of customers under a model and under the one it is compared with."""

    model: str
    group: str | None
    declined: Rate
    before: Rate | None
    change: tuple[float, float] | None


def watch(
    reviewed: Sequence[Reviewed],
    scores: Mapping[str, Sequence[Bin]],
    passed_before: dict[str, int],
    appeals: dict[str, Rate],
) -> list[ModelWatch]:
    """In the order in which the models came. Each is compared with the last one before it that
    was not suspected itself: a wrong model is no measure."""
    found: list[ModelWatch] = []
    for model in sorted({r.model for r in reviewed}, key=lambda m: (_first(reviewed, m), m)):
        own = [r for r in reviewed if r.model == model]
        one = ModelWatch(
            model,
            min(r.first for r in own),
            max(r.last for r in own),
            Rate(sum(r.declined for r in own), sum(r.reviewed for r in own)),
            Rate(sum(r.sound_declined for r in own), sum(r.sound for r in own)),
            appeals.get(model, Rate(0, 0)),
            passed_before.get(model, 0),
        )
        before = next((m for m in reversed(found) if not m.suspected), None)
        found.append(_compared(one, before, scores))
    return found


def groups(reviewed: Sequence[Reviewed], model: str, against: str | None) -> list[GroupWatch]:
    """The largest first."""
    before = {r.group: Rate(r.declined, r.reviewed) for r in reviewed if r.model == against}
    told = []
    for row in sorted((r for r in reviewed if r.model == model), key=lambda r: -r.reviewed):
        now, was = Rate(row.declined, row.reviewed), before.get(row.group)
        change = difference(now, was) if was is not None else None
        told.append(GroupWatch(model, row.group, now, was, change))
    return told


def _compared(
    one: ModelWatch, before: ModelWatch | None, scores: Mapping[str, Sequence[Bin]]
) -> ModelWatch:
    signs = []
    if before is not None:
        change = difference(one.sound_declined, before.sound_declined)
        one = replace(
            one,
            against=before.model,
            change=change,
            psi=_shift(scores, before.model, one.model, 1),
            psi_sound=_shift(scores, before.model, one.model, 2),
        )
        enough = min(one.sound_declined.of, before.sound_declined.of) >= _FEWEST
        times = one.sound_declined.value > _TIMES * before.sound_declined.value
        if enough and times and change[0] > _MORE:
            signs.append(Sign.DECLINES)
        if one.psi_sound is not None and one.psi_sound >= LARGE_SHIFT:
            signs.append(Sign.SCORES)
    if one.appeals.of and one.appeals.interval[0] > _APPEALS:
        signs.append(Sign.APPEALS)
    return replace(one, signs=tuple(signs))


def _shift(scores: Mapping[str, Sequence[Bin]], before: str, now: str, column: int) -> float | None:
    """PSI over the tenths of the model before; ``column`` of a Bin is counted."""
    sides = [{b[0]: b[column] for b in scores.get(model, ())} for model in (before, now)]
    if any(sum(side.values()) < _FEWEST for side in sides):
        return None
    places = range(max(max(side) for side in sides) + 1)
    fine = [[side.get(n, 0) for n in places] for side in sides]
    tenth = deciles(fine[0])
    wide = [[0] * 10, [0] * 10]
    for n in places:
        for side in (0, 1):
            wide[side][tenth[n]] += fine[side][n]
    return psi(*wide)


def _first(reviewed: Sequence[Reviewed], model: str) -> datetime:
    return min(r.first for r in reviewed if r.model == model)
