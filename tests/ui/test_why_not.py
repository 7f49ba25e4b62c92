"""What cannot be undone is said in the window where it is done, before it is done."""

from pathlib import Path

from workbench.domain.undoing import FINAL
from workbench.ui.dialogs.complaint_sheet import ComplaintSheet

UI = Path(__file__).resolve().parents[2] / "workbench" / "ui"
# Done by commands, whose --help says so; or by nobody: the clock, or what another act brings along.
NOT_OF_THE_WINDOW = """
handling.talk.attach_bytes tickets.run tickets.follow ledger.take insight.incidents.find custody.erase custody.carry_out
complaints.drop_drafts custody.compact custody.drop_overdue custody.reveal custody.export_identities ledger.identity
people.set_password sign_in.set_password sync.set_password sync.change_password sync.begin site_key.take
"""


def test_every_final_act_of_the_window_is_told_by_it() -> None:
    source = "\n".join(path.read_text("utf-8") for path in UI.rglob("*.py"))
    silent = {act for act in FINAL if f'"{act}"' not in source}
    assert silent == set(NOT_OF_THE_WINDOW.split())


def test_the_reason_stands_below_what_the_button_does(desk, qtbot) -> None:
    sheet = ComplaintSheet(desk)
    qtbot.addWidget(sheet)
    desk.language.set("en")
    for button, words in (
        (sheet.save_button, "Save (Ctrl+Enter)"),
        (sheet.discard_button, "Throw"),
    ):
        first, why = button.toolTip().split("\n")
        assert first.startswith(words) and why.startswith("Cannot be undone")
    assert desk.language.tip("handling.life.move", "Go on") == "Go on"  # can be
