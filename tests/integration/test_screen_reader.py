"""What a screen reader finds in the real window, over AT-SPI: names, roles, states, acts."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from workbench.demo.story import CALLER_PHONE

if sys.platform.startswith("linux"):  # what it speaks D-Bus with comes with the keyring there
    from tests.at_spi import Reader, Seen, desktop, missing, running

    WHY_NOT = f"not on this machine: {', '.join(missing())}" if missing() else ""
else:
    WHY_NOT = "AT-SPI is Linux's"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "is there")]
PAGES = ("Complaints", "Trends", "QA", "Rules", "Settings", "Lookup")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Reader"]:
    """The window on sample data, with a caller on the screen."""
    folder = tmp_path_factory.mktemp("d")
    profile = ["--profile", str(folder / "p")]
    lang = ["--lang", "en"]
    with (
        desktop(folder) as (env, made),
        running(["demo", *profile, "--rows", "500", *lang], env),
    ):
        made.until(lambda tree: any(seen.name.startswith("500 attempts") for seen in tree))
        come = [sys.executable, "-m", "workbench", "open", *profile, "--phone", CALLER_PHONE]
        assert subprocess.run(come, env=env, check=False).returncode == 0
        made.until(lambda tree: named(tree, "list", "Attempts, newest first"))
        yield made


def named(tree: "list[Seen]", role: str, name: str) -> "Seen | None":
    return next((seen for seen in tree if (seen.role, seen.said) == (role, name)), None)


def test_the_main_page_is_told_by_names_and_roles(reader: "Reader") -> None:
    tree = reader.tree()
    told = {(seen.role, seen.said) for seen in tree}
    wanted = {
        ("frame", "Activation Workbench"),
        ("menu item", "File"),
        ("menu item", "Help"),
        ("text", "Look up a customer or an attempt"),
        ("push button", "Log complaint"),
        *(("check box", page) for page in PAGES),
        ("list", "Attempts, newest first"),
        ("label", "138****8000"),
        ("push button", "Copy what may be said to the customer"),
    }
    assert wanted <= told
    assert [seen.role for seen in tree].count("frame") == 1
    attempts = [seen.said for seen in tree if seen.role == "list item"]
    assert len(attempts) == 6 and all("Failed" in one or "Abandoned" in one for one in attempts)
    lookup = named(tree, "check box", "Lookup")
    assert lookup is not None and lookup.checked


def test_evidence_says_whether_it_holds_in_words(reader: "Reader") -> None:
    said = [seen.said for seen in reader.tree() if seen.role == "label"]
    assert any(words.startswith("holds: ") for words in said)


@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_by_a_press_and_all_that_takes_the_keyboard_has_a_name(
    reader: "Reader", page: str
) -> None:
    def opened(tree: "list[Seen]") -> "list[Seen] | None":
        place = named(tree, "check box", page)
        return tree if place is not None and place.checked else None

    button = named(reader.tree(), "check box", page)
    assert button is not None
    reader.press(button)
    tree = reader.until(opened)
    takes = [seen for seen in tree if seen.focusable and seen.role not in UNNAMED]
    assert len(takes) > 10
    assert [(seen.role, seen.place[1]) for seen in takes if not seen.said.strip()] == []


# parts of another control, which is named; a label's name is its text
UNNAMED = ("table cell", "table column header", "label")


def test_there_is_one_place_where_the_keyboard_is(reader: "Reader") -> None:
    """A list and its row say so both."""
    held = reader.until(lambda tree: [seen for seen in tree if seen.focused])
    assert [seen.role for seen in held] == ["list", "list item"]
    assert all(seen.said for seen in held)
