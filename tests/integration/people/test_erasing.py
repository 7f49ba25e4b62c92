"""A customer who asks to be forgotten is: here, at the centre and at every other desk."""

import json
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from tests.integration.cli.conftest import EXPORT
from tests.postgres import USER, Cluster
from workbench import bootstrap
from workbench.bootstrap import Workbench
from workbench.domain.attempt import AttemptRow
from workbench.domain.complaint import ComplaintDraft, ComplaintFilter, Demand, State
from workbench.domain.complaint_parts import Audience
from workbench.domain.people import Person, Role
from workbench.domain.taxonomy import Cause
from workbench.domain.times import utc_now

pytestmark = pytest.mark.slow

BOSS, WORD = Person("e_boss", "主管", Role.ADMIN), "ein langes Kennwort"
MARK = "红雨伞"  # in every text that anybody writes about the customer
TOLD = (MARK, "138****5678", "王**", "ZQ7741", "ZQ7742")  # of the customer, as records hold it


@pytest.fixture
def url(postgres_cluster: Cluster) -> Iterator[str]:
    name = "w_erasing"
    with psycopg.connect(postgres_cluster.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield postgres_cluster.url_of(USER, postgres_cluster.password, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        for login in ("e_boss", "e_anna"):
            connection.execute(f"DROP ROLE IF EXISTS {login}")


@pytest.fixture
def desks(url: str, tmp_path: Path, postgres_cluster: Cluster) -> Iterator[list[Workbench]]:
    """An administrator's and an agent's, each with the attempts, at one centre."""
    file = tmp_path / "attempts.csv"
    file.write_text(EXPORT.replace("A1,", "ZQ7741,").replace("A2,", "ZQ7742,"), "gb18030")
    made = [bootstrap.open_workbench(tmp_path / name, demo=True) for name in ("boss", "anna")]
    for bench in made:
        bench.attempts.import_files([file])
    boss, anna = made
    bare = url.replace(f":{postgres_cluster.password}@", "@")
    boss.sync.begin(bare, postgres_cluster.password, BOSS, WORD)
    boss.people.change("e_boss", team="east")
    boss.people.add(Person("e_anna", "安娜", Role.AGENT, team="east"), WORD)
    anna.sync.connect(bare.replace(f"{USER}@", "e_anna@"), WORD)
    yield made
    for bench in made:
        bench.close()


def rounds(*desks: Workbench) -> None:
    for _ in range(3):
        for desk in desks:
            desk.sync.sync()


def attempt(bench: Workbench, named: str) -> AttemptRow:
    return next(a for a in bench.attempts.lookup(named).attempts if a.attempt_id == named)


def plant(boss: Workbench, anna: Workbench, folder: Path) -> str:
    """All that people write about a customer; the complaint's id."""
    paper = folder / "paper.txt"
    paper.write_text(f"{MARK} on paper")
    draft = anna.complaints.draft_from(attempt(anna, "ZQ7741"))
    made = anna.complaints.save(
        _with(
            draft,
            description=f"{MARK} 王**",
            demand=Demand.EXPLAIN,
            attempt_ids=("ZQ7741", "ZQ7742"),
        )
    )
    one = made.complaint_id
    talk, life = anna.handling.talk, anna.handling.life
    talk.comment(one, f"{MARK} said", Audience.INTERNAL)
    talk.attach(one, paper)
    talk.remind(one, utc_now(), f"{MARK} reminded")
    life.edit(one, {"description": f"{MARK} 王** edited"}, made.versions)
    life.disagree(one, Cause.NETWORK_INTERRUPTION, f"{MARK} disagreed")
    life.move(one, State.IN_PROGRESS, why=f"{MARK} moved")
    rounds(anna, boss)
    key = next(g.key for g in boss.issues.board.groups() if "CREDIT_REJECT" in g.key)
    issue = boss.issues.acts.create([key], "an issue", why="looked at")
    boss.issues.acts.freeze(issue.issue_id, "ZQ7741")
    found = attempt(anna, "ZQ7741")
    rounds(boss, anna)
    customer = anna.attempts.lookup("ZQ7741").customers[0]
    anna.issues.waiting.wait(
        issue.issue_id, customer.ref, attempt_id=found.attempt_id,
        customer_name=customer.name, phone=customer.phone,
    )  # fmt: skip
    full = {item.id: item.best for item in boss.reviews.card().items}
    review = boss.reviews.score(
        one, full, {next(iter(full)): f"{MARK} scored"}, note=f"{MARK} note"
    )
    rounds(boss, anna)
    anna.reviews.answer(review.review_id, f"{MARK} answered")
    rounds(anna, boss)
    return one


@pytest.mark.parametrize("late_first", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_nothing_is_left_of_a_customer_anywhere(desks, url, tmp_path, late_first) -> None:
    """What an agent writes meanwhile comes to the centre before the erasure, or after it."""
    boss, anna = desks
    one = plant(boss, anna, tmp_path)
    other = anna.complaints.save(
        _with(anna.complaints.draft_from(attempt(anna, "A3")), description="李* stays",
              demand=Demand.EXPLAIN)
    )  # fmt: skip
    anna.complaints.keep(anna.complaints.draft_from(attempt(anna, "ZQ7741")))
    anna.complaints.keep_words(one, f"{MARK} half typed")
    rounds(anna, boss)
    for where in (dumped(boss), dumped(anna), centres(url)):
        assert told_of(where) == list(TOLD), "the search can see"
    assert all(papers(desk) for desk in desks)

    # what the other desk writes before it has heard of it
    anna.handling.talk.comment(one, f"{MARK} late", Audience.INTERNAL)
    seen = anna.complaints.get(one).versions
    anna.handling.life.edit(one, {"description": f"{MARK} late edit"}, seen)
    [customer] = boss.attempts.lookup("ZQ7741").customers
    done = boss.custody.erase(customer.ref, "客户要求删除")
    assert done.removed.attempts == 2
    assert {"complaint", "comment", "event", "attachment", "reminder", "case", "waiter",
            "issueevent", "issueplace", "review", "review_answer"} <= set(done.rows)  # fmt: skip
    assert told_of(dumped(boss)) == [], "at once, and without the centre"
    assert boss.audit.show(1)[0].detail["left"] == 0

    rounds(*((anna, boss) if late_first else (boss, anna, boss)))
    for where in (dumped(boss), dumped(anna), centres(url)):
        assert told_of(where) == []
    for desk in desks:
        assert not papers(desk)
        assert not list(desk.folder.glob("records.before-*"))
        assert desk.complaints.find(ComplaintFilter(text=MARK)).total == 0
        shown = desk.complaints.get(one)
        assert (shown.description, shown.customer_ref, shown.phone) == ("", None, None)
        assert shown.state is State.IN_PROGRESS and shown.number, "the handling stays"
        assert desk.complaints.get(other.complaint_id).description == "李* stays"
        assert desk.audit._records.verify_audit()
        assert not desk.attempts.lookup("ZQ7741").customers, "by whatever key its warehouse has"
        assert desk.attempts.lookup("A3").customers
    assert anna.complaints.drafts() == [] and anna.complaints.words() == {}
    assert boss.sync.verify_audit()

    # what is written once the desk knows is new, and stands
    anna.handling.talk.comment(one, "closed on request", Audience.INTERNAL)
    rounds(anna, boss)
    assert [c.words for c in boss.handling.talk.comments(one)][-1] == "closed on request"
    assert boss.sync.state().unsettled == anna.sync.state().unsettled == 0


def test_a_profile_restored_from_before_is_told_again(desks, url, tmp_path) -> None:
    boss, anna = desks
    plant(boss, anna, tmp_path)
    boss.backup.write(tmp_path / "profile.backup", "a passphrase for it")
    [customer] = boss.attempts.lookup("ZQ7741").customers
    boss.custody.erase(customer.ref, "客户要求删除")
    rounds(boss, anna)
    boss.close()
    bootstrap.restore_profile(
        tmp_path / "profile.backup", "a passphrase for it", tmp_path / "again"
    )
    with closing(bootstrap.open_workbench(tmp_path / "again", demo=True)) as again:
        again.sign_in.sign_in("e_boss", WORD)
        assert again.attempts.lookup("ZQ7741").customers and MARK in dumped(again)
        again.sync.sync()
        again.sync.sync()
        assert not again.attempts.lookup("ZQ7741").customers
        assert told_of(dumped(again)) == []
    assert told_of(centres(url)) == []


def papers(bench: Workbench) -> list[Path]:
    return [f for f in (bench.folder / "attachments").rglob("*") if f.is_file()]


def told_of(where: str) -> list[str]:
    """Where what is told of the customer stands, as 'what', for a failure the line too."""
    for line in where.splitlines():
        if found := [told for told in TOLD if told in line]:
            print(found, line[:300])
    return [told for told in TOLD if told in where]


def dumped(bench: Workbench, but: str = "") -> str:
    """Every value of every table of the records; ``but``: not of this one, whose ops are kept for
    a restore of the centre."""
    said = []
    with bench.custody._records.engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        assert {"complaints", "outbox", "shadow", "issue_events", "search_docs"} <= set(tables)
        for table in tables:
            if (
                table == but
                or table.startswith("complaint_search")
                or table.endswith(("_data", "_idx"))
            ):
                continue  # the index itself; its words are in search_docs
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"'):
                said += [f"{table}: {_text(value)}" for value in row]
    return "\n".join(said)


def _text(value: object) -> str:
    if isinstance(value, bytes):
        try:
            return zlib.decompress(value).decode()
        except zlib.error:
            return value.decode("utf-8", "replace")
    text = str(value)
    return json.dumps(json.loads(text), ensure_ascii=False) if text[:1] in ("{", "[") else text


def centres(url: str) -> str:
    said = []
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'records'"
        ).fetchall()
        assert ("ops",) in tables and ("rows",) in tables
        for (table,) in tables:
            for row in connection.execute(f"SELECT * FROM records.{table}".encode()):
                said += [f"{table}: {v}" for v in map(_plain, row)]
    return "\n".join(said)


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _with(draft: ComplaintDraft, **values: object) -> ComplaintDraft:
    return replace(draft, **values)


def test_what_goes_to_another_team_leaves_no_copy_here(desks, tmp_path) -> None:
    boss, anna = desks
    one = plant(boss, anna, tmp_path)
    assert papers(anna) and MARK in dumped(anna, "outbox")
    boss.handling.life.assign(one, None, team="west")
    rounds(boss, anna)
    assert MARK not in dumped(anna, "outbox") and not papers(anna)
    assert boss.complaints.get(one).description and papers(boss)
    boss.handling.life.assign(one, None, team="east")
    rounds(boss, anna)
    assert MARK in anna.complaints.get(one).description and papers(anna)
