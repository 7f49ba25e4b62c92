"""A followed folder: whole files, each once, and what is added to them; no clock but the test's."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.integration.warehouse.conftest import HEADER, ROW
from workbench.domain.errors import BadInput, Busy
from workbench.domain.following import Delivery, Followed
from workbench.warehouse.following.folder import FolderFeed, being_written


def row(number: int, **changes: str) -> str:
    made = ROW.replace("A1", f"A{number}")
    for old, new in changes.items():
        made = made.replace(old, new)
    return made


@dataclass
class Watch:
    """Looks as the service does, and takes what comes into a real store."""

    folder: Path
    store: object
    now: float = 0.0
    writing: bool | None = False
    marks: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.feed = FolderFeed(
            Followed(str(self.folder)),
            clock=lambda: self.now,
            writing=lambda _: self.writing,
            wall=lambda: 0.0,  # nothing is old
        )

    def deliveries(self) -> Iterator[Delivery]:
        return self.feed.look(self.marks)

    def look(self, after: float = 1.0) -> list[tuple[str, int, int]]:
        """(name, read, imported) of what came ``after`` seconds."""
        self.now += after
        told = []
        for delivery in self.deliveries():
            mark = delivery.mark
            if delivery.what is None:
                self.store.set_mark(mark)
            else:
                try:
                    report = self.store.import_files([delivery.what], mark=mark)
                except BadInput as error:
                    self.refused.append(error.key)
                    mark = delivery.refused
                    self.store.set_mark(mark)
                else:
                    told.append((delivery.name, report.read, report.imported))
            self.marks[mark.name] = mark.value
        return told


@pytest.fixture
def watch(tmp_path: Path, store) -> Watch:
    folder = tmp_path / "in"
    folder.mkdir()
    return Watch(folder, store)


def put(watch: Watch, name: str, *lines: str, end: str = "\n") -> Path:
    file = watch.folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n".join((HEADER, *lines)) + end, "utf-8")
    return file


def test_a_file_is_taken_once_it_is_quiet_and_never_again(watch: Watch) -> None:
    put(watch, "sub/a.csv", row(1), row(2), end="")
    assert watch.look() == []
    assert watch.look() == [("sub/a.csv", 2, 2)]
    assert watch.look(100) == []
    watch.restart()
    assert watch.look() == [] == watch.look(100)
    assert watch.store.span()[0] == 2


def test_a_file_that_changes_is_not_taken(watch: Watch) -> None:
    for count in range(1, 5):
        put(watch, "a.csv", *map(row, range(count)))
        assert watch.look(0.9) == []
    assert watch.look(0.9) == []
    assert watch.look(0.2) == [("a.csv", 4, 4)]


def test_a_copy_under_another_name_is_not_taken_again(watch: Watch) -> None:
    put(watch, "a.csv", row(1))
    watch.look(), watch.look()
    (watch.folder / "a.csv").rename(watch.folder / "moved.csv")
    put(watch, "copy.csv", row(1))
    assert watch.look() == [] == watch.look(100)
    watch.restart()
    assert watch.look() == [] == watch.look(100)


def test_what_is_unfinished_by_its_name_waits_for_another_name(watch: Watch) -> None:
    file = put(watch, "a.csv.part", row(1))
    assert watch.look() == [] == watch.look(100)
    file.rename(watch.folder / "a.csv")
    assert [watch.look(), watch.look()] == [[], [("a.csv", 1, 1)]]


@pytest.mark.slow
def test_a_log_that_grows_brings_its_new_rows_alone(watch: Watch) -> None:
    watch.writing = True
    file = put(watch, "log.csv", row(1), row(2))
    with file.open("a", encoding="utf-8") as log:
        log.write(row(3)[:40])  # a line that has not ended
    assert [watch.look(2), watch.look(2)] == [[], [("log.csv", 2, 2)]]
    assert watch.look(100) == []
    with file.open("a", encoding="utf-8") as log:
        log.write(f"{row(3)[40:]}\n{row(4)}\n")
    assert [watch.look(2), watch.look(2)] == [[], [("log.csv", 2, 2)]]
    watch.restart()
    with file.open("a", encoding="utf-8") as log:
        log.write(f"{row(5)}\n{row(6, failed='nonsense')}\n")
    assert [watch.look(2), watch.look(2)] == [[], [("log.csv", 2, 1)]]
    assert watch.store.span()[0] == 5
    [aside] = (watch.store._quarantine_dir).glob("*.csv")
    assert "log.csv,7,outcome" in aside.read_text("utf-8-sig"), "the line as an editor shows it"


def test_a_header_waits_for_its_first_row(watch: Watch) -> None:
    watch.writing = True
    file = put(watch, "log.csv")
    assert watch.look(2) == [] == watch.look(2)
    with file.open("a", encoding="utf-8") as log:
        log.write(f"{row(1)}\n")
    assert [watch.look(2), watch.look(2)] == [[], [("log.csv", 1, 1)]]
    assert watch.refused == []


@pytest.mark.slow
def test_a_file_that_grew_after_it_was_whole_brings_its_new_rows_alone(watch: Watch) -> None:
    file = put(watch, "a.csv", *map(row, range(100)))
    watch.look(), watch.look()
    with file.open("a", encoding="utf-8") as log:
        log.write(f"{row(200)}\n")
    assert [watch.look(), watch.look()] == [[], [("a.csv", 1, 1)]]


def test_the_parts_of_a_gbk_log_are_read_as_its_whole_is(watch: Watch) -> None:
    lines = "流水号,用户ID,姓名,申请时间,结果,环节\nA1,c1,王小明,25/10/2026 08:00,失败,激活\n"
    file = watch.folder / "导出.csv"
    file.write_text(lines, "gb18030")
    watch.look(), watch.look()
    with file.open("a", encoding="gb18030") as log:
        log.write("A2,c2,李雷,05/10/2026 08:00,失败,激活\n")  # the order is told by the first part
    assert [watch.look(), watch.look()] == [[], [("导出.csv", 1, 1)]]
    [found] = watch.store.lookup("A2").attempts
    assert (found.customer_name, found.occurred_at.isoformat()) == ("李*", "2026-10-05T00:00:00")


@pytest.mark.slow
def test_a_rewritten_file_is_read_from_its_beginning(watch: Watch) -> None:
    put(watch, "a.csv", row(1), row(2))
    watch.look(), watch.look()
    put(watch, "a.csv", row(7, face="h5"), row(2), row(3))
    assert [watch.look(), watch.look()] == [[], [("a.csv", 3, 2)]]


@pytest.mark.slow
def test_a_bad_file_is_told_once_until_it_changes(watch: Watch) -> None:
    bad = watch.folder / "bad.csv"
    bad.write_text("hello\nworld\n", "utf-8")
    put(watch, "good.csv", row(1))
    watch.look()
    assert watch.look() == [("good.csv", 1, 1)]
    assert watch.look() == [] == watch.look(100)
    watch.restart()
    assert watch.look() == [] == watch.look(100)
    assert len(watch.refused) == 1
    put(watch, "bad.csv", row(2))
    assert [watch.look(), watch.look()] == [[], [("bad.csv", 1, 1)]]


def test_a_workbook_is_not_taken_while_somebody_writes_it(watch: Watch) -> None:
    watch.writing = True
    file = put(watch, "a.parquet", row(1))
    file.write_bytes(b"PAR1" + bytes(100))
    assert watch.look() == [] == watch.look(100)
    assert watch.refused == []
    watch.writing = False
    watch.look()
    assert len(watch.refused) == 1


def test_a_folder_that_is_away_is_said_so(watch: Watch) -> None:
    watch.folder.rmdir()
    with pytest.raises(Busy, match="follow_folder_away"):
        watch.look()


def test_whoever_writes_a_file_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    with file.open("w") as out:
        out.write("x")
        if being_written(file) is None:
            pytest.skip("this system does not tell")
        assert being_written(file) is True
    assert being_written(file) is False
