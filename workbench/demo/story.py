"""The few customers of the demo's story: known phones, and a history that tells something."""

import dataclasses
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.demo import failures, people
from workbench.demo.people import People
from workbench.demo.plan import BAD_VERSION, MENDED_VERSION, VERSIONS, Plan
from workbench.domain.attempt import CHANNELS, EMPLOYMENT, NETWORKS

SHARED = "CREDIT_REJECT"  # the one code of every refusal: its cause must be told as well
CALLER_PHONE = "13800138000"  # for decades the public example number, and nobody's


@dataclass(frozen=True)
class Try:
    """One attempt of the story.

    ``day`` counts back from the last day (0), or is the name of an event whose first day it
    is; ``ended`` is the error code or exit reason of a trace in ``failures``, None for success.
    """

    day: int | str
    at: time
    ended: str | None
    channel: str = "app_android"
    network: str = "5g"
    version: str = "12.5.3"
    amount: int = 1600


@dataclass(frozen=True)
class Character:
    surname: str
    given: str
    phone: str
    tries: tuple[Try, ...]
    facts: dict[str, object] = field(default_factory=dict)
    cause: str = ""  # of a refusal
    age: int = 29


CHARACTERS = (
    Character(  # the caller: a busy night, a bad line, and then a short credit history
        "王", "晓明", CALLER_PHONE,
        (
            Try(22, time(12, 41), "暂时不需要", version="12.5.3"),
            Try("campaign", time(20, 6), "SYS_BUSY", version=MENDED_VERSION),
            Try("campaign", time(20, 9), "SVC_UNAVAILABLE", version=MENDED_VERSION),
            Try(2, time(21, 5), "NET_TIMEOUT", network="3g", version=MENDED_VERSION),
            Try(0, time(9, 2), "CREDIT_REJECT", version=MENDED_VERSION),
            Try(0, time(20, 14), "CREDIT_REJECT", version=MENDED_VERSION, network="wifi"),
        ),
        {"history": 3, "debt": 0.31, "paid": 11, "income": 6800, "kind": people.THIN},
        "thin_credit_history",
    ),
    Character(  # misjudged by a new model, twice; the next one lets him in
        "李", "思远", "15400000002",
        (
            Try("model_release", time(10, 12), "CREDIT_REJECT", "app_ios", version="12.5.4"),
            Try("model_release", time(19, 48), "CREDIT_REJECT", "app_ios", version="12.5.4"),
            Try(3, time(12, 20), None, "app_ios", version="12.6.2"),
        ),
        {"history": 96, "debt": 0.18, "paid": 12, "income": 13500, "overdue": 0},
        "risk_model_failure",
    ),
    Character(  # a student, after the policy
        "陈", "雨欣", "15400000003",
        (
            Try("policy", time(18, 22), "POLICY_REJECT", "mini_program", "4g", "3.8.0", 600),
            Try(1, time(22, 3), "POLICY_REJECT", "mini_program", "wifi", "3.8.0", 600),
        ),
        {"employment": EMPLOYMENT.index("student"), "history": 14, "income": 1800, "paid": 12},
        age=20,
    ),
    Character(  # a version that breaks at the face check; mended, and now waiting
        "欧阳", "海波", "15400000004",
        (
            Try("app_release", time(20, 31), "SDK_INIT_FAIL", version=BAD_VERSION),
            Try("app_release", time(20, 33), "SDK_INIT_FAIL", version=BAD_VERSION),
            Try("app_release", time(20, 40), "CLIENT_CRASH", version=BAD_VERSION),
            Try(0, time(21, 10), "PROCESSING", version=MENDED_VERSION, amount=5200),
        ),
        {"history": 41, "debt": 0.27, "paid": 12, "income": 9100},
    ),
)  # fmt: skip
ROWS = sum(len(character.tries) for character in CHARACTERS)


def tell(
    plan: Plan, crowd: People, core: dict[str, NDArray[Any]], rng: np.random.Generator
) -> tuple[People, dict[str, NDArray[Any]]]:
    """The crowd and its attempts with the characters and theirs appended."""
    told = _characters(plan, rng)
    everyone = People(
        **{
            f.name: np.concatenate([getattr(crowd, f.name), getattr(told, f.name)])
            for f in dataclasses.fields(People)
        }
    )
    tries = [(len(crowd) + n, c, t) for n, c in enumerate(CHARACTERS) for t in c.tries]
    added = {
        "second": [_second(plan, t) for _, _, t in tries],
        "person": [person for person, _, _ in tries],
        "channel": [CHANNELS.index(t.channel) for _, _, t in tries],
        "node": [n % 3 for n in range(len(tries))],
        "version": [VERSIONS.index(t.version) for _, _, t in tries],
        "network": [NETWORKS.index(t.network) for _, _, t in tries],
        "trace": [_trace(c, t) for _, c, t in tries],
        "amount": [t.amount for _, _, t in tries],
        "story": [True] * len(tries),
    }
    return everyone, {
        name: np.concatenate([values, np.array(added[name], dtype=values.dtype)])
        for name, values in core.items()
    }


def _characters(plan: Plan, rng: np.random.Generator) -> People:
    """Grown-up, verified and sound, but for the facts of each."""
    first_day = (plan.begins_at - datetime(1970, 1, 1)).days
    told = people.invent(len(CHARACTERS), first_day, rng)
    usual = {
        "kind": people.SOUND,
        "employment": EMPLOYMENT.index("employed"),
        "overdue": 0,
        "inquiries": 1,
        "verified": True,
        "bureau": -1,
        "score": np.nan,
        "luck": 0.0,
    }
    for n, character in enumerate(CHARACTERS):
        for name, value in (usual | character.facts).items():
            getattr(told, name)[n] = value
        told.surname[n] = people.SURNAMES.index(character.surname)
        told.given[n] = people.GIVEN.index(character.given[0])
        told.given2[n] = people.GIVEN.index(character.given[1])
        told.phone[n] = int(character.phone)
        told.birth[n] = first_day - int(character.age * 365.25) - 100
    area = np.array([row[1] for row in people.PROVINCES])[told.province]
    told.id_digits[:] = people.card(area, told.birth, np.arange(1, len(CHARACTERS) + 1))
    return told


def _second(plan: Plan, one: Try) -> int:
    if isinstance(one.day, str):
        begun: datetime = getattr(plan, one.day).starts_at
        day = begun.date()
    else:
        day = plan.ends_on - timedelta(days=min(one.day, plan.days - 1))
    return int((datetime.combine(day, one.at) - plan.begins_at).total_seconds())


def _trace(character: Character, one: Try) -> int:
    if one.ended is None:
        return failures.SUCCESS
    return next(
        n
        for n, trace in enumerate(failures.TRACES)
        if one.ended in (trace.code, trace.exit)
        and (one.ended != SHARED or (trace.cause is not None and trace.cause == character.cause))
    )
