"""Every act of a service can be taken back, or says before it is done why not."""

from tests.integration.people.test_roles import methods, parts
from workbench import texts
from workbench.domain.undoing import FINAL, UNDONE_BY

__all__ = ["parts"]  # the fixture

# What changes nothing of anybody's: reading, reckoning, writing a file that was not there, the
# clockwork, and signing in. Whatever is new and changes something belongs into domain/undoing.py.
READING = """
answers.as_of answers.evidence answers.proof answers.spans
attempts.count attempts.explain attempts.export attempts.fitting_mapping attempts.lookup attempts.mapping
attempts.mapping_names attempts.preview attempts.rows attempts.span attempts.timeline attempts.trend attempts.trends
attempts.values audit.show audit.verify backup.write board.affected board.board board.complaints board.layout
board.layouts codes.attempts codes.entries codes.entry codes.export_unmapped codes.find codes.known codes.resolve
codes.scheme_of_sources codes.schemes codes.site codes.template codes.unmapped codes.unmapped_of complaints.draft_from
complaints.drafts complaints.find complaints.get complaints.highlights complaints.words custody.export_lake
custody.months custody.overdue following.check following.keep following.marks following.now following.refuse
following.sources following.take guidance.all guidance.fitting guidance.for_attempt guidance.get handling.bulk.preview
handling.deadlines.groups handling.deadlines.of handling.deadlines.refresh handling.deadlines.refresh_these
handling.joins.links handling.life.assigned handling.life.cases handling.life.checklist handling.life.formula
handling.life.history handling.life.moved handling.life.moves handling.lists.count handling.lists.counts
handling.lists.leave handling.lists.measures handling.lists.open handling.lists.page handling.lists.people
handling.lists.queue handling.lists.view handling.lists.views handling.macros.fill handling.macros.names
handling.macros.preview handling.macros.template handling.talk.attachments handling.talk.comments
handling.talk.explanation handling.talk.read handling.talk.reminders handling.talk.sweep handling.undoing.open
insight.change.among insight.change.band insight.change.drivers insight.change.export insight.change.rate_change
insight.change.rates insight.change.series insight.change.spikes insight.forecast.export insight.forecast.forecast
insight.incidents.all insight.incidents.band insight.incidents.behind insight.incidents.export insight.market.export
insight.market.named insight.market.policies insight.market.reason_names insight.models.count_wrong
insight.models.export insight.models.watch insight.models.wrong issues.acts.picture issues.board.callbacks
issues.board.complaints issues.board.covers issues.board.evidence issues.board.export issues.board.group
issues.board.group_key issues.board.groups issues.board.history issues.board.look issues.board.pictures
issues.board.reach issues.board.regrouping issues.board.rows issues.board.stamp issues.board.waiters
issues.grouping.check issues.grouping.current issues.grouping.meant issues.grouping.text issues.grouping.words
ledger.export ledger.preview ledger.totals notices.take notices.waiting people.list reports.chart reports.report
reports.write reports.write_chart reviews.calibration reviews.card reviews.draws reviews.listed reviews.mine
reviews.of reviews.results rule_quality.measure rules.adopt rules.back_test rules.current rules.current_release
rules.differences rules.earlier rules.explain rules.keep_shipped rules.lint rules.pack_in_use rules.pack_of rules.read
rules.release rules.releases rules.test rules.text_of rules.use_of_rules session.require settling.waiting sign_in.list
sign_in.people sign_in.remember sign_in.sign_in sign_in.sign_out site_key.give softphone.address softphone.begin
softphone.check sync.here sync.prove sync.state sync.status sync.sync sync.verify_audit tickets.due tickets.of
tickets.test tickets.tickets tickets.trackers tickets.waiting typing.hints typing.renew
"""


def test_every_act_is_undone_by_another_or_says_why_not(parts) -> None:
    kinds = [set(READING.split()), set(UNDONE_BY), set(FINAL)]
    assert set(methods(parts)) == set().union(*kinds)
    assert sum(map(len, kinds)) == len(set().union(*kinds)), "each in one table"
    assert set(UNDONE_BY.values()) <= set(methods(parts))


def test_why_not_is_said_in_both_languages_and_nothing_else_is() -> None:
    for lang in texts.LANGUAGES:
        said = {k.removeprefix("undo.why.") for k in texts.catalogue(lang) if "undo.why." in k}
        assert said == set(FINAL.values())
    assert "Cannot be undone" in texts.final_words("en", "custody.erase")
    assert texts.final_words("en", "handling.life.move") == ""
