"""Why attempts flip between two packs: which rules changed their mind, and by which conditions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from workbench.domain.rule_desk import Flip, Why
from workbench.rules.compiler import condition_sql, text_literal
from workbench.rules.pack import Condition, Rule, RulePack
from workbench.warehouse.engines import Session, quoted

_AT_ONCE = 1000
_Outcomes = Mapping[str, bool | None]


def explained(
    session: Session, flips: Sequence[Flip], old: RulePack, new: RulePack, columns: Sequence[str]
) -> list[Flip]:
    """The flips, each with what decides it. Both packs were checked."""
    done: list[Flip] = []
    for start in range(0, len(flips), _AT_ONCE):
        part = flips[start : start + _AT_ONCE]
        codes = {code for flip in part for code in _codes(flip, old, new)}
        conditions: dict[str, str] = {}
        for pack in (old, new):
            for rule in pack.rules:
                if rule.code in codes:
                    for c in rule.conditions:
                        conditions[c.sql] = condition_sql(c, pack, columns)
        if not conditions:
            done += [replace(flip, why=_why(flip, {}, old, new)) for flip in part]
            continue
        asked = ", ".join(
            f"{sql} AS {quoted(f'_c{n}')}" for n, sql in enumerate(conditions.values())
        )
        named = ", ".join(text_literal(flip.attempt_id) for flip in part)
        rows = session.rows(
            f"SELECT attempt_id, {asked} FROM attempts WHERE attempt_id IN ({named})"
        )
        said = {row[0]: dict(zip(conditions, row[1:], strict=True)) for row in rows}
        done += [replace(f, why=_why(f, said.get(f.attempt_id, {}), old, new)) for f in part]
    return done


def _codes(flip: Flip, old: RulePack, new: RulePack) -> Iterable[str]:
    """The rules that may have decided: those named, and those that could contest them."""
    for pack, answer in ((old, flip.before), (new, flip.after)):
        rule = pack.rule(answer.reason_code or "")
        if rule is not None:
            yield from (rule.code, *rule.rivals)


def _why(flip: Flip, said: _Outcomes, old: RulePack, new: RulePack) -> tuple[Why, ...]:
    found = []
    for code in dict.fromkeys(_codes(flip, old, new)):
        before, after = old.rule(code), new.rule(code)
        was, now = _truth(before, said), _truth(after, said)
        if before is None:
            found.append(Why(code, was, now, change="added"))
        elif after is None:
            found.append(Why(code, was, now, change="removed"))
        elif was != now:
            kept_out = _against(before, said, was), _against(after, said, now)
            shown = kept_out[0] if now is True else kept_out[1]
            if now is False and was is None and not set(shown) - set(kept_out[0]):
                shown = kept_out[0]
            found.append(Why(code, was, now, shown))
        elif before.rivals != after.rivals or before.priority != after.priority:
            found.append(Why(code, was, now, change="moved"))
    return tuple(sorted(found, key=lambda w: (w.was is w.now, w.code != flip.after.reason_code)))


def _truth(rule: Rule | None, said: _Outcomes) -> bool | None:
    if rule is None:
        return False
    found = [_supports(c, said) for c in rule.conditions]
    if False in found:
        return False
    return None if None in found else True


def _against(rule: Rule, said: _Outcomes, truth: bool | None) -> tuple[str, ...]:
    """The conditions that keep it from holding: the false ones, or else the unknown ones."""
    return tuple(
        f"NOT ({c.sql})" if c.negated else c.sql
        for c in rule.conditions
        if truth is not True and _supports(c, said) is truth
    )


def _supports(condition: Condition, said: _Outcomes) -> bool | None:
    outcome = said.get(condition.sql)
    return None if outcome is None else bool(outcome) is not condition.negated
