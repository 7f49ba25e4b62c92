"""Fingerprints of failures, worked out in SQL over all of them at once.

A fingerprint is text that a person can read: ``v1|scheme=gateway|code=SYS_BUSY|reason=C01|…``; a
part that a failure does not have is left out. The version of the app is a part only where the app
may be at fault: what a customer's own record says is the same in every version.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from string import ascii_lowercase, ascii_uppercase

import pyarrow as pa

from workbench.domain.attempt import AttemptRow, FieldType
from workbench.domain.codes import DECLINE_CODE
from workbench.domain.issue_groups import Tally
from workbench.domain.taxonomy import CauseGroup
from workbench.rules.compiler import condition_sql
from workbench.rules.grouping import PARTS, VERSION, Grouping
from workbench.rules.language import readable_fields
from workbench.rules.pack import RulePack
from workbench.warehouse import schema
from workbench.warehouse.engines import Session, columns, literal, quoted
from workbench.warehouse.identity import attempt_key
from workbench.warehouse.lookup import of_keys
from workbench.warehouse.trends import FAILURE

_IDS, _KINDS = "asked_attempts", "failure_kinds"
_LONGEST = 60  # characters of one part
_BETWEEN = "\x1f"
_OWN_RECORD = (CauseGroup.QUALIFICATION.value, CauseGroup.MARKET.value)
# What the product's fingerprint is made from.
_TOLD = {
    "source": "coalesce(error_source, '')",
    "code": "coalesce(error_code, '')",
    "decline": "coalesce(decline_code, '')",
    "reason": "coalesce(reason_code, symptom, '')",
    "step": "coalesce(step, '')",
    "version": f"CASE WHEN cause_group IN {_OWN_RECORD} THEN '' ELSE coalesce(app_version, '') END",
    "status": "CASE WHEN error_code IS NULL AND decline_code IS NULL"
    " THEN coalesce(CAST(CAST(http_status AS INTEGER) AS VARCHAR), '') ELSE '' END",
}
_DAY = f"CAST(FLOOR({schema.hour_sql()} / 24) AS BIGINT)"
_LONG_NUMBER = "[0-9]{7}"  # in a code: somebody's, or of one attempt, and in no way the code's


def tallies(session: Session, grouping: Grouping) -> list[Tally]:
    """Failures counted by fingerprint, version of the app and local day."""
    kind = _Kind(session, grouping)
    listed = f"{kind.listed}, app_version, day"
    found = session.rows(
        "SELECT fingerprint, app_version, day, CAST(sum(n) AS BIGINT), min(first_at), max(last_at),"
        f" min(cause) FROM (SELECT {kind.fingerprint} AS fingerprint, app_version, day, n, first_at,"
        f" last_at, cause FROM (SELECT {listed}, count(*) AS n, min(occurred_at) AS first_at,"
        f" max(occurred_at) AS last_at, min(cause) AS cause FROM"
        f" (SELECT *, {_DAY} AS day FROM {kind.failures()} AS failures) AS dated"
        f" GROUP BY {listed}) AS counted) AS printed GROUP BY fingerprint, app_version, day"
    )
    return [Tally(*row) for row in found]


def regrouped(session: Session, before: Grouping, after: Grouping) -> list[tuple[str, str, int]]:
    """(fingerprint before, fingerprint after, failures), counted in one reading."""
    old, new = _Kind(session, before), _Kind(session, after, "matched_anew")
    old.join(new)
    found = session.rows(
        "SELECT was, becomes, CAST(sum(n) AS BIGINT) FROM (SELECT"
        f" {old.fingerprint} AS was, {new.fingerprint} AS becomes, n FROM (SELECT {old.listed},"
        f" count(*) AS n FROM {old.failures()} AS failures GROUP BY {old.listed}) AS counted)"
        " AS printed GROUP BY was, becomes"
    )
    return [(was, becomes, int(count)) for was, becomes, count in found]


def customers(session: Session, grouping: Grouping, key_of: Mapping[str, str]) -> dict[str, int]:
    """Distinct customers of each group; ``key_of`` names the group of a fingerprint, where that
    is not the fingerprint itself."""
    kind = _Kind(session, grouping)
    keys = [(mark, key_of.get(name, name)) for mark, name in kind.marked(session)]
    session.load(_KINDS, _table(("mark", "group_key"), keys))
    try:
        found = session.rows(
            f"SELECT k.group_key, count(DISTINCT f.customer_key) FROM (SELECT {kind.mark} AS mark,"
            f" customer_key FROM {kind.failures()} AS failures) AS f"
            f" JOIN {_KINDS} k ON k.mark = f.mark GROUP BY k.group_key"
        )
    finally:
        session.unload(_KINDS)
    return {key: int(count) for key, count in found}


def fingerprints_of(
    session: Session, grouping: Grouping, attempt_ids: Collection[str]
) -> dict[str, str]:
    """The fingerprint of each of these attempts that is a failure in the store."""
    if not attempt_ids:
        return {}
    kind = _Kind(session, grouping)
    keyed = [(str(attempt_key(each)), each) for each in dict.fromkeys(attempt_ids)]
    session.load(_IDS, _table(("asked_key", "asked_id"), keyed))
    try:
        only = (
            f"attempt_key IN (SELECT CAST(asked_key AS UBIGINT) FROM {_IDS})"
            f" AND attempt_id IN (SELECT asked_id FROM {_IDS})"
        )
        found = session.rows(
            f"SELECT attempt_id, {kind.fingerprint} FROM {kind.failures(only)} AS failures"
        )
    finally:
        session.unload(_IDS)
    return dict(found)


def rows(
    session: Session, grouping: Grouping, fingerprints: Sequence[str], limit: int, offset: int = 0
) -> list[AttemptRow]:
    """The newest failures of these fingerprints, masked."""
    if not fingerprints:
        return []
    kind = _Kind(session, grouping)
    marks = [literal(mark) for mark, name in kind.marked(session) if name in set(fingerprints)]
    if not marks:
        return []
    newest = session.rows(
        f"SELECT attempt_key FROM {kind.failures()} AS failures"
        f" WHERE {kind.mark} IN ({', '.join(marks)})"
        " ORDER BY occurred_at DESC NULLS LAST, attempt_id DESC LIMIT ? OFFSET ?",
        [limit, offset],
    )
    return of_keys(session, [int(key) for (key,) in newest])


def witnesses(
    session: Session, grouping: Grouping, fingerprints: Collection[str], each: int
) -> dict[str, list[str]]:
    """The newest ``each`` failures of every one of these fingerprints, by id."""
    kind = _Kind(session, grouping)
    wanted = set(fingerprints)
    name_of = {mark: name for mark, name in kind.marked(session) if name in wanted}
    found: dict[str, list[tuple[datetime, str]]] = {name: [] for name in wanted}
    if not name_of:
        return {name: [] for name in wanted}
    for mark, at, attempt_id in session.rows(
        "SELECT mark, occurred_at, attempt_id FROM (SELECT mark, occurred_at, attempt_id,"
        " row_number() OVER (PARTITION BY mark ORDER BY occurred_at DESC NULLS LAST, attempt_id)"
        f" AS place FROM (SELECT {kind.mark} AS mark, occurred_at, attempt_id"
        f" FROM {kind.failures()} AS failures) AS marked"
        f" WHERE mark IN ({', '.join(map(literal, name_of))})) AS ranked WHERE place <= ?",
        [each],
    ):
        found[name_of[mark]].append((at or datetime.min, attempt_id))
    return {n: [i for _, i in sorted(own, reverse=True)[:each]] for n, own in found.items()}


class _Kind:
    """What failures are told apart by, of which there are few kinds: a fingerprint is worked out
    once for each kind, and not for each failure."""

    def __init__(self, session: Session, grouping: Grouping, matched: str = "matched") -> None:
        """``matched`` names the column that says which refinement a failure fits."""
        types = columns(session, "attempts")
        pack = RulePack("grouping", grouping.version, (), fields=_fields(grouping, types))
        matches = [
            " AND ".join(f"({condition_sql(c, pack, types)})" for c in refinement.when)
            for refinement in grouping.refinements
        ]
        branches = " ".join(f"WHEN {sql} THEN '{n}'" for n, sql in enumerate(matches))
        match = f"CASE {branches} ELSE '' END" if matches else "''"
        by = dict.fromkeys(name for r in grouping.refinements for name in r.by)
        told = _TOLD | {f"by_{name}": f"coalesce({quoted(name)}, '')" for name in by}
        self._told = told | {matched: match}
        self.fingerprint = _fingerprint(grouping, matched)
        self._list()

    def join(self, other: "_Kind") -> None:
        """Tell failures also by what another grouping tells them by."""
        self._told |= other._told
        self._list()

    def _list(self) -> None:
        self.listed = ", ".join(map(quoted, self._told))
        self.mark = f"concat_ws('{_BETWEEN}', {self.listed})"

    def failures(self, only: str = "TRUE") -> str:
        """A relation: one row each; nothing that tells kinds apart is NULL."""
        told = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in self._told.items())
        return (
            f"(SELECT attempt_id, attempt_key, customer_key, occurred_at, app_version, cause, {told}"
            f" FROM attempts WHERE {FAILURE} AND {only})"
        )

    def marked(self, session: Session) -> list[tuple[str, str]]:
        """(mark, fingerprint) of every kind."""
        return [
            (mark, fingerprint)
            for mark, fingerprint in session.rows(
                f"SELECT {self.mark}, {self.fingerprint} FROM (SELECT DISTINCT {self.listed}"
                f" FROM {self.failures()} AS failures) AS kinds"
            )
        ]


def _fingerprint(grouping: Grouping, matched: str) -> str:
    """The fingerprint of a kind."""
    scheme = _scheme(grouping.schemes)
    declined = literal(dict(grouping.schemes).get(DECLINE_CODE, "decline"))
    code, decline = _code("code"), _code("decline")
    version = (
        "CASE WHEN split_part(version, '.', 2) = '' THEN nullif(version, '')"
        " ELSE split_part(version, '.', 1) || '.' || split_part(version, '.', 2) END"
    )
    answered = "status = '0' OR left(status, 1) IN ('4', '5')"
    values = {
        "scheme": f"CASE WHEN {code} IS NOT NULL THEN {scheme} WHEN {decline} IS NOT NULL"
        f" THEN {declined} WHEN {answered} THEN 'http' ELSE {scheme} END",
        "code": f"CASE WHEN {code} <> {decline} THEN {code} || '+' || {decline}"
        f" WHEN coalesce({code}, {decline}) IS NOT NULL THEN coalesce({code}, {decline})"
        f" WHEN {answered} THEN status END",
        "reason": "nullif(reason, '')",
        "step": "nullif(step, '')",
        "version": version,
    }
    listed = []
    for name in PARTS:
        value = _fit(values[name])
        left_out = [
            literal(str(n)) for n, r in enumerate(grouping.refinements) if name in r.without
        ]
        if left_out:
            value = f"CASE WHEN {matched} NOT IN ({', '.join(left_out)}) THEN {value} END"
        listed.append(f"'{name}=' || {value}")
    refined = [
        f"WHEN '{n}' THEN concat_ws('|', {_refined(r.name, r.by)})"
        for n, r in enumerate(grouping.refinements)
        if r.by
    ]
    if refined:
        listed.append(f"CASE {matched} {' '.join(refined)} END")
    return f"concat_ws('|', '{VERSION}', {', '.join(listed)})"


def _fields(grouping: Grouping, types: dict[str, str]) -> dict[str, FieldType]:
    extra = schema.extra_fields(types)
    grouping.check(extra)
    return readable_fields(extra)


def _refined(name: str, by: Sequence[str]) -> str:
    fitted = {field: _fit(f"nullif({quoted(f'by_{field}')}, '')") for field in by}
    parts = [f"'{field}=' || {value}" for field, value in fitted.items()]
    return ", ".join([literal(f"rule={name}"), *parts])


def _fit(value: str) -> str:
    """A part of a fingerprint, with nothing in it that separates parts, and without a number so
    long that it may be somebody's."""
    plain = f"left(translate({value}, '|=', '//'), {_LONGEST})"
    hidden = f"translate({plain}, '0123456789', '##########')"
    return f"CASE WHEN regexp_matches({plain}, '{_LONG_NUMBER}') THEN {hidden} ELSE {plain} END"


def _code(name: str) -> str:
    """A to Z alone, as every engine understands it."""
    return f"nullif(trim(translate({name}, '{ascii_lowercase}', '{ascii_uppercase}')), '')"


def _scheme(schemes: Sequence[tuple[str, str]]) -> str:
    """Whose code it is: the source, or what the site calls its scheme."""
    source = f"translate(trim(source), '{ascii_uppercase}', '{ascii_lowercase}')"
    branches = " ".join(f"WHEN {literal(a)} THEN {literal(b)}" for a, b in schemes)
    named = f"CASE {source} {branches} END, " if branches else ""
    return f"coalesce({named}nullif({source}, ''))" if named else f"nullif({source}, '')"


def _table(names: Sequence[str], rows: Sequence[tuple[str, ...]]) -> pa.Table:
    lists = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return pa.table({n: pa.array(v, pa.string()) for n, v in zip(names, lists, strict=True)})
