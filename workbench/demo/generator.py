"""A month of invented attempts, made by the column: ten million rows are a matter of seconds.

What happens in it stands in ``plan``, who tries in ``people``, what is written down in
``failures``, and the few customers of the demo's story in ``story``. A cause acts on an attempt
by chance, in the order in which an attempt meets it: the network, the load, a defect, then who
the customer is, then the review. Why an attempt failed is told by ``Month.causes`` alone; no
column holds it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.demo import failures, people, story
from workbench.demo.failures import by_trace
from workbench.demo.people import People
from workbench.demo.plan import (
    BAD_MODEL,
    BAD_NODE,
    BAD_VERSION,
    CURBED_EMPLOYMENT,
    MODELS,
    NODES,
    VERSIONS,
    Plan,
)
from workbench.domain.attempt import ATTEMPT_FIELDS, CHANNELS, EMPLOYMENT, NETWORKS
from workbench.domain.taxonomy import Cause

EXTRA_FIELDS = ("device_brand", "traffic_source", "face_tries")

_BIN = 300  # seconds: the grain in which the number of attempts rises and falls
_SHANGHAI = 8 * 3600
_LATE = {"credit_review", "agreement", "activation"}  # steps by which a risk score exists
_FACED = {"face", "bank_card", *_LATE}
_MISSING = {  # how often a system did not say
    "network_type": 0.04,
    "credit_history_months": 0.03,
    "paid_months_12": 0.04,
    "monthly_income": 0.06,
    "debt_ratio": 0.02,
    "inquiries_3m": 0.02,
    "latency_ms": 0.004,
}


@dataclass(frozen=True)
class Column:
    """Values of one field, in order of time.

    Where ``words`` is given, ``values`` are indexes into it and -1 is missing; elsewhere
    ``missing`` marks the rows without a value (None: none is missing). Times are UTC seconds.
    """

    values: NDArray[Any]
    words: tuple[str, ...] | None = None
    missing: NDArray[np.bool_] | None = None

    def to_list(self) -> list[Any]:
        """Python values, None where missing."""
        listed: list[Any]
        if self.words is not None:
            listed = np.array([*self.words, None], dtype=object)[self.values].tolist()
            return listed
        listed = self.values.tolist()
        if self.missing is not None:
            for row in np.flatnonzero(self.missing):
                listed[row] = None
        return listed


class Month:
    """The attempts of a plan. Rows are numbered by time; memory is about 90 bytes a row
    (four times that while they are made)."""

    def __init__(self, plan: Plan, customers: People, core: dict[str, NDArray[Any]]) -> None:
        self.plan = plan
        self._people = customers
        self._core = core

    def __len__(self) -> int:
        return len(self._core["second"])

    def causes(self) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        """The truth, for tests: an index into the words for each row, -1 where nothing failed."""
        of_trace = np.array(
            [
                failures.NO_CAUSE if t.cause is None else failures.CAUSES.index(t.cause)
                for t in failures.TRACES
            ]
        )
        return of_trace[self._core["trace"]], tuple(cause.value for cause in failures.CAUSES)

    def bureau_scores(self) -> list[tuple[str, str, int, datetime, int, int]]:
        """What a bureau could add where the credit history was not said: phone, bureau, score,
        when (Shanghai, naive; a few days before), months of history, overdue in 24 months."""
        bit = list(_MISSING).index("credit_history_months")
        rows = np.flatnonzero(self._core["silent"] >> bit & 1)
        people_asked, first = np.unique(self._core["person"][rows], return_index=True)
        p, rng = self._people, np.random.default_rng([self.plan.seed, 98])
        days = rng.integers(2, 40, len(people_asked))
        noise = rng.normal(0, 12, len(people_asked))
        told = []
        for who, row, back, drift in zip(people_asked, rows[first], days, noise, strict=True):
            at = self.plan.begins_at + timedelta(seconds=int(self._core["second"][row]))
            day = datetime.combine(at.date() - timedelta(days=int(back)), time(3))
            weak = p.history[who] < 6 or p.overdue[who] >= 2
            score = round((560 if weak else 650) + float(drift))
            bureau = people.BUREAUS[int(who) % len(people.BUREAUS)]
            history, overdue = int(p.history[who]), int(p.overdue[who])
            told.append((f"{p.phone[who]:011}", bureau, score, day, history, overdue))
        return told

    def batches(self, size: int = 500_000) -> Iterator[dict[str, Column]]:
        """All rows, ``size`` at a time, each as ``columns`` gives them."""
        for start in range(0, len(self), size):
            yield self.columns(start, min(start + size, len(self)))

    def columns(self, start: int = 0, stop: int | None = None) -> dict[str, Column]:
        """Every field of design.md section 4, in its order, then EXTRA_FIELDS."""
        stop = len(self) if stop is None else stop
        core = {name: values[start:stop] for name, values in self._core.items()}
        who, p = core["person"], self._people
        second = core["second"] + int(self.plan.begins_at.replace(tzinfo=UTC).timestamp())
        trace = core["trace"]
        told = {name: _told(name, trace) for name in _TOLD}
        scored = by_trace(lambda t: t.step in _LATE)[trace]
        faced = by_trace(lambda t: t.step in _FACED)[trace]
        bureau = p.bureau[who]

        made = {
            "attempt_id": Column(_attempt_ids(self.plan, start, stop)),
            "customer_id": Column(_joined("bt", _digits(_customer_number(who), 8))),
            "customer_name": Column(_names(p, who)),
            "phone": Column(_digits(p.phone[who], 11)),
            "id_card": Column(_id_cards(p.id_digits[who]), missing=p.id_digits[who] == 0),
            "occurred_at": Column((second - _SHANGHAI).astype("datetime64[s]")),
            "channel": Column(core["channel"], CHANNELS),
            "app_version": Column(core["version"], VERSIONS),
            "network_type": Column(core["network"], NETWORKS),
            "province": Column(p.province[who], tuple(row[0] for row in people.PROVINCES)),
            "node": Column(core["node"], NODES),
            **told,
            "http_status": Column(by_trace(lambda t: t.http)[trace]),
            "latency_ms": Column(core["latency"]),
            "risk_score": Column(core["score"].astype(float), missing=~scored),
            "risk_model": Column(core["model"], MODELS),
            "credit_history_months": Column(p.history[who]),
            "paid_months_12": Column(p.paid[who]),
            "overdue_count_24m": Column(p.overdue[who]),
            "inquiries_3m": Column(p.inquiries[who]),
            "age": Column(((second / 86400 - p.birth[who]) / 365.25).astype(np.int16)),
            "employment_type": Column(p.employment[who], EMPLOYMENT),
            "monthly_income": Column(p.income[who].astype(float)),
            "requested_amount": Column(core["amount"].astype(float)),
            "debt_ratio": Column(np.round(p.debt[who].astype(float), 3)),
            "identity_verified": Column(p.verified[who]),
            "external_score": Column(p.score[who].astype(float), missing=bureau < 0),
            "external_source": Column(bureau, people.BUREAUS),
            "device_brand": Column(p.brand[who], people.BRANDS),
            "traffic_source": Column(p.source[who], people.SOURCES),
            "face_tries": Column(core["face_tries"], missing=~faced),
        }
        for bit, name in enumerate(_MISSING):
            silent = (core["silent"] >> bit & 1).astype(bool)
            column = made[name]
            if column.words is None:
                made[name] = Column(column.values, missing=silent)
            else:
                made[name] = Column(np.where(silent, -1, column.values), column.words)
        return {f.name: made[f.name] for f in ATTEMPT_FIELDS} | {n: made[n] for n in EXTRA_FIELDS}


def generate(plan: Plan) -> Month:
    """The month of this plan; the same for the same plan."""
    rng = np.random.default_rng(plan.seed)
    first_day = (plan.begins_at - datetime(1970, 1, 1)).days
    wanted = plan.rows - story.ROWS
    surplus = 1.9
    while True:
        visits = int(wanted * surplus / 1.39) + 50
        crowd = people.invent(max(20, int(visits * 0.8)), first_day, rng)
        core = _attempts(plan, crowd, visits, rng)
        if len(core["second"]) >= wanted:
            break
        surplus *= 1.3
    kept = np.sort(rng.choice(len(core["second"]), wanted, replace=False))
    core = {name: values[kept] for name, values in core.items()}
    core["amount"] = _amounts(wanted, rng)
    core["story"] = np.zeros(wanted, dtype=bool)
    crowd, core = story.tell(plan, crowd, core, rng)
    order = np.argsort(core["second"], kind="stable")
    core = {name: values[order] for name, values in core.items()}
    core["model"] = _models(plan, core["second"])
    core["silent"] = _silent(core, rng)
    return Month(plan, crowd, core | _measures(crowd, core, rng))


def _attempts(
    plan: Plan, crowd: People, visits: int, rng: np.random.Generator
) -> dict[str, NDArray[Any]]:
    """Everything that is drawn for each attempt; nobody tries again who has succeeded."""
    weights = arrivals(plan)
    bins = np.repeat(np.arange(len(weights)), rng.multinomial(visits, weights / weights.sum()))
    begun = bins * _BIN + rng.integers(0, _BIN, visits)
    person = _comers(len(crowd), visits, rng)
    channel = _channels(crowd, person, rng)
    node = rng.integers(0, len(NODES), visits)
    fickle = rng.random(visits)  # how readily this visit's telephone takes a new version

    tries = np.minimum(rng.geometric(0.72, visits), 5)
    of_visit = np.repeat(np.arange(visits), tries)
    first = np.repeat(np.cumsum(tries) - tries, tries) == np.arange(len(of_visit))
    wait = np.where(first, 0, 20 + rng.lognormal(5.6, 1.3, len(of_visit)))
    waited = np.cumsum(wait)
    second = (begun[of_visit] + waited - np.repeat(waited[first], tries)).astype(np.int64)

    core = {
        "second": second,
        "person": person[of_visit].astype(np.int32),
        "channel": channel[of_visit].astype(np.int8),
        "node": np.where(
            rng.random(len(of_visit)) < 0.7,
            node[of_visit],
            rng.integers(0, len(NODES), len(of_visit)),
        ).astype(np.int8),
    }
    inside = second < plan.days * 86400
    core = {name: values[inside] for name, values in core.items()}
    core["version"] = _versions(plan, core, fickle[of_visit][inside])
    core["network"] = _networks(core, rng)
    core["trace"] = _traces(plan, crowd, core, rng)

    order = np.lexsort((core["second"], core["person"]))
    success = core["trace"][order] == failures.SUCCESS
    before = np.cumsum(success) - success
    ordered = core["person"][order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    at_start = np.repeat(before[starts], np.diff(np.r_[starts, len(ordered)]))
    kept = order[before == at_start]
    return {name: values[kept] for name, values in core.items()}


def _comers(crowd: int, visits: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Who makes each visit, in order of time: a new customer, or one of the latest again."""
    newest = np.minimum(np.arange(visits) * crowd // visits, crowd - 1)
    back = np.minimum(rng.geometric(1 / (1 + crowd / 12), visits), newest)
    return np.where(rng.random(visits) < 0.75, newest, newest - back)


def arrivals(plan: Plan) -> NDArray[np.float64]:
    """How many attempts each five minutes of the month brings, as a weight; Shanghai time."""
    bins = np.arange(plan.days * 86400 // _BIN)
    hour = (bins * _BIN / 3600) % 24
    weekday = (plan.begins_at.weekday() + bins * _BIN // 86400) % 7
    daily = (
        0.12
        + 0.9 * np.exp(-(((hour - 12.4) / 2.4) ** 2))
        + 0.55 * np.exp(-(((hour - 16.5) / 2.2) ** 2))
        + 1.25 * np.exp(-(((hour - 20.7) / 2.0) ** 2))
    )
    weekly = np.array([1.0, 0.96, 0.97, 1.0, 1.12, 1.25, 1.2])[weekday]
    drift = 1 + 0.06 * np.sin(bins * _BIN / 86400 * 1.7)  # no two weeks are quite alike
    usual: NDArray[np.float64] = daily * weekly * drift
    return usual * rush(plan, bins * _BIN)


def rush(plan: Plan, second: NDArray[Any]) -> NDArray[np.float64]:
    """By what the campaign multiplies the usual load at this second of the month; 1 outside."""
    start, end = _seconds(plan, plan.campaign.starts_at), _seconds(plan, plan.campaign.ends_at)
    hours = np.maximum(second - start, 0) / 3600
    return np.where((second >= start) & (second < end), 1 + 11 * np.exp(-hours / 1.4), 1.0)


def _channels(crowd: People, person: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    apple = crowd.brand[person] == people.BRANDS.index("苹果")
    draw = rng.random(len(person))
    own = np.searchsorted((0.66, 0.66, 0.82, 0.94), draw, "right")  # ios first
    other = np.searchsorted((0.0, 0.66, 0.82, 0.94), draw, "right")  # android first
    return np.where(apple, own, other)


def _seconds(plan: Plan, moment: datetime | None) -> float:
    if moment is None:
        return np.inf
    return (moment - plan.begins_at).total_seconds()


def _versions(plan: Plan, core: dict[str, NDArray[Any]], fickle: NDArray[Any]) -> NDArray[np.int8]:
    """By channel and time; a new version spreads over about two days, web pages have none."""
    second, channel = core["second"], core["channel"]

    def spread(since: datetime) -> NDArray[np.float64]:
        days = (second - _seconds(plan, since)) / 86400
        return np.where(days < 0, 0.0, np.minimum(0.82, 0.25 + 0.4 * days))

    bad = fickle < spread(plan.app_release.starts_at)
    mended = fickle < spread(plan.app_repair.starts_at)
    android = np.where(mended, 2, np.where(bad, 1, 0))
    ios = np.where(fickle < spread(plan.moment(0.55, 9)), 4, 3)
    version = np.select([channel == 0, channel == 1, channel == 2], [ios, android, 5], -1)
    return version.astype(np.int8)


def _networks(core: dict[str, NDArray[Any]], rng: np.random.Generator) -> NDArray[np.int8]:
    draw = rng.random(len(core["second"]))
    desk = core["channel"] == CHANNELS.index("pc_web")
    carried = np.searchsorted((0.46, 0.73, 0.975), draw, "right")
    return np.where(desk, 0, carried).astype(np.int8)


def _models(plan: Plan, second: NDArray[Any]) -> NDArray[np.int8]:
    bad = second >= _seconds(plan, plan.model_release.starts_at)
    mended = second >= _seconds(plan, plan.model_repair.starts_at)
    return (bad.astype(np.int8) + mended).astype(np.int8)


def _traces(
    plan: Plan, crowd: People, core: dict[str, NDArray[Any]], rng: np.random.Generator
) -> NDArray[np.int16]:
    """How each attempt ended, as an index into ``failures.TRACES``."""
    second, who = core["second"], core["person"]
    count = len(second)
    trace = np.full(count, -1, dtype=np.int16)

    def meets(
        condition: NDArray[np.bool_] | bool,
        chance: NDArray[np.float64] | float,
        traces: tuple[int, ...],
    ) -> None:
        hit = np.flatnonzero(condition & (rng.random(count) < chance) & (trace < 0))
        trace[hit] = failures.choose(traces, len(hit), rng)

    def ended_by(*causes: Cause) -> tuple[int, ...]:
        return tuple(i for cause in causes for i in failures.of_cause(cause))

    remote = np.array([row[3] for row in people.PROVINCES])[crowd.province[who]]
    weak_network = np.array([0.010, 0.014, 0.030, 0.16])[core["network"]]
    meets(True, np.minimum(0.5, weak_network * remote), ended_by(Cause.NETWORK_INTERRUPTION))
    load = rush(plan, second)
    meets(load > 1, np.clip(0.09 * (load - 1.5), 0, 0.6), ended_by(Cause.HIGH_CONCURRENCY))
    broken = (
        (core["node"] == NODES.index(BAD_NODE))
        & (second >= _seconds(plan, plan.incident.starts_at))
        & (second < _seconds(plan, plan.incident.ends_at))
    )
    meets(broken, 0.8, failures.NODE_DEFECT)
    bad_app = core["version"] == VERSIONS.index(BAD_VERSION)
    meets(bad_app, 0.2, failures.APP_DEFECT)
    meets(True, 0.003, failures.NODE_DEFECT + failures.APP_DEFECT)

    kind, luck = crowd.kind[who], crowd.luck[who]
    age = second / 86400 + (plan.begins_at - datetime(1970, 1, 1)).days - crowd.birth[who]
    ineligible = failures.of_cause(Cause.INELIGIBLE)
    by_code = {failures.TRACES[i].code: (i,) for i in ineligible}
    meets(age < 18 * 365.25, 0.97, by_code["AGE_LIMIT"])
    meets(crowd.id_digits[who] == 0, 0.97, by_code["NON_RESIDENT"])
    meets(kind == people.INELIGIBLE, 0.97, by_code["ACCOUNT_EXISTS"])
    meets(~crowd.verified[who], 0.95, ended_by(Cause.IDENTITY_UNVERIFIED))
    meets(True, 0.004, ended_by(Cause.UNDETERMINED))

    curbed = (crowd.employment[who] == EMPLOYMENT.index(CURBED_EMPLOYMENT)) & (
        second >= _seconds(plan, plan.policy.starts_at)
    )
    meets(curbed, 0.8, ended_by(Cause.REGULATORY_TIGHTENING))
    refused = luck < 0.9
    meets(refused & (crowd.history[who] < 4), 1, ended_by(Cause.THIN_CREDIT_HISTORY))
    meets(refused & (crowd.paid[who] < 6), 1, ended_by(Cause.UNSTABLE_INCOME))
    meets(refused & (crowd.overdue[who] >= 2), 1, ended_by(Cause.POOR_REPAYMENT))
    meets(refused & (crowd.debt[who] > 0.65), 1, ended_by(Cause.HIGH_DEBT))
    misjudged = _models(plan, second) == MODELS.index(BAD_MODEL)
    meets(misjudged, 0.3, ended_by(Cause.RISK_MODEL_FAILURE))

    tempted = np.where(second > 0.83 * plan.days * 86400, 0.035, 0.012)
    meets(True, tempted, ended_by(Cause.MARKET_COMPETITION))
    meets(True, 0.006, ended_by(Cause.UNDETERMINED))
    meets(True, 0.015, failures.PENDING)
    return np.where(trace < 0, failures.SUCCESS, trace).astype(np.int16)


def _silent(core: dict[str, NDArray[Any]], rng: np.random.Generator) -> NDArray[np.uint8]:
    """A bit for each field of _MISSING that was not said; the story is told in full."""
    bits = np.zeros(len(core["story"]), dtype=np.uint8)
    for bit, share in enumerate(_MISSING.values()):
        bits |= (rng.random(len(bits)) < share).astype(np.uint8) << bit
    return np.where(core["story"], 0, bits).astype(np.uint8)


def _amounts(count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    return np.clip(np.round(rng.lognormal(7.3, 0.8, count), -1), 50, 30_000).astype(np.float32)


def _measures(
    crowd: People, core: dict[str, NDArray[Any]], rng: np.random.Generator
) -> dict[str, NDArray[Any]]:
    """What follows from how an attempt ended: time taken, score, tries at the face."""
    count = len(core["trace"])
    trace = core["trace"]
    weak = (crowd.kind[core["person"]] != people.SOUND).astype(float)
    misjudged = by_trace(lambda t: t.cause is Cause.RISK_MODEL_FAILURE)[trace]
    score = np.where(misjudged, rng.normal(470, 22, count), rng.normal(640 - 125 * weak, 36))
    median = by_trace(lambda t: t.latency)[trace]
    at_face = by_trace(lambda t: t.step == "face" and t.outcome != "success")[trace]
    return {
        "latency": np.maximum(40, median * rng.lognormal(0, 0.35, count)).astype(np.int32),
        "score": np.round(score).astype(np.float32),
        "face_tries": (1 + rng.poisson(np.where(at_face, 1.1, 0.12))).astype(np.int8),
    }


_TOLD = {  # columns that are written down as the trace says
    "step": "step",
    "outcome": "outcome",
    "error_source": "source",
    "error_code": "code",
    "error_message": "message",
    "decision": "decision",
    "decline_code": "decline",
    "exit_reason": "exit",
}


def _told(name: str, trace: NDArray[Any]) -> Column:
    said = [getattr(t, _TOLD[name]) for t in failures.TRACES]
    words = tuple(dict.fromkeys(word for word in said if word is not None))
    codes = np.array([-1 if word is None else words.index(word) for word in said], dtype=np.int8)
    return Column(codes[trace], words)


# texts made of digits, by the column
def _digits(numbers: NDArray[Any], width: int) -> NDArray[np.str_]:
    """Decimal, zero-filled: numpy has no fast way of its own."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    code_points = (np.asarray(numbers, dtype=np.int64)[:, None] // powers % 10 + 48).astype("<u4")
    return np.ascontiguousarray(code_points).view(f"<U{width}").ravel()


def _joined(head: str, rest: NDArray[np.str_]) -> NDArray[np.str_]:
    width = rest.dtype.itemsize // 4
    letters = np.empty((len(rest), len(head) + width), dtype="<u4")
    letters[:, : len(head)] = [ord(letter) for letter in head]
    letters[:, len(head) :] = rest.view("<u4").reshape(len(rest), width)
    return letters.view(f"<U{len(head) + width}").ravel()


def _attempt_ids(plan: Plan, start: int, stop: int) -> NDArray[np.str_]:
    """A, year and month, and a number by time."""
    return _joined(f"A{plan.ends_on:%y%m}", _digits(np.arange(start, stop) + 1, 8))


def _customer_number(who: NDArray[Any]) -> NDArray[np.int64]:
    return (who.astype(np.int64) * 32_452_843 + 27_182_818) % 10**8


def _names(p: People, who: NDArray[Any]) -> NDArray[np.str_]:
    surnames = np.array(people.SURNAMES)
    given = np.array([*people.GIVEN, ""])  # -1 is the last: none
    return np.strings.add(
        np.strings.add(surnames[p.surname[who]], given[p.given[who]]), given[p.given2[who]]
    )


_CARD_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])


def _id_cards(first_17: NDArray[np.int64]) -> NDArray[np.str_]:
    """With the check character of GB 11643-1999."""
    letters = np.empty((len(first_17), 18), dtype="<u4")
    letters[:, :17] = _digits(first_17, 17).view("<u4").reshape(-1, 17)
    total = (letters[:, :17] - 48) @ _CARD_WEIGHTS.astype("<u4")
    letters[:, 17] = np.array([ord(c) for c in "10X98765432"], dtype="<u4")[total % 11]
    return letters.view("<U18").ravel()
