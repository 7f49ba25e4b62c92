"""A profile that an earlier version made and answered from: this one answers the same, and goes on.

``tests/earlier`` was made by commit 595d455 (records 0007, passphrase 'earlier') from 120 invented
attempts, a complaint, a comment and a file; ``told.json`` is what that version's commands said of it, without
diagnoses, which follow the rules. The attempts' file was packed into blocks of 16 KB by COPY FROM
DATABASE, so that it is small.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from workbench.cli.main import workbench
from workbench.storage.migrate import HEAD

pytestmark = pytest.mark.slow

EARLIER = Path(__file__).parents[1] / "earlier"
TOLD = json.loads((EARLIER / "told.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Brought up to date by the first command that opens it."""
    folder = tmp_path_factory.mktemp("upgraded") / "profile"
    shutil.copytree(EARLIER, folder)
    (folder / "told.json").unlink()
    return folder


def run(profile: Path, *words: str) -> Any:
    named = [*words, "--json", "--profile", str(profile), "--lang", "zh"]
    done = CliRunner(env={"WORKBENCH_PASSPHRASE": "earlier"}).invoke(workbench, named)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def lost(earlier: Any, now: Any, place: str = "") -> list[str]:
    """Where ``now`` says something else; what it says beyond ``earlier`` is none."""
    if isinstance(earlier, dict) and isinstance(now, dict):
        pairs = [(f"{place}.{key}", value, now.get(key, "gone")) for key, value in earlier.items()]
    elif isinstance(earlier, list) and isinstance(now, list) and len(earlier) <= len(now):
        pairs = [(f"{place}[{i}]", *both) for i, both in enumerate(zip(earlier, now, strict=False))]
    else:
        return [] if earlier == now else [f"{place}: {earlier!r} was, {now!r} is"]
    return [line for where, was, is_ in pairs for line in lost(was, is_, where)]


@pytest.mark.parametrize("said", TOLD, ids=[" ".join(said["words"][:2]) for said in TOLD])
def test_what_the_earlier_version_said_of_its_data_is_said_still(profile: Path, said: Any) -> None:
    assert lost(said["told"], run(profile, *said["words"])) == []


def test_its_records_were_copied_before_and_can_be_written_now(profile: Path) -> None:
    number = TOLD[1]["words"][2]
    run(profile, "complaint", "comment", number, "升级之后")
    assert "升级之后" in json.dumps(run(profile, "complaint", "show", number), ensure_ascii=False)
    assert (profile / f"records.before-{HEAD}.db").stat().st_size > 300_000
    assert run(profile, "audit", "verify")
    assert run(profile, "doctor")["health"] != "ill"


def test_its_originals_are_shown_and_get_their_customers_own_keys(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    shutil.copytree(EARLIER, folder)
    (folder / "told.json").unlink()
    ask = ("reveal", "13800138000", "--purpose", "客户要求回电")
    shown = run(folder, *ask)
    assert shown[0]["phone"] == "13800138000"
    assert not (folder / "subjects.db").exists(), "the site's key alone opened it"
    run(folder, "compact")
    assert run(folder, *ask) == shown
    (folder / "subjects.db").rename(folder / "away")
    named = [*ask, "--json", "--profile", str(folder)]
    refused = CliRunner(env={"WORKBENCH_PASSPHRASE": "earlier"}).invoke(workbench, named)
    assert json.loads(refused.stdout)["error"]["key"] == "subject_key_gone"
    (folder / "away").rename(folder / "subjects.db")
    run(folder, "compact")  # once is enough
    assert run(folder, *ask) == shown
