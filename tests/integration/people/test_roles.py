"""Every public method of every service asks leave first, and each role gets what the table says."""

import inspect
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import MagicMock

import pytest

from workbench import bootstrap
from workbench.domain.errors import NotPermitted
from workbench.domain.people import ALLOWED, Act, Person, Role, may
from workbench.services.session import Session

# What each asks leave for before it does anything; a new one has to be written down here.
NEEDS: dict[Act, str] = {
    Act.APPROVE: "handling.life.approve",
    Act.ASSIGN: "handling.bulk.preview handling.bulk.run handling.bulk.undo handling.life.assigned",
    Act.BACKUP: "backup.write",
    Act.AUDIT: "audit.show audit.verify sync.verify_audit",
    Act.COMMENT: "handling.talk.attach handling.talk.attach_bytes handling.talk.comment",
    Act.EDIT_CODES: "codes.classify codes.import_site codes.map_source codes.remove",
    Act.EDIT_GROUPING: "issues.grouping.put",
    Act.EDIT_ISSUES: (
        "issues.acts.assign issues.acts.attach issues.acts.carry_over issues.acts.create "
        "issues.acts.edit issues.acts.freeze issues.acts.link "
        "issues.acts.merge issues.acts.move issues.acts.move_all issues.acts.split issues.undoing.undo"
    ),
    Act.EDIT_MACROS: "handling.macros.delete handling.macros.save",
    Act.ERASE: (
        "custody.compact custody.drop_overdue custody.erase custody.keep_for custody.months "
        "custody.overdue"
    ),
    Act.EXPLAIN: (
        "answers.as_of answers.proof answers.spans attempts.explain guidance.all guidance.fitting guidance.for_attempt guidance.get "
        "handling.talk.explanation insight.incidents.behind rules.explain"
    ),
    Act.EXPORT: (
        "attempts.export codes.export_unmapped codes.template custody.export_lake "
        "insight.change.export insight.incidents.export insight.models.export issues.board.export "
        "insight.forecast.export insight.market.export ledger.export reports.write reports.write_chart"
    ),
    Act.HANDLE_COMPLAINT: (
        "handling.deadlines.extend handling.life.check handling.life.disagree handling.life.edit "
        "handling.life.move handling.life.rate handling.undoing.undo handling.talk.done handling.talk.remind"
    ),
    Act.IMPORT: (
        "attempts.fitting_mapping attempts.import_files attempts.mapping attempts.mapping_names "
        "attempts.preview attempts.save_mapping board.add_event board.drop_event following.check following.follow following.forget "
        "following.switch ledger.preview ledger.take"
    ),
    Act.JUDGE_INCIDENTS: "insight.incidents.find insight.incidents.judge",
    Act.LOG_COMPLAINT: "complaints.draft_from complaints.save complaints.save_draft typing.hints",
    Act.LOOKUP: (
        "attempts.lookup attempts.span attempts.timeline following.keep following.marks "
        "following.now following.refuse following.sources following.take sync.change_password "
        "sync.connect sync.disconnect"
    ),
    Act.MANAGE_PEOPLE: (
        "sync.begin people.add people.change people.list people.set_password sign_in.add sign_in.change "
        "sign_in.list sign_in.set_password site_key.give site_key.take sync.admit "
        "sync.change_person sync.revoke sync.set_password sync.set_up"
    ),
    Act.MERGE: "handling.joins.merge handling.joins.split handling.joins.undo",
    Act.READ_COMPLAINTS: (
        "complaints.discard complaints.drafts complaints.find complaints.get "
        "complaints.highlights complaints.keep complaints.keep_words complaints.words "
        "handling.deadlines.groups handling.deadlines.of handling.joins.links "
        "handling.undoing.open handling.life.checklist handling.life.history handling.life.moves handling.lists.count "
        "handling.lists.counts handling.lists.delete_view handling.lists.leave "
        "handling.lists.open handling.lists.page handling.lists.people handling.lists.queue "
        "handling.lists.save_view handling.lists.view handling.lists.views handling.macros.fill "
        "handling.macros.names handling.macros.preview handling.macros.template "
        "handling.talk.attachments handling.talk.comments handling.talk.read "
        "handling.talk.reminders notices.take notices.waiting ledger.totals settling.settle settling.waiting"
    ),
    Act.SEE_TICKETS: "tickets.of tickets.tickets tickets.trackers tickets.waiting",
    Act.FILE_TICKETS: (
        "tickets.drop tickets.due tickets.file tickets.follow tickets.link tickets.retry tickets.run "
        "tickets.set_token tickets.test tickets.unlink tickets.write_state"
    ),
    Act.MANAGE_TRACKERS: "tickets.add tickets.remove",
    Act.OWN_REVIEWS: "reviews.answer reviews.card reviews.mine",
    Act.SEE_REVIEWS: "reviews.results",
    Act.REVIEW: (
        "reviews.calibration reviews.draws reviews.listed reviews.of reviews.sample reviews.score"
    ),
    Act.REVEAL: "custody.export_identities custody.reveal ledger.identity",
    Act.SEE_CASES: "handling.life.cases rule_quality.measure",
    Act.SEE_RULES: (
        "rules.back_test rules.current rules.current_release rules.differences rules.earlier "
        "rules.lint rules.pack_of "
        "rules.read rules.release rules.releases rules.shadow rules.test rules.text_of "
        "rules.use_of_rules"
    ),
    Act.EDIT_RULES: "rules.rollback rules.save rules.withdraw",
    Act.RELEASE_RULES: "rules.approve rules.publish",
    Act.SEE_CENTRE: "sync.status",
    Act.SEE_CODES: (
        "codes.attempts codes.entries codes.entry codes.find codes.known codes.resolve codes.schemes "
        "codes.scheme_of_sources codes.site codes.unmapped codes.unmapped_of"
    ),
    Act.SEE_ISSUES: (
        "issues.acts.picture issues.board.callbacks issues.board.complaints issues.board.covers "
        "answers.evidence issues.board.evidence issues.board.group issues.board.group_key issues.board.groups issues.board.history "
        "issues.board.look issues.board.pictures issues.board.reach issues.board.rows "
        "issues.board.stamp issues.board.waiters issues.grouping.check issues.grouping.current "
        "issues.grouping.text issues.grouping.meant issues.grouping.words issues.board.regrouping"
    ),
    Act.SEE_TRENDS: (
        "attempts.count attempts.rows attempts.trend attempts.trends attempts.values board.board "
        "board.affected board.complaints board.drop_layout board.layout board.layouts "
        "board.save_layout reports.chart reports.report insight.change.drivers "
        "insight.change.rate_change insight.change.rates insight.change.series insight.change.spikes "
        "insight.incidents.all insight.incidents.band insight.market.named "
        "insight.market.policies insight.market.reason_names "
        "insight.forecast.forecast insight.models.count_wrong insight.models.watch insight.models.wrong "
        "handling.lists.measures"
    ),
    Act.WAIT_FOR_FIX: "issues.waiting.called issues.waiting.wait issues.waiting.withdraw issues.waiting.not_called",
    Act.TAKE_COMPLAINT: "handling.life.assign handling.life.take",
}
# What needs nobody: who signs in, the clockwork, and what is reckoned from what one was given.
FREE = {
    "session.require",
    "custody.carry_out",  # what an administrator ordered at another desk
    "complaints.drop_drafts",
    "sign_in.people",
    "sign_in.sign_in",
    "sign_in.sign_out",
    "sign_in.remember",
    "sync.sync",
    "sync.state",
    "sync.here",
    "sync.prove",
    "handling.deadlines.refresh",
    "handling.deadlines.refresh_these",
    "handling.talk.sweep",
    "handling.life.moved",
    "handling.life.formula",
    "typing.renew",
    "insight.change.among",
    "insight.change.band",
    "rules.adopt",
    "rules.keep_shipped",
    "rules.pack_in_use",
    "softphone.address",
    "softphone.begin",
    "softphone.check",
    "softphone.new_token",
    "softphone.switch",
}


class Refused(Exception):
    pass


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Every service of an open profile by name."""
    bench = bootstrap.open_workbench(tmp_path_factory.mktemp("roles") / "p", demo=True)
    found = {n: v for n, v in vars(bench).items() if _is_service(v)}
    for group in ("handling", "insight", "issues"):
        inner = vars(found.pop(group)).items()
        found |= {f"{group}.{n}": v for n, v in inner if _is_service(v)}
    yield found
    bench.close()


def _is_service(value: object) -> bool:
    return type(value).__module__.startswith("workbench.services")


def methods(parts: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{name}.{method}": getattr(part, method)
        for name, part in parts.items()
        for method, found in inspect.getmembers(type(part), inspect.isfunction)
        if not name.startswith("_") and not method.startswith("_") and method != "close"
        and not isinstance(inspect.getattr_static(type(part), method), staticmethod)
    }  # fmt: skip


def called(method: Any) -> None:
    """With anything for what it must be given; only a refusal before all else is looked for."""
    given = [p for p in inspect.signature(method).parameters.values() if p.default is p.empty]
    named = {p.name: MagicMock() for p in given if p.kind is p.KEYWORD_ONLY}
    found = method(*(MagicMock() for p in given if p.kind is not p.KEYWORD_ONLY), **named)
    if inspect.isgenerator(found):
        next(found)


def needs() -> dict[str, Act]:
    return {name: act for act, names in NEEDS.items() for name in names.split()}


def test_no_method_is_forgotten(parts) -> None:
    assert set(methods(parts)) == set(needs()) | FREE


@pytest.mark.parametrize("role", Role)
def test_each_role_gets_exactly_what_the_table_says(parts, role, monkeypatch) -> None:
    """What a role may do is let through to its first leave; what it may not is refused there."""
    person = Person("x", "x", role)
    asked: list[Act] = []

    def require(_: Session, act: Act) -> None:
        asked.append(act)
        assert may(person, act) is (act in ALLOWED[role])
        raise Refused if may(person, act) else NotPermitted("not_permitted", act=act, role=role)

    monkeypatch.setattr(Session, "require", require)
    for name, method in methods(parts).items():
        if name not in FREE:
            with pytest.raises(Refused if needs()[name] in ALLOWED[role] else NotPermitted):
                called(method)
            assert asked.pop() is needs()[name] and not asked, name


@pytest.mark.slow
@pytest.mark.parametrize("role", Role)
def test_nobody_may_do_anything_before_signing_in(parts, role) -> None:
    session = parts["attempts"]._session
    before = session.person
    session.person = replace(before, role=role, active=False)
    try:
        for name in needs():
            with pytest.raises(NotPermitted, match="sign_in_needed"):
                called(methods(parts)[name])
    finally:
        session.person = before


def test_the_table_denies_whatever_it_does_not_name() -> None:
    assert ALLOWED[Role.ADMIN] == set(Act)
    for role in (Role.AGENT, Role.TEAM_LEAD, Role.QA):
        assert not ALLOWED[role] & {Act.MANAGE_PEOPLE, Act.AUDIT, Act.ERASE}
    assert Act.REVEAL not in ALLOWED[Role.QA] and Act.APPROVE not in ALLOWED[Role.AGENT]
    for role in Role:
        for act in Act:
            assert not may(Person("x", "x", role, active=False), act)
