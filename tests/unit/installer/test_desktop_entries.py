"""How a Linux desktop shows the program: entries and AppStream, as the desktop's own tools read them."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

FOLDER = Path(__file__).parents[3] / "installer/packages/linux"
ENTRIES = sorted(FOLDER.glob("*.desktop"))
(METAINFO,) = FOLDER.glob("*.metainfo.xml")


@pytest.mark.parametrize("file", ENTRIES, ids=lambda file: file.stem)
def test_an_entry_names_the_program_in_both_languages(file: Path) -> None:
    read = configparser.ConfigParser(interpolation=None, delimiters="=")
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(file, "utf-8")
    entry = read["Desktop Entry"]
    assert entry["Exec"].split()[0] == "workbench"
    assert entry["Name"].isascii() and re.search("[\u4e00-\u9fff]", entry["Name[zh_CN]"])


@pytest.mark.parametrize("file", ENTRIES, ids=lambda file: file.stem)
@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="no desktop-file-utils")
def test_the_desktop_s_own_tool_finds_nothing_in_an_entry(file: Path) -> None:
    done = subprocess.run(["desktop-file-validate", str(file)], capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_what_software_centres_show_launches_an_entry_that_is_there() -> None:
    root = ElementTree.parse(METAINFO).getroot()
    assert root.findtext("launchable") in {file.name for file in ENTRIES}
    assert "x-scheme-handler/workbench" in {e.text for e in root.iter("mediatype")}


@pytest.mark.skipif(not shutil.which("appstreamcli"), reason="no appstream")
def test_appstream_accepts_it(tmp_path: Path) -> None:
    text = METAINFO.read_text("utf-8").replace("@VERSION@", "1.0.0").replace("@DATE@", "2026-11-28")
    file = tmp_path / METAINFO.name
    file.write_text(text, "utf-8")
    done = subprocess.run(
        ["appstreamcli", "validate", "--no-net", "--no-color", str(file)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
